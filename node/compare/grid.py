"""One indicator of one period over areas and occupations as arrays: what is published, and what the hidden can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import repeat
from math import isnan

import numpy as np
from numpy.typing import NDArray

from node.compare.noise import noise_interval
from node.model.codelist import NO_PARENT, Codelist
from node.model.comparison import MISSING, NORMAL, NOT_APPLICABLE, NOT_REPORTED, PROVISIONAL, SUPPRESSED, Measured
from node.model.cube import BoolArray, FloatArray, IntArray
from node.model.interval import Interval
from node.model.merged import MergedCube, Observations
from node.model.perturbation import Perturbed
from node.model.profile import AREA, OCCUPATION, SEX, ExchangeProfile
from node.model.structure import STATUS_MISSING, STATUS_PROVISIONAL, STATUS_SUPPRESSED, DataStructure

SIGNS = (NORMAL, PROVISIONAL, SUPPRESSED, NOT_APPLICABLE, MISSING, NOT_REPORTED)
"""By rank: a figure that is made of several has the sign of the highest of theirs, of which the least is known."""
NORMAL_AT, PROVISIONAL_AT, SUPPRESSED_AT, NOT_APPLICABLE_AT, MISSING_AT, NOT_REPORTED_AT = range(len(SIGNS))

_GAPS = {STATUS_SUPPRESSED: SUPPRESSED_AT, STATUS_MISSING: MISSING_AT}
_SHOWN = {STATUS_PROVISIONAL: PROVISIONAL_AT}
"""The sign of an observation without a value and of one with, by its OBS_STATUS."""

TOTAL, NO_DIMENSION = "_T", "_Z"
OVERALL = (TOTAL, NO_DIMENSION)
"""SEX of figures over all sexes, in dataflows that have the dimension and in those that do not."""

SignArray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Figures of shape (areas, occupations).

    `value`: NaN where there is no number; `low`, `high`: what the figure certainly lies between, NaN where nothing is
    known of it; `sign`: places in SIGNS; `lacking`: shape (areas, occupations), for sums over countries the codes of
    those that are not in them, as one text each.
    """

    areas: tuple[str, ...]
    occupations: tuple[str, ...]
    value: FloatArray
    low: FloatArray
    high: FloatArray
    sign: SignArray
    lacking: Mapping[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)

    @property
    def known(self) -> BoolArray:
        """Where at least an interval is known."""
        return ~np.isnan(self.low)

    def at(self, area: int, occupation: int) -> Measured:
        """One figure, by its places."""
        place = area, occupation
        value, low, sign = self.value.item(place), self.low.item(place), self.sign.item(place)
        known = None if isnan(value) else value
        interval = None if isnan(low) else (low, self.high.item(place))
        return _measured(known, sign, self.lacking.get(place, ()), interval)


@lru_cache(maxsize=8192)
def _measured(
    value: float | None, sign: int, lacking: tuple[str, ...], interval: tuple[float, float] | None
) -> Measured:
    """Tables, charts and sentences of a page ask for the same cells, and most cells hold small counts."""
    return Measured(value, SIGNS[sign], lacking, None if interval is None else Interval(*interval))


def read_grid(
    cube: MergedCube, profile: ExchangeProfile, indicator: str, areas: Sequence[str], occupations: Sequence[str]
) -> Grid:
    """What a cube says of an indicator, over all sexes: a zero that is not listed, below a listed one; NOT_REPORTED
    where nothing. `areas`, `occupations`: of the profile's codelists, with each code all that it is a part of.

    Source: `node.model.cube.listed_cells` for zeros that are not listed.
    """
    shape = (len(areas), len(occupations))
    value, low, high = (np.full(shape, np.nan) for _ in range(3))
    sign = np.full(shape, NOT_REPORTED_AT, np.uint8)
    seen = cube.observations
    there, row, column = _placed(seen, indicator, areas, occupations)
    found, gap = seen.value[there], _coded(seen.statuses, _GAPS, NOT_REPORTED_AT)[there]
    hidden = np.isnan(found) & (gap == SUPPRESSED_AT)
    least = np.where(hidden, np.fmax(seen.low[there], 0.0), found)
    most = np.where(hidden, np.fmin(seen.high[there], np.inf), found)
    altered = {vintage.sender: vintage.custom.perturbation for vintage in cube.vintages if vintage.custom.perturbation}
    if altered:
        leaves = _leaf_cells(profile.structure, areas, occupations)[row, column]
        _widen(found, least, most, [altered.get(seen.senders[at]) for at in there.tolist()], leaves)
    value[row, column], low[row, column], high[row, column] = found, least, most
    sign[row, column] = np.where(np.isnan(found), gap, _coded(seen.statuses, _SHOWN, NORMAL_AT)[there])
    grid = Grid(tuple(areas), tuple(occupations), value, low, high, sign)
    _fill_zeros(grid, profile.structure)
    return grid


def _placed(
    seen: Observations, indicator: str, areas: Sequence[str], occupations: Sequence[str]
) -> tuple[IntArray, IntArray, IntArray]:
    """Which observations are of an indicator over all sexes and have a cell, and the row and column of each."""
    row, column = (
        _coded(texts, {code: place for place, code in enumerate(codes)}, NO_PARENT)
        for texts, codes in ((seen.areas, areas), (seen.occupations, occupations))
    )
    overall = _coded(seen.sexes, dict.fromkeys(OVERALL, 1), 0) * _coded(seen.indicators, {indicator: 1}, 0)
    there = np.flatnonzero((overall == 1) & (row >= 0) & (column >= 0))
    return there, row[there], column[there]


def _coded(texts: Sequence[str], places: Mapping[str, int], otherwise: int) -> IntArray:
    """The place of each text, in one pass without a look at its kind."""
    return np.fromiter(map(places.get, texts, repeat(otherwise)), np.int64, len(texts))


def with_sum(grid: Grid, whole: str, parts: Sequence[str], counted: BoolArray | None = None) -> Grid:
    """The grid with the row of `whole` as the sum over `parts`, of those of which something is known.

    `counted`: shape (parts, occupations), which parts go into the sum besides; by default all.
    """
    at = [grid.areas.index(part) for part in parts]
    inside = grid.known[at] if counted is None else grid.known[at] & counted
    row = grid.areas.index(whole)
    value, low, high = (array.copy() for array in (grid.value, grid.low, grid.high))
    sign = grid.sign.copy()
    some = inside.any(axis=0)
    total = np.where(inside, grid.value[at], 0.0).sum(axis=0)  # NaN where a part is hidden, as the sum then is
    value[row] = np.where(some, total, np.nan)
    low[row] = np.where(some, np.where(inside, grid.low[at], 0.0).sum(axis=0), np.nan)
    high[row] = np.where(some, np.where(inside, grid.high[at], 0.0).sum(axis=0), np.nan)
    sign[row] = np.where(some, np.where(inside, grid.sign[at], 0).max(axis=0), grid.sign[at].max(axis=0))
    lacking = {
        (row, column): tuple(part for part, there in zip(parts, inside[:, column].tolist(), strict=True) if not there)
        for column in np.flatnonzero(some & ~inside.all(axis=0)).tolist()
    }
    return replace(grid, value=value, low=low, high=high, sign=sign, lacking={**grid.lacking, **lacking})


def _widen(
    found: FloatArray, least: FloatArray, most: FloatArray, noise: Sequence[Perturbed | None], leaves: IntArray
) -> None:
    """Set the bounds of figures that their senders altered by noise to what they can have been before. All of one
    length. `leaves`: how many cells without parts stand behind each."""
    for at, (figure, perturbation) in enumerate(zip(found.tolist(), noise, strict=True)):
        if perturbation is not None and not isnan(figure):
            interval = noise_interval(figure, perturbation, leaves.item(at))
            least[at], most[at] = interval.low, interval.high


def _leaf_cells(structure: DataStructure, areas: Sequence[str], occupations: Sequence[str]) -> IntArray:
    """How many cells without parts stand behind each cell over all sexes, shape (areas, occupations)."""
    sexes = len(structure.axis(SEX).codelist.leaves) if SEX in structure.position else 1
    rows, columns = (
        np.array([_leaves_of(structure.axis(axis).codelist)[code] for code in codes])
        for axis, codes in ((AREA, areas), (OCCUPATION, occupations))
    )
    return np.asarray(np.outer(rows, columns) * sexes, np.int64)


def _leaves_of(codelist: Codelist) -> Counter[str]:
    """How many codes without parts each code holds, itself where it is one."""
    return Counter(above for leaf in codelist.leaves for above in codelist.lineage(leaf))


def _fill_zeros(grid: Grid, structure: DataStructure) -> None:
    """Cells that are not listed because a cell that they are a part of is published as 0: they are 0 as that is, as
    provisional and within its noise."""
    parents = [
        _parents(codes, structure.axis(axis).codelist)
        for axis, codes in ((AREA, grid.areas), (OCCUPATION, grid.occupations))
    ]
    zero, unlisted = grid.value == 0, grid.sign == NOT_REPORTED_AT
    if not (zero.any() and unlisted.any()):
        return
    high = _inherited(np.where(zero, grid.high, np.nan), parents, np.fmin)
    below = ~np.isnan(high) & unlisted
    sign = _inherited(np.where(zero, grid.sign, np.nan), parents, np.fmax)
    grid.value[below] = grid.low[below] = 0.0
    grid.high[below] = high[below]
    grid.sign[below] = sign[below].astype(np.uint8)


@lru_cache(maxsize=64)
def _parents(codes: tuple[str, ...], codelist: Codelist) -> tuple[int, ...]:
    """For each code the place of the nearest code it is a part of, NO_PARENT where none of them has it."""
    places = {code: place for place, code in enumerate(codes)}
    found = []
    for code in codes:
        above = codelist.lineage(code)[1:] if code in codelist else ()
        found.append(next((places[parent] for parent in above if parent in places), NO_PARENT))
    return tuple(found)


def _inherited(own: FloatArray, parents: Sequence[tuple[int, ...]], both: np.ufunc) -> FloatArray:
    """Each cell's own number and those of all that it is a part of, in either dimension or in both, by `both`, which
    passes over NaN."""
    found = own.copy()
    for along, places in zip((found, found.T), parents, strict=True):
        for place in _parents_first(places):
            if places[place] != NO_PARENT:
                along[place] = both(along[place], along[places[place]])
    return found


@lru_cache(maxsize=64)
def _parents_first(parents: tuple[int, ...]) -> tuple[int, ...]:
    def depth(place: int) -> int:
        return 0 if parents[place] == NO_PARENT else 1 + depth(parents[place])

    return tuple(sorted(range(len(parents)), key=depth))
