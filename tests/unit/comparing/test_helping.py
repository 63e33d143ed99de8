"""Who could help whom, and who trains for what is short, from cubes in a store."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from node.comparing.helping import complementarity, training
from node.comparing.reading import Reading
from node.errors import MappingError, NotPublished, ProfileError
from node.model.comparison import NOT_REPORTED, Measured
from node.model.distance import DistanceTable
from node.model.merged import MergedCube, SeriesKey
from node.model.period import TimePeriod
from node.model.table import Cell, Coded, Table
from tests.support.profiles import jobseekers, vacancies
from tests.support.web_world import Figure, cube, persons, posts

Read = Callable[..., Reading]
OCTOBER = TimePeriod("2026-10")
GAP = Measured(None, NOT_REPORTED)
CELLS: Mapping[tuple[str, str], tuple[Figure, Figure]] = {
    ("IMTGT_ID", "_T"): (1000, 10_000),
    ("IMTGT_MY", "_T"): (2000, 10_000),
    ("MY-07", "OC22"): (100, 150),
    ("MY-08", "OC25"): (2, 30),
    ("ID-SU", "OC22"): (3, 200),
}
"""Penang is short of 70 posts; Perak has 20 persons too many in a near group, North Sumatra 170."""


def stocks(extra: Mapping[tuple[str, str], tuple[Figure, Figure]] | None = None) -> tuple[MergedCube, MergedCube]:
    cells = {**CELLS, **(extra or {})}
    return (
        cube("VACANCIES", "2026-10", {posts(*cell): figures[0] for cell, figures in cells.items()}),
        cube("JOBSEEKERS", "2026-10", {persons(*cell): figures[1] for cell, figures in cells.items()}),
    )


def test_surplus_of_a_group_and_of_near_ones_is_assigned_to_its_short_posts(
    read: Read, distances: DistanceTable
) -> None:
    found = complementarity(read(*stocks(), distances=lambda: distances), OCTOBER, "OC22")
    assert (found.assigned.found.filled, found.assigned.found.across, found.assigned.most) == (70, 50, 70)
    assert [table.id for table in found.view.tables] == ["flows", "balances"]
    assert found.view.table("flows").column("POSTS") == (50, 20)
    assert (found.occupation, found.moment.period) == ("OC22", OCTOBER)
    assert {vintage.key.dataflow for vintage in found.view.vintages} == {"VACANCIES", "JOBSEEKERS"}


def test_who_could_help_whom_needs_a_known_group_and_a_distance_table(read: Read, distances: DistanceTable) -> None:
    with pytest.raises(NotPublished, match="OC99"):
        complementarity(read(*stocks(), distances=lambda: distances), OCTOBER, "OC99")
    with pytest.raises(MappingError, match="no distance table"):
        complementarity(read(*stocks()), OCTOBER, "OC22")


def trained(period: str, figures: Mapping[SeriesKey, Figure]) -> MergedCube:
    return cube("TRAINING", period, figures)


def series(area: str, group: str, indicator: str) -> SeriesKey:
    return area, group, "_Z", indicator


def year(*, without: str = "none") -> list[MergedCube]:
    """In each month up to October 5 graduates in Penang and 10 in each country; Malaysia released nothing of one."""
    cubes = []
    for back in range(12):
        period = str(OCTOBER.shifted(-back))
        figures: dict[SeriesKey, Figure] = {series("IMTGT_ID", "OC22", "TR_GRADUATED"): 10}
        if period != without:
            figures |= {series("IMTGT_MY", "OC22", "TR_GRADUATED"): 10, series("MY-07", "OC22", "TR_GRADUATED"): 5}
        if back == 0:
            figures |= {series("MY-07", "OC22", "TR_PLACES"): 40, series("MY-07", "OC22", "TR_ENROLLED"): (30, 40)}
        cubes.append(trained(period, figures))
    return cubes


def row(table: Table, code: str) -> dict[str, Cell]:
    names = [column.id for column in table.columns]
    rows = {cells[0].code: cells for cells in table.rows if isinstance(cells[0], Coded)}
    return dict(zip(names, rows[code], strict=True))


def test_an_area_s_groups_stand_with_those_that_are_short_first(read: Read) -> None:
    found = training(read(*stocks(), *year()), OCTOBER, "MY-07", None)
    table = found.view.table("training")
    codes = [cell.code for cell in table.column("OCCUPATION") if isinstance(cell, Coded)]
    assert codes == ["OC22", "OC25", "OC71", "OC72"]
    told = row(table, "OC22")
    assert (told["TRAINING_PLACES"], told["GRADUATED_IN_12_PERIODS"]) == (Measured(40.0), Measured(60.0))
    assert told["VACANCIES"] == Measured(100.0)
    assert (found.area, found.occupation) == ("MY-07", "_T")


def test_graduates_are_summed_over_the_twelve_months_up_to_the_period(read: Read) -> None:
    older = trained("2025-10", {series("MY-07", "OC22", "TR_GRADUATED"): 1000})
    found = training(read(*stocks(), *year(), older), OCTOBER, "MY-07", None)
    assert row(found.view.table("training"), "OC22")["GRADUATED_IN_12_PERIODS"] == Measured(60.0)
    behind = {str(vintage.key.period) for vintage in found.view.vintages if vintage.key.dataflow == "TRAINING"}
    assert (min(behind), max(behind), len(behind)) == ("2025-11", "2026-10", 12)


def test_a_year_with_a_month_not_released_has_no_sum_and_the_sub_region_names_the_country_it_lacks(read: Read) -> None:
    found = training(read(*stocks(), *year(without="2026-03")), OCTOBER, "", "OC22")
    table = found.view.table("training")
    assert row(table, "MY-07")["GRADUATED_IN_12_PERIODS"] == GAP
    assert row(table, "IMTGT_MY")["GRADUATED_IN_12_PERIODS"] == GAP
    assert row(table, "IMTGT")["GRADUATED_IN_12_PERIODS"] == Measured(120.0, "", ("IMTGT_MY",))
    whole = training(read(*stocks(), *year()), OCTOBER, "", "OC22").view.table("training")
    assert row(whole, "IMTGT")["GRADUATED_IN_12_PERIODS"] == Measured(240.0)


def test_all_areas_for_a_group(read: Read) -> None:
    found = training(read(*stocks(), *year()), OCTOBER, "", "OC22")
    table = found.view.table("training")
    assert table.columns[0].id == "REF_AREA"
    assert row(table, "MY-07")["TRAINING_PLACES"] == Measured(40.0)
    assert row(table, "ID-SU")["TRAINING_PLACES"] == GAP
    assert (found.area, found.occupation) == ("IMTGT", "OC22")


def test_training_needs_known_codes_and_a_profile(read: Read) -> None:
    with pytest.raises(NotPublished, match="ID-JK"):
        training(read(*stocks()), OCTOBER, "ID-JK", None)
    with pytest.raises(NotPublished, match="OC99"):
        training(read(*stocks()), OCTOBER, "", "OC99")
    with pytest.raises(ProfileError, match="TRAINING"):
        training(read(*stocks(), profiles=(vacancies(), jobseekers())), OCTOBER, "MY-07", None)
