"""This node's feed as a TUF repository: signed, published whole or not at all, servable by anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from tuf.api.metadata import Snapshot, TargetFile, Targets

from node.adapters.trust.custom import to_json
from node.adapters.trust.feed_state import FeedState, first_root, read_state, read_target, target_file
from node.adapters.trust.files import make_folder, write_whole
from node.adapters.trust.identity import NodeIdentity, fingerprint, identity_of
from node.adapters.trust.key_store import KeyStore
from node.adapters.trust.locks import ExclusiveLock
from node.adapters.trust.pending import PendingRelease
from node.adapters.trust.role_files import RoleFiles
from node.adapters.trust.role_states import RoleState, role_states
from node.config import LifetimeConfig
from node.errors import ConfigurationError
from node.model.period import TimePeriod
from node.model.release import Json, PublishedTarget, ReleaseDraft, SignedRelease, TargetDigest, TargetKey
from node.model.standing import OwnFeed
from node.ports import Clock


class TufPublication:
    """Implements `node.ports.Publication` on `<home>/feeds/`, with the top-level roles and no delegation.

    The timestamp is the one file that is replaced; all others are new under a name of their own, so a reader
    who follows a timestamp always finds the whole state it vouches for. Source: TUF specification 1.0, 6.2.
    """

    def __init__(
        self, home: Path, identity: NodeIdentity, keys: KeyStore, lifetimes: LifetimeConfig, clock: Clock
    ) -> None:
        self._metadata = home / "feeds" / "metadata"
        self._targets = home / "feeds" / "targets"
        self._identity = identity
        self._keys = keys
        self._roles = RoleFiles(self._metadata, keys, lifetimes, clock)
        self._timestamp_life = timedelta(days=lifetimes.timestamp_days)
        self._clock = clock
        self._lock = ExclusiveLock(home / "release.lock", "a release of this node")
        self._pending = PendingRelease(home / "release.pending", home / "feeds")
        self._seen: FeedState | None = None

    def initialise(self) -> str:
        """The empty feed, with root version 1 signed by all root keys. Returns the root's fingerprint, grouped.

        Raises: ConfigurationError where there is a feed already; KeyStoreError; StorageFull; Busy.
        """
        with self.lock():
            if (self._metadata / "timestamp.json").exists():
                raise ConfigurationError(f"{self._metadata} holds a feed already; a root is changed by rotation only")
            make_folder(self._metadata)
            make_folder(self._targets)
            root = self._roles.write_first_root(self._identity)
            self._roles.write_timestamp(1, self._roles.write_snapshot(1, self._roles.write_targets(1, {})))
            return fingerprint(root)

    def signed_identity(self) -> NodeIdentity:
        """Whose feed this is, as its root says. Raises: ConfigurationError before `initialise`; SignatureRefused."""
        return identity_of(self._existing().root.signed)

    def fingerprint(self) -> str:
        """The fingerprint of root version 1, which partners pin, grouped. Raises: SignatureRefused without one."""
        return fingerprint(first_root(self._metadata))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """As `Publication.lock`. Raises: Busy naming the process that holds it."""
        with self._lock.held():
            yield

    def published(self, dataflow: str, period: TimePeriod) -> tuple[PublishedTarget, bytes] | None:
        """As `Publication.published`. Raises: SignatureRefused when the feed's folder was altered."""
        state = self._state()
        file = state.files.get(TargetKey(dataflow, period).path) if state else None
        if state is None or file is None:
            return None
        return state.data_target(file.path), read_target(self._targets, file)

    def own_feed(self) -> OwnFeed | None:
        """What is published now; None before `initialise`. Needs no key. Raises: SignatureRefused."""
        state = self._state()
        if state is None:
            return None
        return OwnFeed(state.snapshot.signed.version, state.timestamp.signed.expires, state.data_targets())

    def roles(self) -> tuple[RoleState, ...]:
        """Root, targets, snapshot and timestamp as they are signed now; none before `initialise`.

        Raises: SignatureRefused; KeyStoreError without keys.
        """
        state = self._state()
        return () if state is None else role_states(state, self._keys)

    def publish(self, draft: ReleaseDraft, structure: bytes) -> SignedRelease:
        """As `Publication.publish`; where the feed holds just this, nothing is written and `changed` is False.

        Raises: KeyStoreError, StorageFull, Busy; ConfigurationError before `initialise`; SignatureRefused.
        """
        files = {**draft.files, f"structure/{draft.key.dataflow}.json": structure}
        with self.lock():
            changed = self._put(files, {draft.key.path: to_json(draft.custom)})
            state = self._existing()
        file = state.files[draft.key.path]
        digest = TargetDigest(file.path, file.length, file.hashes["sha256"])
        return SignedRelease(draft.key, draft.custom, digest, state.snapshot.signed.version, changed)

    def renew_timestamp(self) -> datetime:
        """A new timestamp; snapshot and targets too where they would expire before the one after it.

        Returns when the new timestamp expires (UTC). Raises: as `publish`.
        """
        with self.lock():
            state = self._existing()
            if state.first_expiry() <= self._clock() + 2 * self._timestamp_life:
                self._commit(state, state.files, {})
            else:
                self._roles.check_keys(state.root.signed)
                timestamp = state.timestamp.signed
                self._roles.write_timestamp(timestamp.version + 1, timestamp.snapshot_meta)
            return self._existing().timestamp.signed.expires

    def _put(self, files: Mapping[str, bytes], customs: Mapping[str, Json]) -> bool:
        """Publish files beside those that are there; False where all of them are there already."""
        state = self._existing()
        described = {path: _described(path, data, customs.get(path)) for path, data in files.items()}
        changed = {path: file for path, file in described.items() if state.files.get(path) != file}
        if not changed:
            return False
        self._commit(state, {**state.files, **changed}, {path: files[path] for path in changed})
        return True

    def _commit(self, state: FeedState, entries: Mapping[str, TargetFile], data: Mapping[str, bytes]) -> None:
        """Target files, then targets, snapshot, and last the timestamp, which makes them the feed."""
        self._roles.check_keys(state.root.signed)
        before = state.snapshot.signed.version
        version = max(before, self._pending.reserved()) + 1
        # All three versions take the same step, so that a reserved snapshot version reserves the others too.
        step = version - before
        targets_version = state.targets.signed.version + step
        contents = {target_file(self._targets, entries[path]): content for path, content in data.items()}
        metadata = (self._roles.path(Targets.type, targets_version), self._roles.path(Snapshot.type, version))
        with self._pending.announced(version, before, (*contents, *metadata)):
            for path, content in contents.items():
                _write_once(path, content)
            snapshot = self._roles.write_snapshot(version, self._roles.write_targets(targets_version, entries))
        self._roles.write_timestamp(state.timestamp.signed.version + step, snapshot)
        self._pending.done()

    def _state(self) -> FeedState | None:
        self._seen = read_state(self._metadata, self._seen)
        return self._seen

    def _existing(self) -> FeedState:
        state = self._state()
        if state is None:
            raise ConfigurationError(f"{self._metadata} holds no feed yet; `lmis-node init` makes keys and root")
        return state


def _described(path: str, data: bytes, custom: Json) -> TargetFile:
    file = TargetFile.from_data(path, data, ["sha256"])
    if custom is not None:
        file.unrecognized_fields["custom"] = custom
    return file


def _write_once(path: Path, content: bytes) -> None:
    """A target's name holds its hash, so one that is there whole needs no writing."""
    make_folder(path.parent)
    if not path.exists() or path.read_bytes() != content:
        write_whole(path, content)
