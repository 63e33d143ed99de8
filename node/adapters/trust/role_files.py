"""Signing the top-level roles and putting them in place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from securesystemslib.signer import Signer
from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, T, TargetFile, Targets, Timestamp

from node.adapters.trust.feed_state import newest_root
from node.adapters.trust.files import write_whole
from node.adapters.trust.identity import NodeIdentity
from node.adapters.trust.key_store import ONLINE_KEYS, ROOT_KEYS, ROOT_THRESHOLD, KeyStore
from node.adapters.trust.root_change import first_root
from node.config import LifetimeConfig
from node.errors import KeyStoreError
from node.ports import Clock


class RoleFiles:
    """Metadata files of a feed in `folder`, with consistent snapshots. Source: TUF specification 1.0, 4 and 6.2.

    Every method that signs raises KeyStoreError where a key cannot be used, or is not one that the root names for the
    role, and every one that writes StorageFull where a file cannot be written.
    """

    def __init__(self, folder: Path, keys: KeyStore, lifetimes: LifetimeConfig, clock: Clock) -> None:
        self._folder = folder
        self._keys = keys
        self._lifetimes = lifetimes
        self._clock = clock

    def write_first_root(self, identity: NodeIdentity) -> bytes:
        """Root version 1, threshold 2 of 3, signed by all three so that any two can be checked from the start."""
        holders = {name: self._keys.public_key(name) for name in ROOT_KEYS}
        online = {role: self._keys.public_key(role) for role in ONLINE_KEYS}
        metadata = Metadata(first_root(identity, holders, ROOT_THRESHOLD, online, self.root_expiry()))
        for name in ROOT_KEYS:
            metadata.sign(self._keys.signer(name), append=True)
        data = metadata.to_bytes()
        write_whole(self._folder / "1.root.json", data)
        return data

    def check_keys(self, root: Root, roles: tuple[str, ...] = ONLINE_KEYS) -> None:
        """Raises: KeyStoreError where an online key cannot be used or is not the one that the root names."""
        for role in roles:
            self._signers(role, (root,))

    def write_targets(self, version: int, files: Mapping[str, TargetFile]) -> MetaFile:
        """Returns what the snapshot says of it."""
        data = self.targets(version, files)
        write_whole(self.path(Targets.type, version), data)
        return described(version, data)

    def write_snapshot(self, version: int, targets: MetaFile) -> MetaFile:
        """Returns what the timestamp says of it."""
        data = self.snapshot(version, targets)
        write_whole(self.path(Snapshot.type, version), data)
        return described(version, data)

    def write_timestamp(self, version: int, snapshot: MetaFile) -> None:
        """From here on, `snapshot` and what it refers to are the feed."""
        write_whole(self._folder / "timestamp.json", self.timestamp(version, snapshot))

    def targets(self, version: int, files: Mapping[str, TargetFile], roots: tuple[Root, ...] = ()) -> bytes:
        """Signed for each of `roots`, the newest published one by default, so that it is valid under all of them."""
        expires = self._expiry(self._lifetimes.targets_days)
        return self._signed(Targets(version=version, expires=expires, targets=dict(files)), roots)

    def snapshot(self, version: int, targets: MetaFile, roots: tuple[Root, ...] = ()) -> bytes:
        """As `targets`."""
        expires = self._expiry(self._lifetimes.snapshot_days)
        return self._signed(Snapshot(version=version, expires=expires, meta={"targets.json": targets}), roots)

    def timestamp(self, version: int, snapshot: MetaFile, roots: tuple[Root, ...] = ()) -> bytes:
        """As `targets`."""
        expires = self._expiry(self._lifetimes.timestamp_days)
        return self._signed(Timestamp(version=version, expires=expires, snapshot_meta=snapshot), roots)

    def path(self, role: str, version: int) -> Path:
        return self._folder / f"{version}.{role}.json"

    def root_expiry(self) -> datetime:
        return self._expiry(self._lifetimes.root_days)

    def can_sign(self, role: str, root: Root) -> bool:
        """Whether the keys that a root names for a role can be used from here."""
        try:
            self._signers(role, (root,))
        except KeyStoreError:
            return False
        return True

    def _expiry(self, days: int) -> datetime:
        return self._clock().astimezone(UTC) + timedelta(days=days)

    def _signed(self, signed: T, roots: tuple[Root, ...]) -> bytes:
        metadata: Metadata[T] = Metadata(signed)
        for signer in self._signers(signed.type, roots or (newest_root(self._folder).signed,)):
            try:
                metadata.sign(signer, append=True)
            except UnsignedMetadataError as problem:
                # The client library wraps whatever a signer raises; a token that was pulled out says so itself.
                raise KeyStoreError(f"the {signed.type} key does not sign: {problem.__cause__}") from problem
        return metadata.to_bytes()

    def _signers(self, role: str, roots: tuple[Root, ...]) -> tuple[Signer, ...]:
        """One for each key that the roots name for a role, without repetition, in the order of the key ids."""
        wanted = sorted({keyid for root in roots for keyid in root.roles[role].keyids})
        known = {entry.public.keyid: entry for entry in self._keys.named(wanted)}
        for keyid in wanted:
            if keyid not in known:
                raise KeyStoreError(
                    f"the root of this feed does not name this node's {role} key: it names {keyid[:16]}…, "
                    "which is not among the keys here"
                )
        return tuple(self._keys.signer(known[keyid].name) for keyid in wanted)


def described(version: int, data: bytes) -> MetaFile:
    """What the metadata above says of a file."""
    return MetaFile.from_data(version, data, ["sha256"])
