"""One area and occupation group over time, from cubes in a store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from node.compare.series import Course
from node.compare.trend import Direction, Persistence
from node.comparing.reading import Reading
from node.comparing.trends import MONTHS, trends
from node.errors import NodeError, NotPublished
from node.model.comparison import NOT_REPORTED, Measured, Signal
from node.model.merged import MergedCube
from node.model.period import TimePeriod
from node.model.profile import OCCUPATION
from tests.support.profiles import OCCUPATIONS, employment, jobseekers, vacancies
from tests.support.web_world import Figure, cube, persons, posts

Read = Callable[..., Reading]
OCTOBER = TimePeriod("2026-10")
GAP = Measured(None, NOT_REPORTED)


def month(period: str, figure: Figure) -> tuple[MergedCube, MergedCube]:
    """Posts of North Sumatra's professionals beside 100 job seekers; its country has 10 for 100."""
    return (
        cube("VACANCIES", period, {posts("IMTGT_ID", "_T"): 10, posts("ID-SU", "OC2"): figure}),
        cube("JOBSEEKERS", period, {persons("IMTGT_ID", "_T"): 100, persons("ID-SU", "OC2"): 100}),
    )


def months(**figures: Figure) -> list[MergedCube]:
    """As `y2026_10=20`."""
    return [one for name, figure in figures.items() for one in month(name[1:].replace("_", "-"), figure)]


def quarter(period: str, employed: Figure) -> MergedCube:
    return cube("EMPLOYMENT", period, {("ID-SU", "OC2", "_T", "EMP"): employed})


def test_a_series_begins_with_the_first_release_and_keeps_the_place_of_a_gap(read: Read) -> None:
    found = trends(read(*months(y2026_07=20, y2026_10=10)), OCTOBER, "ID-SU", "OC2")
    series = found.view.table("series")
    assert [str(period) for period in series.column("TIME_PERIOD")] == ["2026-07", "2026-08", "2026-09", "2026-10"]
    assert series.column("VACANCIES") == (Measured(20.0), GAP, GAP, Measured(10.0))
    assert series.column("SIGNAL") == (Signal.SHORTAGE, None, None, Signal.BALANCED)
    assert (found.months, found.area, found.occupation, found.now.period) == (4, "ID-SU", "OC2", OCTOBER)
    assert found.course.short == Persistence(2, 1, 0)
    assert found.course.trend is not None
    assert found.course.trend.direction is Direction.TOO_SHORT
    assert {str(vintage.key.period) for vintage in found.view.vintages} == {"2026-07", "2026-10"}


def test_a_series_reaches_back_three_years_at_most(read: Read) -> None:
    old = [one for back in range(40) for one in month(str(OCTOBER.shifted(-back)), 20)]
    found = trends(read(*old), OCTOBER, "ID-SU", "OC2")
    assert found.months == MONTHS == len(found.view.table("series").rows) == 36
    assert found.course.short == Persistence(12, 12, 0)
    assert found.course.trend is not None
    assert found.course.trend.direction is Direction.STEADY


def test_a_country_over_all_occupations_has_a_trend_of_its_own_and_signals_nothing(read: Read) -> None:
    """From 10 to 45 posts beside 100 job seekers; relative to itself a country always stands at 1."""
    rising = [
        one
        for back in range(MONTHS)
        for one in (
            cube("VACANCIES", str(OCTOBER.shifted(-back)), {posts("IMTGT_ID", "_T"): 10 + MONTHS - back}),
            cube("JOBSEEKERS", str(OCTOBER.shifted(-back)), {persons("IMTGT_ID", "_T"): 100}),
        )
    ]
    course = trends(read(*rising), OCTOBER, "IMTGT_ID", "_T").course
    assert course.short is None
    assert course.trend is not None
    assert course.trend.direction is Direction.RISING


def test_the_sub_region_has_no_course_since_registers_do_not_mix(read: Read) -> None:
    for group in ("_T", "OC2"):
        assert trends(read(*months(y2026_07=20, y2026_10=10)), OCTOBER, "IMTGT", group).course == Course(None, None)


def test_where_nothing_was_ever_released_the_period_itself_is_a_gap(read: Read) -> None:
    found = trends(read(), OCTOBER, "ID-SU", "OC2")
    assert found.view.table("series").rows == ((OCTOBER, GAP, GAP, GAP, GAP, None),)
    assert found.view.vintages == ()


def test_beveridge_points_stand_at_the_end_of_each_quarter_and_a_missing_survey_keeps_its_place(read: Read) -> None:
    """25 posts and 100 job seekers beside 75 and 300 employed in the first quarter; no survey in the second; none of
    the stocks at the end of the third, whose survey was released."""
    stocks = months(y2026_01=1, y2026_02=2, y2026_03=25, y2026_06=25, y2026_08=25, y2026_10=25)
    surveys = quarter("2026-Q1", 75), quarter("2026-Q3", 300), quarter("2025-Q4", 1)
    found = trends(read(*stocks, *surveys), OCTOBER, "ID-SU", "OC2")
    points = found.view.table("beveridge")
    assert [str(period) for period in points.column("TIME_PERIOD")] == ["2026-Q1", "2026-Q2", "2026-Q3"]
    assert points.column("VACANCIES") == (Measured(25.0), Measured(25.0), GAP)
    assert points.column("EMPLOYED") == (Measured(75.0), GAP, Measured(300.0))
    assert points.column("VACANCY_RATE_PERCENT") == (Measured(25.0), GAP, GAP)
    assert points.column("JOBSEEKER_RATE_PERCENT") == (Measured(100 * 100 / 175), GAP, GAP)
    behind = {str(vintage.key.period) for vintage in found.view.vintages if vintage.key.dataflow == "EMPLOYMENT"}
    assert behind == {"2026-Q1", "2026-Q3"}


def test_without_a_survey_of_the_group_there_are_no_points(read: Read) -> None:
    stocks = months(y2026_09=25, y2026_10=25)

    def tables(reading: Reading, group: str = "OC2") -> list[str]:
        return [table.id for table in trends(reading, OCTOBER, "ID-SU", group).view.tables]

    assert tables(read(*stocks, quarter("2026-Q3", 75))) == ["series", "beveridge"]
    assert tables(read(*stocks)) == ["series"]
    assert tables(read(*stocks, quarter("2026-Q2", 75))) == ["series"], "of before the series"
    assert tables(read(*stocks, quarter("2026-Q3", 75)), "OC25") == ["series"]
    without = (vacancies(), jobseekers())
    assert tables(read(*stocks, quarter("2026-Q3", 75), profiles=without)) == ["series"]


def test_points_are_of_major_groups_also_where_a_survey_has_finer_ones(read: Read) -> None:
    profile = employment()
    finer = replace(profile, structure=profile.structure.with_axis(OCCUPATION, OCCUPATIONS))
    survey = cube("EMPLOYMENT", "2026-Q3", {("ID-SU", "OC25", "_T", "EMP"): 75})
    reading = read(*months(y2026_09=25), survey, profiles=(vacancies(), jobseekers(), finer))
    assert [table.id for table in trends(reading, OCTOBER, "ID-SU", "OC25").view.tables] == ["series"]


def test_what_is_not_there_is_refused_by_name(read: Read) -> None:
    for area, group, named in (("ID-JK", "OC2", "ID-JK"), ("ID-SU", "OC99", "OC99")):
        with pytest.raises(NotPublished, match=named):
            trends(read(), OCTOBER, area, group)
    with pytest.raises(NodeError, match="no table beveridge"):
        trends(read(), OCTOBER, "ID-SU", "OC2").view.table("beveridge")
