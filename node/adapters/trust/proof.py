"""The signed way from a peer's pinned root to one target, checked anew from the files of this node."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, T, TargetFile, Targets
from tuf.api.serialization import DeserializationError

from node.adapters.trust.fetcher import pinned_root
from node.adapters.trust.files import make_folder, write_whole
from node.errors import ProofBroken
from node.model.foreign import LONG, shown
from node.model.release import Peer, Vintage

KEPT = "proofs"
"""Where the metadata that vouched for what was merged are kept: the client itself remembers only the newest."""


@dataclass(frozen=True, slots=True)
class SignedFile:
    """One metadata file on the way. `signers`: ids of the keys whose signature was found valid; `threshold`: how many
    must be; `by`: whose keys they are, as the root says; `root`: that root's version.
    """

    role: str
    version: int
    path: Path
    text: str
    sha256: str
    signers: tuple[str, ...]
    threshold: int
    by: str
    root: int


@dataclass(frozen=True, slots=True)
class SignedWay:
    """From root to target: roots first, then snapshot and targets. `entry`: what is signed of the target, None where
    no metadata that this node has kept speak of that vintage; `report`: the same of its report.
    """

    files: tuple[SignedFile, ...]
    entry: TargetFile | None
    report: TargetFile | None


def keep_for_proof(peer_folder: Path, snapshot_version: int) -> None:
    """Keep the metadata in force beside what they vouch for, once a version. Raises: StorageFull."""
    folder, kept = peer_folder / "metadata", peer_folder / KEPT
    make_folder(kept)
    for role in ("snapshot", "targets"):
        path = kept / f"{snapshot_version}.{role}.json"
        if not path.exists():
            write_whole(path, (folder / f"{role}.json").read_bytes())


def signed_way(peer: Peer, peer_folder: Path, vintage: Vintage) -> SignedWay:
    """Raises: ProofBroken naming the first file that is not what the one before it vouches for."""
    roots = list(_roots(peer, peer_folder))
    for folder, snapshot, targets in _candidates(peer_folder, vintage):
        parsed: Metadata[Snapshot] = _parsed(folder / snapshot, Snapshot.type)
        content: Metadata[Targets] = _parsed(folder / targets, Targets.type)
        snapshot_file = _signed(folder / snapshot, parsed, peer, roots)
        targets_file = _signed(folder / targets, content, peer, roots)
        link = parsed.signed.meta["targets.json"]
        if link.version != content.signed.version or (link.hashes or {}).get("sha256") != targets_file.sha256:
            raise ProofBroken(f"{folder / targets} is not the one that {folder / snapshot} vouches for")
        files = content.signed.targets
        entry = files.get(vintage.target.path)
        if entry is not None and entry.hashes.get("sha256") == vintage.target.sha256:
            way = (*(file for file, _ in roots), snapshot_file, targets_file)
            return SignedWay(way, entry, files.get(vintage.key.report_path))
    return SignedWay(tuple(file for file, _ in roots), None, None)


def _candidates(folder: Path, vintage: Vintage) -> Iterator[tuple[Path, str, str]]:
    """Where metadata that speak of a vintage may be: those kept when it was merged, then those in force."""
    version = vintage.snapshot_version
    for place, snapshot, targets in (
        (folder / KEPT, f"{version}.snapshot.json", f"{version}.targets.json"),
        (folder / "metadata", "snapshot.json", "targets.json"),
    ):
        if (place / snapshot).is_file() and (place / targets).is_file():
            yield place, snapshot, targets


def _roots(peer: Peer, folder: Path) -> Iterator[tuple[SignedFile, Root]]:
    """The pinned root and every later one, each signed as the one before it and as it itself demands.

    Source: TUF specification 1.0, 5.3.
    """
    pinned_root(peer, folder)  # the bytes have the fingerprint that was compared by telephone
    before, path = None, folder / "root.json"
    version = 1
    while path.is_file():
        metadata: Metadata[Root] = _parsed(path, Root.type)
        for root in (before, metadata.signed):
            if root is not None:
                _verify(root, Root.type, metadata, path)
        if before is not None and metadata.signed.version != before.version + 1:
            raise ProofBroken(f"{path} does not follow the root before it")
        yield _described(path, metadata, metadata.signed, peer), metadata.signed
        before, version = metadata.signed, metadata.signed.version
        path = folder / "metadata" / "root_history" / f"{version + 1}.root.json"


def _signed(path: Path, metadata: Metadata[T], peer: Peer, roots: list[tuple[SignedFile, Root]]) -> SignedFile:
    """A file signed as one of the roots demands, the newest first: an old one was signed under an old root."""
    role = metadata.signed.type
    for _, root in reversed(roots):
        try:
            root.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
        except (RepositoryError, ValueError):
            continue
        return _described(path, metadata, root, peer)
    raise ProofBroken(f"{path} is not signed by keys that any root of {peer.id} names for {role}")


def _parsed(path: Path, role: str) -> Metadata[T]:
    try:
        metadata: Metadata[T] = Metadata.from_bytes(path.read_bytes())
    except (OSError, DeserializationError, ValueError) as problem:
        raise ProofBroken(f"{path} cannot be read as signed metadata: {shown(problem, LONG)}") from problem
    if metadata.signed.type != role:
        raise ProofBroken(f"{path} is metadata of another role than {role}")
    return metadata


def _verify(root: Root, role: str, metadata: Metadata[T], path: Path) -> None:
    try:
        root.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
    except (RepositoryError, ValueError) as problem:
        raise ProofBroken(f"{path} is not signed as it must be: {shown(problem, LONG)}") from problem


def _described(path: Path, metadata: Metadata[T], root: Root, peer: Peer) -> SignedFile:
    role = metadata.signed.type
    result = root.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
    data = path.read_bytes()
    return SignedFile(
        role=role,
        version=metadata.signed.version,
        path=path,
        text=data.decode(),
        sha256=_sha256(data),
        signers=tuple(sorted(result.signed)),
        threshold=root.roles[role].threshold,
        by=f"{role} keys of {peer.id}, named by its root {root.version}",
        root=root.version,
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
