"""This node's feed as a TUF repository: signed, published whole or not at all, servable by anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets

from node.adapters.trust.custom import MAX_NUMBER, to_json
from node.adapters.trust.feed_state import FeedState, first_root, read_state, read_target, root_chain, target_file
from node.adapters.trust.files import make_folder, storage_errors, write_whole
from node.adapters.trust.identity import NodeIdentity, fingerprint, identity_of
from node.adapters.trust.key_store import ONLINE_KEYS, KeyStore
from node.adapters.trust.locks import ExclusiveLock
from node.adapters.trust.pending import PendingRelease
from node.adapters.trust.prune import superseded
from node.adapters.trust.recover import MARGIN, Lost, Standing, lost_targets, standing
from node.adapters.trust.redo import RedoLog
from node.adapters.trust.role_files import RoleFiles, described
from node.adapters.trust.role_states import RoleState, role_states
from node.adapters.trust.root_request import check_chain
from node.config import FeedConfig, LifetimeConfig
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
        self._redo = RedoLog(home / "rotation.pending", home / "feeds")
        self._seen: FeedState | None = None

    def initialise(self) -> str:
        """The empty feed, with root version 1 signed by all root keys. Returns the root's fingerprint, grouped.

        Raises: ConfigurationError where there is a feed already; KeyStoreError; StorageFull; Busy.
        """
        with self._first():
            root = self._roles.write_first_root(self._identity)
            self._roles.write_timestamp(1, self._roles.write_snapshot(1, self._roles.write_targets(1, {})))
            return fingerprint(root)

    def begin(self, root: bytes) -> str:
        """The empty feed on a root that its holders signed. Returns the fingerprint, grouped.

        Raises: as `initialise`; SignatureRefused where it is no root version 1, or not signed by its threshold.
        """
        check_chain((root,))
        with self._first():
            write_whole(self._metadata / "1.root.json", root)
            self._roles.write_timestamp(1, self._roles.write_snapshot(1, self._roles.write_targets(1, {})))
            return fingerprint(root)

    def roots(self) -> tuple[bytes, ...]:
        """Every root of this feed, oldest first; none before there is a feed."""
        return root_chain(self._metadata) if (self._metadata / "timestamp.json").exists() else ()

    def install_root(self, root: bytes) -> None:
        """Publish the next root, and with it what the keys it names have to sign anew: whole, now or when next locked.

        Where the old keys are still here, the new metadata carry the signatures of both, so that they are valid on
        either side of the one rename that puts the root in force. Where an old key is lost, the root comes just
        before the timestamp, and a partner who pulls between the two renames refuses once.
        Raises: SignatureRefused where it does not follow the root in force; KeyStoreError, StorageFull, Busy.
        """
        with self.lock():
            state = self._existing()
            check_chain((*root_chain(self._metadata), root))
            following = Metadata[Root].from_bytes(root).signed
            name = f"metadata/{following.version}.root.json"
            changed = [role for role in ONLINE_KEYS if _keyids(following, role) != _keyids(state.root.signed, role)]
            if not changed:
                self._redo.carry_out([(name, root)])
                return
            both = all(self._roles.can_sign(role, state.root.signed) for role in changed)
            targets, snapshot, timestamp = self._signed_anew(state, (state.root.signed, following)[not both :])
            last = [timestamp, (name, root)] if both else [(name, root), timestamp]
            self._redo.carry_out([targets, snapshot, *last])
            self._pending.done()

    def finish(self) -> None:
        """End a change of keys that was killed half way. Raises: Busy, StorageFull."""
        if self._redo.waiting:
            with self.lock():
                pass

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
            self._redo.take_up()
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

    def check_keys(self) -> None:
        """Raises: KeyStoreError where a key that the root names for an online role cannot be used from here."""
        self._roles.check_keys(self._existing().root.signed)

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

    def publish_file(self, path: str, data: bytes) -> bool:
        """Publish one target that is not a release; False where the feed holds just this. Raises: as `publish`."""
        with self.lock():
            return self._put({path: data}, {})

    def published_file(self, path: str) -> bytes | None:
        """A target's bytes; None where the feed has none of that name. Raises: SignatureRefused."""
        state = self._state()
        file = state.files.get(path) if state else None
        return None if file is None else read_target(self._targets, file)

    def renew_timestamp(self) -> datetime:
        """A new timestamp; snapshot and targets too where they would expire before the one after it.

        A targets key that is kept offline does not stand in the way: the targets then stay as they are.
        Returns when the new timestamp expires (UTC). Raises: as `publish`.
        """
        with self.lock():
            state = self._existing()
            soon = self._clock() + 2 * self._timestamp_life
            if state.targets.signed.expires <= soon and self._roles.can_sign(Targets.type, state.root.signed):
                self._commit(state, state.files, {})
            elif state.snapshot.signed.expires <= soon:
                self._commit(state, None, {})
            else:
                self._roles.check_keys(state.root.signed, ("timestamp",))
                timestamp = state.timestamp.signed
                self._roles.write_timestamp(timestamp.version + 1, timestamp.snapshot_meta)
            return self._existing().timestamp.signed.expires

    def standing(self, peers: Path, own: str) -> Standing | None:
        """This feed beside what is known of it elsewhere; None before there is one. Raises: SignatureRefused."""
        state = self._state()
        return None if state is None else standing(state, self.roots(), peers, own)

    def recover(self, peers: Path, own: str, above: int, *, dry_run: bool = False) -> tuple[int, Lost]:
        """Go on above every version that may have been seen, with the later roots and releases that are still known.

        Versions become larger than `above` and than all that is known, by a margin. Returns the snapshot's version,
        and what was brought back or is gone; of a dry run, the version before. Raises: as `publish`;
        ConfigurationError where no version is left above those known.
        """
        with self.lock():
            state = self._existing()
            found = standing(state, self.roots(), peers, own)
            root = Metadata[Root].from_bytes(found.roots[-1]).signed if found.roots else state.root.signed
            lost = lost_targets(state, root, peers, own)
            if max(above, *found.known.values()) + 2 * MARGIN + max(found.published.values()) > MAX_NUMBER:
                raise ConfigurationError(
                    f"versions end at {MAX_NUMBER}, and there is no room above those known ({found.told() or above}). "
                    "A thief of the keys may have signed those: revoke the keys (`lmis-node keys revoke`), and they "
                    "no longer count"
                )
            if dry_run:
                return state.snapshot.signed.version, lost
            for path, content in lost.data.items():
                _write_once(target_file(self._targets, lost.entries[path]), content)
            least = max(above, *found.known.values(), *found.published.values()) + MARGIN
            targets, snapshot, timestamp = self._signed_anew(state, (root,), lost.entries, least)
            first = state.root.signed.version + 1
            roots = [(f"metadata/{first + number}.root.json", data) for number, data in enumerate(found.roots)]
            self._redo.carry_out([targets, snapshot, *roots, timestamp])
            self._pending.done()
            return self._existing().snapshot.signed.version, lost

    def prune(self, keep: FeedConfig, *, dry_run: bool = False) -> tuple[Path, ...]:
        """Delete superseded files that no reader can still be fetching, by the rule of `keep`; returns them.

        Raises: Busy, StorageFull; SignatureRefused when the folder was altered.
        """
        with self.lock():
            version = self._existing().snapshot.signed.version
            gone = superseded(self._metadata, self._targets, version, keep, self._clock())
            with storage_errors(self._metadata):
                for path in () if dry_run else gone:
                    path.unlink(missing_ok=True)
            return gone

    def _put(self, files: Mapping[str, bytes], customs: Mapping[str, Json]) -> bool:
        """Publish files beside those that are there; False where all of them are there already."""
        state = self._existing()
        described = {path: _described(path, data, customs.get(path)) for path, data in files.items()}
        changed = {path: file for path, file in described.items() if state.files.get(path) != file}
        if not changed:
            return False
        self._commit(state, {**state.files, **changed}, {path: files[path] for path in changed})
        return True

    def _commit(self, state: FeedState, entries: Mapping[str, TargetFile] | None, data: Mapping[str, bytes]) -> None:
        """Target files, then targets, snapshot, and last the timestamp, which makes them the feed.

        `entries` None: the targets stay as they are, and snapshot and timestamp alone are signed.
        """
        self._roles.check_keys(state.root.signed, ONLINE_KEYS if entries is not None else ONLINE_KEYS[1:])
        before = state.snapshot.signed.version
        step = self._step(state)
        version, targets_version = before + step, state.targets.signed.version + step
        contents = {target_file(self._targets, (entries or {})[path]): content for path, content in data.items()}
        metadata = [self._roles.path(Snapshot.type, version)]
        if entries is not None:
            metadata.append(self._roles.path(Targets.type, targets_version))
        with self._pending.announced(version, before, (*contents, *metadata)):
            for path, content in contents.items():
                _write_once(path, content)
            link = state.snapshot.signed.meta["targets.json"]
            if entries is not None:
                link = self._roles.write_targets(targets_version, entries)
            snapshot = self._roles.write_snapshot(version, link)
        self._roles.write_timestamp(state.timestamp.signed.version + step, snapshot)
        self._pending.done()

    def _signed_anew(
        self, state: FeedState, roots: tuple[Root, ...], entries: Mapping[str, TargetFile] | None = None, above: int = 0
    ) -> list[tuple[str, bytes]]:
        """Targets (with these entries besides), snapshot and timestamp with new versions, signed for these roots."""
        self._pending.clear(state.snapshot.signed.version)
        step = self._step(state, above)
        versions = [role.signed.version + step for role in (state.targets, state.snapshot, state.timestamp)]
        targets = self._roles.targets(versions[0], {**state.files, **(entries or {})}, roots)
        snapshot = self._roles.snapshot(versions[1], described(versions[0], targets), roots)
        timestamp = self._roles.timestamp(versions[2], described(versions[1], snapshot), roots)
        return [
            (f"metadata/{versions[0]}.targets.json", targets),
            (f"metadata/{versions[1]}.snapshot.json", snapshot),
            ("metadata/timestamp.json", timestamp),
        ]

    def _step(self, state: FeedState, above: int = 0) -> int:
        """By how much the versions grow. All three take the same step, so that a reserved snapshot version reserves
        the others too, and what lies above the snapshot's lies above the others'."""
        before = state.snapshot.signed.version
        step = max(before, self._pending.reserved()) + 1 - before
        lowest = min(role.signed.version for role in (state.targets, state.snapshot, state.timestamp))
        return max(step, above + 1 - lowest)

    @contextmanager
    def _first(self) -> Iterator[None]:
        with self.lock():
            if (self._metadata / "timestamp.json").exists():
                raise ConfigurationError(f"{self._metadata} holds a feed already; a root is changed by rotation only")
            make_folder(self._metadata)
            make_folder(self._targets)
            yield

    def _state(self) -> FeedState | None:
        self._seen = read_state(self._metadata, self._seen)
        return self._seen

    def _existing(self) -> FeedState:
        state = self._state()
        if state is None:
            raise ConfigurationError(f"{self._metadata} holds no feed yet; `lmis-node init` makes keys and root")
        return state


def _keyids(root: Root, role: str) -> frozenset[str]:
    return frozenset(root.roles[role].keyids)


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
