"""Signing the four top-level roles and putting them in place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, T, TargetFile, Targets, Timestamp

from node.adapters.trust.files import write_whole
from node.adapters.trust.identity import FIELD, NodeIdentity
from node.adapters.trust.key_store import ONLINE_KEYS, ROOT_KEYS, ROOT_THRESHOLD, KeyStore
from node.config import LifetimeConfig
from node.errors import KeyStoreError
from node.ports import Clock


class RoleFiles:
    """Metadata files of a feed in `folder`, with consistent snapshots. Source: TUF specification 1.0, 4 and 6.2.

    Every method raises KeyStoreError where a key cannot be used, StorageFull where a file cannot be written.
    """

    def __init__(self, folder: Path, keys: KeyStore, lifetimes: LifetimeConfig, clock: Clock) -> None:
        self._folder = folder
        self._keys = keys
        self._lifetimes = lifetimes
        self._clock = clock

    def write_first_root(self, identity: NodeIdentity) -> bytes:
        """Root version 1, threshold 2 of 3, signed by all three so that any two can be checked from the start."""
        root = Root(
            version=1,
            expires=self.expiry(self._lifetimes.root_days),
            consistent_snapshot=True,
            unrecognized_fields={FIELD: identity.as_field()},
        )
        for name in ROOT_KEYS:
            root.add_key(self._keys.public_key(name), Root.type)
        root.roles[Root.type].threshold = ROOT_THRESHOLD
        for role in ONLINE_KEYS:
            root.add_key(self._keys.public_key(role), role)
        metadata = Metadata(root)
        for name in ROOT_KEYS:
            metadata.sign(self._keys.signer(name), append=True)
        data = metadata.to_bytes()
        write_whole(self._folder / "1.root.json", data)
        return data

    def check_keys(self, root: Root) -> None:
        """Raises: KeyStoreError where an online key cannot be used or is not the one that the root names."""
        for role in ONLINE_KEYS:
            keyid = self._keys.signer(role).public_key.keyid
            if keyid not in root.roles[role].keyids:
                raise KeyStoreError(f"the root of this feed does not name this node's {role} key ({keyid[:16]}…)")

    def write_targets(self, version: int, files: Mapping[str, TargetFile]) -> MetaFile:
        """Returns what the snapshot says of it."""
        expires = self.expiry(self._lifetimes.targets_days)
        data = self._signed(Targets(version=version, expires=expires, targets=dict(files)))
        write_whole(self.path(Targets.type, version), data)
        return MetaFile.from_data(version, data, ["sha256"])

    def write_snapshot(self, version: int, targets: MetaFile) -> MetaFile:
        """Returns what the timestamp says of it."""
        expires = self.expiry(self._lifetimes.snapshot_days)
        data = self._signed(Snapshot(version=version, expires=expires, meta={"targets.json": targets}))
        write_whole(self.path(Snapshot.type, version), data)
        return MetaFile.from_data(version, data, ["sha256"])

    def write_timestamp(self, version: int, snapshot: MetaFile) -> None:
        """From here on, `snapshot` and what it refers to are the feed."""
        expires = self.expiry(self._lifetimes.timestamp_days)
        data = self._signed(Timestamp(version=version, expires=expires, snapshot_meta=snapshot))
        write_whole(self._folder / "timestamp.json", data)

    def path(self, role: str, version: int) -> Path:
        return self._folder / f"{version}.{role}.json"

    def expiry(self, days: int) -> datetime:
        return self._clock().astimezone(UTC) + timedelta(days=days)

    def _signed(self, signed: T) -> bytes:
        metadata: Metadata[T] = Metadata(signed)
        metadata.sign(self._keys.signer(signed.type))
        return metadata.to_bytes()
