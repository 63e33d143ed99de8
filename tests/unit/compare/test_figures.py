"""One dataflow's own figures side by side."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from node.compare.figures import figure_table, shown_occupations
from node.compare.grid import Grid, read_grid, with_sum
from node.errors import NotPublished, OperatorError
from node.model.comparison import NOT_REPORTED, SUPPRESSED, Measured
from node.model.interval import Interval
from node.model.merged import SeriesKey
from node.model.profile import ExchangeProfile
from node.model.table import Cell, Coded, Table
from tests.support.profiles import AREAS, employment, jobseekers
from tests.support.web_world import Figure, cube

EMPLOYED: Mapping[SeriesKey, Figure] = {
    ("IMTGT_ID", "_T", "_T", "EMP"): 1_739_003,
    ("IMTGT_ID", "OC2", "_T", "EMP"): 90_000,
    ("IMTGT_MY", "_T", "_T", "EMP"): (500, 900),
    ("IMTGT_MY", "OC2", "_T", "EMP"): "M",
    ("ID-JA", "_T", "_T", "EMP"): 1_739_003,
    ("ID-JA", "_T", "F", "EMP"): 600_000,
}


def grids(profile: ExchangeProfile, figures: Mapping[SeriesKey, Figure], *indicators: str) -> dict[str, Grid]:
    merged, codes = cube(profile.dataflow, "2020-Q3", figures), profile.structure.axis("OCCUPATION").codelist.ids
    return {
        name: with_sum(read_grid(merged, profile, name, AREAS.ids, codes), "IMTGT", ("IMTGT_ID", "IMTGT_MY"))
        for name in indicators
    }


def table(by: str = "area", area: str | None = None, occupation: str = "_T") -> Table:
    return figure_table(grids(employment(), EMPLOYED, "EMP"), employment(), occupation=occupation, by=by, area=area)


def figures(table: Table) -> dict[str, tuple[Cell, ...]]:
    return {row[0].code: row[1:] for row in table.rows if isinstance(row[0], Coded)}


def test_by_area_reads_both_sexes_together_and_sums_countries() -> None:
    by_area = figures(table())
    assert by_area["ID-JA"] == (Measured(1_739_003.0),)
    assert by_area["IMTGT_MY"] == (Measured(None, SUPPRESSED, (), Interval(500, 900)),)
    assert by_area["ID-SU"] == (Measured(None, NOT_REPORTED),)
    assert by_area["IMTGT"] == (Measured(None, SUPPRESSED, (), Interval(1_739_503, 1_739_903)),)
    assert figures(table(occupation="OC2"))["IMTGT"] == (Measured(90_000.0, "", ("IMTGT_MY",)),)


def test_each_country_stands_before_its_own_areas() -> None:
    assert table().id == "figures"
    assert table().column("REF_AREA") == (
        Coded("IMTGT", "IMT-GT", 0),
        Coded("IMTGT_ID", "Indonesia (IMT-GT)", 1),
        Coded("ID-SU", "North Sumatra", 2),
        Coded("ID-JA", "Jambi", 2),
        Coded("IMTGT_MY", "Malaysia (IMT-GT)", 1),
        Coded("MY-07", "Penang", 2),
        Coded("MY-08", "Perak", 2),
    )
    assert list(figures(table(area="IMTGT_MY"))) == ["IMTGT_MY", "MY-07", "MY-08"]


def test_by_occupation_gives_the_groups_of_one_area() -> None:
    found = table("occupation", "IMTGT_ID")
    labels = [cell for cell in found.column("OCCUPATION") if isinstance(cell, Coded)]
    assert [(label.code, label.level) for label in labels] == [("_T", 0), ("OC2", 1), ("OC7", 1), ("_X", 1)]
    assert figures(found)["OC2"] == (Measured(90_000.0),)


def test_by_occupation_is_of_the_sub_region_unless_an_area_is_named() -> None:
    assert figures(table("occupation"))["OC2"] == (Measured(90_000.0, "", ("IMTGT_MY",)),)


def test_each_indicator_of_the_dataflow_has_a_column() -> None:
    told: Mapping[SeriesKey, Figure] = {("ID-SU", "_T", "_T", "JS_NEW"): 7}
    own = grids(jobseekers(), told, "JS_REGISTERED", "JS_NEW")
    made = figure_table(own, jobseekers(), occupation="_T", by="area", area="ID-SU")
    assert [column.id for column in made.columns] == ["REF_AREA", "JS_REGISTERED", "JS_NEW"]
    assert figures(made) == {"ID-SU": (Measured(None, NOT_REPORTED), Measured(7.0))}


def test_what_a_table_reads_is_its_rows() -> None:
    assert shown_occupations(employment(), "OC2", "area") == ("OC2",)
    assert shown_occupations(employment(), "_T", "occupation") == ("_T", "OC2", "OC7", "_X")


def test_what_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(NotPublished, match="ID-JK"):
        table(area="ID-JK")
    for by in ("area", "occupation"):
        with pytest.raises(NotPublished, match="OC99"):
            table(by, occupation="OC99")
    with pytest.raises(NotPublished, match="OC99"):
        shown_occupations(employment(), "OC99", "area")
    with pytest.raises(OperatorError, match="sex"):
        table("sex")
