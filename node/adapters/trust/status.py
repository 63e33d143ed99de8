"""How each peer stands, as a small file beside its pinned root."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from node.adapters.trust.files import write_whole
from node.model.release import PeerState

FILE = "status.json"


@dataclass(frozen=True, slots=True)
class PeerStatus:
    """`since`: when the state began; `tried_at`: the last pull; `pulled_at`: the last that brought a trusted feed
    (all UTC); `snapshot_version`: of that feed; `reason` and `remedy`: for people, mostly empty where FRESH.
    """

    state: PeerState = PeerState.NEVER
    since: datetime | None = None
    reason: str = ""
    remedy: str = ""
    tried_at: datetime | None = None
    pulled_at: datetime | None = None
    snapshot_version: int | None = None

    def after(
        self, state: PeerState | None, now: datetime, reason: str = "", remedy: str = "", snapshot: int | None = None
    ) -> PeerStatus:
        """The status after a pull at `now`. `state` None: the pull said nothing about the peer."""
        if state is None:
            return replace(self, tried_at=now)
        trusted = state in {PeerState.FRESH, PeerState.QUARANTINED}
        return PeerStatus(
            state=state,
            since=self.since if state is self.state else now,
            reason=reason,
            remedy=remedy,
            tried_at=now,
            pulled_at=now if trusted else self.pulled_at,
            snapshot_version=snapshot if snapshot is not None else self.snapshot_version,
        )


def read_status(folder: Path) -> PeerStatus:
    """The status kept in a peer's folder. One that is missing or damaged is as if never pulled: the next pull
    writes it again, and nothing but display rests on it.
    """
    try:
        record = json.loads((folder / FILE).read_bytes())
        return PeerStatus(
            state=PeerState(record["state"]),
            since=_time(record["since"]),
            reason=str(record["reason"]),
            remedy=str(record["remedy"]),
            tried_at=_time(record["tried_at"]),
            pulled_at=_time(record["pulled_at"]),
            snapshot_version=record["snapshot_version"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return PeerStatus()


def write_status(folder: Path, status: PeerStatus) -> None:
    """Raises: StorageFull."""
    record = {
        "state": status.state.value,
        "since": _text(status.since),
        "reason": status.reason,
        "remedy": status.remedy,
        "tried_at": _text(status.tried_at),
        "pulled_at": _text(status.pulled_at),
        "snapshot_version": status.snapshot_version,
    }
    write_whole(folder / FILE, json.dumps(record, indent=2, ensure_ascii=False).encode() + b"\n")


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
