"""What lies between areas: kilometres within a country, and across a border what a documented crossing adds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from node.errors import MappingError
from node.model.cube import FloatArray

EARTH_RADIUS_KM = 6371.0088
"""The mean radius. Source: Moritz, Geodetic Reference System 1980, Journal of Geodesy 74 (2000)."""


class CrossingKind(Enum):
    """How a border is crossed."""

    LAND = "land"
    SEA = "sea"


@dataclass(frozen=True, slots=True)
class Seat:
    """Where an area's government sits. `country`: the REF_AREA code that the area is a part of; degrees north, east.

    Raises: MappingError for coordinates that are nowhere on earth.
    """

    area: str
    country: str
    name: str
    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise MappingError(f"the seat of {self.area} lies at {self.latitude}, {self.longitude}: nowhere on earth")


@dataclass(frozen=True, slots=True)
class Crossing:
    """A way for persons between two areas of different countries; `way` names it as the two sides do."""

    one: str
    other: str
    kind: CrossingKind
    way: str


@dataclass(frozen=True, slots=True)
class BorderCost:
    """What crossing a border once counts, as kilometres travelled at home, and the reason for the number."""

    km: float
    why: str

    def __post_init__(self) -> None:
        if not (math.isfinite(self.km) and self.km >= 0):
            raise MappingError(f"a border counts for some kilometres or none, not for {self.km}")


@dataclass(frozen=True, slots=True)
class NearOccupations:
    """Occupations that a group of ISCO `level` digits holds are near; changing between them counts `km`."""

    level: int
    km: float
    why: str

    def __post_init__(self) -> None:
        if self.level < 1:
            raise MappingError(f"near occupations share a group of one digit or more, not of {self.level}")
        if not (math.isfinite(self.km) and self.km >= 0):
            raise MappingError(f"a change of occupation counts for some kilometres or none, not for {self.km}")


@dataclass(frozen=True, slots=True)
class DistanceProvenance:
    """Where a distance table comes from, who made it, and how far to trust it. `digest`: SHA-256 of its files."""

    title: str
    author: str
    date: str
    licence: str
    provenance: str
    trust: str
    digest: str


@dataclass(frozen=True, slots=True, eq=False)
class DistanceTable:
    """Areas with what lies between each two.

    `index`: place of each area in `km`; `km`: shape (areas, areas), the shortest way in kilometres and what counts
    like them: great circles between seats of one country, and from country to country by `crossings` alone, each with
    its border added. Symmetric, 0 on the diagonal, and no way round is shorter than the way itself.
    Raises: MappingError for an area that is there twice, a crossing within a country, of an unknown area or there
    twice, a kind of crossing without its cost, or areas between which no way leads.
    """

    seats: tuple[Seat, ...]
    crossings: tuple[Crossing, ...]
    borders: Mapping[CrossingKind, BorderCost]
    near: NearOccupations
    about: DistanceProvenance
    index: Mapping[str, int] = field(init=False, repr=False)
    km: FloatArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        index = {seat.area: place for place, seat in enumerate(self.seats)}
        if len(index) < len(self.seats):
            twice = {seat.area for place, seat in enumerate(self.seats) if index[seat.area] != place}
            raise MappingError("an area has one seat", places=tuple(sorted(twice)))
        object.__setattr__(self, "index", index)
        self._check_crossings()
        km = self._shortest()
        apart = [f"{self.seats[a].area} to {self.seats[b].area}" for a, b in np.argwhere(np.isinf(km)).tolist()]
        if apart:
            raise MappingError("no way leads between areas; add a crossing", places=tuple(apart))
        km.setflags(write=False)
        object.__setattr__(self, "km", km)

    def between(self, one: str, other: str) -> float:
        """Kilometres, and what counts like them, from one area to another. Raises: MappingError for an unknown area."""
        return float(self.km[self._place(one), self._place(other)])

    def country(self, area: str) -> str:
        """The REF_AREA code of an area's country. Raises: MappingError for an unknown area."""
        return self.seats[self._place(area)].country

    def _place(self, area: str) -> int:
        if area not in self.index:
            raise MappingError(f"“{area}” is no area of the distance table")
        return self.index[area]

    def _check_crossings(self) -> None:
        seen = set()
        for crossing in self.crossings:
            pair = f"{crossing.one} to {crossing.other}"
            if self.country(crossing.one) == self.country(crossing.other):
                raise MappingError(f"the crossing {pair} lies within one country")
            if crossing.kind not in self.borders:
                raise MappingError(f"what a border by {crossing.kind.value} counts is not said, and {pair} is one")
            key = (frozenset((crossing.one, crossing.other)), crossing.kind)
            if key in seen:
                raise MappingError(f"the crossing {pair} by {crossing.kind.value} is there twice")
            seen.add(key)

    def _shortest(self) -> FloatArray:
        """Shortest ways over great circles at home and crossings. Source: Floyd, Algorithm 97, CACM 5 (1962)."""
        straight = great_circle_km(self.seats)
        home = np.array([[one.country == other.country for other in self.seats] for one in self.seats])
        km = np.where(home, straight, np.inf)
        for crossing in self.crossings:
            a, b = self.index[crossing.one], self.index[crossing.other]
            km[a, b] = km[b, a] = min(km[a, b], straight[a, b] + self.borders[crossing.kind].km)
        for middle in range(len(km)):
            km = np.minimum(km, km[:, [middle]] + km[[middle], :])
        return km


def great_circle_km(seats: tuple[Seat, ...]) -> FloatArray:
    """Kilometres between each two seats on a sphere, shape (seats, seats), exactly symmetric.

    Source: Sinnott, Virtues of the Haversine, Sky and Telescope 68 (1984).
    """
    latitude = np.radians([seat.latitude for seat in seats])
    longitude = np.radians([seat.longitude for seat in seats])
    north, east = np.abs(latitude[:, None] - latitude), np.abs(longitude[:, None] - longitude)
    straight = np.sin(north / 2) ** 2 + (np.cos(latitude)[:, None] * np.cos(latitude)) * np.sin(east / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(straight, 1.0))), np.float64)
