"""How each role of a feed is signed, and which of its private keys can be used from this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from node.adapters.trust.feed_state import FeedState
from node.adapters.trust.key_store import KeyStore
from node.adapters.trust.root_change import holders_of


@dataclass(frozen=True, slots=True)
class RoleState:
    """One role. `keys`: how many may sign it; `threshold`: how many must; `held`: keys usable on this machine.

    `signed_by`: who has signed what is published, by holder or by the beginning of the key id; `places`: where the
    private keys held are, as URIs.
    """

    name: str
    version: int
    keys: int
    threshold: int
    expires: datetime
    held: tuple[str, ...]
    signed_by: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


def role_states(state: FeedState, keys: KeyStore) -> tuple[RoleState, ...]:
    """Root first, then in the order in which one role vouches for the next. Raises: KeyStoreError without keys."""
    root = state.root.signed
    here = {entry.public.keyid: entry for entry in keys.all() if keys.holds(entry.name)}
    holders = {key.keyid: name for name, key in holders_of(root).items()}

    def one(
        name: str, metadata: Metadata[Root] | Metadata[Targets] | Metadata[Snapshot] | Metadata[Timestamp]
    ) -> RoleState:
        role = root.roles[name]
        held = [here[keyid] for keyid in role.keyids if keyid in here]
        result = root.get_verification_result(name, metadata.signed_bytes, metadata.signatures)
        return RoleState(
            name,
            metadata.signed.version,
            len(role.keyids),
            role.threshold,
            metadata.signed.expires,
            tuple(sorted(entry.name for entry in held)),
            _names(result.signed, holders),
            tuple(sorted(entry.uri for entry in held)),
        )

    return (
        one(Root.type, state.root),
        one(Targets.type, state.targets),
        one(Snapshot.type, state.snapshot),
        one(Timestamp.type, state.timestamp),
    )


def _names(keyids: Mapping[str, object], holders: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(holders.get(keyid, f"{keyid[:8]}…") for keyid in keyids))
