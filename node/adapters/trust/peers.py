"""The peers a node has pinned: one folder each, `<home>/peers/<ID>/`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import marshmallow as ma
from tuf.api.exceptions import DownloadError

from node.adapters.trust.fetcher import ROOT_BYTES
from node.adapters.trust.files import make_folder, storage_errors, write_whole
from node.adapters.trust.identity import grouped, identity_of, plain_fingerprint, read_root
from node.adapters.trust.locks import ExclusiveLock, in_turn
from node.adapters.trust.peer_token import remove_token, write_token
from node.adapters.trust.status import PeerStatus, read_status, write_status
from node.adapters.trust.transport import keeps_secrets, local_folder, open_transport
from node.errors import ConfigurationError, PeerUnreachable, SignatureRefused
from node.model.foreign import LONG, shown
from node.model.release import Peer, PeerState
from node.model.standing import PeerStanding

RECORD = "peer.json"
TIMEOUT_SECONDS = 30.0


class _PeerSchema(ma.Schema):
    id = ma.fields.String(required=True, validate=ma.validate.Regexp(r"[A-Z]{2}\Z"))
    authority = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    url = ma.fields.String(required=True)
    fingerprint = ma.fields.String(required=True, validate=ma.validate.Regexp(r"[0-9a-f]{64}\Z"))


_SCHEMA = _PeerSchema()


class PeerDirectory:
    """Peers with their pinned roots. A node's own feed is one of them: it is pulled and merged the same way."""

    def __init__(self, home: Path, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._home = home
        self._folder = home / "peers"
        self._timeout = timeout_seconds
        self._lock = ExclusiveLock(self._folder / "peers.lock", "a change to the list of peers")

    def add(self, url: str, fingerprint: str) -> Peer:
        """Pin the feed at `url` by the SHA-256 of its first root, blanks, colons and case aside.

        Raises: SignatureRefused when the root is another one, or says not whose it is; PeerUnreachable;
        ConfigurationError when the address is none, or the peer or its authority is there already; Busy; StorageFull.
        """
        wanted = plain_fingerprint(fingerprint)
        address = _absolute(url)
        root_bytes = self._first_root(address)
        found = hashlib.sha256(root_bytes).hexdigest()
        if found != wanted:
            raise SignatureRefused(
                f"the root at {url} has the fingerprint\n  {grouped(found)}\nand not, as given,\n  {grouped(wanted)}\n"
                "Nothing was pinned. Compare both with the peer's operator by telephone"
            )
        identity = identity_of(read_root(root_bytes).signed)
        peer = Peer(identity.country, identity.authority, shown(identity.name), address, found)
        with self._lock.held():
            self._refuse_second(peer)
            self._write(peer, root_bytes)
        return peer

    def list(self) -> tuple[Peer, ...]:
        """All peers, sorted by id. Raises: ConfigurationError where a record is damaged."""
        return tuple(self._read(folder) for folder in self._folders())

    def get(self, peer_id: str) -> Peer:
        """Raises: ConfigurationError where there is no such peer."""
        for folder in self._folders():
            if folder.name == peer_id:
                return self._read(folder)
        known = ", ".join(folder.name for folder in self._folders()) or "none"
        raise ConfigurationError(f"there is no peer “{peer_id}”; pinned are: {known}")

    def keep_token(self, peer_id: str, token: str) -> None:
        """Keep the token that opens a peer's restricted dataflows.

        Raises: ConfigurationError where there is no such peer, the text is no token, or the peer's address would
        carry it in the clear; StorageFull.
        """
        peer = self.get(peer_id)
        if local_folder(peer.url) is None and not keeps_secrets(peer.url):
            raise ConfigurationError(
                f"{peer_id} is pulled over http, which would show the token; pin its https:// address"
            )
        write_token(self._folder / peer_id, token)

    def forget_token(self, peer_id: str) -> None:
        """Raises: ConfigurationError where there is no such peer; StorageFull."""
        self.get(peer_id)
        remove_token(self._folder / peer_id)

    def remove(self, peer_id: str) -> Path:
        """Stop knowing a peer. Its folder is moved aside, never deleted; returns where to.

        Raises: ConfigurationError where there is no such peer; Busy during a pull; StorageFull.
        """
        self.get(peer_id)
        pulling = ExclusiveLock(self._folder / peer_id / "pull.lock", f"a pull of {peer_id}")
        noting = in_turn(self._folder / f"{peer_id}.status.lock", f"a note on {peer_id}")
        with self._lock.held(), pulling.held(), noting:
            aside = self._home / "peers.removed" / f"{peer_id}-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
            make_folder(aside.parent)
            with storage_errors(aside):
                (self._folder / peer_id).rename(aside)
        return aside

    def status(self, peer_id: str) -> PeerStatus:
        """How the peer stood at its last pull."""
        return read_status(self._folder / peer_id)

    def note(
        self,
        peer_id: str,
        state: PeerState | None,
        now: datetime,
        reason: str = "",
        remedy: str = "",
        snapshot_version: int | None = None,
    ) -> PeerStatus:
        """Record the outcome of a pull. `state` None where it says nothing about the peer.

        The pull of another peer may note this one as forked at the same time: one note after the other, none lost. Of a
        peer that was removed meanwhile nothing is noted: pinned anew, it would begin with what was said of another.
        Raises: StorageFull; Busy.
        """
        with in_turn(self._folder / f"{peer_id}.status.lock", f"a note on {peer_id}"):
            status = self.status(peer_id).after(state, now, reason, remedy, snapshot_version)
            if (self._folder / peer_id / RECORD).exists():
                write_status(self._folder / peer_id, status)
        return status

    def standings(self) -> tuple[PeerStanding, ...]:
        """How each peer stands, sorted by id."""
        found = ((peer, self.status(peer.id)) for peer in self.list())
        return tuple(
            PeerStanding(peer, status.state, status.tried_at, status.pulled_at, status.reason) for peer, status in found
        )

    def _first_root(self, address: str) -> bytes:
        url = f"{address.removesuffix('/')}/metadata/1.root.json"
        with open_transport(address, self._timeout) as transport:
            try:
                return transport.download_bytes(url, ROOT_BYTES)
            except DownloadError as problem:
                raise PeerUnreachable(f"no root to compare: {shown(problem, LONG)}") from problem

    def _refuse_second(self, peer: Peer) -> None:
        for other in self.list():
            if other.id == peer.id or other.authority == peer.authority:
                raise ConfigurationError(
                    f"{other.id} ({other.authority}) is pinned already, from {other.url}; two feeds cannot speak for "
                    "the same areas. If its root was replaced, remove it first and compare fingerprints anew"
                )

    def _write(self, peer: Peer, root_bytes: bytes) -> None:
        """Root first, record last: a folder without a record is not a peer."""
        folder = self._folder / peer.id
        make_folder(folder)
        write_whole(folder / "root.json", root_bytes)
        record = {
            "id": peer.id,
            "authority": peer.authority,
            "name": peer.name,
            "url": self._portable(peer.url),
            "fingerprint": peer.fingerprint,
        }
        write_whole(folder / RECORD, json.dumps(record, indent=2, ensure_ascii=False).encode() + b"\n")

    def _read(self, folder: Path) -> Peer:
        path = folder / RECORD
        try:
            record: dict[str, Any] = _SCHEMA.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, ma.ValidationError) as problem:
            raise ConfigurationError(f"{path} cannot be read as a peer's record: {problem}") from problem
        if record["id"] != folder.name:
            raise ConfigurationError(f"{path} is the record of {record['id']}, in the folder of {folder.name}")
        record["url"] = self._located(record["url"])
        return Peer(**record)

    def _folders(self) -> Iterator[Path]:
        return iter(sorted(record.parent for record in self._folder.glob(f"*/{RECORD}")))

    def _portable(self, address: str) -> str:
        """A folder inside the node's own is recorded relative to it, so that the whole can be moved."""
        folder = local_folder(address)
        home = self._home.resolve()
        return str(folder.relative_to(home)) if folder is not None and folder.is_relative_to(home) else address

    def _located(self, address: str) -> str:
        folder = local_folder(address)
        return address if folder is None else str(self._home.resolve() / folder)


def _absolute(url: str) -> str:
    folder = local_folder(url)
    return url if folder is None else str(folder.resolve())
