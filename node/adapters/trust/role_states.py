"""How each role of a feed is signed, and which of its private keys are on this machine: for `keys status`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tuf.api.metadata import Root, Snapshot, Targets, Timestamp

from node.adapters.trust.feed_state import FeedState
from node.adapters.trust.key_store import ONLINE_KEYS, ROOT_KEYS, KeyStore


@dataclass(frozen=True, slots=True)
class RoleState:
    """One role. `keys`: how many may sign it; `threshold`: how many must; `held`: private keys on this machine."""

    name: str
    version: int
    keys: int
    threshold: int
    expires: datetime
    held: tuple[str, ...]


def role_states(state: FeedState, keys: KeyStore) -> tuple[RoleState, ...]:
    """Root first, then in the order in which one role vouches for the next. Raises: KeyStoreError without keys."""
    root = state.root.signed
    here = {keys.public_key(name).keyid: name for name in (*ROOT_KEYS, *ONLINE_KEYS) if keys.holds(name)}

    def one(name: str, signed: Root | Targets | Snapshot | Timestamp) -> RoleState:
        role = root.roles[name]
        held = tuple(sorted(here[keyid] for keyid in role.keyids if keyid in here))
        return RoleState(name, signed.version, len(role.keyids), role.threshold, signed.expires, held)

    return (
        one(Root.type, root),
        one(Targets.type, state.targets.signed),
        one(Snapshot.type, state.snapshot.signed),
        one(Timestamp.type, state.timestamp.signed),
    )
