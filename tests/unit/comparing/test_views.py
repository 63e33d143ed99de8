"""The views of one period, from cubes in a store to tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from node.comparing.reading import Reading
from node.comparing.views import (
    Compared,
    Mismatch,
    by_area,
    by_occupation,
    country_mismatch,
    matrix,
    matrix_groups,
    overview,
    own_figures,
)
from node.errors import NotPublished, OperatorError, ProfileError
from node.model.comparison import NOT_REPORTED, SUPPRESSED, Absence, Measured, Signal
from node.model.interval import Interval
from node.model.merged import MergedCube, SeriesKey
from node.model.period import TimePeriod
from node.model.perturbation import Method, Perturbed
from node.model.table import Cell, Coded, Table
from tests.support.profiles import AREAS, OCCUPATIONS
from tests.support.web_world import Figure, cube, persons, posts

Read = Callable[..., Reading]
Figures = Mapping[SeriesKey, Figure]
OCTOBER = TimePeriod("2026-10")


def vacant(figures: Figures, period: str = "2026-10") -> MergedCube:
    """10 posts in each cell that is not told."""
    everywhere = {posts(area, group): 10 for area in AREAS.ids[1:] for group in OCCUPATIONS.ids}
    return cube("VACANCIES", period, {**everywhere, **figures})


def seeking(period: str = "2026-10") -> MergedCube:
    """100 job seekers in each cell: a figure of posts is ten times its relative tightness."""
    return cube(
        "JOBSEEKERS", period, {persons(area, group): 100 for area in AREAS.ids[1:] for group in OCCUPATIONS.ids}
    )


def short(group: str, *areas: str, figure: Figure = 20) -> dict[SeriesKey, Figure]:
    return {posts(area, group): figure for area in areas}


def codes(table: Table, column: str) -> list[str]:
    return [cell.code for cell in table.column(column) if isinstance(cell, Coded)]


def row(compared: Compared, table: str, code: str) -> dict[str, Cell]:
    found = compared.view.table(table)
    names = [column.id for column in found.columns]
    rows = {cells[0].code: cells for cells in found.rows if isinstance(cells[0], Coded)}
    return dict(zip(names, rows[code], strict=True))


def test_the_overview_shows_the_group_that_is_short_most_widely(read: Read) -> None:
    told = {**short("OC22", "ID-SU"), **short("OC71", "ID-SU", "MY-07"), **short("OC2_X", *AREAS.leaves)}
    compared = overview(read(vacant(told), seeking()), OCTOBER, "")
    assert (compared.occupation, compared.area, compared.period) == ("OC71", "IMTGT", OCTOBER)
    assert [table.id for table in compared.view.tables] == ["areas", "shortages", "changes"]
    assert codes(compared.view.table("shortages"), "OCCUPATION") == ["OC71", "OC22"]
    assert row(compared, "areas", "MY-07")["VACANCIES"] == Measured(20.0)
    assert row(compared, "areas", "ID-JA")["VACANCIES"] == Measured(10.0)
    assert compared.view.table("changes").rows == ()


def test_the_overview_shows_the_group_asked_for_and_all_occupations_where_none_is_short(read: Read) -> None:
    reading = read(vacant(short("OC22", "ID-SU")), seeking())
    asked = overview(reading, OCTOBER, "OC25")
    assert asked.occupation == "OC25"
    assert row(asked, "areas", "ID-SU")["VACANCIES"] == Measured(10.0)
    assert overview(read(vacant({}), seeking()), OCTOBER, "").occupation == "_T"
    with pytest.raises(NotPublished, match="OC99"):
        overview(reading, OCTOBER, "OC99")


def test_the_overview_tells_what_changed_in_major_groups_since_the_period_before(read: Read) -> None:
    before = vacant({**short("OC7", "ID-SU"), **short("OC71", "ID-SU")}, "2026-09"), seeking("2026-09")
    compared = overview(read(vacant(short("OC2", "MY-08")), seeking(), *before), OCTOBER, "")
    assert [
        (area.code, group.code, was, now)
        for area, group, was, _, now, _ in compared.view.table("changes").rows
        if isinstance(area, Coded) and isinstance(group, Coded)
    ] == [
        ("ID-SU", "OC7", Signal.SHORTAGE, Signal.BALANCED),
        ("MY-08", "OC2", Signal.BALANCED, Signal.SHORTAGE),
    ]
    assert {str(vintage.key.period) for vintage in compared.view.vintages} == {"2026-09", "2026-10"}


def test_an_area_that_nobody_reports_is_absent_in_every_view(read: Read) -> None:
    told = {posts("IMTGT_ID", "_T"): 10}
    reading = read(cube("VACANCIES", "2026-10", told), seeking())
    for compared in (
        overview(reading, OCTOBER, ""),
        by_area(reading, OCTOBER, "OC2"),
        by_occupation(reading, OCTOBER, "ID-SU", "_T"),
        matrix(reading, OCTOBER, "_T"),
    ):
        assert compared.absent == (Absence("IMTGT_MY", "Malaysia (IMT-GT)", "VACANCIES"),)


def surveyed(employed: Figure = 80) -> MergedCube:
    return cube("EMPLOYMENT", "2026-Q3", {("ID-SU", "OC2", "_T", "EMP"): employed})


def test_by_area_has_a_year_s_persistence_and_the_survey_of_the_quarter(read: Read) -> None:
    """Short in October and August, hidden in July, nothing merged of other months."""
    told = [
        (vacant(short("OC2", "ID-SU", figure=figure), period), seeking(period))
        for period, figure in (("2026-10", 20), ("2026-09", 10), ("2026-08", 20), ("2026-07", "Q"), ("2025-10", 20))
    ]
    compared = by_area(read(*[one for pair in told for one in pair], surveyed()), OCTOBER, "OC2")
    assert [table.id for table in compared.view.tables] == ["areas"]
    found = row(compared, "areas", "ID-SU")
    assert found["SIGNAL"] is Signal.SHORTAGE
    assert found["RANK"] == (1, 1)
    assert found["PERIODS_SHORT"] == (2, 3)
    assert found["PERIODS_RELEASED"] == 4, "October of the year before is out of the twelve, eight are not released"
    assert found["EMPLOYED"] == Measured(80.0)
    assert found["VACANCY_RATE_PERCENT"] == Measured(20.0)
    behind = {(vintage.key.dataflow, str(vintage.key.period)) for vintage in compared.view.vintages}
    assert behind == {
        ("EMPLOYMENT", "2026-Q3"),
        *((flow, f"2026-{month}") for flow in ("VACANCIES", "JOBSEEKERS") for month in ("07", "08", "09", "10")),
    }
    assert (compared.area, compared.occupation) == ("IMTGT", "OC2")


def test_persistence_is_of_the_months_that_each_country_has_released(read: Read) -> None:
    """Malaysia begins two months later, and leaves one out in the middle."""
    both = [(vacant(short("OC2", "ID-SU", "MY-07"), period), seeking(period)) for period in ("2026-10", "2026-08")]
    alone = [
        (cube("VACANCIES", period, {posts(area, group): 20 if area == "ID-SU" else 10
              for area in ("IMTGT_ID", "ID-SU") for group in ("_T", "OC2")}), seeking(period))
        for period in ("2026-09", "2026-07")
    ]  # fmt: skip
    compared = by_area(read(*[one for pair in (*both, *alone) for one in pair]), OCTOBER, "OC2")
    for area, short_in, of in (("ID-SU", (4, 4), 4), ("MY-07", (2, 2), 2)):
        found = row(compared, "areas", area)
        assert (found["PERIODS_SHORT"], found["PERIODS_RELEASED"]) == (short_in, of)


def test_by_area_of_a_group_that_the_survey_does_not_have(read: Read) -> None:
    compared = by_area(read(vacant({}), seeking(), surveyed()), OCTOBER, "OC25")
    assert "EMPLOYED" not in row(compared, "areas", "ID-SU")
    assert {vintage.key.dataflow for vintage in compared.view.vintages} == {"VACANCIES", "JOBSEEKERS"}


def test_by_occupation_has_the_groups_below_one_for_an_area(read: Read) -> None:
    compared = by_occupation(read(vacant(short("OC25", "ID-SU")), seeking(), surveyed()), OCTOBER, "ID-SU", "OC2")
    table = compared.view.table("occupations")
    assert codes(table, "OCCUPATION") == ["OC2", "OC22", "OC25", "OC2_X"]
    assert row(compared, "occupations", "OC25")["SIGNAL"] is Signal.SHORTAGE
    assert row(compared, "occupations", "OC25")["PERIODS_SHORT"] == (1, 1)
    assert row(compared, "occupations", "OC25")["PERIODS_RELEASED"] == 1
    assert row(compared, "occupations", "OC2")["EMPLOYED"] == Measured(80.0)
    assert row(compared, "occupations", "OC25")["EMPLOYED"] is None
    assert (compared.area, compared.occupation) == ("ID-SU", "OC2")


def test_the_matrix_has_a_group_and_its_parts_without_what_is_known_no_further(read: Read) -> None:
    reading = read(vacant(short("OC25", "MY-07")), seeking())
    assert matrix_groups(reading, "_T") == ("_T", "OC2", "OC7")
    assert matrix_groups(reading, "OC2") == ("OC2", "OC22", "OC25")
    assert matrix_groups(reading, "OC25") == ("OC25",)
    table = matrix(reading, OCTOBER, "OC2").view.table("matrix")
    assert len(table.rows) == len(AREAS.ids) * 3
    assert set(codes(table, "OCCUPATION")) == {"OC2", "OC22", "OC25"}
    places = zip(codes(table, "REF_AREA"), codes(table, "OCCUPATION"), table.column("SIGNAL"), strict=True)
    assert [place for *place, signal in places if signal is Signal.SHORTAGE] == [["MY-07", "OC25"]]


VIEWS: tuple[tuple[str, Callable[[Reading], Compared]], ...] = (
    ("OC99", lambda reading: by_area(reading, OCTOBER, "OC99")),
    ("OC99", lambda reading: matrix(reading, OCTOBER, "OC99")),
    ("OC99", lambda reading: by_occupation(reading, OCTOBER, "ID-SU", "OC99")),
    ("ID-JK", lambda reading: by_occupation(reading, OCTOBER, "ID-JK", "OC2")),
)


@pytest.mark.parametrize(("named", "view"), VIEWS)
def test_what_is_not_there_is_refused_by_name(read: Read, named: str, view: Callable[[Reading], Compared]) -> None:
    with pytest.raises(NotPublished, match=named):
        view(read(vacant({}), seeking()))


def country(vacancies: tuple[Figure, ...], registered: tuple[Figure, ...]) -> tuple[MergedCube, MergedCube]:
    """Malaysia's total and three major groups."""
    names = ("_T", "OC2", "OC7", "_X")
    return (
        cube("VACANCIES", "2026-10", {posts("IMTGT_MY", name): v for name, v in zip(names, vacancies, strict=True)}),
        cube(
            "JOBSEEKERS", "2026-10", {persons("IMTGT_MY", name): u for name, u in zip(names, registered, strict=True)}
        ),
    )


def mismatch_of(reading: Reading, area: str = "IMTGT_MY", group: str = "_T") -> Mismatch | None:
    return country_mismatch(reading, by_occupation(reading, OCTOBER, area, group))


def test_mismatch_of_a_country_over_its_major_groups(read: Read) -> None:
    """The known answer: V = (3, 1) and U = (1, 3) give 0.134 at a = 0.5, and half would have to move."""
    found = mismatch_of(read(*country((4, 3, 1, 0), (4, 1, 3, 0))))
    assert found is not None
    assert found.lost_hires.low == pytest.approx(0.1339745962)
    assert found.lost_hires.exact
    assert (found.moving, found.groups) == (Interval(0.5, 0.5), 3)


def test_mismatch_with_hidden_groups_holds_the_truth(read: Read) -> None:
    found = mismatch_of(read(*country((4, (2, 4), (0, 2), 0), (4, 1, 3, 0))))
    assert found is not None
    assert found.moving.low == pytest.approx(0.25, abs=1e-6)
    assert found.moving.high == pytest.approx(0.75, abs=1e-6)
    assert found.lost_hires.low < 0.1339745962 < found.lost_hires.high


def test_mismatch_is_told_only_where_it_stands_on_published_totals(read: Read) -> None:
    whole = country((4, 3, 1, 0), (4, 1, 3, 0))
    reading = read(*whole)
    assert mismatch_of(reading, "MY-07") is None
    assert mismatch_of(reading, "IMTGT") is None
    assert mismatch_of(reading, group="OC2") is None
    for vacancies in (((3, 5), 3, 1, 0), (0, 0, 0, 0), (4, 3, "M", 0)):
        assert mismatch_of(read(*country(vacancies, (4, 1, 3, 0)))) is None
    for registered in (((3, 5), 1, 3, 0), (0, 0, 0, 0), (4, 1, "M", 0)):
        assert mismatch_of(read(*country((4, 3, 1, 0), registered))) is None


def test_mismatch_is_not_told_of_figures_that_do_not_add_up(read: Read) -> None:
    vacancies, registered = country((4, 3, 1, 0), (4, 1, 3, 0))
    noisy = [
        replace(one, custom=replace(one.custom, perturbation=Perturbed(Method.CELL_KEY, 2)))
        for one in registered.vintages
    ]
    assert mismatch_of(read(vacancies, replace(registered, vintages=tuple(noisy)))) is None


def test_a_dataflow_s_own_figures(read: Read) -> None:
    figures: Figures = {
        ("IMTGT_ID", "_T", "_T", "EMP"): 60,
        ("IMTGT_MY", "_T", "_T", "EMP"): (30, 40),
        ("ID-SU", "OC2", "_T", "EMP"): 7,
    }
    reading, quarter = read(cube("EMPLOYMENT", "2026-Q3", figures)), TimePeriod("2026-Q3")
    view = own_figures(reading, "EMPLOYMENT", quarter, occupation="_T", by="area", area=None)
    assert view.period == quarter
    (table,) = view.tables
    assert table.rows[0] == (Coded("IMTGT", "IMT-GT"), Measured(None, SUPPRESSED, (), Interval(90, 100)))
    assert [vintage.sender for vintage in view.vintages] == ["ID", "MY"]
    (table,) = own_figures(reading, "EMPLOYMENT", quarter, occupation="_T", by="occupation", area="ID-SU").tables
    assert codes(table, "OCCUPATION") == ["_T", "OC2", "OC7", "_X"]
    assert table.column("EMP")[:2] == (Measured(None, NOT_REPORTED), Measured(7.0))


def test_own_figures_that_are_not_there_are_refused_by_name(read: Read) -> None:
    reading, quarter = read(), TimePeriod("2026-Q3")
    with pytest.raises(ProfileError, match="WAGES"):
        own_figures(reading, "WAGES", quarter, occupation="_T", by="area", area=None)
    with pytest.raises(NotPublished, match="OC25"):
        own_figures(reading, "EMPLOYMENT", quarter, occupation="OC25", by="area", area=None)
    with pytest.raises(NotPublished, match="ID-JK"):
        own_figures(reading, "EMPLOYMENT", quarter, occupation="_T", by="area", area="ID-JK")
    with pytest.raises(OperatorError, match="sex"):
        own_figures(reading, "EMPLOYMENT", quarter, occupation="_T", by="sex", area=None)
