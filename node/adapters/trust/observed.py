"""`observed.json`: what a node says it accepted of each peer's feed, with the peer's own signed snapshots as proof."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import marshmallow as ma
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile
from tuf.api.serialization import DeserializationError

from node.adapters.trust.custom import MAX_NUMBER, TIME_FORMAT
from node.config import flatten_messages
from node.errors import SignatureRefused
from node.model.foreign import LONG, shown
from node.model.release import Json
from node.model.split_view import SeenSnapshot, Statement

PATH = "observed.json"
FORMAT = "imtgt-observed/1"

RECENT = 16
"""Snapshots of each peer that are published, newest first: who is shown two feeds is found out also when the sender
has gone on meanwhile. Those that partners pull hourly may bring a few versions a day."""

MAX_BYTES = 1_000_000
MAX_PEERS, MAX_SNAPSHOT_TEXT = 50, 20_000
MOST_BYTES = 8_192
"""Of a snapshot that this node accepts, about ten times what one has: a larger one could not be shown as proof."""

_FRAME = 100
"""Characters that a part of the file takes beside what it tells."""

_DIGEST = ma.validate.Regexp(r"[0-9a-f]{64}\Z")
_NUMBER = ma.validate.Range(1, MAX_NUMBER)


@dataclass(frozen=True, slots=True)
class PeerView:
    """What is published of one peer. `content_sha256`: of the newest; `snapshots`: newest first, then forks' own."""

    peer: str
    content_sha256: str
    snapshots: tuple[SeenSnapshot, ...]


class _SnapshotSchema(ma.Schema):
    version = ma.fields.Integer(required=True, strict=True, validate=_NUMBER)
    root_version = ma.fields.Integer(required=True, strict=True, validate=_NUMBER)
    sha256 = ma.fields.String(required=True, validate=_DIGEST)
    seen = ma.fields.NaiveDateTime(required=True, format=TIME_FORMAT)
    metadata = ma.fields.String(load_default="", validate=ma.validate.Length(max=MAX_SNAPSHOT_TEXT))


class _PeerSchema(ma.Schema):
    content_sha256 = ma.fields.String(required=True, validate=_DIGEST)
    snapshots = ma.fields.List(
        ma.fields.Nested(_SnapshotSchema), required=True, validate=ma.validate.Length(1, 4 * RECENT)
    )


class _ObservedSchema(ma.Schema):
    format = ma.fields.String(required=True, validate=ma.validate.Equal(FORMAT))
    peers = ma.fields.Dict(
        keys=ma.fields.String(validate=ma.validate.Regexp(r"[A-Z]{2}\Z")),
        values=ma.fields.Nested(_PeerSchema),
        required=True,
        validate=ma.validate.Length(max=MAX_PEERS),
    )


@cache
def _schema() -> ma.Schema:
    return _ObservedSchema()


def content_digest(files: Mapping[str, TargetFile]) -> str:
    """SHA-256 over the signed description of all targets but `observed.json`.

    It stands still while a node's figures do, whatever that node observes of others, and however often it signs
    anew: that keeps nodes that watch one another from answering each other's observations for ever.
    """
    described = {path: file.to_dict() for path, file in files.items() if path != PATH}
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def compose(views: Iterable[PeerView]) -> bytes:
    """The file of these views; the same views make the same bytes.

    Never more than partners read, whatever a peer has put into its snapshots: each peer has its share of the room,
    and where that is full, what was seen is told without the signed file that proves it.
    """
    views = tuple(views)
    room = (MAX_BYTES - _FRAME) // max(len(views), 1) - _FRAME
    peers: dict[str, Json] = {
        view.peer: {"content_sha256": view.content_sha256, "snapshots": list(_fitting(view.snapshots, room))}
        for view in views
    }
    document: Json = {"format": FORMAT, "peers": peers}
    return (json.dumps(document, sort_keys=True, indent=1) + "\n").encode()


def contents(data: bytes) -> dict[str, str]:
    """Per peer the content digest that a file of this node's own last published. Raises: SignatureRefused."""
    return {peer: entry["content_sha256"] for peer, entry in _load(data)["peers"].items()}


def versions(data: bytes) -> set[tuple[str, int, str]]:
    """Peer, version and hash of every snapshot in a file of this node's own. Raises: SignatureRefused."""
    peers = _load(data)["peers"].items()
    return {(peer, item["version"], item["sha256"]) for peer, entry in peers for item in entry["snapshots"]}


def read(data: bytes, witness: str, peers: Path) -> Statement:
    """What `witness` says it saw. `peers`: this node's folder of them, whose trusted roots check what is attached.

    Raises: SignatureRefused where it is not of the agreed form.
    """
    document = _load(data)
    told: list[SeenSnapshot] = []
    for sender in sorted(document["peers"]):
        roots = trusted_roots(peers / sender)
        told += [_claim(entry, sender, witness, roots) for entry in document["peers"][sender]["snapshots"]]
    return Statement(witness, hashlib.sha256(data).hexdigest(), tuple(told))


def trusted_roots(folder: Path) -> tuple[Root, ...]:
    """Every root of a peer that this node trusts, newest first: those that its client has come to trust, and the one
    that was pinned, which is all there is before the first pull; none for one not pinned here."""
    history = folder / "metadata" / "root_history"
    names = sorted(history.glob("*.root.json"), key=lambda path: int(path.name.split(".")[0]), reverse=True)
    pinned = [path for path in (folder / "root.json",) if not names and path.is_file()]
    return tuple(Metadata[Root].from_bytes(name.read_bytes()).signed for name in (*names, *pinned))


def own_view(
    metadata: bytes, sender: str, witness: str, root_version: int, content_sha256: str, at: datetime
) -> SeenSnapshot:
    """A snapshot that this node's client has just verified, as it is kept and published."""
    snapshot: Metadata[Snapshot] = Metadata.from_bytes(metadata)
    return SeenSnapshot(
        sender=sender,
        witness=witness,
        version=snapshot.signed.version,
        root_version=root_version,
        sha256=hashlib.sha256(metadata).hexdigest(),
        signed_sha256=_signed_digest(snapshot),
        content_sha256=content_sha256,
        metadata=metadata.decode(),
        verified=True,
        at=at,
    )


def _fitting(snapshots: Iterable[SeenSnapshot], room: int) -> Iterator[Json]:
    """The first of the snapshots with their signed files, as far as these fit, and all others without."""
    snapshots = tuple(snapshots)
    bare = [_as_json(replace(snapshot, metadata="")) for snapshot in snapshots]
    room -= sum(len(json.dumps(entry)) + _FRAME for entry in bare)
    for snapshot, without in zip(snapshots, bare, strict=True):
        size = len(json.dumps(snapshot.metadata))
        fits = size <= room and len(snapshot.metadata) <= MAX_SNAPSHOT_TEXT
        room -= size if fits else 0
        yield _as_json(snapshot) if fits else without


def _claim(entry: Mapping[str, Any], sender: str, witness: str, roots: tuple[Root, ...]) -> SeenSnapshot:
    # What is no text at all, as half a surrogate pair, is as wrong as any other that was not signed.
    signed_sha256 = _verified(entry["metadata"].encode(errors="replace"), entry["version"], entry["sha256"], roots)
    return SeenSnapshot(
        sender=sender,
        witness=witness,
        version=entry["version"],
        root_version=entry["root_version"],
        sha256=entry["sha256"],
        signed_sha256=signed_sha256,
        content_sha256="",
        metadata=entry["metadata"] if signed_sha256 else "",
        verified=bool(signed_sha256),
        at=entry["seen"].replace(tzinfo=UTC),
    )


def _verified(metadata: bytes, version: int, sha256: str, roots: tuple[Root, ...]) -> str:
    """The digest of what is signed, where it is what the entry says and the sender signed it; else empty."""
    if not metadata or hashlib.sha256(metadata).hexdigest() != sha256:
        return ""
    try:
        parsed: Metadata[Snapshot] = Metadata.from_bytes(metadata)
    except (DeserializationError, ValueError, RecursionError):
        return ""
    if parsed.signed.type != Snapshot.type or parsed.signed.version != version:
        return ""
    return _signed_digest(parsed) if any(_signs(root, parsed) for root in roots) else ""


def _signs(root: Root, snapshot: Metadata[Snapshot]) -> bool:
    try:
        root.verify_delegate(Snapshot.type, snapshot.signed_bytes, snapshot.signatures)
    except (RepositoryError, ValueError):
        return False
    return True


def _signed_digest(snapshot: Metadata[Snapshot]) -> str:
    return hashlib.sha256(snapshot.signed_bytes).hexdigest()


def _as_json(snapshot: SeenSnapshot) -> Json:
    return {
        "version": snapshot.version,
        "root_version": snapshot.root_version,
        "sha256": snapshot.sha256,
        "seen": snapshot.at.astimezone(UTC).strftime(TIME_FORMAT),
        "metadata": snapshot.metadata,
    }


def _load(data: bytes) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = _schema().load(json.loads(data))
    except ma.ValidationError as problem:
        places = tuple(shown(message, LONG) for message in flatten_messages(problem.messages))
        raise SignatureRefused(f"{PATH} is not of the agreed form", places=places) from None
    except (ValueError, RecursionError):
        raise SignatureRefused(f"{PATH} is not JSON") from None
    return loaded
