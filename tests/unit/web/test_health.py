"""What watchers are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient

from node.errors import KeyStoreError, StorageFull, StoreOutdated
from node.web.app import create_app
from tests.support.web_world import FixedProfiles, WebWorld, own_feed, unproved


def test_a_well_node_says_so_with_its_newest_merges(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    body = answer.json
    assert body["status"] == "ok"
    assert body["checks"]["feed"]["timestamp_expires"] == "2026-11-28T05:00:00+00:00"
    assert body["newest_merges"]["MY"]["VACANCIES"]["period"] == "2026-11"
    assert body["newest_merges"]["MY"]["JOBSEEKERS"]["period"] == "2026-10"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_database_that_does_not_answer_is_503_without_its_address(world: WebWorld) -> None:
    broken = replace(world, store_failure=StoreOutdated("postgresql://user:word@host/db is old"))
    client = create_app(broken, unproved).test_client()
    for address in ("/healthz", "/readyz"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert answer.json["checks"]["database"] == {"ok": False, "error": "StoreOutdated"}
        assert "postgresql" not in answer.text
    assert client.get("/healthz").json["newest_merges"] is None


def test_an_expired_timestamp_is_503_and_does_not_stop_answering(world: WebWorld) -> None:
    client = create_app(replace(world, feed=own_feed(lives=timedelta(seconds=-1))), unproved).test_client()
    assert client.get("/healthz").status_code == 503
    assert client.get("/healthz").json["checks"]["feed"]["ok"] is False
    assert client.get("/readyz").status_code == 200


def test_a_feed_that_cannot_be_read_is_503(world: WebWorld) -> None:
    client = create_app(replace(world, feed_failure=KeyStoreError("keys/online.pem")), unproved).test_client()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["checks"]["feed"] == {"ok": False, "error": "KeyStoreError"}


def test_a_new_node_that_has_published_nothing_is_well(world: WebWorld) -> None:
    answer = create_app(replace(world, feed=None), unproved).test_client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json["checks"]["feed"] == {"ok": True, "published": False}


def test_a_node_without_its_profile_is_not_ready(world: WebWorld) -> None:
    answer = create_app(replace(world, profiles=FixedProfiles()), unproved).test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["profiles"]["error"] == "ProfileError"


def test_ready_when_database_and_profiles_are(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")


def test_a_full_disk_says_its_own_status_on_a_page(world: WebWorld) -> None:
    answer = (
        create_app(replace(world, feed_failure=StorageFull("/srv/node is full")), unproved).test_client().get("/feeds/")
    )
    assert answer.status_code == 507
    assert "/srv/node" not in answer.text
