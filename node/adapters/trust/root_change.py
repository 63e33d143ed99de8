"""What a next root changes: making one, telling what comes and goes, and refusing what is no valid successor.

Source: TUF specification 1.0, 4.3 (root.json) and 5.3 (a next root needs the threshold of the one before and its own).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from securesystemslib.exceptions import FormatError
from securesystemslib.formats import encode_canonical
from securesystemslib.signer import Key
from tuf.api.metadata import Root

from node.adapters.trust.identity import FIELD, NodeIdentity, grouped, identity_of
from node.adapters.trust.key_store import ONLINE_KEYS
from node.errors import KeyStoreError
from node.model.foreign import shown

HOLDERS = "x-lmis-node-holders"
"""Field of the signed root: what the holder of each root key is called, by key id. It is public: name offices."""

HOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
MOST_KEYS = 20


def first_root(
    identity: NodeIdentity, holders: Mapping[str, Key], threshold: int, online: Mapping[str, Key], expires: datetime
) -> Root:
    """Root version 1, unsigned. `holders`: name to key; `online`: role to key. Raises: KeyStoreError."""
    root = Root(
        version=1,
        expires=expires,
        consistent_snapshot=True,
        unrecognized_fields={FIELD: identity.as_field(), HOLDERS: {}},
    )
    for role, key in online.items():
        root.add_key(key, role)
    _set_holders(root, holders, threshold)
    return root


def successor(root: Root, expires: datetime) -> Root:
    """The next root, the same but for its version and expiry."""
    following = deepcopy(root)
    following.version += 1
    following.expires = expires
    return following


def replace_online_key(root: Root, role: str, key: Key) -> None:
    """Let `key` alone sign for a role."""
    for keyid in tuple(root.roles[role].keyids):
        root.revoke_key(keyid, role)
    root.add_key(key, role)


def replace_holders(root: Root, add: Mapping[str, Key], remove: Collection[str], threshold: int | None) -> None:
    """Exchange holders of root keys, by name. Raises: KeyStoreError where a name is unknown or there twice."""
    here = holders_of(root)
    unknown = sorted(set(remove) - set(here))
    if unknown:
        raise KeyStoreError(f"{', '.join(unknown)} holds no root key; holders are {', '.join(sorted(here))}")
    staying = {name: key for name, key in here.items() if name not in remove}
    twice = sorted(set(staying) & set(add))
    if twice:
        raise KeyStoreError(f"{', '.join(twice)} holds a root key already; give the new one another name, as NAME-2027")
    for keyid in tuple(root.roles[Root.type].keyids):
        root.revoke_key(keyid, Root.type)
    _set_holders(root, {**staying, **add}, threshold or root.roles[Root.type].threshold)


def holders_of(root: Root) -> dict[str, Key]:
    """Root keys by their holders' names; one without a name goes by the beginning of its key id."""
    field: Any = root.unrecognized_fields.get(HOLDERS)
    names = field if isinstance(field, dict) else {}
    found = {}
    for keyid in root.roles[Root.type].keyids:
        name = names.get(keyid)
        plain = name if isinstance(name, str) and HOLDER_NAME.fullmatch(name) else f"key-{keyid[:8]}"
        found[plain if plain not in found else f"key-{keyid[:8]}"] = root.keys[keyid]
    return dict(sorted(found.items()))


def keyid_fits(key: Key) -> bool:
    """Whether a key goes by the digest of itself, so that who compares its id by telephone has compared the key.

    A key id is whatever the file says, until somebody computes it.
    Source: securesystemslib's key ids, SHA-256 of the canonical JSON of type, scheme and value.
    """
    try:
        described = encode_canonical({"keytype": key.keytype, "scheme": key.scheme, "keyval": key.keyval})
    except FormatError:
        return False
    return isinstance(described, str) and hashlib.sha256(described.encode()).hexdigest() == key.keyid


def check_holder_name(name: str) -> None:
    """Raises: KeyStoreError where a name cannot be a file's, or be read out."""
    if not HOLDER_NAME.fullmatch(name):
        raise KeyStoreError(f"“{name}” is no holder's name: 1 to 40 letters, digits, `.`, `_`, `-`, as MOHR-1")


def check_root(previous: Root | None, proposed: Root, now: datetime) -> None:
    """Raises: KeyStoreError where `proposed` is no root that could follow `previous`, or begin a feed (None)."""
    for wrong in (*_against(previous, proposed), *_in_itself(proposed, now)):
        raise KeyStoreError(f"this is no root to sign: {wrong}")


def differences(previous: Root | None, proposed: Root) -> tuple[str, ...]:
    """What would change, a line each, in the order in which a holder asks: whose, version, expiry, keys."""
    identity = identity_of(proposed)
    mark = ", generated data" if identity.synthetic else ""
    lines = [f"feed: {identity.name} ({identity.country}), speaks for {identity.authority}{mark}"]
    if previous is None:
        lines.append("version: 1, the first root of a new feed")
    else:
        lines.append(f"version: {proposed.version}, after {previous.version}")
        before = identity_of(previous)
        if before.name != identity.name:
            lines.append(f"name: before, {before.name}")
    earlier = f" (before: {previous.expires:%Y-%m-%d})" if previous else ""
    lines.append(f"expires: {proposed.expires:%Y-%m-%d}{earlier}")
    return (*lines, *_root_role(previous, proposed), *_online_roles(previous, proposed))


def _root_role(previous: Root | None, proposed: Root) -> Iterator[str]:
    role, holders = proposed.roles[Root.type], holders_of(proposed)
    yield f"root: {role.threshold} of {len(role.keyids)} holders sign" + (
        f" (before: {previous.roles[Root.type].threshold} of {len(previous.roles[Root.type].keyids)})"
        if previous
        else ""
    )
    before = holders_of(previous) if previous else {}
    then = {key.keyid for key in before.values()}
    now = {key.keyid for key in holders.values()}
    for name, key in holders.items():
        yield f"  {'stays' if key.keyid in then else 'NEW'}: {name}, {grouped(key.keyid)}"
    for name, key in before.items():
        if key.keyid not in now:
            yield f"  GOES: {name}, {grouped(key.keyid)}"


def _online_roles(previous: Root | None, proposed: Root) -> Iterator[str]:
    for role in ONLINE_KEYS:
        now = set(proposed.roles[role].keyids)
        then = set(previous.roles[role].keyids) if previous else set()
        if now == then:
            yield f"{role}: the key stays"
            continue
        for keyid in sorted(now - then):
            yield f"{role}: NEW key {grouped(keyid)} ({proposed.keys[keyid].keytype})"
        for keyid in sorted(then - now):
            yield f"{role}: GOES {grouped(keyid)}"


def _against(previous: Root | None, proposed: Root) -> Iterator[str]:
    expected = previous.version + 1 if previous else 1
    if proposed.version != expected:
        yield f"it has version {proposed.version}, and {expected} comes next"
    after = identity_of(proposed)
    if previous is not None:
        before = identity_of(previous)
        if (before.country, before.authority, before.synthetic) != (after.country, after.authority, after.synthetic):
            yield f"it speaks for {after.authority} of {after.country}, the one before for {before.authority}"


def _in_itself(root: Root, now: datetime) -> Iterator[str]:
    if root.expires - now < timedelta(days=1):
        yield f"it expires on {root.expires:%Y-%m-%d %H:%M}"
    if not root.consistent_snapshot:
        yield "it does without consistent snapshots"
    if set(root.roles) != {Root.type, *ONLINE_KEYS}:
        yield f"its roles are {', '.join(sorted(root.roles))}"
        return
    used = [keyid for role in root.roles.values() for keyid in role.keyids]
    if len(set(used)) != len(used) or set(used) != set(root.keys):
        yield "a key serves two roles, or none"
        return
    if len({str(key.keyval) for key in root.keys.values()}) != len(root.keys):
        yield "one key stands under two names"
    for name, role in root.roles.items():
        least = 1 if name == Root.type else len(role.keyids)
        if not least <= role.threshold <= len(role.keyids) <= MOST_KEYS:
            yield f"{role.threshold} of {len(role.keyids)} keys cannot sign for {name}"
    yield from _unusable(tuple(root.keys.values()))


def _unusable(keys: Sequence[Key]) -> Iterator[str]:
    for key in keys:
        if key.keytype not in ("ed25519", "ecdsa"):
            yield f"key {shown(key.keyid[:8])} is of the kind {shown(key.keytype)}; partners accept ed25519 and ecdsa"
        elif not keyid_fits(key):
            yield f"key {shown(key.keyid[:8])} goes by an id that is not its own, so that another key may be behind it"


def _set_holders(root: Root, holders: Mapping[str, Key], threshold: int) -> None:
    for name in holders:
        check_holder_name(name)
    keyids = [key.keyid for key in holders.values()]
    if len(set(keyids)) != len(keyids):
        raise KeyStoreError("two holders brought the same key; each makes one of their own with `lmis-node keys new`")
    if not 1 <= threshold <= len(holders):
        raise KeyStoreError(f"{len(holders)} holders cannot reach a threshold of {threshold}")
    for key in holders.values():
        root.add_key(key, Root.type)
    root.roles[Root.type].threshold = threshold
    root.unrecognized_fields[HOLDERS] = {key.keyid: name for name, key in sorted(holders.items())}
