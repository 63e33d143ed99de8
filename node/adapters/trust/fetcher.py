"""Pulling a peer's feed by python-tuf's client, from its pinned root. Implements `node.ports.Fetcher`."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tuf.api.exceptions import (
    DownloadError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    RepositoryError,
)
from tuf.api.metadata import Metadata, TargetFile, Targets
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from node.adapters.trust.custom import DATA_SUFFIX, MAX_NUMBER, published_target, refusal
from node.adapters.trust.files import make_folder, storage_errors
from node.adapters.trust.identity import identity_of, read_root
from node.adapters.trust.locks import ExclusiveLock
from node.adapters.trust.transport import Sleep, open_transport
from node.config import LimitConfig
from node.errors import PeerStale, PeerUnreachable, SignatureRefused
from node.model.foreign import LONG, shown
from node.model.release import (
    MAX_REPORT_BYTES,
    FetchedFeed,
    FetchedTarget,
    Peer,
    PublishedTarget,
    Quarantined,
    TargetIdentity,
)
from node.ports import Clock

ROOT_BYTES, TIMESTAMP_BYTES, SNAPSHOT_BYTES, TARGETS_BYTES = 512_000, 16_384, 2_000_000, 5_000_000
"""What a metadata file may have where no signed length says so. 5 MB of targets hold some 4,000 releases."""

ROOT_ROTATIONS = 256

PART = 4
"""Times `limits.target_bytes` of data and reports that are held in memory at once."""


class TufFetcher:
    """Trusted metadata and verified targets of each peer are kept in `<home>/peers/<ID>/`.

    A pull that is cut off anywhere goes on at the next: what was verified and kept is not fetched again.
    """

    def __init__(self, home: Path, limits: LimitConfig, clock: Clock, sleep: Sleep = time.sleep) -> None:
        self._peers = home / "peers"
        self._limits = limits
        self._clock = clock
        self._sleep = sleep

    def fetch(self, peer: Peer, known: Collection[TargetIdentity]) -> FetchedFeed:
        """As `Fetcher.fetch`, in parts of at most `PART` times `limits.target_bytes`, oldest periods first."""
        folder = self._peers / peer.id
        lock = ExclusiveLock(folder / "pull.lock", f"a pull of {peer.id}")
        with lock.held(), _outcomes(peer, folder), self._transport(peer) as transport:
            updater = self._updater(peer, folder, transport)
            updater.refresh()
            _check_identity(peer, folder / "metadata")
            return self._feed(peer, updater, folder, known)

    def _transport(self, peer: Peer) -> AbstractContextManager[FetcherInterface]:
        return open_transport(peer.url, self._limits.timeout_seconds, self._sleep)

    def _updater(self, peer: Peer, folder: Path, transport: FetcherInterface) -> Updater:
        base = peer.url.removesuffix("/")
        make_folder(folder / "metadata")
        updater = Updater(
            metadata_dir=str(folder / "metadata"),
            metadata_base_url=f"{base}/metadata/",
            target_base_url=f"{base}/targets/",
            fetcher=transport,
            config=UpdaterConfig(
                max_root_rotations=ROOT_ROTATIONS,
                max_delegations=0,
                root_max_length=ROOT_BYTES,
                timestamp_max_length=TIMESTAMP_BYTES,
                snapshot_max_length=SNAPSHOT_BYTES,
                targets_max_length=TARGETS_BYTES,
            ),
            bootstrap=pinned_root(peer, folder),
        )
        # The client offers no other way to tell it the time; a test holds that it is the node's clock it goes by.
        updater._trusted_set.reference_time = self._clock()
        return updater

    def _feed(self, peer: Peer, updater: Updater, folder: Path, known: Collection[TargetIdentity]) -> FetchedFeed:
        # After a refresh these two files are what the client has just verified.
        metadata = folder / "metadata"
        version = Metadata.from_bytes((metadata / "snapshot.json").read_bytes()).signed.version
        if version > MAX_NUMBER:
            raise SignatureRefused(f"{peer.id}: the version of its snapshot is larger than {MAX_NUMBER}")
        targets: Metadata[Targets] = Metadata.from_bytes((metadata / "targets.json").read_bytes())
        files = targets.signed.targets
        read = [self._readable(files, path) for path in sorted(files) if path.endswith(DATA_SUFFIX)]
        published = tuple(entry for entry in read if isinstance(entry, PublishedTarget))
        unsettled = [target for target in published if target.identity not in known]
        part = self._part(unsettled, files)
        return FetchedFeed(
            sender=peer.id,
            snapshot_version=version,
            fetched_at=self._clock(),
            targets=published,
            fetched=tuple(
                FetchedTarget(
                    target,
                    self._bytes(updater, files[target.key.path], folder),
                    self._bytes(updater, files[target.key.report_path], folder),
                )
                for target in part
            ),
            unreadable=tuple(e for e in read if isinstance(e, Quarantined) and e.target not in known),
            waiting=len(unsettled) - len(part),
        )

    def _readable(self, files: Mapping[str, TargetFile], path: str) -> PublishedTarget | Quarantined:
        """A data target that can be asked for: well described, and neither it nor its report too large."""
        target = published_target(files, path)
        if isinstance(target, Quarantined):
            return target
        file, report = files[path], files[target.key.report_path]
        for one, most, setting in (
            (file, self._limits.target_bytes, " (limits.target_bytes)"),
            (report, MAX_REPORT_BYTES, ""),
        ):
            if one.length > most:
                what = "its report" if one is report else "it"
                reason = f"{what} has {shown(f'{one.length:,}')} bytes; this node accepts {most:,}{setting}"
                return refusal(file, report, reason, revision=target.custom.revision)
        return target

    def _part(self, targets: Iterable[PublishedTarget], files: Mapping[str, TargetFile]) -> list[PublishedTarget]:
        """The first of the targets, oldest periods first, that fit in memory together; one always does."""
        part: list[PublishedTarget] = []
        room = PART * self._limits.target_bytes
        for target in sorted(targets, key=lambda target: (target.key.period, target.key.path)):
            room -= files[target.key.path].length + files[target.key.report_path].length
            if part and room < 0:
                break
            part.append(target)
        return part

    @staticmethod
    def _bytes(updater: Updater, file: TargetFile, folder: Path) -> bytes:
        """A target's verified bytes, kept under the name that the feed gives it."""
        kept = folder / "targets" / file.get_prefixed_paths()[0]
        if not kept.resolve().is_relative_to((folder / "targets").resolve()):
            raise SignatureRefused(f"{shown(file.path)} leads out of the folder that targets are kept in")
        make_folder(kept.parent)
        if updater.find_cached_target(file, str(kept)) is None:
            updater.download_target(file, str(kept))
        return kept.read_bytes()


def pinned_root(peer: Peer, folder: Path) -> bytes:
    """The root this peer was added with. Raises: SignatureRefused when it is not the one that was pinned."""
    path = folder / "root.json"
    try:
        root = path.read_bytes()
    except OSError as problem:
        raise SignatureRefused(f"{peer.id}: its pinned root {path} cannot be read: {problem.strerror}") from problem
    if hashlib.sha256(root).hexdigest() != peer.fingerprint:
        raise SignatureRefused(f"{peer.id}: {path} is not the root with the fingerprint it was added with")
    return root


def _check_identity(peer: Peer, metadata: Path) -> None:
    """A later root may change keys, never whose feed it is."""
    identity = identity_of(read_root((metadata / "root.json").read_bytes()).signed)
    if (identity.country, identity.authority) != (peer.id, peer.authority):
        raise SignatureRefused(
            f"{peer.id}: its newest root speaks for {identity.authority} of {identity.country}, "
            f"and it was added as {peer.authority} of {peer.id}"
        )


@contextmanager
def _outcomes(peer: Peer, folder: Path) -> Iterator[None]:
    """The client's errors as ours: late, refused, not reached, or this machine's own trouble."""
    try:
        with storage_errors(folder):
            yield
    except ExpiredMetadataError as problem:
        raise PeerStale(f"{peer.id}: {shown(problem, LONG)}; it was not renewed in time at {peer.url}") from problem
    except DownloadLengthMismatchError as problem:
        raise SignatureRefused(f"{peer.id}: {shown(problem, LONG)}") from problem
    except RepositoryError as problem:
        raise SignatureRefused(f"{peer.id}: what {peer.url} serves is refused: {shown(problem, LONG)}") from problem
    except DownloadError as problem:
        raise PeerUnreachable(f"{peer.id}: {shown(problem, LONG)}") from problem
