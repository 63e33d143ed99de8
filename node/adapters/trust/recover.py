"""Whether this node's feed was put back to an older state than others have seen, and what is needed to go on.

What others have seen is known from two places: this node's own pulls of its feed, and the signed snapshots of it that
partners publish in their `observed.json`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Signed, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization import DeserializationError

from node.adapters.trust import observed
from node.adapters.trust.custom import DATA_PATH, DATA_SUFFIX, MAX_NUMBER
from node.adapters.trust.feed_state import FeedState
from node.adapters.trust.root_request import check_chain
from node.errors import NodeError, SignatureRefused
from node.model.split_view import SeenSnapshot

MARGIN = 1_000
"""Versions left out beyond the highest known one: timestamps are signed oftener than snapshots, and a partner may
have seen some that nobody here knows of. A release a day fills three years."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed's folder stands beside what is known of it.

    `known`: the highest version seen of each role; `by`: who saw it; `roots`: later roots than the folder has;
    `claimed`: partner to a root that it says it follows and that is not known here. That is a partner's bare word: it
    is told, and nothing is done by it.
    """

    known: Mapping[str, int]
    by: Mapping[str, str]
    published: Mapping[str, int]
    roots: tuple[bytes, ...] = ()
    claimed: Mapping[str, int] = field(default_factory=dict)

    @property
    def behind(self) -> tuple[str, ...]:
        """Roles whose published version is older than one that was seen."""
        return tuple(role for role, version in self.known.items() if version > self.published[role])

    @property
    def put_back(self) -> bool:
        return bool(self.behind or self.roots)

    def told(self) -> str:
        """In words, for an operator."""
        seen = [f"{self.by[role]} saw {role} {self.known[role]}, and {self.published[role]} is published"
                for role in self.behind]  # fmt: skip
        if self.roots:
            seen.append(f"{len(self.roots)} later roots are known")
        return "; ".join(seen)


@dataclass(frozen=True, slots=True)
class Lost:
    """Targets that were published after the state in the folder. `data`: the bytes of those that are still here;
    `gone`: data targets whose bytes are not, to be released again."""

    entries: Mapping[str, TargetFile] = field(default_factory=dict)
    data: Mapping[str, bytes] = field(default_factory=dict)
    gone: tuple[str, ...] = ()


def standing(state: FeedState, chain: tuple[bytes, ...], peers: Path, own: str) -> Standing:
    """`chain`: the roots in the folder; `peers`: `<home>/peers`; `own`: this node's id among them."""
    roots = _later_roots(chain, peers / own)
    newest = Metadata[Root].from_bytes(roots[-1]).signed if roots else state.root.signed
    published = {
        "snapshot": state.snapshot.signed.version,
        "timestamp": state.timestamp.signed.version,
        "targets": state.targets.signed.version,
    }
    known, by = dict.fromkeys(published, 0), dict.fromkeys(published, "")
    for who, role, version in (*_own_memory(peers / own / "metadata", newest), *_witnesses(peers, own, newest)):
        if known[role] < version < MAX_NUMBER:
            known[role], by[role] = version, who
    newest_version = len(chain) + len(roots)
    claimed = {who: entry.root_version for who, entry in _views(peers, own) if entry.root_version > newest_version}
    return Standing(known, by, published, roots, claimed)


def lost_targets(state: FeedState, root: Root, peers: Path, own: str) -> Lost:
    """What this node's own pulls kept of targets that the folder no longer has, and which are newer than its.

    Nothing where they are not signed as `root`, the newest known, demands: what a thief released with a key that is
    revoked by now is not signed again.
    """
    folder = peers / own
    try:
        kept: Metadata[Targets] = Metadata.from_bytes((folder / "metadata" / "targets.json").read_bytes())
        root.verify_delegate(Targets.type, kept.signed_bytes, kept.signatures)
    except (OSError, DeserializationError, RepositoryError, ValueError):
        return Lost()
    if kept.signed.version <= state.targets.signed.version:
        return Lost()
    there = kept.signed.targets
    entries: dict[str, TargetFile] = {}
    data: dict[str, bytes] = {}
    gone = []
    for path, file in there.items():
        if not DATA_PATH.fullmatch(path) or state.files.get(path) == file:
            continue
        pair = [path, path.removesuffix(DATA_SUFFIX) + ".report.json"]
        found = [_kept(folder / "targets", there[name]) if name in there else None for name in pair]
        if all(content is not None for content in found):
            entries |= {name: there[name] for name in pair}
            data |= {name: content for name, content in zip(pair, found, strict=True) if content is not None}
        else:
            gone.append(path)
    return Lost(entries, data, tuple(sorted(gone)))


def _later_roots(chain: tuple[bytes, ...], own: Path) -> tuple[bytes, ...]:
    """Roots that this node's own pulls have seen and the folder lacks; none where they do not continue its chain."""
    history = own / "metadata" / "root_history"
    later: list[bytes] = []
    while (path := history / f"{len(chain) + len(later) + 1}.root.json").is_file():
        later.append(path.read_bytes())
    try:
        check_chain((*chain, *later))
    except SignatureRefused:
        return ()
    return tuple(later)


def _own_memory(metadata: Path, root: Root) -> Iterator[tuple[str, str, int]]:
    for role in (Timestamp, Snapshot, Targets):
        try:
            kept: Metadata[Signed] = Metadata.from_bytes(  # type: ignore[type-var, assignment]  # any role
                (metadata / f"{role.type}.json").read_bytes()
            )
            root.verify_delegate(role.type, kept.signed_bytes, kept.signatures)
        except (OSError, DeserializationError, RepositoryError, ValueError):
            continue  # none, or by keys that are revoked: no partner holds this node to it
        yield "this node itself", role.type, kept.signed.version
        if isinstance(kept.signed, Timestamp):
            yield "this node itself", Snapshot.type, kept.signed.snapshot_meta.version


def _witnesses(peers: Path, own: str, root: Root) -> Iterator[tuple[str, str, int]]:
    """Snapshots of this node that partners show, each signed by the key that the root names now."""
    for who, entry in _views(peers, own):
        try:
            shown: Metadata[Snapshot] = Metadata.from_bytes(entry.metadata.encode())
            root.verify_delegate(Snapshot.type, shown.signed_bytes, shown.signatures)
        except (DeserializationError, RepositoryError, ValueError):
            continue
        yield who, Snapshot.type, shown.signed.version
        yield who, Targets.type, shown.signed.meta["targets.json"].version


def _views(peers: Path, own: str) -> Iterator[tuple[str, SeenSnapshot]]:
    """What each partner says it saw of this node."""
    for folder in sorted(path for path in peers.iterdir() if path.is_dir()) if peers.is_dir() else ():
        data = _statement(folder)
        if folder.name == own or data is None:
            continue
        try:
            yield from ((folder.name, entry) for entry in observed.read(data, folder.name, peers).views
                        if entry.sender == own)  # fmt: skip
        except NodeError:
            continue


def _statement(folder: Path) -> bytes | None:
    """What a peer last said it observed, as this node's pull verified and kept it."""
    try:
        targets: Metadata[Targets] = Metadata.from_bytes((folder / "metadata" / "targets.json").read_bytes())
    except (OSError, DeserializationError, ValueError):
        return None
    file = targets.signed.targets.get(observed.PATH)
    return None if file is None else _kept(folder / "targets", file)


def _kept(targets: Path, file: TargetFile) -> bytes | None:
    try:
        data = (targets / file.get_prefixed_paths()[0]).read_bytes()
    except (OSError, IndexError):
        return None
    return data if hashlib.sha256(data).hexdigest() == file.hashes.get("sha256") else None
