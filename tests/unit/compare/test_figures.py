"""One dataflow's own figures side by side."""

from __future__ import annotations

import pytest

from node.compare.figures import figure_table, figures_needed
from node.compare.listing import FIGURE_COLUMNS, figure_records, to_csv
from node.errors import NotPublished, OperatorError
from node.model.comparison import NOT_REPORTED, SUPPRESSED, FigureTable, Measured
from tests.support.profiles import employment, jobseekers
from tests.support.web_world import cube

EMPLOYED = {
    ("IMTGT_ID", "_T", "_T", "EMP"): 1_739_003,
    ("IMTGT_ID", "OC2", "_T", "EMP"): 90_000,
    ("IMTGT_MY", "_T", "_T", "EMP"): "Q",
    ("ID-JA", "_T", "_T", "EMP"): 1_739_003,
    ("ID-JA", "_T", "F", "EMP"): 600_000,
}


def table(by: str = "area", area: str | None = None) -> FigureTable:
    return figure_table(cube("EMPLOYMENT", "2020-Q3", EMPLOYED), employment(), occupation="_T", by=by, area=area)


def test_by_area_reads_both_sexes_together_and_sums_countries() -> None:
    figures = {row.code: row.figures for row in table().rows}
    assert figures["ID-JA"] == (Measured(1_739_003.0),)
    assert figures["IMTGT_MY"] == (Measured(None, SUPPRESSED),)
    assert figures["ID-SU"] == (Measured(None, NOT_REPORTED),)
    assert figures["IMTGT"] == (Measured(1_739_003.0, "", ("IMTGT_MY",)),)


def test_each_country_stands_before_its_own_areas() -> None:
    codes = [row.code for row in table().rows]
    assert codes == ["IMTGT", "IMTGT_ID", "ID-SU", "ID-JA", "IMTGT_MY", "MY-07", "MY-08"]


def test_by_occupation_gives_the_groups_of_one_area() -> None:
    rows = table("occupation", "IMTGT_ID").rows
    assert [(row.code, row.level) for row in rows] == [("_T", 0), ("OC2", 1), ("OC7", 1), ("_X", 1)]
    assert rows[1].figures == (Measured(90_000.0),)


def test_a_figure_of_several_indicators_has_a_record_each() -> None:
    seekers = cube("JOBSEEKERS", "2026-10", {("ID-SU", "_T", "_T", "JS_NEW"): 7})
    made = figure_table(seekers, jobseekers(), occupation="_T", by="area", area="ID-SU")
    records = figure_records(made, synthetic=True)
    assert [(record["INDICATOR"], record["OBS_VALUE"], record["SYNTHETIC"]) for record in records] == [
        ("JS_REGISTERED", None, "true"),
        ("JS_NEW", 7, "true"),
    ]
    assert to_csv(records, FIGURE_COLUMNS).splitlines()[0] == ",".join(FIGURE_COLUMNS)


def test_what_a_table_reads_is_its_rows_and_what_they_are_parts_of() -> None:
    assert figures_needed(employment(), "OC2", "area") == ("OC2", "_T")
    assert figures_needed(employment(), "_T", "occupation") == ("_T", "OC2", "OC7", "_X")


def test_what_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(NotPublished, match="ID-JK"):
        table(area="ID-JK")
    with pytest.raises(NotPublished, match="OC99"):
        figures_needed(employment(), "OC99", "area")
    with pytest.raises(OperatorError, match="sex"):
        table("sex")
