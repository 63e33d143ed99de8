"""What a comparison says first: which groups are short, how far that has spread, what countries share, what changed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from node.compare.bounded import Spread, spread
from node.compare.reading import level_of
from node.compare.tables import GROUP, REF_AREA
from node.compare.tightness import Tightness
from node.model.codelist import Codelist
from node.model.comparison import Measured, Signal
from node.model.profile import AREA, OCCUPATION, ExchangeProfile
from node.model.table import Cell, Coded, Column, Kind, Table

WIDESPREAD, MAYBE_WIDESPREAD, NOT_WIDESPREAD = "widespread", "may be widespread", "not widespread"
"""Of a shortage: whether at least three quarters of the areas that report signal it, as far as can be told."""
SHARED, MAYBE_SHARED, NOT_SHARED = "all countries", "may be all countries", "not all countries"
"""Whether every country as a whole signals it."""

AREAS_SHORT = Column("AREAS_SHORT", Kind.RANGE)
AREAS_REPORTING = Column("AREAS_REPORTING", Kind.COUNT)
SPREAD = Column("SPREAD", Kind.WORD)
SHARING = Column("SHARED_BY", Kind.WORD)
BEFORE = (Column("SIGNAL_BEFORE", Kind.SIGNAL), Column("RELATIVE_BEFORE", Kind.FIGURE, 2))
NOW = (Column("SIGNAL", Kind.SIGNAL), Column("RELATIVE_TO_COUNTRY", Kind.FIGURE, 2))

CERTAIN = (Signal.SHORTAGE, Signal.SURPLUS, Signal.BALANCED)


def shortage_table(now: Tightness, profile: ExchangeProfile, groups: Sequence[str]) -> Table:
    """The occupation groups with a certain shortage somewhere: first those of most areas, then those of most countries.

    A column for each country has its own signal; areas are those without parts.
    """
    areas, occupations = (profile.structure.axis(axis).codelist for axis in (AREA, OCCUPATION))
    countries = areas.children(areas.roots[0])
    found = []
    for group in groups:
        own = [now.signal_at(*now.place(country, group)) for country in countries]
        over = area_spread(now, areas, group)
        if over.certain or Signal.SHORTAGE in own:
            label = Coded(group, occupations.code(group).name)
            short = over.certain, over.certain + over.possible
            row = (label, *own, short, over.reporting, _spread(over), _shared(own))
            found.append(((-over.certain, -own.count(Signal.SHORTAGE), group), row))
    columns = (GROUP, *(Column(f"SIGNAL_{country}", Kind.SIGNAL) for country in countries))
    rows: list[tuple[Cell, ...]] = [row for _, row in sorted(found, key=lambda one: one[0])]
    return Table("shortages", (*columns, AREAS_SHORT, AREAS_REPORTING, SPREAD, SHARING), tuple(rows))


def area_spread(now: Tightness, areas: Codelist, group: str) -> Spread:
    """How far the shortage of a group has spread over the areas without parts."""
    column = now.columns[group]
    return spread({area: now.signal_at(now.rows[area], column) for area in areas.leaves})


def change_table(now: Tightness, before: Tightness | None, profile: ExchangeProfile, groups: Sequence[str]) -> Table:
    """Areas and groups whose signal is another than the period before, both for certain and one of the two a shortage
    or a surplus; the largest move first. Empty without a period before.
    """
    areas, occupations = (profile.structure.axis(axis).codelist for axis in (AREA, OCCUPATION))
    found = []
    for area in areas.ids if before is not None else ():
        for group in groups:
            earlier, later = before.place(area, group) if before else (0, 0), now.place(area, group)
            was, now_is = before.signal_at(*earlier) if before else None, now.signal_at(*later)
            if before is None or was not in CERTAIN or now_is not in CERTAIN or was is now_is:
                continue
            one, other = before.relative.at(*earlier), now.relative.at(*later)
            place = Coded(area, areas.code(area).name, level_of(areas, area))
            label = Coded(group, occupations.code(group).name)
            found.append(((-_move(one, other), area, group), (place, label, was, one, now_is, other)))
    rows: list[tuple[Cell, ...]] = [row for _, row in sorted(found, key=lambda one: one[0])]
    return Table("changes", (REF_AREA, GROUP, *BEFORE, *NOW), tuple(rows))


def _spread(over: Spread) -> str:
    if over.widespread:
        return WIDESPREAD
    return MAYBE_WIDESPREAD if over.may_be_widespread else NOT_WIDESPREAD


def _shared(own: Sequence[Signal | None]) -> str:
    """A country that does not report may share what the others have."""
    if all(signal is Signal.SHORTAGE for signal in own):
        return SHARED
    open_ = (Signal.SHORTAGE, Signal.UNDETERMINED, None)
    return MAYBE_SHARED if all(signal in open_ for signal in own) else NOT_SHARED


def _move(one: Measured, other: Measured) -> float:
    """How many times a figure has become larger or smaller at the least, as a logarithm."""
    if one.interval is None or other.interval is None:
        return 0.0
    up, down = _log(other.interval.low, one.interval.high), _log(one.interval.low, other.interval.high)
    return max(up, down, 0.0)


def _log(above: float, below: float) -> float:
    if above <= 0 or math.isinf(below):
        return 0.0
    return math.inf if below == 0 or math.isinf(above) else math.log(above / below)
