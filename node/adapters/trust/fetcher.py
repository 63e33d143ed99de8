"""Pulling a peer's feed by python-tuf's client, from its pinned root. Implements `node.ports.Fetcher`."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

from tuf.api.exceptions import (
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
)
from tuf.api.metadata import Metadata, Snapshot, TargetFile
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from node.adapters.trust.custom import MAX_NUMBER
from node.adapters.trust.described import described
from node.adapters.trust.files import storage_errors
from node.adapters.trust.identity import NodeIdentity, identity_of, read_root
from node.adapters.trust.locks import ExclusiveLock
from node.adapters.trust.observed import MAX_BYTES as MAX_OBSERVED_BYTES
from node.adapters.trust.observed import MOST_BYTES as MOST_SNAPSHOT_BYTES
from node.adapters.trust.observed import PATH as OBSERVED
from node.adapters.trust.observed import own_view
from node.adapters.trust.observed import read as read_observed
from node.adapters.trust.peer_token import read_token
from node.adapters.trust.transport import Sleep, open_transport
from node.config import LimitConfig
from node.errors import PeerStale, PeerUnreachable, SignatureRefused
from node.model.foreign import LONG, shown
from node.model.release import (
    FetchedFeed,
    FetchedTarget,
    Peer,
    PublishedTarget,
    Quarantined,
    TargetIdentity,
)
from node.model.split_view import Statement
from node.ports import Clock

_log = logging.getLogger(__name__)

ROOT_BYTES, TIMESTAMP_BYTES, SNAPSHOT_BYTES, TARGETS_BYTES = 512_000, 16_384, MOST_SNAPSHOT_BYTES, 5_000_000
"""What a metadata file may have where no signed length says so. 5 MB of targets hold some 4,000 releases."""

ROOT_ROTATIONS = 256
ROOTS_KEPT = 64

WITHHELD_STATUS = frozenset({401, 403})
"""A target answered so takes a token that this node has not, or not any more."""

Download = Callable[[TargetFile], bytes]
"""The bytes of a target from where the peer keeps it, not checked yet."""

PART = 4
"""Times `limits.target_bytes` of data and reports that are held in memory at once."""


class TufFetcher:
    """Trusted metadata and verified targets of each peer are kept in `<home>/peers/<ID>/`.

    A pull that is cut off anywhere goes on at the next: what was verified and kept is not fetched again.
    `country`: this node's own, as the witness of what it sees.
    """

    def __init__(
        self, home: Path, limits: LimitConfig, clock: Clock, sleep: Sleep = time.sleep, *, country: str = ""
    ) -> None:
        self._country = country
        self._peers = home / "peers"
        self._limits = limits
        self._clock = clock
        self._sleep = sleep

    def fetch(self, peer: Peer, known: Collection[TargetIdentity], settled: str = "") -> FetchedFeed:
        """As `Fetcher.fetch`, in parts of at most `PART` times `limits.target_bytes`, oldest periods first."""
        folder = self._peers / peer.id
        lock = ExclusiveLock(folder / "pull.lock", f"a pull of {peer.id}")
        with lock.held(), _outcomes(peer, folder), self._transport(peer) as transport:
            updater = self._updater(peer, folder, transport)
            updater.refresh()
            _check_identity(peer, pinned_root(peer, folder), folder / "metadata")
            download = partial(_download, transport, f"{peer.url.removesuffix('/')}/targets/")
            feed = self._feed(peer, download, folder, known)
            return replace(feed, told=self._told(peer, updater, download, folder, settled))

    def _transport(self, peer: Peer) -> AbstractContextManager[FetcherInterface]:
        seconds, in_all = self._limits.timeout_seconds, self._limits.pull_seconds
        token = read_token(self._peers / peer.id)
        return open_transport(peer.url, seconds, self._sleep, token, in_all_seconds=in_all)

    def _updater(self, peer: Peer, folder: Path, transport: FetcherInterface) -> Updater:
        base = peer.url.removesuffix("/")
        (folder / "metadata").mkdir(parents=True, exist_ok=True)
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

    def _feed(self, peer: Peer, download: Download, folder: Path, known: Collection[TargetIdentity]) -> FetchedFeed:
        # After a refresh these two files are what the client has just verified.
        metadata = folder / "metadata"
        snapshot = (metadata / "snapshot.json").read_bytes()
        _check_snapshot(peer, Metadata.from_bytes(snapshot))
        identity, root_version = _identity((metadata / "root.json").read_bytes())
        content = described((metadata / "targets.json").read_bytes(), self._limits.target_bytes)
        read, files = content.targets, content.files
        now = self._clock()
        seen = own_view(snapshot, peer.id, self._country, root_version, content.content_sha256, now)
        published = tuple(entry for entry in read if isinstance(entry, PublishedTarget))
        unsettled = [target for target in published if target.identity not in known]
        part = self._part(unsettled, files)
        fetched = [(target, self._both(download, target, files, folder)) for target in part]
        return FetchedFeed(
            sender=peer.id,
            snapshot_version=seen.version,
            fetched_at=now,
            targets=published,
            fetched=tuple(brought for _, brought in fetched if brought is not None),
            unreadable=tuple(e for e in read if isinstance(e, Quarantined) and e.target not in known),
            waiting=len(unsettled) - len(part),
            withheld=tuple(target.identity for target, brought in fetched if brought is None),
            synthetic=identity.synthetic,
            seen=seen,
        )

    def _told(self, peer: Peer, updater: Updater, download: Download, folder: Path, settled: str) -> Statement | None:
        """What the peer says it saw of others, as far as it is of the agreed form and not `settled` before.

        One that is not says nothing about anybody, and keeps no figure from being merged.
        """
        if peer.id == self._country:
            return None  # what this node says of others it has from itself
        file = updater.get_targetinfo(OBSERVED)
        if file is None or file.length > MAX_OBSERVED_BYTES or file.hashes.get("sha256") in (None, settled):
            return None
        try:
            statement = read_observed(self._bytes(download, file, folder), peer.id, self._peers)
        except SignatureRefused as problem:
            _log.warning("%s: what it says it saw of others is not read: %s", peer.id, problem)
            return None
        for kept in (folder / "targets").glob(f"*.{OBSERVED}"):
            if not kept.name.startswith(statement.sha256):
                kept.unlink(missing_ok=True)
        return statement

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

    def _both(
        self, download: Download, target: PublishedTarget, files: Mapping[str, TargetFile], folder: Path
    ) -> FetchedTarget | None:
        """A target's data and report; None where the peer gives them to others only, which stops nothing else."""
        try:
            data, report = (
                self._bytes(download, files[path], folder) for path in (target.key.path, target.key.report_path)
            )
        except DownloadHTTPError as problem:
            if problem.status_code in WITHHELD_STATUS:
                return None
            raise
        return FetchedTarget(target, data, report)

    @staticmethod
    def _bytes(download: Download, file: TargetFile, folder: Path) -> bytes:
        """A target's verified bytes, kept under the name that the feed gives it.

        What is kept is no more than a copy, whose hash is looked at whenever it is read: it need not reach the disk
        before the pull goes on, and where a kill left half of it, it is fetched again.
        """
        kept = folder / "targets" / file.get_prefixed_paths()[0]
        if not kept.resolve().is_relative_to((folder / "targets").resolve()):
            raise SignatureRefused(f"{shown(file.path)} leads out of the folder that targets are kept in")
        with suppress(FileNotFoundError, LengthOrHashMismatchError):
            data = kept.read_bytes()
            file.verify_length_and_hashes(data)
            return data
        data = download(file)
        file.verify_length_and_hashes(data)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(data)
        return data


def _download(transport: FetcherInterface, base: str, file: TargetFile) -> bytes:
    return transport.download_bytes(base + file.get_prefixed_paths()[0], file.length)


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


def _check_snapshot(peer: Peer, snapshot: Metadata[Snapshot]) -> None:
    """A snapshot that does not name its targets by hash would let one snapshot stand for several feeds."""
    if snapshot.signed.version > MAX_NUMBER:
        raise SignatureRefused(f"{peer.id}: the version of its snapshot is larger than {MAX_NUMBER}")
    if "sha256" not in (snapshot.signed.meta["targets.json"].hashes or {}):
        raise SignatureRefused(f"{peer.id}: its snapshot does not name the targets metadata by SHA-256")


def _check_identity(peer: Peer, pinned: bytes, metadata: Path) -> None:
    """A later root may change keys, never whose feed it is, nor whether its data are generated."""
    identity, _ = _identity((metadata / "root.json").read_bytes())
    if identity.synthetic != _identity(pinned)[0].synthetic:
        raise SignatureRefused(f"{peer.id}: its newest root says the opposite of the pinned one on generated data")
    if (identity.country, identity.authority) != (peer.id, peer.authority):
        raise SignatureRefused(
            f"{peer.id}: its newest root speaks for {identity.authority} of {identity.country}, "
            f"and it was added as {peer.authority} of {peer.id}"
        )


@lru_cache(maxsize=ROOTS_KEPT)
def _identity(root: bytes) -> tuple[NodeIdentity, int]:
    """Whose feed a signed root begins, and its version; the same bytes need not be checked twice."""
    signed = read_root(root).signed
    return identity_of(signed), signed.version


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
