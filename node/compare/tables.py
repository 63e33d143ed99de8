"""Comparison tables: the areas for one occupation group, the groups within one for an area, and both at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from node.compare.derived import vacancy_rate_percent
from node.compare.grid import NOT_APPLICABLE_AT, TOTAL, Grid
from node.compare.ranks import rank_ranges
from node.compare.reading import level_of, occupation_parts, tree_order
from node.compare.tightness import Tightness
from node.compare.trend import persistence
from node.model.codelist import Codelist
from node.model.comparison import Signal
from node.model.profile import AREA, OCCUPATION, ExchangeProfile
from node.model.table import Cell, Coded, Column, Kind, Table

FIGURES = (
    Column("VACANCIES", Kind.FIGURE),
    Column("JOBSEEKERS", Kind.FIGURE),
    Column("VACANCIES_PER_100_JOBSEEKERS", Kind.FIGURE, 1),
    Column("RELATIVE_TO_COUNTRY", Kind.FIGURE, 2),
    Column("SIGNAL", Kind.SIGNAL),
)
REF_AREA = Column("REF_AREA", Kind.AREA)
GROUP = Column("OCCUPATION", Kind.OCCUPATION)
RANK = Column("RANK", Kind.RANGE)
PERIODS_SHORT = Column("PERIODS_SHORT", Kind.RANGE)
PERIODS_RELEASED = Column("PERIODS_RELEASED", Kind.COUNT)
EMPLOYED = Column("EMPLOYED", Kind.FIGURE)
VACANCY_RATE = Column("VACANCY_RATE_PERCENT", Kind.FIGURE, 2)


@dataclass(frozen=True, slots=True)
class Context:
    """What a table shows beside the period's own figures.

    `history`: the periods up to this one, oldest first, None where nothing was released; empty where the table has no
    persistence. `employed`: the employed of the quarter, None where there is no survey of these groups.
    """

    history: tuple[Tightness | None, ...] = ()
    employed: Grid | None = None


def area_table(now: Tightness, profile: ExchangeProfile, occupation: str, context: Context = Context()) -> Table:
    """The sub-region, its countries and their areas for an occupation group. Ranks are of areas without parts, by
    relative tightness."""
    areas = profile.structure.axis(AREA).codelist
    ranks = area_ranks(now, areas, occupation)
    columns, rest = _more(context, occupation in (context.employed.occupations if context.employed else ()))
    rows = []
    for area in tree_order(areas, areas.roots[0]):
        label = Coded(area, areas.code(area).name, level_of(areas, area))
        cells = figure_cells(now, area, occupation)
        more = _rest(rest, context, now, areas, area, occupation)
        rows.append((label, *cells, ranks.get(area), *more))
    return Table("areas", (REF_AREA, *FIGURES, RANK, *columns), tuple(rows), ((OCCUPATION, occupation),))


def occupation_table(
    now: Tightness, profile: ExchangeProfile, area: str, whole: str, context: Context = Context()
) -> Table:
    """An occupation group and those just below it, for an area."""
    areas, occupations = (profile.structure.axis(axis).codelist for axis in (AREA, OCCUPATION))
    shown = (whole, *occupation_parts(occupations, whole))
    surveyed = context.employed is not None and any(code in context.employed.occupations for code in shown)
    columns, rest = _more(context, surveyed)
    rows = []
    for code in shown:
        label = Coded(code, occupations.code(code).name, int(code != whole))
        rows.append((label, *figure_cells(now, area, code), *_rest(rest, context, now, areas, area, code)))
    return Table("occupations", (GROUP, *FIGURES, *columns), tuple(rows), ((AREA, area),))


def matrix_table(now: Tightness, profile: ExchangeProfile, shown: Sequence[str]) -> Table:
    """All areas by the occupation groups `shown`, a row each."""
    areas, occupations = (profile.structure.axis(axis).codelist for axis in (AREA, OCCUPATION))
    places = [Coded(area, areas.code(area).name, level_of(areas, area)) for area in tree_order(areas, areas.roots[0])]
    groups = [Coded(code, occupations.code(code).name) for code in shown]
    rows = tuple((place, group, *figure_cells(now, place.code, group.code)) for place in places for group in groups)
    return Table("matrix", (REF_AREA, GROUP, *FIGURES), rows)


def figure_cells(now: Tightness, area: str, occupation: str) -> tuple[Cell, ...]:
    """The cells of FIGURES."""
    place = now.place(area, occupation)
    grids = (now.vacancies, now.jobseekers, now.tight, now.relative)
    return (*(grid.at(*place) for grid in grids), now.signal_at(*place))


def area_ranks(now: Tightness, areas: Codelist, occupation: str) -> dict[str, tuple[int, int]]:
    """The highest and lowest rank that each area without parts can have by relative tightness, among those of which
    something is known."""
    column = now.occupations.index(occupation)
    known = {}
    for area in areas.leaves:
        interval = now.relative.at(now.areas.index(area), column).interval
        if interval is not None:
            known[area] = interval
    return dict(zip(known, rank_ranges(tuple(known.values())), strict=True))


def can_be_short(areas: Codelist, area: str, occupation: str) -> bool:
    """Not the sub-region, whose countries' registers do not mix, nor a country over all occupations, which is what its
    groups are held against."""
    return area not in areas.roots and not (occupation == TOTAL and area in areas.children(areas.roots[0]))


def periods_short(
    history: Sequence[Tightness | None], area: str, occupation: str
) -> tuple[tuple[int, int] | None, int]:
    """In how many periods a shortage was signalled for certain and in how many at most, None where none was released;
    and how many were."""
    found = persistence(signals_over(history, area, occupation), Signal.SHORTAGE)
    return (found.certain, found.most) if found.periods else None, found.periods


def signals_over(history: Sequence[Tightness | None], area: str, occupation: str) -> tuple[Signal | None, ...]:
    """The signal of each period, None where no release has the figures that it takes: those of the area and of its
    country. Where relative tightness does not apply, as of 0 over 0, there was no shortage and no surplus."""
    return tuple(None if past is None else _signal_then(past, *past.place(area, occupation)) for past in history)


def _signal_then(past: Tightness, area: int, occupation: int) -> Signal | None:
    applies = past.relative.sign[area, occupation] != NOT_APPLICABLE_AT
    return past.signal_at(area, occupation) if applies else Signal.BALANCED


def _more(context: Context, surveyed: bool) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The columns that a context adds, and what they are."""
    columns: tuple[Column, ...] = (PERIODS_SHORT, PERIODS_RELEASED) if context.history else ()
    rest: tuple[str, ...] = ("history",) if context.history else ()
    if surveyed:
        return (*columns, EMPLOYED, VACANCY_RATE), (*rest, "survey")
    return columns, rest


def _rest(
    rest: Sequence[str], context: Context, now: Tightness, areas: Codelist, area: str, occupation: str
) -> tuple[Cell, ...]:
    """The cells of the columns that a context adds."""
    cells: tuple[Cell, ...] = ()
    if "history" in rest:
        signals = can_be_short(areas, area, occupation)
        cells += periods_short(context.history, area, occupation) if signals else (None, None)
    if "survey" in rest and context.employed is not None:
        grid = context.employed
        if occupation not in grid.occupations:
            return (*cells, None, None)
        employed = grid.at(grid.areas.index(area), grid.occupations.index(occupation))
        vacancies = now.vacancies.at(*now.place(area, occupation))
        cells += (employed, vacancy_rate_percent(vacancies, employed))
    return cells
