"""The same numbers for programs."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from node.web.app import create_app
from tests.support.web_world import FixedStore, WebWorld, cube, posts, vintage


def records(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/compare.csv{query}")
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("query", ["", "?period=2026-09", "?by=area&occupation=OC2", "?by=occupation&area=IMTGT_ID"])
def test_csv_and_json_have_the_same_records(client: FlaskClient, query: str) -> None:
    as_text = [
        {key: "" if value is None else str(value) for key, value in record.items()}
        for record in client.get(f"/compare.json{query}").json["records"]
    ]
    assert as_text == records(client, query)


def test_the_matrix_has_a_record_for_each_cell_with_its_number(client: FlaskClient) -> None:
    found = {(row["REF_AREA"], row["OCCUPATION"]): row for row in records(client)}
    assert len(found) == 7 * 4
    assert found["IMTGT_ID", "OC2"]["VACANCIES"] == "700"
    assert found["IMTGT_ID", "OC2"]["VACANCIES_PER_100_JOBSEEKERS"] == "50"
    assert found["IMTGT_ID", "OC2"]["SIGNAL"] == "shortage"
    assert (found["ID-SU", "_T"]["VACANCIES"], found["ID-SU", "_T"]["VACANCIES_SIGN"]) == ("", "Q")


def test_the_file_is_named_after_its_period(client: FlaskClient) -> None:
    answer = client.get("/compare.csv?period=2026-09")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="imtgt-comparison-2026-09.csv"'


def test_json_names_its_sources_thresholds_and_limits(client: FlaskClient) -> None:
    body = client.get("/compare.json").json
    assert body["period"] == "2026-10"
    assert body["thresholds"]["shortage"] == 1.5
    assert any("do not prove a shortage" in note for note in body["notes"])
    assert {(source["sender"], source["dataflow"]) for source in body["sources"]} == {
        ("ID", "VACANCIES"),
        ("MY", "VACANCIES"),
        ("ID", "JOBSEEKERS"),
        ("MY", "JOBSEEKERS"),
    }
    assert all(source["sha256"] == "ab" * 32 for source in body["sources"])


def test_a_synthetic_node_or_vintage_marks_every_record(world: WebWorld) -> None:
    made = [vintage("MY", "VACANCIES", "2026-10", synthetic=True)]
    store = FixedStore(cube("VACANCIES", "2026-10", {posts("IMTGT_MY", "_T"): 5}, made))
    for marked in (replace(world, synthetic=True), replace(world, store=store)):
        client = create_app(marked).test_client()
        assert {row["SYNTHETIC"] for row in records(client)} == {"true"}
        body = client.get("/compare.json").json
        assert body["synthetic"] is True
        assert any(note.startswith("Synthetic") for note in body["notes"])


def test_a_real_node_s_records_are_not_marked(client: FlaskClient) -> None:
    assert {row["SYNTHETIC"] for row in records(client)} == {"false"}
    assert client.get("/compare.json").json["synthetic"] is False


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ("?period=October", 400, "October"),
        ("?period=2019-01", 404, "2019-01"),
        ("?by=sex", 400, "sex"),
        ("?by=area&occupation=OC99", 404, "OC99"),
        ("?by=occupation&area=ID-JK", 404, "ID-JK"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_what_is_wrong_with_an_address_is_named(
    client: FlaskClient, kind: str, query: str, status: int, named: str
) -> None:
    answer = client.get(f"/compare.{kind}{query}")
    assert answer.status_code == status
    assert named in answer.json["error"]["message"]


def test_nothing_merged_is_not_found(world: WebWorld) -> None:
    answer = create_app(replace(world, store=FixedStore())).test_client().get("/compare.json")
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "NotPublished"
