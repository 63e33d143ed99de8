"""Flat records: the same numbers and signs, ready for machines."""

from __future__ import annotations

import csv
import io

from node.compare.listing import COLUMNS, matrix_records, table_records, to_csv, to_json
from node.compare.tables import compare_cubes, compare_matrix
from node.model.comparison import MergedCube
from tests.support.profiles import vacancies as vacancies_profile
from tests.support.web_world import cube, persons, posts

PROFILE = vacancies_profile()


def cubes() -> tuple[MergedCube, MergedCube]:
    return (
        cube("VACANCIES", "2026-10", {posts("IMTGT_ID", "_T"): 10, posts("IMTGT_MY", "_T"): "Q"}),
        cube("JOBSEEKERS", "2026-10", {persons("IMTGT_ID", "_T"): 30, persons("IMTGT_MY", "_T"): 40}),
    )


def test_a_record_carries_figures_signs_and_what_a_sum_lacks() -> None:
    table = compare_cubes(*cubes(), PROFILE, occupation="_T", by="area")
    whole, indonesia, *_ = table_records(table, synthetic=True)
    assert indonesia == {
        "TIME_PERIOD": "2026-10",
        "REF_AREA": "IMTGT_ID",
        "AREA_NAME": "Indonesia (IMT-GT)",
        "OCCUPATION": "_T",
        "OCCUPATION_NAME": "Total",
        "VACANCIES": 10,
        "VACANCIES_SIGN": "",
        "VACANCIES_LACKING": "",
        "JOBSEEKERS": 30,
        "JOBSEEKERS_SIGN": "",
        "JOBSEEKERS_LACKING": "",
        "VACANCIES_PER_100_JOBSEEKERS": 33.3333,
        "VACANCIES_PER_100_JOBSEEKERS_SIGN": "",
        "VACANCIES_PER_100_JOBSEEKERS_LACKING": "",
        "RELATIVE_TO_COUNTRY": 1,
        "RELATIVE_TO_COUNTRY_SIGN": "",
        "RELATIVE_TO_COUNTRY_LACKING": "",
        "SIGNAL": "balanced",
        "SYNTHETIC": "true",
    }
    assert (whole["VACANCIES"], whole["VACANCIES_LACKING"]) == (10, "IMTGT_MY")
    assert (whole["JOBSEEKERS"], whole["JOBSEEKERS_LACKING"]) == (70, "")


def test_by_occupation_the_area_is_the_table_s() -> None:
    table = compare_cubes(*cubes(), PROFILE, occupation="_T", by="occupation", area="IMTGT_ID")
    records = table_records(table, synthetic=False)
    assert {record["REF_AREA"] for record in records} == {"IMTGT_ID"}
    assert [record["OCCUPATION"] for record in records] == ["_T", "OC2", "OC7", "_X"]
    assert {record["SYNTHETIC"] for record in records} == {"false"}


def test_a_gap_in_csv_is_an_empty_field_beside_its_sign() -> None:
    matrix = compare_matrix(*cubes(), PROFILE)
    text = to_csv(matrix_records(matrix, synthetic=False))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(matrix.rows) * len(matrix.occupations)
    hidden = next(row for row in rows if row["REF_AREA"] == "IMTGT_MY" and row["OCCUPATION"] == "_T")
    assert (hidden["VACANCIES"], hidden["VACANCIES_SIGN"]) == ("", "Q")
    assert (hidden["JOBSEEKERS"], hidden["JOBSEEKERS_SIGN"]) == ("40", "")


def test_json_has_the_records_of_the_csv() -> None:
    records = matrix_records(compare_matrix(*cubes(), PROFILE), synthetic=False)
    assert to_json(records) == records
