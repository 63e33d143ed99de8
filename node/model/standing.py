"""How feeds stand: this node's own, and each peer's as this node last saw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from node.model.release import Peer, PeerState, PublishedTarget


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """What this node publishes now. `timestamp_expires`: when partners begin to call the feed stale (UTC)."""

    snapshot_version: int
    timestamp_expires: datetime
    targets: tuple[PublishedTarget, ...]


@dataclass(frozen=True, slots=True)
class PeerStanding:
    """One peer's feed as this node last saw it. All times are UTC.

    `tried_at`: the last pull, whatever came of it; `pulled_at`: the last that brought a trusted feed;
    `reason`: why the state is not FRESH, in words for people, empty where it is.
    """

    peer: Peer
    state: PeerState
    tried_at: datetime | None
    pulled_at: datetime | None
    reason: str
