"""What holds for every route: an audience, no writing, headers, one shape of error."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from flask import Blueprint
from flask.testing import FlaskClient

from node.errors import NodeError
from node.web.app import create_app
from node.web.audience import Audience, register, require_audiences, undeclared
from tests.support.web_world import FixedProfiles, FixedStore, WebWorld

ANSWERS = (
    "/",
    "/areas/ID-SU",
    "/feeds/",
    "/feeds/metadata/none.json",
    "/healthz",
    "/readyz",
    "/compare.csv",
    "/compare.json",
    "/static/style.css",
    "/nowhere",
    "/?period=x",
)


def test_every_route_declares_its_audience(world: WebWorld) -> None:
    app = create_app(world)
    assert undeclared(app) == ()
    assert {str(rule) for rule in app.url_map.iter_rules()} == {
        "/",
        "/areas/<code>",
        "/occupations/<code>",
        "/feeds/",
        "/feeds/metadata/<name>",
        "/feeds/targets/<path:path>",
        "/healthz",
        "/readyz",
        "/compare.csv",
        "/compare.json",
        "/static/<path:filename>",
    }


def test_a_blueprint_without_an_audience_stops_the_start(world: WebWorld) -> None:
    app = create_app(world)
    forgotten = Blueprint("forgotten", __name__)
    forgotten.add_url_rule("/forgotten", view_func=lambda: "open to all")
    app.register_blueprint(forgotten)
    assert undeclared(app) == ("/forgotten",)
    with pytest.raises(NodeError, match="/forgotten"):
        require_audiences(app)


def test_a_route_outside_any_blueprint_stops_the_start_too(world: WebWorld) -> None:
    app = create_app(world)
    app.add_url_rule("/loose", view_func=lambda: "open to all")
    assert undeclared(app) == ("/loose",)


def test_an_audience_declared_is_enough(world: WebWorld) -> None:
    app = create_app(world)
    later = Blueprint("later", __name__)
    later.add_url_rule("/later", view_func=lambda: "said")
    register(app, later, Audience.PUBLIC)
    require_audiences(app)


def test_no_route_writes(world: WebWorld) -> None:
    for rule in create_app(world).url_map.iter_rules():
        assert rule.methods <= {"GET", "HEAD", "OPTIONS"}, str(rule)


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_carries_the_security_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "script-src" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Cache-Control" in headers


def test_a_page_unchanged_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("address", "location"),
    [("/feeds", "/feeds/"), ("/feeds?a=1", "/feeds/?a=1"), ("/areas//ID-SU", "/areas/ID-SU")],
)
def test_a_redirect_names_no_scheme_and_no_host(client: FlaskClient, address: str, location: str) -> None:
    answer = client.get(address, base_url="http://inside.example")
    assert (answer.status_code, answer.headers["Location"]) == (308, location)


def test_a_post_is_refused_with_what_is_allowed(client: FlaskClient) -> None:
    answer = client.post("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "can be read, and nothing else" in answer.text


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/compare.json?period=x", {}),
        ("/feeds/metadata/none.json", {}),
        ("/api/nothing", {}),
        ("/nowhere", {"Accept": "application/json"}),
        ("/areas/XX-1", {"Accept": "application/json"}),
    ],
)
def test_programs_are_told_errors_in_one_shape(client: FlaskClient, address: str, headers: dict[str, str]) -> None:
    answer = client.get(address, headers=headers)
    assert answer.content_type == "application/json"
    assert set(answer.json) == {"error"}
    error = answer.json["error"]
    assert set(error) == {"status", "code", "message", "remedy"}
    assert error["status"] == answer.status_code
    assert all(error.values())


def test_people_are_told_errors_on_a_page_with_what_to_do(client: FlaskClient) -> None:
    answer = client.get("/areas/XX-1")
    assert answer.status_code == 404
    assert answer.content_type == "text/html; charset=utf-8"
    assert "“XX-1” is no area" in answer.text
    assert "Start from the comparison page" in answer.text


def test_what_is_wrong_inside_is_logged_and_not_told(world: WebWorld, caplog: pytest.LogCaptureFixture) -> None:
    class Failing(FixedStore):
        def periods(self, dataflow: str) -> tuple[()]:
            raise RuntimeError("the driver said postgresql://user:word@host")

    client = create_app(replace(world, store=Failing())).test_client()
    with caplog.at_level(logging.ERROR):
        page = client.get("/")
        body = client.get("/compare.json")
    for answer in (page, body):
        assert answer.status_code == 500
        assert "postgresql" not in answer.text
        assert "Traceback" not in answer.text
    assert body.json["error"]["code"] == "InternalServerError"
    assert "postgresql" in caplog.text


def test_a_node_s_own_fault_is_told_without_its_particulars(world: WebWorld, caplog: pytest.LogCaptureFixture) -> None:
    answer = create_app(replace(world, profiles=FixedProfiles())).test_client().get("/compare.json")
    assert answer.status_code == 503
    assert answer.json["error"]["code"] == "ProfileError"
    assert "there is no exchange profile for VACANCIES" not in answer.text
    assert "there is no exchange profile for VACANCIES" in caplog.text


def test_the_style_sheet_s_address_changes_with_its_bytes_and_is_kept(client: FlaskClient) -> None:
    address = client.get("/").text.split('<link rel="stylesheet" href="')[1].split('"')[0]
    assert "?v=" in address
    answer = client.get(address)
    assert answer.content_type == "text/css; charset=utf-8"
    assert "max-age=31536000" in answer.headers["Cache-Control"]
