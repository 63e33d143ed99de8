"""What views are made of, read from a store: grids of periods, what stands behind them, and what is not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from node.comparing.reading import (
    Reading,
    chosen,
    employed_of,
    grids,
    history,
    moments,
    own_grid,
    summed_grid,
    with_countries,
)
from node.errors import NotPublished
from node.model.comparison import NOT_REPORTED, Absence, Measured
from node.model.merged import MergedCube
from node.model.period import TimePeriod
from node.model.table import Table
from tests.support.profiles import employment, jobseekers, vacancies
from tests.support.web_world import NOW, Figure, cube, persons, posts, vintage

Read = Callable[..., Reading]
OCTOBER, SEPTEMBER = TimePeriod("2026-10"), TimePeriod("2026-09")


def vacant(period: str = "2026-10", **figures: Figure) -> MergedCube:
    """Posts of OC2 in an area, as `ID_SU=3`, beside 100 in each country over all occupations."""
    told = {posts(area.replace("_", "-"), "OC2"): figure for area, figure in figures.items()}
    totals = {posts("IMTGT_ID", "_T"): 100, posts("IMTGT_MY", "_T"): 100}
    return cube("VACANCIES", period, {**totals, **told})


def seeking(period: str = "2026-10") -> MergedCube:
    totals = {persons("IMTGT_ID", "_T"): 400, persons("IMTGT_MY", "_T"): 400}
    return cube("JOBSEEKERS", period, {**totals, persons("ID-SU", "OC2"): 50})


def surveyed(period: str, employed: Figure = 90, accepted: timedelta = timedelta(hours=1)) -> MergedCube:
    figures: dict[tuple[str, str, str, str], Figure] = {("ID-SU", "OC2", "_T", "EMP"): employed}
    return cube("EMPLOYMENT", period, figures, [vintage("ID", "EMPLOYMENT", period, accepted=NOW - accepted)])


def test_moments_are_in_the_order_asked_with_the_releases_behind_each(read: Read) -> None:
    reading = read(vacant(ID_SU=20), seeking(), vacant("2026-09", ID_SU=10))
    october, september = moments(reading, (OCTOBER, SEPTEMBER), ("OC2",))
    assert (october.period, september.period) == (OCTOBER, SEPTEMBER)
    place = october.tightness.place("ID-SU", "OC2")
    assert october.tightness.vacancies.at(*place) == Measured(20.0)
    assert october.tightness.relative.at(*place) == Measured(1.6)
    assert september.tightness.vacancies.at(*place) == Measured(10.0)
    assert september.tightness.jobseekers.at(*place) == Measured(None, NOT_REPORTED)
    behind = {(one.sender, one.key.dataflow, str(one.key.period)) for one in october.vintages}
    assert behind == {(sender, flow, "2026-10") for sender in ("ID", "MY") for flow in ("VACANCIES", "JOBSEEKERS")}


def test_a_period_of_which_nothing_was_released_is_told_apart(read: Read) -> None:
    there, nothing = moments(read(vacant()), (OCTOBER, SEPTEMBER), ("OC2",))
    assert there.released
    assert not nothing.released
    assert len(nothing.absent) == 4


def test_a_country_of_which_no_release_speaks_is_absent_and_one_that_observes_nothing_is_not(read: Read) -> None:
    one_area = cube("VACANCIES", "2026-10", {posts("ID-SU", "_T"): 3, posts("IMTGT_MY", "_T"): "M"})
    (moment,) = moments(read(one_area, seeking()), (OCTOBER,), ("OC2",))
    assert moment.absent == ()
    (moment,) = moments(read(cube("VACANCIES", "2026-10", {posts("ID-SU", "_T"): 3})), (OCTOBER,), ("OC2",))
    assert moment.absent == (
        Absence("IMTGT_MY", "Malaysia (IMT-GT)", "VACANCIES"),
        Absence("IMTGT_ID", "Indonesia (IMT-GT)", "JOBSEEKERS"),
        Absence("IMTGT_MY", "Malaysia (IMT-GT)", "JOBSEEKERS"),
    )


def test_history_ends_with_the_period_and_is_without_gaps_in_time(read: Read) -> None:
    past = history(read(vacant(), vacant("2026-08")), OCTOBER, 3, ("OC2",))
    assert [(str(moment.period), moment.released) for moment in past] == [
        ("2026-08", True),
        ("2026-09", False),
        ("2026-10", True),
    ]


def test_what_is_read_are_both_sexes_together_the_groups_and_what_they_are_parts_of(read: Read) -> None:
    figures = {persons(area, group): 9 for area in ("ID-SU", "IMTGT_ID") for group in ("OC2", "OC22", "OC25", "_T")}
    single = {("ID-SU", "OC22", "F", "JS_REGISTERED"): 5, ("ID-SU", "OC22", "_T", "JS_NEW"): 4}
    reading = read(cube("JOBSEEKERS", "2026-10", {**figures, **single}))
    (found,) = reading.cubes("JOBSEEKERS", (OCTOBER,), ("OC22",), ("JS_REGISTERED",))
    assert {key[1:] for key in found.observations} == {
        (group, "_T", "JS_REGISTERED") for group in ("OC22", "OC2", "_T")
    }
    (all_,) = reading.cubes("JOBSEEKERS", (OCTOBER,), None)
    assert {key[1] for key in all_.observations} == {"OC2", "OC22", "OC25", "_T"}


def test_as_it_was_believed_then(read: Read) -> None:
    figures = {posts("IMTGT_ID", "_T"): 100, posts("ID-SU", "OC2"): 7}
    first = cube("VACANCIES", "2026-10", figures, [vintage("ID", "VACANCIES", "2026-10", accepted=NOW - timedelta(3))])
    (moment,) = moments(read(first, vacant(ID_SU=20), as_of=NOW - timedelta(days=2)), (OCTOBER,), ("OC2",))
    assert moment.tightness.vacancies.at(*moment.tightness.place("ID-SU", "OC2")) == Measured(7.0)


def test_codes_are_those_of_the_exchange(read: Read) -> None:
    reading = read()
    assert (reading.area("ID-SU"), reading.occupation("OC25")) == ("ID-SU", "OC25")
    assert [reading.country(area) for area in ("MY-07", "IMTGT_MY", "IMTGT")] == ["IMTGT_MY", "IMTGT_MY", ""]
    with pytest.raises(NotPublished, match="“ID-JK” is no area"):
        reading.area("ID-JK")
    with pytest.raises(NotPublished, match="“OC99” is no occupation"):
        reading.occupation("OC99")
    with pytest.raises(NotPublished, match="OC99"):
        moments(reading, (OCTOBER,), ("OC99",))


def test_the_periods_are_those_of_both_dataflows(read: Read) -> None:
    periods = read(vacant(), vacant("2026-09"), seeking("2026-09")).periods(None)
    assert periods is not None
    assert (periods.chosen, periods.offered) == (SEPTEMBER, (OCTOBER, SEPTEMBER))
    assert chosen(periods) is periods
    with pytest.raises(NotPublished, match="2020-01"):
        read(vacant()).periods(TimePeriod("2020-01"))
    assert read().periods(None) is None
    with pytest.raises(NotPublished, match="nothing of VACANCIES or JOBSEEKERS has been merged"):
        chosen(read().periods(None))


def test_a_view_names_each_release_once(read: Read) -> None:
    (moment,) = moments(read(vacant()), (OCTOBER,), ("OC2",))
    other = vintage("ID", "EMPLOYMENT", "2026-Q3")
    view = moment.view(Table("areas", (), ()), others=(moment.vintages[0], other, other))
    assert view.period == OCTOBER
    assert view.vintages == (*moment.vintages, other)


def employed(reading: Reading, period: str, *groups: str) -> Measured | None:
    found = employed_of(reading, TimePeriod(period), groups or ("OC2",))
    if found is None:
        return None
    grid, vintages = found
    assert {one.key.dataflow for one in vintages} == {"EMPLOYMENT"}
    return grid.at(grid.areas.index("ID-SU"), grid.occupations.index("OC2"))


def test_the_employed_are_those_of_the_quarter_or_of_the_newest_before_it_within_a_year(read: Read) -> None:
    reading = read(surveyed("2026-Q1", 70), surveyed("2026-Q3", 90))
    assert employed(reading, "2026-09") == Measured(90.0)
    assert employed(reading, "2026-06") == Measured(70.0)
    assert employed(reading, "2027-09") == Measured(90.0)
    assert employed(reading, "2027-10") is None
    assert employed(reading, "2025-12") is None


def test_there_are_no_employed_of_groups_that_the_survey_does_not_have(read: Read) -> None:
    assert employed_of(read(surveyed("2026-Q3")), OCTOBER, ("OC25",)) is None
    assert employed(read(surveyed("2026-Q3")), "2026-10", "OC25", "OC2") == Measured(90.0)


def test_there_are_no_employed_without_a_survey_or_before_it_was_known(read: Read) -> None:
    assert employed(read(surveyed("2026-Q3"), profiles=(vacancies(), jobseekers())), "2026-10") is None
    assert employed(read(profiles=(vacancies(), employment())), "2026-10") is None
    late = surveyed("2026-Q3", accepted=timedelta(days=1))
    assert employed(read(late, as_of=NOW - timedelta(days=2)), "2026-10") is None
    assert employed(read(late, as_of=NOW), "2026-10") == Measured(90.0)


def test_indicators_of_another_dataflow_have_the_sub_region_as_the_sum_of_its_countries(read: Read) -> None:
    figures = {("IMTGT_ID", "_T", "_T", "EMP"): 60, ("IMTGT_MY", "_T", "_T", "EMP"): 30}
    merged = cube("EMPLOYMENT", "2026-Q3", figures)
    found, vintages = grids(read(merged), "EMPLOYMENT", TimePeriod("2026-Q3"), ("_T",), ("EMP",))
    assert found["EMP"].at(found["EMP"].areas.index("IMTGT"), 0) == Measured(90.0)
    assert [one.sender for one in vintages] == ["ID", "MY"]
    own = own_grid(employment(), merged, "EMP", ("_T",))
    assert own.at(own.areas.index("IMTGT"), 0) == Measured(None, NOT_REPORTED)
    for grid in (with_countries(employment(), own), summed_grid(employment(), merged, "EMP", ("_T",))):
        assert grid.at(grid.areas.index("IMTGT"), 0) == Measured(90.0)
    with pytest.raises(NotPublished, match="OC25"):
        grids(read(merged), "EMPLOYMENT", TimePeriod("2026-Q3"), ("OC25",), ("EMP",))
