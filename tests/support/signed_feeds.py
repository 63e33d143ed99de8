"""Real feeds in folders, for tests: a sender that publishes, a receiver that has pinned it, and forgery."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tuf.api.metadata import Metadata, Signed, TargetFile

from node.adapters.trust.ceremony import Ceremony
from node.adapters.trust.feed_state import read_state
from node.adapters.trust.fetcher import TufFetcher
from node.adapters.trust.identity import NodeIdentity
from node.adapters.trust.key_store import KeyStore, create_keys
from node.adapters.trust.peers import PeerDirectory
from node.adapters.trust.publication import TufPublication
from node.adapters.trust.role_files import RoleFiles
from node.config import LifetimeConfig, LimitConfig
from node.model.period import TimePeriod
from node.model.release import FetchedFeed, Peer, ReleaseDraft, SignedRelease, TargetCustom, TargetIdentity, TargetKey

LIFETIMES = LifetimeConfig(root_days=365, targets_days=180, snapshot_days=30, timestamp_days=7)
PASSPHRASE = "correct horse"
START = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
STRUCTURE = b'{"structure": "for a test"}'


@dataclass
class FrozenClock:
    """A clock that stands still until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def limits(*, target_bytes: int = 1_000_000, timeout_seconds: float = 5.0) -> LimitConfig:
    return LimitConfig(
        target_bytes=target_bytes, timeout_seconds=timeout_seconds, engine_memory_mib=64, engine_threads=1
    )


def draft(period: str = "2031-01", *, revision: int = 1, text: str = "a", dataflow: str = "VACANCIES") -> ReleaseDraft:
    """A release whose bytes depend on period and text alone."""
    key = TargetKey(dataflow, TimePeriod(period))
    custom = TargetCustom(
        dataflow=dataflow,
        period=period,
        revision=revision,
        published=datetime(2031, 2, 15, tzinfo=UTC),
        profile_version="1.0.0",
        profile_digest="a" * 64,
        mapping_digests=(("KBJI:2014", "b" * 64),),
        rows=1,
        synthetic=True,
    )
    data = gzip.compress(f"{dataflow} {period} {text}".encode(), mtime=0)
    return ReleaseDraft(key, custom, {key.path: data, key.report_path: f'{{"text": "{text}"}}'.encode()})


@dataclass
class Sender:
    """A node that publishes to `home/feeds`."""

    home: Path
    clock: FrozenClock
    keys: KeyStore
    identity: NodeIdentity
    publication: TufPublication
    fingerprint: str

    @property
    def feeds(self) -> Path:
        return self.home / "feeds"

    @property
    def metadata(self) -> Path:
        return self.feeds / "metadata"

    def release(self, *args: object, **kwargs: object) -> SignedRelease:
        return self.publication.publish(draft(*args, **kwargs), STRUCTURE)  # type: ignore[arg-type]  # as `draft`

    def sign(self, change: Callable[[dict[str, TargetFile]], None], *, step: int = 1) -> None:
        """Sign other targets metadata with this sender's own keys, without the care that publishing takes.

        `step`: how much larger the versions become.
        """
        state = read_state(self.metadata)
        assert state is not None
        entries = deepcopy(state.files)
        change(entries)
        roles = RoleFiles(self.metadata, self.keys, LIFETIMES, self.clock)
        targets = roles.write_targets(state.targets.signed.version + step, entries)
        snapshot = roles.write_snapshot(state.snapshot.signed.version + step, targets)
        roles.write_timestamp(state.timestamp.signed.version + step, snapshot)

    def reopened(self) -> TufPublication:
        """The publication as another process would open it."""
        keys = KeyStore(self.home / "keys", PASSPHRASE)
        return TufPublication(self.home, self.identity, keys, LIFETIMES, self.clock)

    @property
    def ceremony(self) -> Ceremony:
        """What is done about the root, as another process would do it."""
        keys = KeyStore(self.home / "keys", PASSPHRASE)
        publication = TufPublication(self.home, self.identity, keys, LIFETIMES, self.clock)
        return Ceremony(self.home, self.identity, keys, publication, LIFETIMES, self.clock, {})

    def copy_feed(self, to: Path) -> Path:
        """The feed as it is now, kept aside."""
        shutil.copytree(self.feeds, to)
        return to

    def restore_feed(self, kept: Path) -> None:
        shutil.rmtree(self.feeds)
        shutil.copytree(kept, self.feeds)


def new_sender(home: Path, country: str = "ID", clock: FrozenClock | None = None) -> Sender:
    clock = clock or FrozenClock()
    keys = create_keys(home / "keys", PASSPHRASE)
    identity = NodeIdentity(country, f"IMTGT_{country}", f"Node of {country}", synthetic=True)
    publication = TufPublication(home, identity, keys, LIFETIMES, clock)
    return Sender(home, clock, keys, identity, publication, publication.initialise())


@dataclass
class Receiver:
    """A node that has pinned one feed and pulls it."""

    home: Path
    directory: PeerDirectory
    fetcher: TufFetcher
    peer: Peer
    known: frozenset[TargetIdentity] = frozenset()

    def pull(self) -> FetchedFeed:
        """One pull; what it brought counts as settled in the next."""
        feed = self.fetcher.fetch(self.peer, self.known)
        self.known = frozenset(target.identity for target in feed.targets)
        return feed


def new_receiver(home: Path, sender: Sender, *, url: str | None = None, **bounds: float) -> Receiver:
    directory = PeerDirectory(home)
    peer = directory.add(url or str(sender.feeds), sender.fingerprint)
    fetcher = TufFetcher(home, limits(**bounds), sender.clock, sleep=lambda _: None)  # type: ignore[arg-type]  # as `limits`
    return Receiver(home, directory, fetcher, peer)


def forge(path: Path, keys: KeyStore, names: tuple[str, ...], change: Callable[[Signed], None]) -> None:
    """Change signed metadata in place and sign it with the named keys of a key store, and no others."""
    metadata: Metadata[Signed] = Metadata.from_bytes(path.read_bytes())  # type: ignore[type-var]  # any role
    change(metadata.signed)
    metadata.signatures.clear()
    for name in names:
        metadata.sign(keys.signer(name), append=True)
    path.write_bytes(metadata.to_bytes())
