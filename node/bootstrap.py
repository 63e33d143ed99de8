"""The composition root: from a configuration to a node with its adapters. The one place that names them."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import node as package
from node.adapters.access.ledger import SqlAccessLedger
from node.adapters.distance_files import load_distances
from node.adapters.late_engine import LateEngine
from node.adapters.mapping_files import load_mappings
from node.adapters.name_files import load_names
from node.adapters.profile_files import ProfileFolder
from node.adapters.store.database import Database
from node.adapters.store.decisions import SqlDecisionLedger, SqlReviewLog
from node.adapters.store.lease import LEASE_SECONDS, DatabaseLease
from node.adapters.store.migrate import check_version, upgrade_database
from node.adapters.store.rows import RunRecord
from node.adapters.store.store import SqlObservationStore
from node.adapters.store.views import SqlViewStore
from node.adapters.tile_files import load_tiles
from node.adapters.trust.ceremony import Ceremony
from node.adapters.trust.fetcher import TufFetcher
from node.adapters.trust.files import make_folder, write_whole
from node.adapters.trust.identity import NodeIdentity
from node.adapters.trust.key_store import ONLINE_KEYS, ROOT_KEYS, KeyStore, create_keys
from node.adapters.trust.locks import ExclusiveLock
from node.adapters.trust.peers import PeerDirectory
from node.adapters.trust.publication import TufPublication
from node.adapters.trust.record_secret import record_secret
from node.adapters.trust.root_request import RootRequest
from node.coding.titling import TitleCoding
from node.comparing.reading import VACANCIES, Reading
from node.config import PASSPHRASE_VARIABLE, NodeConfig, SourceConfig, parse_config
from node.errors import ConfigurationError, KeyStoreError
from node.model.comparison import SignalThresholds
from node.model.distance import DistanceTable
from node.model.names import Names
from node.model.profile import AREA, OCCUPATION
from node.model.release import Peer
from node.model.split_view import ForkRecord
from node.model.standing import OwnFeed, PeerStanding
from node.model.tiles import TileGrid
from node.ports import Node

if TYPE_CHECKING:
    from node.adapters.titles.model_file import TitleModelFile


@dataclass(frozen=True, slots=True)
class Services:
    """A node that is open: what commands and pages work with. Its attributes are what `node.web` asks for, too."""

    config: NodeConfig
    node: Node
    engine: LateEngine
    publication: TufPublication
    store: SqlObservationStore
    directory: PeerDirectory
    keys: KeyStore
    profiles: ProfileFolder
    access: SqlAccessLedger
    decisions: SqlDecisionLedger
    reviews: SqlReviewLog
    views: SqlViewStore
    comparison: Reading
    language_names: Callable[[], Names]
    tile_grid: Callable[[], TileGrid]

    @property
    def name(self) -> str:
        return self.config.name

    @property
    def country(self) -> str:
        return self.config.country

    @property
    def authority(self) -> str:
        return self.config.authority

    @property
    def synthetic(self) -> bool:
        return self.config.synthetic

    @property
    def feeds(self) -> Path:
        return self.config.feeds

    def clock(self) -> datetime:
        return self.node.clock()

    def own_feed(self) -> OwnFeed | None:
        return self.publication.own_feed()

    @property
    def names(self) -> Names:
        return self.language_names()

    @property
    def tiles(self) -> TileGrid:
        return self.tile_grid()

    def reading(self, as_of: datetime | None = None) -> Reading:
        """What comparisons read from: by default what is in force now, else as it was believed then."""
        return replace(self.comparison, as_of=as_of)

    def own_peer(self) -> Peer:
        """This node's own feed, pinned like a partner's.

        Raises: ConfigurationError where it is not pinned, or node.toml says something else of this node than the
        signed root of its feed: partners would refuse it, or real data would leave as synthetic ones do.
        """
        for peer in self.directory.list():
            if Path(peer.url) == self.config.feeds:
                break
        else:
            raise ConfigurationError(
                f"this node's own feed {self.config.feeds} is not pinned in peers/; bring peers/ back from a backup"
            )
        if (peer.id, peer.authority) != (self.country, self.authority):
            raise ConfigurationError(
                f"node.toml says that this node is {self.country} and speaks for {self.authority}; the signed root of "
                f"its feed says {peer.id} and {peer.authority}, which cannot be changed"
            )
        if self.publication.signed_identity().synthetic != self.synthetic:
            raise ConfigurationError(
                f"node.toml says `synthetic = {str(self.synthetic).lower()}`, "
                "the signed root of its feed the opposite: "
                "a node is made for real or for generated data once and for all"
            )
        return peer

    def peers(self) -> tuple[PeerStanding, ...]:
        return self.directory.standings()

    def forks(self) -> tuple[ForkRecord, ...]:
        return self.views.forks()

    def source(self, source_id: str) -> SourceConfig:
        """A source that node.toml declares. Raises: ConfigurationError naming those it does."""
        source = next((entry for entry in self.config.sources if entry.id == source_id), None)
        if source is None:
            known = ", ".join(entry.id for entry in self.config.sources) or "none"
            raise ConfigurationError(f"node.toml declares no source “{source_id}”; it declares {known}")
        return source

    @property
    def ceremony(self) -> Ceremony:
        """What is done about the root and the keys it names."""
        config = self.config
        identity = NodeIdentity(config.country, config.authority, config.name, config.synthetic)
        return Ceremony(
            config.home, identity, self.keys, self.publication, config.lifetimes, self.clock, config.key_secrets
        )

    def pin_own_feed(self) -> str:
        """Pin this node's own feed as its first peer, where that is not done yet. Returns the fingerprint, grouped.

        Raises: SignatureRefused, Busy, StorageFull; ConfigurationError before there is a feed.
        """
        fingerprint = self.publication.fingerprint()
        if not any(Path(peer.url) == self.config.feeds for peer in self.directory.list()):
            self.directory.add(str(self.config.feeds), fingerprint)
        return fingerprint

    def check_store(self) -> None:
        check_version(self.config.database_url)

    def open_online_keys(self) -> None:
        """Load each key that daily work signs with. Raises: KeyStoreError naming the one that does not open."""
        if self.own_feed() is not None:
            self.publication.check_keys()
            return
        for name in ONLINE_KEYS:
            self.keys.signer(name)

    def record_run(self, record: RunRecord) -> None:
        self.store.record_run(record)


@contextmanager
def open_services(config: NodeConfig) -> Iterator[Services]:
    """The node of a configuration, closed afterwards.

    Raises: ConfigurationError, ProfileError, MappingError, StoreOutdated: a node does not start half-configured.
    """
    check_version(config.database_url)
    profiles = profile_folder(config)
    identity = NodeIdentity(config.country, config.authority, config.name, config.synthetic)
    keys = KeyStore(config.keys, config.passphrase, config.key_secrets)
    publication = TufPublication(config.home, identity, keys, config.lifetimes, utc_now)
    directory = PeerDirectory(config.home, config.limits.timeout_seconds)
    store = SqlObservationStore(config.database_url)
    database = Database(config.database_url)
    decisions, reviews = SqlDecisionLedger(database, utc_now), SqlReviewLog(database)
    views = SqlViewStore(database)
    engine = LateEngine(config.home, config.limits, partial(_record_secret, config, keys, publication))
    node = Node(
        country=config.country,
        authority=config.authority,
        synthetic=config.synthetic,
        sources=config.sources,
        profiles=profiles,
        correspondences=load_mappings(config.mappings or shipped("mappings")),
        engine=engine,
        publication=publication,
        fetcher=TufFetcher(config.home, config.limits, utc_now, country=config.country),
        store=store,
        views=views,
        clock=utc_now,
        decisions=decisions.in_force,
        titles=title_coding(config),
    )
    try:
        access = SqlAccessLedger(database, utc_now)
        ledgers = (access, decisions, reviews, views)
        tables = _reading(config, store, profiles), _names(config, profiles), _tiles(config, profiles)
        yield Services(config, node, engine, publication, store, directory, keys, profiles, *ledgers, *tables)
    finally:
        engine.close()
        store.close()
        database.close()


def _reading(config: NodeConfig, store: SqlObservationStore, profiles: ProfileFolder) -> Reading:
    """The distance table is read when it is first asked for: a node whose mappings have none shows all other views."""

    @cache
    def distances() -> DistanceTable:
        areas = profiles.profile(VACANCIES).structure.axis(AREA).codelist
        return load_distances(_table_folder(config, "distance"), areas)

    signal = config.signal
    return Reading(store, profiles, distances, SignalThresholds(signal.version, signal.shortage, signal.surplus))


def _names(config: NodeConfig, profiles: ProfileFolder) -> Callable[[], Names]:
    """Read when pages first ask for them. Mappings of a node's own that have no names are used with those shipped."""

    @cache
    def names() -> Names:
        structure = profiles.profile(VACANCIES).structure
        return load_names(
            _table_folder(config, "names"), (structure.axis(AREA).codelist, structure.axis(OCCUPATION).codelist)
        )

    return names


def _tiles(config: NodeConfig, profiles: ProfileFolder) -> Callable[[], TileGrid]:
    """As `_names`."""

    @cache
    def tiles() -> TileGrid:
        areas = profiles.profile(VACANCIES).structure.axis(AREA).codelist
        return load_tiles(_table_folder(config, "tiles"), areas)

    return tiles


def _table_folder(config: NodeConfig, name: str) -> Path:
    own = config.mappings / name if config.mappings else None
    return own if own is not None and own.is_dir() else shipped("mappings") / name


def _record_secret(config: NodeConfig, keys: KeyStore, publication: TufPublication) -> bytes:
    """The secret behind this node's record keys, made when it is first asked for. Raises: as record_secret."""

    def used() -> bool:
        own = publication.own_feed()
        return own is not None and any(target.custom.perturbation is not None for target in own.targets)

    return record_secret(keys, config.keys, config.passphrase, used)


def first_settings(country: str, authority: str, name: str, passphrase_file: Path | None) -> str:
    """The text of a new node's node.toml."""
    quoted = {key: json.dumps(value) for key, value in (("country", country), ("authority", authority), ("name", name))}
    lines = ["[node]", *(f"{key} = {value}" for key, value in quoted.items())]
    if passphrase_file is not None:
        lines += ["", "[keys]", f"passphrase_file = {json.dumps(str(passphrase_file.resolve()))}"]
    return "\n".join(lines) + "\n"


def create_node(
    home: Path,
    settings: str,
    environ: Mapping[str, str],
    ask_passphrase: Callable[[], str] | None = None,
    *,
    root_elsewhere: bool = False,
) -> str:
    """A new node in `home`: node.toml, keys, database and an empty signed feed, pinned as its own first peer.

    `settings`: the text of node.toml; `ask_passphrase`: asked where neither environment nor file gives one;
    `root_elsewhere`: the root's keys are with their holders, whose ceremony then begins the feed.
    Returns the root's fingerprint, grouped for the telephone, or nothing where the root is elsewhere. A run that was
    killed is taken up where it stopped.
    Raises: ConfigurationError where there is another node, KeyStoreError, StorageFull; ProfileError where no
    profile knows the authority.
    """
    path, config = home / "node.toml", parse_config(home, settings, environ)
    directory = PeerDirectory(config.home)
    if path.exists() and (path.read_text(encoding="utf-8") != settings or directory.list()):
        raise ConfigurationError(f"{home} holds a node already; choose another folder")
    # All that can be refused is asked before anything is made.
    profiles = profile_folder(config)
    for dataflow in profiles.dataflows():
        profiles.profile(dataflow).for_sender(config.authority)
    passphrase = config.passphrase or (ask_passphrase() if ask_passphrase else None)
    if not passphrase:
        raise KeyStoreError(f"no passphrase: set {PASSPHRASE_VARIABLE}, or name a file that is not empty")
    make_folder(home)
    write_whole(path, settings.encode())
    made = KeyStore(config.keys, passphrase)
    names = ONLINE_KEYS if root_elsewhere else (*ROOT_KEYS, *ONLINE_KEYS)
    keys = made if made.complete else create_keys(config.keys, passphrase, names)
    identity = NodeIdentity(config.country, config.authority, config.name, config.synthetic)
    publication = TufPublication(config.home, identity, keys, config.lifetimes, utc_now)
    if root_elsewhere:
        upgrade_database(config.database_url)
        return ""
    fingerprint = publication.fingerprint() if publication.own_feed() else publication.initialise()
    upgrade_database(config.database_url)
    directory.add(str(config.feeds), fingerprint)
    return fingerprint


def write_request(path: Path, request: RootRequest) -> None:
    """A root request as a file, for a holder who has no node. Raises: StorageFull."""
    write_whole(path, request.to_bytes())


def title_coding(config: NodeConfig) -> Callable[[], TitleCoding]:
    """How job titles are coded now, by the model in the node's folder, which is read when it is first asked for and
    again when it was made anew. Raises (when asked): TitleModelInvalid for a damaged model.
    """

    @cache
    def file() -> TitleModelFile:
        from node.adapters.titles.model_file import TitleModelFile  # noqa: PLC0415  # what only serves codes no titles

        return TitleModelFile(config.home)

    return lambda: TitleCoding(file().current(), config.titles.threshold)


def profile_folder(config: NodeConfig) -> ProfileFolder:
    """The exchange profiles of a node: its own folder of them, or those that come with the program."""
    return ProfileFolder(config.profiles or shipped("exchange_profiles"))


@contextmanager
def worker_lock(config: NodeConfig, lease_seconds: float = LEASE_SECONDS) -> Iterator[DatabaseLease]:
    """Held by the one worker of a node, also where several machines share its database. What it yields tells, while
    it works, whether that is still so.

    In one folder the lock is a file's, which a process that is killed gives back at once; between machines it is a
    lease in the database, which ends `lease_seconds` after its holder has fallen silent.
    Raises (on entry): Busy naming the process that holds it.
    """
    place = f"{socket.gethostname()}:{config.home}"
    with ExclusiveLock(config.home / "worker.lock", "the worker of this node").held():
        database = Database(config.database_url)
        holder = f"process {os.getpid()} on {socket.gethostname()}"
        lease = DatabaseLease(database, "the worker of this node", holder, place, lease_seconds)
        try:
            with lease.held():
                yield lease
        finally:
            database.close()


def upgrade_store(config: NodeConfig) -> None:
    """Bring the node's database to this program's version. Raises: StoreOutdated, Busy, StorageFull."""
    upgrade_database(config.database_url)


def shipped(name: str) -> Path:
    """A folder of data that comes with the program: inside the package when installed, beside it in a checkout."""
    inside = Path(package.__file__).parent
    for folder in (inside / name, inside.parent / name):
        if folder.is_dir():
            return folder
    raise ConfigurationError(f"the program came without its folder {name}; install it again")


def utc_now() -> datetime:
    """The time now, in whole seconds, as TUF metadata write it."""
    return datetime.now(UTC).replace(microsecond=0)
