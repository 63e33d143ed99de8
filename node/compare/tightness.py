"""Vacancies beside job seekers over areas and occupations: tightness, where it stands in its country, what it signals.

Levels do not compare across countries: registers reach them unequally. A position relative to the own country does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from node.compare.grid import (
    NOT_APPLICABLE_AT,
    SUPPRESSED_AT,
    TOTAL,
    Grid,
    SignArray,
    read_grid,
    with_sum,
)
from node.compare.indicators import PER
from node.compare.reading import upwards
from node.compare.spans import SIGNALS, SignalArray, Spans, quotient, relative_tightness, signals
from node.model.codelist import Codelist
from node.model.comparison import Signal, SignalThresholds
from node.model.cube import FloatArray
from node.model.merged import MergedCube
from node.model.profile import AREA, OCCUPATION, ExchangeProfile

_TOLD = np.array([*SIGNALS, None], object)

VACANT, SEEKING = "JV_OPEN", "JS_REGISTERED"
"""The two stocks at the period's end: posts vacant, and persons registered."""


@dataclass(frozen=True, slots=True, eq=False)
class Tightness:
    """Both figures of one period and what follows from them; grids and arrays of shape (areas, occupations).

    `tight`: vacancies per 100 job seekers; `relative`: tightness as a multiple of the country's own over all
    occupations, not applicable to the sub-region, whose registers do not mix; `signal`: places in `spans.SIGNALS`;
    `rows`, `columns`: the place of each area and of each occupation.
    """

    vacancies: Grid
    jobseekers: Grid
    tight: Grid
    relative: Grid
    signal: SignalArray
    rows: Mapping[str, int] = field(init=False, repr=False)
    columns: Mapping[str, int] = field(init=False, repr=False)
    _signals: list[list[Signal | None]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name, codes in (("rows", self.areas), ("columns", self.occupations)):
            object.__setattr__(self, name, {code: place for place, code in enumerate(codes)})
        told = np.where(self.relative.sign >= NOT_APPLICABLE_AT, len(SIGNALS), self.signal)
        object.__setattr__(self, "_signals", _TOLD[told].tolist())  # a page asks for each of them, some often

    @property
    def areas(self) -> tuple[str, ...]:
        return self.tight.areas

    @property
    def occupations(self) -> tuple[str, ...]:
        return self.tight.occupations

    def place(self, area: str, occupation: str) -> tuple[int, int]:
        return self.rows[area], self.columns[occupation]

    def signal_at(self, area: int, occupation: int) -> Signal | None:
        """None where the relative tightness does not apply or nobody reports it: there is nothing to signal."""
        return self._signals[area][occupation]


def read_tightness(
    vacancies: MergedCube,
    jobseekers: MergedCube,
    profile: ExchangeProfile,
    occupations: Sequence[str],
    thresholds: SignalThresholds,
) -> Tightness:
    """`profile`: whose areas are read, that of VACANCIES; `occupations`: with all that they are parts of, and so with
    the total, which relative tightness needs.
    """
    areas = profile.structure.axis(AREA).codelist
    codes = upwards(profile.structure.axis(OCCUPATION).codelist, occupations)
    posts = read_grid(vacancies, profile, VACANT, areas.ids, codes)
    persons = read_grid(jobseekers, profile, SEEKING, areas.ids, codes)
    root = areas.roots[0]
    countries = areas.children(root)
    at = [areas.index[country] for country in countries]
    both = posts.known[at] & persons.known[at]
    tight = _ratio(with_sum(posts, root, countries, both), with_sum(persons, root, countries, both), PER)
    relative = _relative(posts, persons, areas, codes.index(TOTAL))
    posts, persons = (with_sum(grid, root, countries) for grid in (posts, persons))
    return Tightness(posts, persons, tight, relative, signals(Spans(relative.low, relative.high), thresholds))


def _relative(posts: Grid, persons: Grid, areas: Codelist, total: int) -> Grid:
    """Tightness over that of each area's country over all occupations."""
    country = np.array([areas.index[_country(areas, area)] for area in areas.ids])
    pairs = [Spans(grid.low, grid.high) for grid in (posts, persons)] + [
        Spans(grid.low[country, total][:, None], grid.high[country, total][:, None]) for grid in (posts, persons)
    ]
    found = relative_tightness(*pairs)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (posts.value * persons.value[country, total][:, None]) / (
            persons.value * posts.value[country, total][:, None]
        )
    sign = _joined(posts.sign, persons.sign, posts.sign[country, total][:, None], persons.sign[country, total][:, None])
    grid = _judged(Grid(posts.areas, posts.occupations, value, found.low, found.high, sign))
    for row, area in enumerate(areas.ids):
        if area in areas.roots:
            grid.value[row] = grid.low[row] = grid.high[row] = np.nan
            grid.sign[row] = NOT_APPLICABLE_AT
    return grid


def _ratio(above: Grid, below: Grid, times: float) -> Grid:
    found = quotient(Spans(times * above.low, times * above.high), Spans(below.low, below.high))
    with np.errstate(divide="ignore", invalid="ignore"):
        value: FloatArray = times * above.value / below.value
    lacking = {place: codes for place, codes in above.lacking.items() if codes}
    sign = _joined(above.sign, below.sign)
    return _judged(Grid(above.areas, above.occupations, value, found.low, found.high, sign, lacking))


def _joined(*signs: SignArray) -> SignArray:
    """The sign of a figure made of several: that of which the least is known."""
    return np.asarray(np.maximum.reduce(np.broadcast_arrays(*signs)), np.uint8)


def _judged(grid: Grid) -> Grid:
    """A quotient's value and sign agree with its interval: not applicable where published figures give 0 over 0."""
    undefined = (grid.sign < SUPPRESSED_AT) & np.isnan(grid.value)
    grid.sign[undefined] = NOT_APPLICABLE_AT
    grid.value[grid.sign >= SUPPRESSED_AT] = np.nan
    nothing = grid.sign > SUPPRESSED_AT
    grid.low[nothing] = grid.high[nothing] = np.nan
    return grid


def _country(areas: Codelist, area: str) -> str:
    """The country that an area is in; itself for a country and for the sub-region."""
    lineage = areas.lineage(area)
    return lineage[-2] if len(lineage) > 1 else area
