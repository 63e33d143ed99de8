"""Where areas stand on the tile map: squares of one size, so that a small province is seen like a large one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from node.errors import MappingError

LONGEST_BRIEF = 4


@dataclass(frozen=True, slots=True)
class TilePlace:
    """`column`, `row`: from the upper left, from 0; `brief`: at most four letters for narrow maps, empty for a country,
    whose name is written at its place.

    Raises: MappingError for a place outside the map, or a brief that is too long.
    """

    area: str
    column: int
    row: int
    brief: str

    def __post_init__(self) -> None:
        if min(self.column, self.row) < 0:
            raise MappingError(f"the tile of {self.area} lies at {self.column}, {self.row}; places begin at 0")
        if len(self.brief) > LONGEST_BRIEF:
            raise MappingError(f"the brief of {self.area}, “{self.brief}”, is longer than {LONGEST_BRIEF} letters")


@dataclass(frozen=True, slots=True, eq=False)
class TileGrid:
    """The places of areas. Raises: MappingError where an area is there twice, or two areas share a place."""

    places: tuple[TilePlace, ...]
    index: Mapping[str, TilePlace] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        index = {place.area: place for place in self.places}
        taken = {(place.column, place.row) for place in self.places}
        if len(index) < len(self.places) or len(taken) < len(self.places):
            raise MappingError(
                "the tile map has an area twice, or two areas at one place; give each a place of its own"
            )
        object.__setattr__(self, "index", index)

    def placed(self, areas: tuple[str, ...]) -> tuple[TilePlace, ...]:
        """The places of `areas`; those that the map does not know stand in rows below it, in their order."""
        below = max((place.row for place in self.places), default=-1) + 2
        wide = max((place.column for place in self.places), default=5) + 1
        unknown = [area for area in areas if area not in self.index]
        extra = {
            area: TilePlace(area, number % wide, below + number // wide, area[-LONGEST_BRIEF:].lstrip("-"))
            for number, area in enumerate(unknown)
        }
        return tuple(self.index.get(area) or extra[area] for area in areas)
