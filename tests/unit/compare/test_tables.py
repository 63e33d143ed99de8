"""Tables made of small merged cubes, with answers worked by hand."""

from __future__ import annotations

from collections.abc import Mapping

from node.compare.grid import Grid, read_grid
from node.compare.indicators import THRESHOLDS
from node.compare.tables import (
    Context,
    area_ranks,
    area_table,
    figure_cells,
    matrix_table,
    occupation_table,
    periods_short,
    signals_over,
)
from node.compare.tightness import Tightness, read_tightness
from node.model.comparison import NOT_REPORTED, SUPPRESSED, Measured, Signal
from node.model.interval import Interval
from node.model.merged import SeriesKey
from node.model.table import Cell, Coded, Table
from tests.support.profiles import AREAS, OCCUPATIONS, employment, vacancies
from tests.support.web_world import Figure, cube, persons, posts

PROFILE = vacancies()
FIGURES = ["VACANCIES", "JOBSEEKERS", "VACANCIES_PER_100_JOBSEEKERS", "RELATIVE_TO_COUNTRY", "SIGNAL"]
Figures = Mapping[SeriesKey, Figure]


def moment(vacant: Figures, seeking: Figures | None = None) -> Tightness:
    """`seeking`: 100 in each cell that is not told."""
    everywhere = {persons(area, group): 100 for area in AREAS.ids[1:] for group in OCCUPATIONS.ids}
    return read_tightness(
        cube("VACANCIES", "2026-10", vacant),
        cube("JOBSEEKERS", "2026-10", {**everywhere, **(seeking or {})}),
        PROFILE,
        OCCUPATIONS.ids,
        THRESHOLDS,
    )


TOTALS: Figures = {posts("IMTGT_ID", "_T"): 10, posts("IMTGT_MY", "_T"): 10}
NOW: Figures = {
    **TOTALS,
    posts("IMTGT_ID", "OC2"): 20,
    posts("IMTGT_MY", "OC2"): 10,
    posts("ID-SU", "OC2"): 30,
    posts("ID-JA", "OC2"): (20, 25),
    posts("MY-07", "OC2"): (22, 28),
    posts("MY-08", "OC2"): 10,
    posts("ID-SU", "OC7"): "M",
    posts("ID-SU", "OC22"): 9,
}


def codes(table: Table) -> list[str]:
    return [cell.code for cell in table.column(table.columns[0].id) if isinstance(cell, Coded)]


def cell(table: Table, code: str, column: str) -> Cell:
    return table.column(column)[codes(table).index(code)]


def test_rows_by_area_are_the_sub_region_then_each_country_before_its_areas() -> None:
    table = area_table(moment(NOW), PROFILE, "OC2")
    assert table.id == "areas"
    assert [column.id for column in table.columns] == ["REF_AREA", *FIGURES, "RANK"]
    assert table.column("REF_AREA") == (
        Coded("IMTGT", "IMT-GT", 0),
        Coded("IMTGT_ID", "Indonesia (IMT-GT)", 1),
        Coded("ID-SU", "North Sumatra", 2),
        Coded("ID-JA", "Jambi", 2),
        Coded("IMTGT_MY", "Malaysia (IMT-GT)", 1),
        Coded("MY-07", "Penang", 2),
        Coded("MY-08", "Perak", 2),
    )


def test_a_row_has_both_figures_what_they_give_and_its_signal() -> None:
    now = moment(NOW)
    assert figure_cells(now, "ID-JA", "OC2") == (
        Measured(None, SUPPRESSED, (), Interval(20, 25)),
        Measured(100.0),
        Measured(None, SUPPRESSED, (), Interval(20, 25)),
        Measured(None, SUPPRESSED, (), Interval(2, 2.5)),
        Signal.SHORTAGE,
    )
    row = next(
        row for row in area_table(now, PROFILE, "OC2").rows if isinstance(row[0], Coded) and row[0].code == "ID-JA"
    )
    assert row[1:6] == figure_cells(now, "ID-JA", "OC2")


def test_ranks_are_ranges_among_areas_without_parts() -> None:
    """The known answer: (3, 3), (2, 2.5), (2.2, 2.8) and (1, 1) are (1,1), (2,3), (2,3) and (4,4)."""
    table = area_table(moment(NOW), PROFILE, "OC2")
    ranks = {code: cell(table, code, "RANK") for code in codes(table)}
    assert ranks == {
        "IMTGT": None,
        "IMTGT_ID": None,
        "ID-SU": (1, 1),
        "ID-JA": (2, 3),
        "IMTGT_MY": None,
        "MY-07": (2, 3),
        "MY-08": (4, 4),
    }


def test_an_area_of_which_nothing_is_known_has_no_rank_and_one_that_hides_all_may_have_any() -> None:
    vacant: Figures = {**NOW, posts("MY-07", "OC2"): "Q", posts("MY-08", "OC2"): "M"}
    assert area_ranks(moment(vacant), AREAS, "OC2") == {"ID-SU": (1, 2), "ID-JA": (2, 3), "MY-07": (1, 3)}


def test_by_occupation_gives_a_group_and_its_parts_for_one_area() -> None:
    table = occupation_table(moment(NOW), PROFILE, "ID-SU", "_T")
    assert table.id == "occupations"
    assert [column.id for column in table.columns] == ["OCCUPATION", *FIGURES]
    assert table.column("OCCUPATION") == (
        Coded("_T", "Total", 0),
        Coded("OC2", "Professionals", 1),
        Coded("OC7", "Craft workers", 1),
        Coded("_X", "Occupation not known", 1),
    )
    assert table.rows[1][1:] == figure_cells(moment(NOW), "ID-SU", "OC2")
    assert cell(table, "OC2", "RELATIVE_TO_COUNTRY") == Measured(3.0)


def test_groups_below_a_group_end_with_what_is_known_no_further() -> None:
    table = occupation_table(moment(NOW), PROFILE, "ID-SU", "OC2")
    assert codes(table) == ["OC2", "OC22", "OC25", "OC2_X"]
    assert cell(table, "OC22", "VACANCIES") == Measured(9.0)


def test_the_matrix_holds_every_area_by_the_groups_shown() -> None:
    now, shown = moment(NOW), ("_T", "OC2", "OC7")
    table = matrix_table(now, PROFILE, shown)
    assert [column.id for column in table.columns] == ["REF_AREA", "OCCUPATION", *FIGURES]
    assert codes(table) == [area for area in codes(area_table(now, PROFILE, "_T")) for _ in shown]
    for area, group, *figures in table.rows:
        assert isinstance(area, Coded)
        assert isinstance(group, Coded)
        assert (*figures,) == figure_cells(now, area.code, group.code)
    assert [row[1].code for row in table.rows[:3] if isinstance(row[1], Coded)] == list(shown)


SHORT, NOT_SHORT, HIDDEN = ({posts("ID-SU", "OC2"): figure} for figure in (15, 14.9, "Q"))


def year(*months: Figures | None) -> list[Tightness | None]:
    return [None if month is None else moment({**TOTALS, **month}) for month in months]


def test_persistence_counts_periods_that_are_short_for_certain_and_at_most_of_those_released() -> None:
    history = year(SHORT, None, HIDDEN, NOT_SHORT, SHORT, {posts("ID-SU", "OC2"): "M"})
    assert signals_over(history, "ID-SU", "OC2") == (
        Signal.SHORTAGE,
        None,
        Signal.UNDETERMINED,
        Signal.BALANCED,
        Signal.SHORTAGE,
        None,
    )
    assert periods_short(history, "ID-SU", "OC2") == ((2, 3), 4)


def test_of_periods_without_a_release_there_is_no_persistence() -> None:
    """Nor of those in which an area's country, or the other dataflow, was not released."""
    assert periods_short(year(None, None), "ID-SU", "OC2") == (None, 0)
    without_country: list[Tightness | None] = [moment({posts("IMTGT_MY", "_T"): 10, **SHORT})]
    assert periods_short(without_country, "ID-SU", "OC2") == (None, 0)
    vacant, seeking = cube("VACANCIES", "2026-10", {**TOTALS, **SHORT}), cube("JOBSEEKERS", "2026-10", {})
    one_side: list[Tightness | None] = [read_tightness(vacant, seeking, PROFILE, OCCUPATIONS.ids, THRESHOLDS)]
    assert periods_short(one_side, "ID-SU", "OC2") == (None, 0)


def test_a_period_of_nobody_and_nothing_was_not_short() -> None:
    nobody = moment({**TOTALS, posts("ID-SU", "OC2"): 0}, {persons("ID-SU", "OC2"): 0})
    assert nobody.signal_at(*nobody.place("ID-SU", "OC2")) is None
    assert periods_short([*year(SHORT), nobody], "ID-SU", "OC2") == ((1, 1), 2)


def test_persistence_looks_back_a_year_and_no_further() -> None:
    assert periods_short(year(SHORT, *[NOT_SHORT] * 12), "ID-SU", "OC2") == ((0, 0), 12)


def test_tables_show_persistence_of_each_area_where_there_is_a_history() -> None:
    now = moment({**TOTALS, **SHORT})
    history = (*year(SHORT, HIDDEN, None), now)
    table = area_table(now, PROFILE, "OC2", Context(history))
    assert [column.id for column in table.columns][-3:] == ["RANK", "PERIODS_SHORT", "PERIODS_RELEASED"]
    assert (cell(table, "ID-SU", "PERIODS_SHORT"), cell(table, "ID-SU", "PERIODS_RELEASED")) == ((2, 3), 3)
    assert (cell(table, "ID-JA", "PERIODS_SHORT"), cell(table, "ID-JA", "PERIODS_RELEASED")) == (None, 0)
    assert (cell(table, "IMTGT", "PERIODS_SHORT"), cell(table, "IMTGT", "PERIODS_RELEASED")) == (None, None)
    below = occupation_table(now, PROFILE, "ID-SU", "_T", Context(history))
    assert (cell(below, "OC2", "PERIODS_SHORT"), cell(below, "OC2", "PERIODS_RELEASED")) == ((2, 3), 3)
    whole = occupation_table(now, PROFILE, "IMTGT", "_T", Context(history))
    assert {*whole.column("PERIODS_SHORT"), *whole.column("PERIODS_RELEASED")} == {None}
    country = occupation_table(now, PROFILE, "IMTGT_ID", "_T", Context(history))
    assert (cell(country, "_T", "PERIODS_SHORT"), cell(country, "_T", "PERIODS_RELEASED")) == (None, None)
    assert cell(country, "OC2", "PERIODS_RELEASED") is not None
    everywhere = area_table(now, PROFILE, "_T", Context(history))
    assert cell(everywhere, "IMTGT_ID", "PERIODS_RELEASED") is None
    assert cell(everywhere, "ID-SU", "PERIODS_RELEASED") is not None


def test_an_area_that_has_neither_posts_nor_persons_now_keeps_its_past() -> None:
    now = moment({**TOTALS, posts("ID-SU", "OC2"): 0}, {persons("ID-SU", "OC2"): 0})
    table = area_table(now, PROFILE, "OC2", Context((*year(SHORT, SHORT), now)))
    assert (cell(table, "ID-SU", "PERIODS_SHORT"), cell(table, "ID-SU", "PERIODS_RELEASED")) == ((2, 2), 3)


def survey() -> Grid:
    figures: Figures = {
        ("ID-SU", "_T", "_T", "EMP"): 270,
        ("ID-SU", "OC2", "_T", "EMP"): 90,
        ("ID-JA", "OC2", "_T", "EMP"): (60, 80),
    }
    shown = ("OC2", "OC7", "_T", "_X")
    return read_grid(cube("EMPLOYMENT", "2026-Q3", figures), employment(), "EMP", AREAS.ids, shown)


def test_the_vacancy_rate_stands_beside_the_employed_of_the_survey() -> None:
    """10 vacant posts beside 90 that are filled are 10 percent; 20 beside 60 to 80 are 20 to 25."""
    now = moment({**TOTALS, posts("ID-SU", "OC2"): 10, posts("ID-JA", "OC2"): 20})
    table = area_table(now, PROFILE, "OC2", Context(employed=survey()))
    assert [column.id for column in table.columns][-3:] == ["RANK", "EMPLOYED", "VACANCY_RATE_PERCENT"]
    assert cell(table, "ID-SU", "EMPLOYED") == Measured(90.0)
    assert cell(table, "ID-SU", "VACANCY_RATE_PERCENT") == Measured(10.0)
    assert cell(table, "ID-JA", "VACANCY_RATE_PERCENT") == Measured(None, SUPPRESSED, (), Interval(20, 25))
    assert cell(table, "MY-07", "VACANCY_RATE_PERCENT") == Measured(None, NOT_REPORTED)


def test_groups_that_the_survey_does_not_have_get_no_vacancy_rate() -> None:
    now, context = moment({**TOTALS, posts("ID-SU", "OC2"): 10}), Context(employed=survey())
    assert "EMPLOYED" not in [column.id for column in area_table(now, PROFILE, "OC25", context).columns]
    table = occupation_table(now, PROFILE, "ID-SU", "OC2", context)
    assert cell(table, "OC2", "VACANCY_RATE_PERCENT") == Measured(10.0)
    assert (cell(table, "OC25", "EMPLOYED"), cell(table, "OC25", "VACANCY_RATE_PERCENT")) == (None, None)
    unit = [column.id for column in occupation_table(now, PROFILE, "ID-SU", "OC25", context).columns]
    assert "EMPLOYED" not in unit


def test_persistence_and_survey_stand_side_by_side() -> None:
    now = moment({**TOTALS, **SHORT})
    table = occupation_table(now, PROFILE, "ID-SU", "OC2", Context((now,), survey()))
    added = ["PERIODS_SHORT", "PERIODS_RELEASED", "EMPLOYED", "VACANCY_RATE_PERCENT"]
    assert [column.id for column in table.columns][-4:] == added
    assert table.rows[0][-4:] == ((1, 1), 1, Measured(90.0), Measured(100 * 15 / 105))
    assert table.rows[1][-4:] == (None, 0, None, None)
