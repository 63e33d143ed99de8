"""The composition root: from a configuration to a node with its adapters. The one place that names them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import node as package
from node.adapters.engine import DuckDBEngine
from node.adapters.mapping_files import load_mappings
from node.adapters.profile_files import ProfileFolder
from node.adapters.store.migrate import check_version, upgrade_database
from node.adapters.store.rows import RunRecord
from node.adapters.store.store import SqlObservationStore
from node.adapters.trust.fetcher import TufFetcher
from node.adapters.trust.files import make_folder, write_whole
from node.adapters.trust.identity import NodeIdentity
from node.adapters.trust.key_store import ONLINE_KEYS, KeyStore, create_keys
from node.adapters.trust.locks import ExclusiveLock
from node.adapters.trust.peers import PeerDirectory
from node.adapters.trust.publication import TufPublication
from node.config import PASSPHRASE_VARIABLE, NodeConfig, parse_config
from node.errors import ConfigurationError, KeyStoreError
from node.model.release import Peer
from node.model.standing import OwnFeed, PeerStanding
from node.pipeline import Node


@dataclass(frozen=True, slots=True)
class Services:
    """A node that is open: what commands and pages work with. Its attributes are what `node.web` asks for, too."""

    config: NodeConfig
    node: Node
    engine: DuckDBEngine
    publication: TufPublication
    store: SqlObservationStore
    directory: PeerDirectory
    keys: KeyStore
    profiles: ProfileFolder

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

    def check_store(self) -> None:
        check_version(self.config.database_url)

    def open_online_keys(self) -> None:
        """Load each key that daily work signs with. Raises: KeyStoreError naming the one that does not open."""
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
    keys = KeyStore(config.keys, config.passphrase)
    publication = TufPublication(config.home, identity, keys, config.lifetimes, utc_now)
    directory = PeerDirectory(config.home, config.limits.timeout_seconds)
    store = SqlObservationStore(config.database_url)
    engine = DuckDBEngine(config.home, config.limits)
    node = Node(
        country=config.country,
        authority=config.authority,
        synthetic=config.synthetic,
        sources=config.sources,
        profiles=profiles,
        correspondences=load_mappings(config.mappings or shipped("mappings")),
        engine=engine,
        publication=publication,
        fetcher=TufFetcher(config.home, config.limits, utc_now),
        store=store,
        clock=utc_now,
    )
    try:
        yield Services(config, node, engine, publication, store, directory, keys, profiles)
    finally:
        engine.close()
        store.close()


def first_settings(country: str, authority: str, name: str, passphrase_file: Path | None) -> str:
    """The text of a new node's node.toml."""
    quoted = {key: json.dumps(value) for key, value in (("country", country), ("authority", authority), ("name", name))}
    lines = ["[node]", *(f"{key} = {value}" for key, value in quoted.items())]
    if passphrase_file is not None:
        lines += ["", "[keys]", f"passphrase_file = {json.dumps(str(passphrase_file.resolve()))}"]
    return "\n".join(lines) + "\n"


def create_node(
    home: Path, settings: str, environ: Mapping[str, str], ask_passphrase: Callable[[], str] | None = None
) -> str:
    """A new node in `home`: node.toml, keys, database and an empty signed feed, pinned as its own first peer.

    `settings`: the text of node.toml; `ask_passphrase`: asked where neither environment nor file gives one.
    Returns the root's fingerprint, grouped for the telephone. A run that was killed is taken up where it stopped.
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
    keys = made if made.complete else create_keys(config.keys, passphrase)
    identity = NodeIdentity(config.country, config.authority, config.name, config.synthetic)
    publication = TufPublication(config.home, identity, keys, config.lifetimes, utc_now)
    fingerprint = publication.fingerprint() if publication.own_feed() else publication.initialise()
    upgrade_database(config.database_url)
    directory.add(str(config.feeds), fingerprint)
    return fingerprint


def profile_folder(config: NodeConfig) -> ProfileFolder:
    """The exchange profiles of a node: its own folder of them, or those that come with the program."""
    return ProfileFolder(config.profiles or shipped("exchange_profiles"))


def worker_lock(config: NodeConfig) -> AbstractContextManager[None]:
    """Held by the one worker of a node. Raises (on entry): Busy naming the process that holds it."""
    return ExclusiveLock(config.home / "worker.lock", "the worker of this node").held()


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
