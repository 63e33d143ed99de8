"""A node as the pages see it, made by hand: a store of fixed cubes, peers and a feed folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from node.comparing.reading import Reading
from node.errors import MappingError, NodeError, NotPublished, ProfileError
from node.exchange.prove import Proof
from node.model.comparison import SignalThresholds
from node.model.distance import DistanceTable
from node.model.merged import MergedCube, Observation, Observations, SeriesKey
from node.model.names import Names
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile
from node.model.release import (
    MergePlan,
    Peer,
    PeerState,
    PublishedTarget,
    TargetCustom,
    TargetDigest,
    TargetIdentity,
    TargetKey,
    Vintage,
)
from node.model.split_view import ForkRecord
from node.model.standing import OwnFeed, PeerStanding
from node.model.tiles import TileGrid
from tests.support.memory_access import MemoryAccessLedger
from tests.support.memory_store import newest_of

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
THRESHOLDS = SignalThresholds("1", 1.5, 2 / 3)
NO_NAMES = Names(("id", "ms", "th", "en"), ())

Figure = float | str | tuple[float, float]
"""A number is a value, a text the OBS_STATUS of a gap, `P12` a provisional number, a pair what a suppressed one lies
between."""


def vintage(
    sender: str,
    dataflow: str,
    period: str,
    *,
    revision: int = 1,
    rows: int = 10,
    synthetic: bool = False,
    flags: tuple[str, ...] = (),
    accepted: datetime = NOW - timedelta(hours=1),
) -> Vintage:
    """An accepted vintage with made-up but well-formed particulars."""
    key = TargetKey(dataflow, TimePeriod(period))
    published = NOW - timedelta(days=7)
    custom = TargetCustom(dataflow, period, revision, published, "1.0.0", "0" * 64, (), rows, synthetic)
    target = TargetDigest(key.path, 34_567, "ab" * 32)
    return Vintage(sender, key, custom, target, "cd" * 32, 7, accepted, flags)


def cube(
    dataflow: str,
    period: str,
    figures: Mapping[SeriesKey, Figure],
    vintages: Sequence[Vintage] | None = None,
) -> MergedCube:
    """A merged cube of all senders; by default each has one vintage."""
    observations = {}
    for key, figure in figures.items():
        sender = key[0].removeprefix("IMTGT_")[:2]
        if isinstance(figure, tuple):
            observations[key] = Observation(None, "Q", "A", sender, *figure)
        elif isinstance(figure, str) and figure.startswith("P"):
            observations[key] = Observation(float(figure[1:]), "P", "F", sender)
        elif isinstance(figure, str):
            observations[key] = Observation(None, figure, "A" if figure == "Q" else "F", sender)
        else:
            observations[key] = Observation(float(figure), "A", "F", sender)
    senders = sorted({observation.sender for observation in observations.values()})
    kept = tuple(vintages) if vintages is not None else tuple(vintage(sender, dataflow, period) for sender in senders)
    return MergedCube(dataflow, TimePeriod(period), Observations.of(observations), kept)


def posts(area: str, occupation: str) -> SeriesKey:
    return (area, occupation, "_Z", "JV_OPEN")


def persons(area: str, occupation: str) -> SeriesKey:
    return (area, occupation, "_T", "JS_REGISTERED")


class FixedStore:
    """A store that only reads, from cubes given to it. Of several for one dataflow and period the last counts, as of
    a time the last whose vintages had all been accepted by then."""

    def __init__(self, *cubes: MergedCube) -> None:
        self._cubes: dict[tuple[str, TimePeriod], list[MergedCube]] = defaultdict(list)
        for entry in cubes:
            self._cubes[entry.dataflow, entry.period].append(entry)

    def known_targets(self, sender: str) -> frozenset[TargetIdentity]:
        return frozenset(entry.identity for entry in self.vintages(sender))

    def vintages(self, sender: str) -> tuple[Vintage, ...]:
        held = (entry for cubes in self._cubes.values() for known in cubes for entry in known.vintages)
        return tuple(dict.fromkeys(entry for entry in held if entry.sender == sender))

    def apply(self, plan: MergePlan) -> None:
        raise AssertionError("a page tried to write")

    def cube(
        self,
        dataflow: str,
        period: TimePeriod,
        *,
        as_of: datetime | None = None,
        occupations: Sequence[str] | None = None,
        areas: Sequence[str] | None = None,
        indicators: Sequence[str] | None = None,
        sexes: Sequence[str] | None = None,
    ) -> MergedCube:
        cubes = self._cubes.get((dataflow, period), [])
        known = [one for one in cubes if as_of is None or all(entry.accepted_at <= as_of for entry in one.vintages)]
        held = known[-1] if known else MergedCube(dataflow, period, Observations.of({}), ())
        asked = (areas, occupations, sexes, indicators)
        kept = {
            key: observation
            for key, observation in held.observations.items()
            if all(codes is None or code in codes for code, codes in zip(key, asked, strict=True))
        }
        return MergedCube(dataflow, period, Observations.of(kept), held.vintages)

    def cubes(
        self,
        dataflow: str,
        periods: Sequence[TimePeriod],
        *,
        as_of: datetime | None = None,
        occupations: Sequence[str] | None = None,
        areas: Sequence[str] | None = None,
        indicators: Sequence[str] | None = None,
        sexes: Sequence[str] | None = None,
    ) -> tuple[MergedCube, ...]:
        return tuple(
            self.cube(
                dataflow,
                period,
                as_of=as_of,
                occupations=occupations,
                areas=areas,
                indicators=indicators,
                sexes=sexes,
            )
            for period in periods
        )

    def at_once(self) -> AbstractContextManager[FixedStore]:
        return nullcontext(self)

    def newest(self) -> dict[str, tuple[Vintage, ...]]:
        senders = {entry.sender for cubes in self._cubes.values() for known in cubes for entry in known.vintages}
        return {sender: newest_of(self.vintages(sender)) for sender in sorted(senders)}

    def state(self) -> str:
        return str(sum(map(len, self._cubes.values())))

    def periods(self, dataflow: str) -> tuple[TimePeriod, ...]:
        return tuple(sorted(period for held, period in self._cubes if held == dataflow))


class FixedProfiles:
    """Profiles given by hand."""

    def __init__(self, *profiles: ExchangeProfile) -> None:
        self._profiles = {profile.dataflow: profile for profile in profiles}

    def dataflows(self) -> tuple[str, ...]:
        return tuple(sorted(self._profiles))

    def profile(self, dataflow: str) -> ExchangeProfile:
        if dataflow not in self._profiles:
            raise ProfileError(f"there is no exchange profile for {dataflow}")
        return self._profiles[dataflow]


def standing(peer: str, name: str, state: PeerState = PeerState.FRESH, reason: str = "") -> PeerStanding:
    """A peer pulled an hour ago."""
    at = NOW - timedelta(hours=1)
    return PeerStanding(
        Peer(peer, f"IMTGT_{peer}", name, "https://peer.example/feeds/", "0" * 64), state, at, at, reason
    )


def own_feed(*targets: PublishedTarget, lives: timedelta = timedelta(days=6)) -> OwnFeed:
    return OwnFeed(12, NOW + lives, targets)


def published(dataflow: str, period: str, *, rows: int = 10) -> PublishedTarget:
    made = vintage("ID", dataflow, period, rows=rows)
    return PublishedTarget(made.key, made.custom, made.target, made.report_sha256)


def unproved(dataflow: str, key: str, period: TimePeriod, as_of: datetime | None) -> Proof:
    """A prover of a node that holds no files."""
    raise NotPublished(f"nothing of {dataflow} {period} for {key} was merged")


@dataclass
class WebWorld:
    """Has the shape of `node.web.services.WebServices`; a failure given is raised when that part is asked.

    `distances`: None for a node that has no such table.
    """

    feeds: Path
    store: FixedStore
    profiles: FixedProfiles
    name: str = "Indonesia (Ministry of Manpower)"
    country: str = "ID"
    authority: str = "IMTGT_ID"
    synthetic: bool = False
    standings: tuple[PeerStanding, ...] = ()
    feed: OwnFeed | None = None
    store_failure: NodeError | None = None
    feed_failure: NodeError | None = None
    now: datetime = field(default=NOW)
    access: MemoryAccessLedger = field(default_factory=lambda: MemoryAccessLedger(lambda: NOW))
    names: Names = NO_NAMES
    tiles: TileGrid = field(default_factory=lambda: TileGrid(()))
    fork_records: tuple[ForkRecord, ...] = ()
    distances: DistanceTable | None = None
    thresholds: SignalThresholds = THRESHOLDS

    def clock(self) -> datetime:
        return self.now

    def reading(self, as_of: datetime | None = None) -> Reading:
        return Reading(self.store, self.profiles, self._distances, self.thresholds, as_of)

    def forks(self) -> tuple[ForkRecord, ...]:
        return self.fork_records

    def own_feed(self) -> OwnFeed | None:
        if self.feed_failure:
            raise self.feed_failure
        return self.feed

    def peers(self) -> tuple[PeerStanding, ...]:
        return self.standings

    def check_store(self) -> None:
        if self.store_failure:
            raise self.store_failure

    def _distances(self) -> DistanceTable:
        if self.distances is None:
            raise MappingError("there is no distance table")
        return self.distances


class ClosingClient(FlaskClient):
    """A client that reads each answer whole and closes the file behind it."""

    def open(self, *args: Any, buffered: bool = True, **options: Any) -> TestResponse:
        return super().open(*args, buffered=buffered, **options)
