"""What is for partners only takes a token that covers it, on every way to its figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from node.model.access import ALL_FEEDS, OPERATOR
from node.web.app import create_app
from tests.support.profiles import jobseekers, vacancies
from tests.support.web_world import ClosingClient, FixedProfiles, FixedStore, WebWorld

HASH = "a" * 64
DATA, REPORT = f"JOBSEEKERS/{HASH}.2026-10.csv.gz", f"JOBSEEKERS/{HASH}.2026-10.report.json"
YEAR = timedelta(days=365)


@pytest.fixture
def partly(world: WebWorld, tmp_path: Path) -> WebWorld:
    """A node whose job seekers are for partners only."""
    targets = tmp_path / "feeds/targets"
    for name in (DATA, REPORT, f"VACANCIES/{HASH}.2026-10.csv.gz", f"structure/{HASH}.JOBSEEKERS.json",
                 f"{HASH}.observed.json", f"OTHER/{HASH}.2026-10.csv.gz"):  # fmt: skip
        (targets / name).parent.mkdir(parents=True, exist_ok=True)
        (targets / name).write_bytes(b"content")
    return replace(world, profiles=FixedProfiles(vacancies(), replace(jobseekers(), audience="partners")))


@pytest.fixture
def guarded(partly: WebWorld) -> FlaskClient:
    app = create_app(partly)
    app.test_client_class = ClosingClient
    return app.test_client()


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


@pytest.mark.parametrize("address", ["/", "/areas/ID-SU", "/occupations/OC2", "/compare.csv", "/compare.json?by=area"])
def test_pages_and_exports_do_not_show_its_figures(guarded: FlaskClient, partly: WebWorld, address: str) -> None:
    assert guarded.get(address).status_code == 401
    assert guarded.get(address, headers=bearer(partly, ALL_FEEDS)).status_code == 200


def test_a_public_node_asks_nobody(world: WebWorld) -> None:
    assert isinstance(world.store, FixedStore)
    assert create_app(world).test_client().get("/").status_code == 200
