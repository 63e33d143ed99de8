"""This node's own feed as its timestamp vouches for it: read from the folder, checked, never changed in place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp

from node.adapters.trust.custom import DATA_PATH, published_target
from node.errors import SignatureRefused
from node.model.release import PublishedTarget, Quarantined


@dataclass(frozen=True, slots=True, eq=False)
class FeedState:
    """The four top-level roles of one state of the feed. Metadata objects are shared: copy before changing."""

    root: Metadata[Root]
    targets: Metadata[Targets]
    snapshot: Metadata[Snapshot]
    timestamp: Metadata[Timestamp]
    timestamp_bytes: bytes

    @property
    def files(self) -> dict[str, TargetFile]:
        return self.targets.signed.targets

    def data_targets(self) -> tuple[PublishedTarget, ...]:
        """The releases in the feed, sorted by dataflow and period. Raises: SignatureRefused."""
        found = (self.data_target(path) for path in self.files if DATA_PATH.fullmatch(path))
        return tuple(sorted(found, key=lambda target: (target.key.dataflow, target.key.period)))

    def data_target(self, path: str) -> PublishedTarget:
        """Raises: SignatureRefused where this node's own signed description of it is not one of ours."""
        target = published_target(self.files, path)
        if isinstance(target, Quarantined):
            raise _altered(Path(path), target.reason)
        return target


def read_state(metadata: Path, seen: FeedState | None = None) -> FeedState | None:
    """The feed's state; None before there is one. `seen`: a state read before, returned where it still stands.

    Raises: SignatureRefused when the folder was changed by something that does not hold the node's keys.
    """
    try:
        timestamp_bytes = (metadata / "timestamp.json").read_bytes()
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise _altered(metadata, f"timestamp.json cannot be read: {problem.strerror}") from problem
    if seen is not None and seen.timestamp_bytes == timestamp_bytes:
        return seen
    try:
        return _read(metadata, timestamp_bytes)
    except (OSError, RepositoryError, ValueError, KeyError) as problem:
        raise _altered(metadata, str(problem)) from problem


def first_root(metadata: Path) -> bytes:
    """Root version 1, as partners pin it. Raises: SignatureRefused where it is gone."""
    try:
        return (metadata / "1.root.json").read_bytes()
    except OSError as problem:
        raise _altered(metadata, f"1.root.json cannot be read: {problem.strerror}") from problem


def _read(metadata: Path, timestamp_bytes: bytes) -> FeedState:
    root = newest_root(metadata)
    timestamp: Metadata[Timestamp] = Metadata.from_bytes(timestamp_bytes)
    root.signed.verify_delegate(Timestamp.type, timestamp.signed_bytes, timestamp.signatures)

    link = timestamp.signed.snapshot_meta
    snapshot_bytes = (metadata / f"{link.version}.snapshot.json").read_bytes()
    link.verify_length_and_hashes(snapshot_bytes)
    snapshot: Metadata[Snapshot] = Metadata.from_bytes(snapshot_bytes)
    root.signed.verify_delegate(Snapshot.type, snapshot.signed_bytes, snapshot.signatures)

    link = snapshot.signed.meta["targets.json"]
    targets_bytes = (metadata / f"{link.version}.targets.json").read_bytes()
    link.verify_length_and_hashes(targets_bytes)
    targets: Metadata[Targets] = Metadata.from_bytes(targets_bytes)
    root.signed.verify_delegate(Targets.type, targets.signed_bytes, targets.signatures)
    return FeedState(root, targets, snapshot, timestamp, timestamp_bytes)


def newest_root(metadata: Path) -> Metadata[Root]:
    """The root in force. Raises: SignatureRefused where there is none."""
    chain = root_chain(metadata)
    if not chain:
        raise _altered(metadata, "there is no 1.root.json")
    return Metadata[Root].from_bytes(chain[-1])


def root_chain(metadata: Path) -> tuple[bytes, ...]:
    """All roots, oldest first. Versions follow one another without a gap. Source: TUF specification 1.0, 5.3."""
    found: list[bytes] = []
    while (path := metadata / f"{len(found) + 1}.root.json").exists():
        found.append(path.read_bytes())
    return tuple(found)


def target_file(targets: Path, file: TargetFile) -> Path:
    """Where a target lies in a feed with consistent snapshots. Source: TUF specification 1.0, 6.2."""
    folder, _, name = file.path.rpartition("/")
    return targets / folder / f"{file.hashes['sha256']}.{name}"


def read_target(targets: Path, file: TargetFile) -> bytes:
    """Raises: SignatureRefused when the file is gone or is not what was signed."""
    path = target_file(targets, file)
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise _altered(path, f"{problem.strerror}") from problem
    if len(data) != file.length or hashlib.sha256(data).hexdigest() != file.hashes["sha256"]:
        raise _altered(path, "its bytes are not those that were signed")
    return data


def _altered(path: Path, why: str) -> SignatureRefused:
    return SignatureRefused(
        f"this node's own feed was altered at {path}: {why}; nothing is signed on top of it, restore the folder "
        "from a backup"
    )
