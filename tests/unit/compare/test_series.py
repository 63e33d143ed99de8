"""One area and occupation group over time, with answers worked by hand."""

from __future__ import annotations

import math

from node.compare.grid import Grid, read_grid
from node.compare.indicators import THRESHOLDS
from node.compare.series import (
    Month,
    Quarter,
    beveridge_table,
    course,
    jobseeker_rate_percent,
    series_table,
)
from node.compare.tightness import Tightness, read_tightness
from node.compare.trend import Direction, Persistence
from node.model.comparison import NOT_APPLICABLE, NOT_REPORTED, SUPPRESSED, Measured, Signal
from node.model.interval import Interval
from node.model.period import TimePeriod
from tests.support.profiles import AREAS, employment, vacancies
from tests.support.web_world import Figure, cube, persons, posts

GAP = Measured(None, NOT_REPORTED)
START = TimePeriod("2023-11")


def moment(vacant: Figure, seeking: Figure = 100) -> Tightness:
    """North Sumatra's professionals; its country has 10 posts for 100 job seekers."""
    return read_tightness(
        cube("VACANCIES", "2026-10", {posts("IMTGT_ID", "_T"): 10, posts("ID-SU", "OC2"): vacant}),
        cube("JOBSEEKERS", "2026-10", {persons("IMTGT_ID", "_T"): 100, persons("ID-SU", "OC2"): seeking}),
        vacancies(),
        ("OC2",),
        THRESHOLDS,
    )


def months(*figures: Figure | None) -> list[Month]:
    """None for a month without a release."""
    return [
        Month(START.shifted(place), None if figure is None else moment(figure)) for place, figure in enumerate(figures)
    ]


def test_a_series_has_a_row_a_period_and_keeps_the_place_of_a_gap() -> None:
    table = series_table(months(20, None, (5, 6)), "ID-SU", "OC2")
    assert table.id == "series"
    assert table.rows == (
        (START, Measured(20.0), Measured(100.0), Measured(20.0), Measured(2.0), Signal.SHORTAGE),
        (START.shifted(1), GAP, GAP, GAP, GAP, None),
        (
            START.shifted(2),
            Measured(None, SUPPRESSED, (), Interval(5, 6)),
            Measured(100.0),
            Measured(None, SUPPRESSED, (), Interval(5, 6)),
            Measured(None, SUPPRESSED, (), Interval(0.5, 0.6)),
            Signal.SURPLUS,
        ),
    )
    assert [column.id for column in table.columns] == [
        "TIME_PERIOD",
        "VACANCIES",
        "JOBSEEKERS",
        "VACANCIES_PER_100_JOBSEEKERS",
        "RELATIVE_TO_COUNTRY",
        "SIGNAL",
    ]


def test_a_course_counts_the_last_year_and_looks_for_a_trend_over_all() -> None:
    """Three years that rise in every month, with a season twice as strong; the last year short but for two months."""
    season = [0, 30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    figures: list[Figure | None] = [*(20 + 2 * year + swing for year in range(3) for swing in season)]
    figures[-1], figures[-2], figures[0] = None, (1, 99), None
    found = course(months(*figures), "ID-SU", "OC2")
    assert found.short == Persistence(11, 10, 1)
    assert found.trend is not None
    assert found.trend.direction is Direction.RISING
    assert found.trend.low < found.trend.high, "the hidden month leaves a range"
    level = course(months(*[20 + swing for _ in range(3) for swing in season]), "ID-SU", "OC2")
    assert level.trend is not None
    assert level.trend.direction is Direction.STEADY


def test_a_course_of_less_than_two_years_is_too_short_to_tell() -> None:
    for figures, short in (([20] * 13, Persistence(12, 12, 0)), ([None], Persistence(0, 0, 0))):
        found = course(months(*figures), "ID-SU", "OC2")
        assert found.short == short
        assert found.trend is not None
        assert found.trend.direction is Direction.TOO_SHORT


def test_a_month_of_nobody_and_nothing_was_not_short() -> None:
    nobody = Month(START, moment(0, seeking=0))
    assert course([nobody], "ID-SU", "OC2").short == Persistence(1, 0, 0)


def survey(employed: Figure) -> Grid:
    figures = {("ID-SU", "OC2", "_T", "EMP"): employed}
    return read_grid(cube("EMPLOYMENT", "2026-Q3", figures), employment(), "EMP", AREAS.ids, ("OC2", "_T"))


def test_beveridge_points_keep_the_place_of_a_gap() -> None:
    """5 posts beside 95 filled are 5 percent, 5 job seekers beside 95 employed are 5 as well."""
    quarters = [TimePeriod(f"2026-Q{number}") for number in (1, 2, 3, 4)]
    table = beveridge_table(
        [
            Quarter(quarters[0], moment(5, 5), survey(95)),
            Quarter(quarters[1], None, survey(95)),
            Quarter(quarters[2], moment(5, 5), None),
            Quarter(quarters[3], moment(20, 20), survey((60, 80))),
        ],
        "ID-SU",
        "OC2",
    )
    assert table.id == "beveridge"
    assert [column.id for column in table.columns][-3:] == [
        "EMPLOYED",
        "VACANCY_RATE_PERCENT",
        "JOBSEEKER_RATE_PERCENT",
    ]
    assert table.column("TIME_PERIOD") == tuple(quarters)
    range_ = Measured(None, SUPPRESSED, (), Interval(20, 25))
    assert table.column("VACANCY_RATE_PERCENT") == (Measured(5.0), GAP, GAP, range_)
    assert table.column("JOBSEEKER_RATE_PERCENT") == (Measured(5.0), GAP, GAP, range_)
    assert table.column("VACANCIES") == (Measured(5.0), GAP, Measured(5.0), Measured(20.0))
    assert table.column("EMPLOYED")[1:3] == (Measured(95.0), GAP)


def test_job_seekers_as_a_share_of_them_and_the_employed() -> None:
    assert jobseeker_rate_percent(Measured(1.0), Measured(3.0)) == Measured(25.0)
    hidden = Measured(None, SUPPRESSED, (), Interval(1, math.inf))
    assert jobseeker_rate_percent(hidden, Measured(3.0)) == Measured(None, SUPPRESSED, (), Interval(25, 100))
    assert jobseeker_rate_percent(Measured(0.0), Measured(0.0)) == Measured(None, NOT_APPLICABLE)
    assert jobseeker_rate_percent(Measured(None, SUPPRESSED), Measured(3.0)) == Measured(None, SUPPRESSED)
