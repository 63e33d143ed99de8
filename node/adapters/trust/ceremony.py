"""A root on its way through its holders' hands, as the node sees it: proposed, gathered, put in force.

All of it lies in `<home>/ceremony/`, so that it can be left and taken up again. One is under way at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from securesystemslib.signer import Key
from tuf.api.metadata import Metadata, Root

from node.adapters.trust.files import make_folder, storage_errors, write_whole
from node.adapters.trust.holders import HolderKey
from node.adapters.trust.identity import NodeIdentity
from node.adapters.trust.key_files import unkept_key
from node.adapters.trust.key_modules import SCHEME, module_key
from node.adapters.trust.key_store import ONLINE_KEYS, KeyStore, StoredKey
from node.adapters.trust.publication import TufPublication
from node.adapters.trust.root_change import (
    check_root,
    first_root,
    replace_holders,
    replace_online_key,
    successor,
)
from node.adapters.trust.root_request import RootRequest, Signed, merged, read_request
from node.config import PIN_VARIABLE, LifetimeConfig
from node.errors import ConfigurationError, KeyStoreError
from node.ports import Clock


@dataclass(frozen=True, slots=True)
class HolderChange:
    """Who holds root keys from now on: `add` joins, `remove` (names) leave; `threshold` None: as before."""

    add: tuple[HolderKey, ...] = ()
    remove: tuple[str, ...] = ()
    threshold: int | None = None

    @property
    def nothing(self) -> bool:
        return not (self.add or self.remove or self.threshold)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A root as it waits for signatures. `path`: the file to carry to the holders; `installed`: it is in force."""

    path: Path
    request: RootRequest
    signed: Signed
    installed: bool = False
    fingerprint: str = ""
    deleted: tuple[str, ...] = ()


class Ceremony:
    """What a node does about its root. Every method that changes something holds the publication's lock (Busy)."""

    def __init__(
        self,
        home: Path,
        identity: NodeIdentity,
        keys: KeyStore,
        publication: TufPublication,
        lifetimes: LifetimeConfig,
        clock: Clock,
        secrets: Mapping[str, str],
    ) -> None:
        self._folder = home / "ceremony"
        self._identity = identity
        self._keys = keys
        self._publication = publication
        self._life = timedelta(days=lifetimes.root_days)
        self._clock = clock
        self._secrets = secrets

    def under_way(self) -> Proposal | None:
        """The root that waits for signatures. Raises: KeyStoreError where its file is damaged."""
        paths = sorted(self._folder.glob("root-*.request.json"))
        chain = self._publication.roots()
        for path in reversed(paths):
            request = read_request(path)
            # One whose root was put in force by a run that was killed before it tidied up is over.
            if request.chain == chain:
                return Proposal(path, request, request.signed())
        return None

    def begin(self, holders: Sequence[HolderKey], threshold: int, *, dry_run: bool = False) -> Proposal:
        """Propose root version 1. Raises: KeyStoreError; ConfigurationError where there is a feed already; Busy."""
        if self._publication.roots():
            raise ConfigurationError(
                "this node has a feed already; its root is changed by `lmis-node keys rotate root --replace …`"
            )
        online = {role: self._keys.public_key(role) for role in ONLINE_KEYS}
        root = first_root(self._identity, _by_name(holders), threshold, online, self._clock() + self._life)
        check_root(None, root, self._clock())
        with self._publication.lock():
            if not dry_run:
                self._refuse_second()
            return self._propose(root, dry_run=dry_run)

    def change_holders(self, change: HolderChange, *, dry_run: bool = False) -> Proposal:
        """Propose a root with other holders, or, where nothing changes, the same one valid for longer."""
        with self._publication.lock():
            root = self._successor(dry_run=dry_run)
            if not change.nothing:
                replace_holders(root, _by_name(change.add), change.remove, change.threshold)
            return self._propose(root, dry_run=dry_run)

    def change_online_keys(self, roles: Collection[str], uri: str | None = None, *, dry_run: bool = False) -> Proposal:
        """Propose a root with a new key for each of these roles; `uri`: of a key on a hardware module.

        A new key file is made for each role; without the root it counts for nothing.
        """
        with self._publication.lock():
            root = self._successor(dry_run=dry_run)
            for role in sorted(roles):
                replace_online_key(root, role, self._new_key(role, uri, dry_run=dry_run))
            return self._propose(root, dry_run=dry_run)

    def merge(self, copies: Iterable[Path], *, dry_run: bool = False) -> Proposal:
        """Take the signatures of signed copies; once there are enough, the root is put in force.

        Signatures are kept as they come, so that copies may be brought one at a time and in any order.
        Raises: KeyStoreError for a foreign or wrong signature, or a copy of another request; Busy, StorageFull.
        """
        read = [(str(path), read_request(path)) for path in copies]
        with self._publication.lock():
            here = self.under_way()
            if here is None:
                raise KeyStoreError("no root waits for signatures here; see `lmis-node keys status`")
            request = merged(here.request, read)
            request.check(self._clock())
            if dry_run:
                return Proposal(here.path, request, request.signed())
            write_whole(here.path, request.to_bytes())
            return self._completed(here.path, request)

    def cancel(self) -> Path:
        """Give up the root under way, and delete the keys made for it; the file is kept aside and returned."""
        with self._publication.lock():
            here = self.under_way()
            if here is None:
                raise KeyStoreError("no root waits for signatures here; there is nothing to give up")
            aside = here.path.with_suffix(f".{self._clock():%Y%m%dT%H%M%SZ}.given-up")
            with storage_errors(aside):
                here.path.rename(aside)
            self._tidy()
            return aside

    def tidy(self) -> tuple[str, ...]:
        """Forget the keys that neither the root in force nor one under way names; returns their names."""
        with self._publication.lock():
            return self._tidy()

    def _successor(self, *, dry_run: bool) -> Root:
        chain = self._publication.roots()
        if not chain:
            raise ConfigurationError("this node has no feed yet; `lmis-node keys init` proposes its first root")
        if not dry_run:
            self._refuse_second()
        return successor(Metadata[Root].from_bytes(chain[-1]).signed, self._clock() + self._life)

    def _refuse_second(self) -> None:
        here = self.under_way()
        if here is not None:
            raise KeyStoreError(
                f"root {here.request.version} waits for signatures already ({here.path}); complete it with "
                "`lmis-node keys merge`, or give it up with `lmis-node keys cancel`"
            )

    def _new_key(self, role: str, uri: str | None, *, dry_run: bool) -> Key:
        if uri is not None:
            if not uri.startswith(SCHEME):
                raise KeyStoreError(f"a new key is made in a file, or is on a hardware module: “{uri}” is no hsm: URI")
            full, public = module_key(uri, self._secrets.get(PIN_VARIABLE))
            if not dry_run:
                self._keys.add(StoredKey(f"{role}-{public.keyid[:8]}", full, public))
            return public
        if dry_run:
            # Stands in for one that would be made: what is shown is which key goes, and that a new one comes.
            return unkept_key()
        return self._keys.make(role).public

    def _propose(self, root: Root, *, dry_run: bool) -> Proposal:
        path = self._folder / f"root-{root.version}.request.json"
        request = RootRequest(self._publication.roots(), Metadata(root))
        request.check(self._clock())
        if dry_run:
            return Proposal(path, request, request.signed())
        for entry in self._keys.named(_root_keyids(root) | _root_keyids(request.previous)):
            if self._keys.holds(entry.name):
                request = request.signed_with(self._keys.signer(entry.name))
        make_folder(self._folder)
        for stale in self._folder.glob("root-*.request.json"):
            stale.unlink(missing_ok=True)
        write_whole(path, request.to_bytes())
        return self._completed(path, request)

    def _completed(self, path: Path, request: RootRequest) -> Proposal:
        signed = request.signed()
        if not signed.complete:
            return Proposal(path, request, signed)
        root = request.root_bytes()
        fingerprint = ""
        if request.chain:
            self._publication.install_root(root)
        else:
            fingerprint = self._publication.begin(root)
        deleted = self._tidy()
        with storage_errors(path):
            path.unlink(missing_ok=True)
        return Proposal(path, request, signed, installed=True, fingerprint=fingerprint, deleted=deleted)

    def _tidy(self) -> tuple[str, ...]:
        chain = self._publication.roots()
        here = self.under_way()
        roots = [Metadata[Root].from_bytes(chain[-1]).signed] if chain else []
        roots += [here.request.proposed.signed] if here is not None else []
        if not roots:
            return ()
        named = {keyid for root in roots for keyid in root.keys}
        signing = (entry for entry in self._keys.all() if entry.signs_feed)
        gone = tuple(entry.name for entry in signing if entry.public.keyid not in named)
        self._keys.forget(gone)
        self._keys.clear_leftovers()
        return gone


def _by_name(holders: Sequence[HolderKey]) -> dict[str, Key]:
    names = [holder.holder for holder in holders]
    if len(set(names)) != len(names):
        raise KeyStoreError("two holders have the same name; give each a name of their own")
    return {holder.holder: holder.public for holder in holders}


def _root_keyids(root: Root | None) -> set[str]:
    return set(root.roles[Root.type].keyids) if root else set()
