"""One area and occupation group over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from node.compare.reading import level_of
from node.compare.series import (
    NO_COURSE,
    Course,
    Month,
    Quarter,
    beveridge_table,
    course,
    level_course,
    series_table,
)
from node.compare.tables import can_be_short
from node.comparing.reading import EMPLOYMENT, Moment, Reading, history, summed_grid
from node.model.period import TimePeriod
from node.model.profile import AREA, OCCUPATION
from node.model.release import Vintage
from node.model.table import Table, View

MONTHS = 36
"""Three years: enough for the trend, which asks for two, and what a chart still shows month by month."""
MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Trends:
    """`view` has the table `series`, and `beveridge` where a survey has the group; `months`: as many as were read."""

    view: View
    now: Moment
    area: str
    occupation: str
    course: Course
    months: int


def trends(reading: Reading, period: TimePeriod, area: str, occupation: str) -> Trends:
    """Up to MONTHS periods up to one; periods before the first release are left out.

    Raises: NotPublished where there is no such area or occupation.
    """
    past = history(reading, period, MONTHS, (reading.occupation(occupation),), reading.area(area))
    first = next((place for place, moment in enumerate(past) if moment.released), len(past) - 1)
    past = past[first:]
    months = tuple(Month(moment.period, moment.tightness if moment.released else None) for moment in past)
    tables = [series_table(months, reading.area(area), occupation)]
    vintages = tuple(vintage for moment in past for vintage in moment.vintages)
    quarters, surveyed = _beveridge(reading, past, area, occupation)
    if quarters is not None:
        tables.append(quarters)
    view = past[-1].view(*tables, others=(*vintages, *surveyed))
    return Trends(view, past[-1], area, occupation, _course(reading, months, area, occupation), len(months))


def _course(reading: Reading, months: Sequence[Month], area: str, occupation: str) -> Course:
    areas = reading.profile.structure.axis(AREA).codelist
    if can_be_short(areas, area, occupation):
        return course(months, area, occupation)
    return NO_COURSE if area in areas.roots else level_course(months, area, occupation)


def _beveridge(
    reading: Reading, past: tuple[Moment, ...], area: str, occupation: str
) -> tuple[Table | None, tuple[Vintage, ...]]:
    """A point for each quarter from the first to the last of which the survey was released, with the stocks at its
    end; a quarter without a release keeps its place."""
    if EMPLOYMENT not in reading.profiles.dataflows():
        return None, ()
    profile = reading.profiles.profile(EMPLOYMENT)
    codes = profile.structure.axis(OCCUPATION).codelist
    if occupation not in codes or level_of(codes, occupation) > 1:
        return None, ()
    by_month = {moment.period: moment for moment in past}
    there = sorted({TimePeriod.quarter_of(moment.period.start) for moment in past})
    surveyed = set(there).intersection(reading.store.periods(EMPLOYMENT))
    if not surveyed:
        return None, ()
    shown = [quarter for quarter in there if min(surveyed) <= quarter <= max(surveyed)]
    cubes = reading.cubes(EMPLOYMENT, shown, (occupation,), ("EMP",))
    quarters = []
    for cube in cubes:
        last = TimePeriod.month_of(cube.period.start).shifted(MONTHS_OF_A_QUARTER - 1)
        moment = by_month.get(last)
        now = moment.tightness if moment is not None and moment.released else None
        quarters.append(Quarter(cube.period, now, summed_grid(profile, cube, "EMP", (occupation,))))
    vintages = tuple(vintage for cube in cubes for vintage in cube.vintages)
    return beveridge_table(quarters, area, occupation), vintages
