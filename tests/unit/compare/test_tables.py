"""Tables made of small merged cubes, with answers worked by hand."""

from __future__ import annotations

import pytest

from node.compare.tables import compare_cubes, compare_matrix, matrix_occupations, occupations_needed
from node.errors import NotPublished, OperatorError
from node.model.comparison import (
    MISSING,
    NOT_APPLICABLE,
    NOT_REPORTED,
    PROVISIONAL,
    SUPPRESSED,
    ComparisonRow,
    ComparisonTable,
    Measured,
    MergedCube,
    Signal,
)
from tests.support.profiles import vacancies as vacancies_profile
from tests.support.web_world import cube, persons, posts

PROFILE = vacancies_profile()
VACANT = {
    posts("IMTGT_ID", "_T"): 100,
    posts("IMTGT_MY", "_T"): 50,
    posts("IMTGT_ID", "OC2"): 40,
    posts("IMTGT_MY", "OC2"): "Q",
    posts("IMTGT_ID", "OC7"): 60,
    posts("IMTGT_MY", "OC7"): 45,
    posts("ID-SU", "_T"): 90,
    posts("ID-SU", "OC2"): "Q",
    posts("ID-JA", "OC2"): "M",
    posts("MY-07", "OC2"): 0,
    posts("MY-08", "OC2"): "P30",
}
SEEKING = {
    persons("IMTGT_ID", "_T"): 400,
    persons("IMTGT_MY", "_T"): 100,
    persons("IMTGT_ID", "OC2"): 80,
    persons("IMTGT_MY", "OC2"): 20,
    persons("IMTGT_ID", "OC7"): 300,
    persons("IMTGT_MY", "OC7"): 0,
    persons("ID-SU", "_T"): 300,
    persons("ID-SU", "OC2"): 60,
    persons("ID-JA", "OC2"): 20,
    persons("MY-07", "OC2"): 10,
    persons("MY-08", "OC2"): 10,
}


def vacant() -> MergedCube:
    return cube("VACANCIES", "2026-10", VACANT)


def seeking() -> MergedCube:
    return cube("JOBSEEKERS", "2026-10", SEEKING)


def by_area(occupation: str = "OC2", area: str | None = None) -> ComparisonTable:
    return compare_cubes(vacant(), seeking(), PROFILE, occupation=occupation, by="area", area=area)


def row(table: ComparisonTable, code: str) -> ComparisonRow:
    return next(entry for entry in table.rows if entry.code == code)


def test_rows_by_area_are_the_sub_region_then_each_country_before_its_areas() -> None:
    table = by_area()
    assert [(entry.code, entry.group, entry.level) for entry in table.rows] == [
        ("IMTGT", "", 0),
        ("IMTGT_ID", "IMTGT_ID", 1),
        ("ID-SU", "IMTGT_ID", 2),
        ("ID-JA", "IMTGT_ID", 2),
        ("IMTGT_MY", "IMTGT_MY", 1),
        ("MY-07", "IMTGT_MY", 2),
        ("MY-08", "IMTGT_MY", 2),
    ]
    assert (table.area, table.occupation) == (("IMTGT", "IMT-GT"), ("OC2", "Professionals"))


def test_a_country_s_figures_and_its_position_against_its_own_total() -> None:
    """Indonesia: 100 vacancies, 400 seekers, 25 per 100; professionals 40 and 80, 50 per 100, twice its own."""
    indonesia = row(by_area(), "IMTGT_ID")
    assert indonesia.vacancies == Measured(40.0)
    assert indonesia.jobseekers == Measured(80.0)
    assert indonesia.tightness == Measured(50.0)
    assert indonesia.relative == Measured(2.0)
    assert indonesia.signal is Signal.SHORTAGE


def test_an_area_is_set_against_its_country_not_against_itself() -> None:
    """North Sumatra over all occupations: 90 for 300 is 30 per 100, its country has 25."""
    assert row(by_area("_T"), "ID-SU").relative == Measured(pytest.approx(1.2))


def test_suppressed_missing_and_not_reported_are_three_signs_and_none_is_zero() -> None:
    table = by_area()
    assert row(table, "ID-SU").vacancies == Measured(None, SUPPRESSED)
    assert row(table, "ID-JA").vacancies == Measured(None, MISSING)
    assert row(table, "MY-07").vacancies == Measured(0.0)
    assert row(by_area("OC7"), "MY-07").vacancies == Measured(None, NOT_REPORTED)


def test_provisional_figures_stay_marked() -> None:
    perak = row(by_area(), "MY-08")
    assert perak.vacancies == Measured(30.0, PROVISIONAL)
    assert perak.tightness == Measured(300.0, PROVISIONAL)


def test_without_job_seekers_there_is_no_tightness() -> None:
    malaysia = row(by_area("OC7"), "IMTGT_MY")
    assert malaysia.vacancies == Measured(45.0)
    assert malaysia.tightness == Measured(None, NOT_APPLICABLE)
    assert malaysia.signal is Signal.UNDETERMINED


def test_the_sub_region_is_the_sum_of_its_countries() -> None:
    whole = row(by_area("_T"), "IMTGT")
    assert whole.vacancies == Measured(150.0)
    assert whole.jobseekers == Measured(500.0)
    assert whole.tightness == Measured(30.0)


def test_a_sum_without_a_country_is_partial_and_names_it() -> None:
    """Malaysia's professionals are suppressed: the tightness is Indonesia's alone, 40 for 80, not 40 for 100."""
    whole = row(by_area("OC2"), "IMTGT")
    assert whole.vacancies == Measured(40.0, "", ("IMTGT_MY",))
    assert whole.jobseekers == Measured(100.0)
    assert whole.tightness == Measured(50.0, "", ("IMTGT_MY",))


def test_registers_mixed_have_no_relative_position() -> None:
    assert row(by_area("_T"), "IMTGT").relative == Measured(None, NOT_APPLICABLE)


def test_a_country_without_a_release_is_named_per_dataflow() -> None:
    only = {key: value for key, value in VACANT.items() if key[0] != "IMTGT_MY" and not key[0].startswith("MY")}
    table = compare_cubes(cube("VACANCIES", "2026-10", only), seeking(), PROFILE, occupation="_T", by="area")
    assert [(absence.area, absence.dataflow) for absence in table.absent] == [("IMTGT_MY", "VACANCIES")]
    assert row(table, "IMTGT_MY").vacancies == Measured(None, NOT_REPORTED)
    assert row(table, "IMTGT").vacancies == Measured(100.0, "", ("IMTGT_MY",))
    assert by_area().absent == ()


def test_nothing_merged_is_a_table_of_gaps() -> None:
    nothing = cube("VACANCIES", "2026-10", {}), cube("JOBSEEKERS", "2026-10", {})
    table = compare_cubes(*nothing, PROFILE, occupation="_T", by="area")
    assert {entry.vacancies.sign for entry in table.rows} == {NOT_REPORTED}
    assert len(table.absent) == 4


def test_by_occupation_gives_a_group_and_its_parts_for_one_area() -> None:
    table = compare_cubes(vacant(), seeking(), PROFILE, occupation="_T", by="occupation", area="IMTGT_ID")
    assert [(entry.code, entry.group, entry.level) for entry in table.rows] == [
        ("_T", "", 0),
        ("OC2", "_T", 1),
        ("OC7", "_T", 1),
        ("_X", "_T", 1),
    ]
    craft = row(table, "OC7")
    assert craft.tightness == Measured(20.0)
    assert craft.relative == Measured(0.8)
    assert craft.signal is Signal.BALANCED


def test_by_occupation_is_of_the_sub_region_unless_an_area_is_named() -> None:
    table = compare_cubes(vacant(), seeking(), PROFILE, occupation="OC2", by="occupation")
    assert table.area[0] == "IMTGT"
    assert row(table, "OC2").vacancies == Measured(40.0, "", ("IMTGT_MY",))


def test_by_area_can_be_of_one_country() -> None:
    assert [entry.code for entry in by_area("_T", "IMTGT_MY").rows] == ["IMTGT_MY", "MY-07", "MY-08"]


def test_the_matrix_holds_every_area_by_total_and_major_groups() -> None:
    matrix = compare_matrix(vacant(), seeking(), PROFILE)
    assert [code for code, _ in matrix.occupations] == ["_T", "OC2", "OC7", "_X"]
    assert [entry.code for entry in matrix.rows] == [entry.code for entry in by_area().rows]
    for entry in matrix.rows:
        assert [cell.code for cell in entry.cells] == ["_T", "OC2", "OC7", "_X"]
        for cell in entry.cells:
            single = row(by_area(cell.code), entry.code)
            assert (cell.vacancies, cell.tightness, cell.relative, cell.signal) == (
                single.vacancies,
                single.tightness,
                single.relative,
                single.signal,
            )


def test_what_a_comparison_reads_always_has_the_total_it_compares_with() -> None:
    assert occupations_needed(PROFILE, "OC25", "area") == ("_T", "OC25", "OC2")
    assert occupations_needed(PROFILE, "OC7", "occupation") == ("_T", "OC7", "OC71", "OC72", "OC7_X")
    assert matrix_occupations(PROFILE) == ("_T", "OC2", "OC7", "_X")


@pytest.mark.parametrize(
    ("occupation", "by", "area", "error", "named"),
    [
        ("OC99", "area", None, NotPublished, "OC99"),
        ("OC2", "area", "ID-JK", NotPublished, "ID-JK"),
        ("OC2", "sex", None, OperatorError, "sex"),
    ],
)
def test_what_is_not_there_is_refused_by_name(
    occupation: str, by: str, area: str | None, error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named):
        compare_cubes(vacant(), seeking(), PROFILE, occupation=occupation, by=by, area=area)


def test_vintages_of_both_dataflows_stand_behind_a_table() -> None:
    assert {(vintage.sender, vintage.key.dataflow) for vintage in by_area().vintages} == {
        ("ID", "VACANCIES"),
        ("MY", "VACANCIES"),
        ("ID", "JOBSEEKERS"),
        ("MY", "JOBSEEKERS"),
    }
