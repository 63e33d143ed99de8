"""What is for partners only takes a token that covers it, on every way to its figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from node.model.access import ALL_FEEDS, OPERATOR
from node.web.restricted import OpenProfiles
from tests.support.web_world import FixedProfiles, WebWorld
from tests.unit.web.conftest import reader
from tests.unit.web.workspace.made import ADDRESSES, BRIEFINGS, CHARTS, all_profiles, beside

HASH = "a" * 64
DATA, REPORT = f"JOBSEEKERS/{HASH}.2026-10.csv.gz", f"JOBSEEKERS/{HASH}.2026-10.report.json"
YEAR = timedelta(days=365)

FIGURES = (
    "/",
    *ADDRESSES.values(),
    *(beside(address, suffix) for address in ADDRESSES.values() for suffix in (".csv", ".json", ".xlsx")),
    *(
        beside(ADDRESSES[view], f"/{chart}.{form}")
        for view in CHARTS
        for chart in CHARTS[view]
        for form in ("svg", "png")
    ),
    *BRIEFINGS,
    "/proofs/JOBSEEKERS/M.ID-SU.OC2._T.JS_REGISTERED",
    "/proofs/JOBSEEKERS/M.ID-SU.OC2._T.JS_REGISTERED.json",
)
"""Every address that shows job seekers."""
OF_TRAINING = [address for address in FIGURES if address.startswith("/training")]


def closed(world: WebWorld, *dataflows: str) -> WebWorld:
    """The same node, with some dataflows for partners only."""
    profiles = all_profiles()
    for dataflow in dataflows:
        profiles[dataflow] = replace(profiles[dataflow], audience="partners")
    return replace(world, profiles=FixedProfiles(*profiles.values()))


@pytest.fixture
def partly(world: WebWorld, tmp_path: Path) -> WebWorld:
    """A node whose job seekers are for partners only."""
    targets = tmp_path / "feeds/targets"
    for name in (DATA, REPORT, f"VACANCIES/{HASH}.2026-10.csv.gz", f"structure/{HASH}.JOBSEEKERS.json",
                 f"{HASH}.observed.json", f"OTHER/{HASH}.2026-10.csv.gz"):  # fmt: skip
        (targets / name).parent.mkdir(parents=True, exist_ok=True)
        (targets / name).write_bytes(b"content")
    return closed(world, "JOBSEEKERS")


@pytest.fixture
def guarded(partly: WebWorld) -> FlaskClient:
    return reader(partly)


def bearer(world: WebWorld, *scopes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.access.issue('Malaysia', scopes, YEAR).token}"}


@pytest.mark.parametrize("path", [DATA, REPORT, f"OTHER/{HASH}.2026-10.csv.gz"])
def test_without_a_token_nothing_is_sent(guarded: FlaskClient, path: str) -> None:
    answer = guarded.get(f"/feeds/targets/{path}")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert answer.json is not None
    assert "for partners only" in answer.json["error"]["message"]


@pytest.mark.parametrize("path", [f"VACANCIES/{HASH}.2026-10.csv.gz", f"structure/{HASH}.JOBSEEKERS.json",
                                  f"{HASH}.observed.json"])  # fmt: skip
def test_what_is_public_stays_open(guarded: FlaskClient, path: str) -> None:
    assert guarded.get(f"/feeds/targets/{path}").data == b"content"


@pytest.mark.parametrize("scope", ["feed:JOBSEEKERS", ALL_FEEDS])
def test_a_token_that_covers_the_dataflow_opens_it(guarded: FlaskClient, partly: WebWorld, scope: str) -> None:
    answer = guarded.get(f"/feeds/targets/{DATA}", headers=bearer(partly, scope))
    assert answer.data == b"content"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize("scope", ["feed:VACANCIES", OPERATOR])
def test_a_token_for_something_else_does_not(guarded: FlaskClient, partly: WebWorld, scope: str) -> None:
    assert guarded.get(f"/feeds/targets/{DATA}", headers=bearer(partly, scope)).status_code == 401


def test_a_revoked_token_does_not(guarded: FlaskClient, partly: WebWorld) -> None:
    issued = partly.access.issue("Malaysia", ["feed:JOBSEEKERS"], YEAR)
    partly.access.revoke(issued.access.id)
    sent = {"Authorization": f"Bearer {issued.token}"}
    assert guarded.get(f"/feeds/targets/{DATA}", headers=sent).status_code == 401


@pytest.mark.parametrize("sent", ["Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "Bearer lmis_0_0", "nonsense", "Bearer é"])
def test_other_words_in_the_header_do_not(guarded: FlaskClient, sent: str) -> None:
    assert guarded.get(f"/feeds/targets/{DATA}", headers={"Authorization": sent}).status_code == 401


@pytest.mark.parametrize("address", FIGURES)
def test_no_page_file_chart_or_briefing_shows_its_figures(guarded: FlaskClient, partly: WebWorld, address: str) -> None:
    refused = guarded.get(address)
    assert refused.status_code == 401
    assert "JOBSEEKERS is for partners only" in refused.text.replace("\\u201c", "")
    assert guarded.get(address, headers=bearer(partly, "feed:VACANCIES")).status_code == 401


@pytest.mark.parametrize("view", ADDRESSES)
def test_a_token_shows_every_view_to_its_bearer_alone(guarded: FlaskClient, partly: WebWorld, view: str) -> None:
    """Nothing that a token has opened is left for the next reader."""
    for address in (ADDRESSES[view], beside(ADDRESSES[view], ".csv")):
        assert guarded.get(address, headers=bearer(partly, ALL_FEEDS)).status_code == 200
        assert guarded.get(address).status_code == 401


@pytest.mark.parametrize(
    "address", [BRIEFINGS[0], "/matrix/heat.svg?occupation=OC2", "/matrix/heat.png?occupation=OC2"]
)
def test_a_briefing_and_a_chart_are_left_for_nobody_either(
    guarded: FlaskClient, partly: WebWorld, address: str
) -> None:
    assert guarded.get(address, headers=bearer(partly, ALL_FEEDS)).status_code == 200
    assert guarded.get(address).status_code == 401


@pytest.mark.parametrize("address", OF_TRAINING)
def test_training_for_partners_takes_a_token_on_its_own_view_alone(world: WebWorld, address: str) -> None:
    partly = closed(world, "TRAINING")
    client = reader(partly)
    assert client.get(address).status_code == 401
    assert client.get(address, headers=bearer(partly, "feed:JOBSEEKERS")).status_code == 401
    assert client.get(address, headers=bearer(partly, "feed:TRAINING")).status_code == 200
    assert client.get(address).status_code == 401
    assert client.get("/matrix.json").status_code == 200


@pytest.mark.parametrize("dataflow", ["TRAINING", "EMPLOYMENT"])
def test_where_figures_come_from_leaves_out_what_is_for_partners(world: WebWorld, dataflow: str) -> None:
    def shown(of: WebWorld) -> set[str]:
        body = reader(of).get(ADDRESSES["provenance"] + ".json").json
        return {row["DATAFLOW"] for row in body["tables"]["provenance"]}

    assert dataflow in shown(world) or dataflow == "TRAINING"
    assert shown(closed(world, dataflow)) == shown(world) - {dataflow}


@pytest.mark.parametrize("view", [view for view in ADDRESSES if view != "training"])
def test_a_survey_for_partners_is_in_no_open_view(world: WebWorld, view: str) -> None:
    """The employed stand in columns beside public figures: without a token they are left out, not the view."""
    open_, shut = (reader(one).get(beside(ADDRESSES[view], ".json")) for one in (world, closed(world, "EMPLOYMENT")))
    assert (open_.status_code, shut.status_code) == (200, 200)
    for sign in ("EMPLOYED", "EMPLOYMENT", "VACANCY_RATE_PERCENT", "beveridge"):
        assert sign not in shut.text
    if view in ("area", "trends", "provenance"):
        assert "EMPLOYMENT" in open_.text


def test_profiles_that_are_open(world: WebWorld) -> None:
    partly = closed(world, "TRAINING")
    profiles = OpenProfiles(partly)
    assert profiles.dataflows() == ("EMPLOYMENT", "JOBSEEKERS", "VACANCIES")
    assert profiles.profile("TRAINING") is partly.profiles.profile("TRAINING")


def test_a_public_node_asks_nobody(client: FlaskClient) -> None:
    assert client.get("/").status_code == 200
    assert client.get("/training").status_code == 200
