"""What holds for every route: an audience, no writing, headers, one shape of error."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest
from flask import Blueprint
from flask.testing import FlaskClient

from node.errors import NodeError
from node.web.app import create_app
from node.web.audience import Audience, register, require_audiences, undeclared
from node.web.charts.fonts import font_files
from node.web.workspace.routes import VIEWS
from tests.support.web_world import FixedProfiles, FixedStore, WebWorld, unproved
from tests.unit.web.workspace.made import ADDRESSES, beside

FONT = "/fonts/" + font_files()[0].path.name
ANSWERS = (
    "/",
    *ADDRESSES.values(),
    "/overview.csv",
    "/overview.json",
    "/overview.xlsx",
    "/matrix/heat.svg",
    "/matrix/heat.png",
    "/areas/ID-SU/briefing.pdf",
    "/proofs/VACANCIES/M.ID-SU.OC2.JV_OPEN",
    "/methods",
    "/feeds/",
    "/feeds/metadata/none.json",
    "/healthz",
    "/readyz",
    "/static/style.css",
    FONT,
    "/nowhere",
    "/?period=x",
)


def test_every_route_declares_its_audience(world: WebWorld) -> None:
    app = create_app(world, unproved)
    assert undeclared(app) == ()
    views = {path for _, path, _ in VIEWS}
    assert {str(rule) for rule in app.url_map.iter_rules()} == {
        "/",
        *views,
        *(f"{path}.<any(csv,xlsx,json):form>" for path in views),
        *(f"{path}/<chart>.<any(svg,png):form>" for path in views),
        *(f"{path}/briefing.pdf" for path in views),
        "/methods",
        "/proofs/<dataflow>/<key>",
        "/proofs/<dataflow>/<key>.json",
        "/feeds/",
        "/feeds/metadata/<name>",
        "/feeds/targets/<path:path>",
        "/healthz",
        "/readyz",
        "/static/<path:filename>",
        "/fonts/<name>",
    }
    assert set(app.extensions["audiences"].values()) == {Audience.PUBLIC}


def test_a_blueprint_without_an_audience_stops_the_start(world: WebWorld) -> None:
    app = create_app(world, unproved)
    forgotten = Blueprint("forgotten", __name__)
    forgotten.add_url_rule("/forgotten", view_func=lambda: "open to all")
    app.register_blueprint(forgotten)
    assert undeclared(app) == ("/forgotten",)
    with pytest.raises(NodeError, match="/forgotten"):
        require_audiences(app)


def test_a_route_outside_any_blueprint_stops_the_start_too(world: WebWorld) -> None:
    app = create_app(world, unproved)
    app.add_url_rule("/loose", view_func=lambda: "open to all")
    assert undeclared(app) == ("/loose",)


def test_an_audience_declared_is_enough(world: WebWorld) -> None:
    app = create_app(world, unproved)
    later = Blueprint("later", __name__)
    later.add_url_rule("/later", view_func=lambda: "said")
    register(app, later, Audience.PUBLIC)
    require_audiences(app)


def test_no_route_writes(world: WebWorld) -> None:
    for rule in create_app(world, unproved).url_map.iter_rules():
        assert rule.methods <= {"GET", "HEAD", "OPTIONS"}, str(rule)


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_carries_the_security_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Cache-Control" in headers


@pytest.mark.parametrize(
    "address", ["/", *ADDRESSES.values(), "/feeds/", "/methods", "/overview.csv", "/matrix/heat.svg"]
)
def test_what_is_unchanged_is_not_sent_again(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_another_answer_has_another_tag(client: FlaskClient) -> None:
    tags = {client.get(address).headers["ETag"] for address in ("/", "/?lang=th", "/?period=2026-09", "/overview.csv")}
    assert len(tags) == 4


@pytest.mark.parametrize(
    ("address", "location"),
    [("/feeds", "/feeds/"), ("/feeds?a=1", "/feeds/?a=1"), ("/areas//ID-SU", "/areas/ID-SU")],
)
def test_a_redirect_names_no_scheme_and_no_host(client: FlaskClient, address: str, location: str) -> None:
    answer = client.get(address, base_url="http://inside.example")
    assert (answer.status_code, answer.headers["Location"]) == (308, location)


@pytest.mark.parametrize("address", ["/", "/overview.csv", "/matrix/heat.svg", "/areas/ID-SU/briefing.pdf", "/feeds/"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_sent(client: FlaskClient, address: str, method: str) -> None:
    answer = client.open(address, method=method)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "can be read, and nothing else" in answer.text


@pytest.mark.parametrize("address", ["/", "/overview.csv", "/matrix/heat.svg", "/feeds/"])
def test_a_head_says_what_a_get_would_bring(client: FlaskClient, address: str) -> None:
    asked, told = client.get(address), client.head(address)
    assert (told.status_code, told.data) == (200, b"")
    assert told.headers["Content-Type"] == asked.headers["Content-Type"]
    assert told.headers["ETag"] == asked.headers["ETag"]


WRONG = (
    ("/?period=October", 400, "October"),
    ("/?period=2019-01", 404, "2019-01"),
    ("/?period=2026-Q3", 404, "2026-Q3"),
    ("/overview.csv?occupation=OC99", 404, "OC99"),
    ("/overview.csv?table=sexes", 400, "it has areas, shortages, changes"),
    ("/areas/ID-JK", 404, "ID-JK"),
    ("/areas/ID-SU?occupation=OC99", 404, "OC99"),
    ("/areas/ID-JK.csv", 404, "ID-JK"),
    ("/occupations/OC99", 404, "OC99"),
    ("/occupations/OC99/ranking.svg", 404, "OC99"),
    ("/occupations/OC99/briefing.pdf", 404, "OC99"),
    ("/matrix?measure=wages", 400, "there are relative, tightness, vacancies, jobseekers"),
    ("/matrix/pie.svg", 404, "it has heat"),
    ("/provenance/ID-SU/OC2/pie.png", 404, "it has none"),
    ("/matrix/heat.png?width=wide", 400, "from 380 to 960"),
    ("/matrix/heat.png?width=379", 400, "379"),
    ("/matrix/heat.png?width=961", 400, "961"),
    ("/matrix/heat.png?width=009009009", 400, "009009009"),
    ("/matrix/heat.png?width=-400", 400, "-400"),
    ("/matrix/heat.png?width=٤٠٠", 400, "from 380 to 960"),
    ("/trends?area=XX", 404, "XX"),
    ("/trends?occupation=XX", 404, "XX"),
    ("/complementarity?occupation=XX", 404, "XX"),
    ("/training?area=XX", 404, "XX"),
    ("/training?occupation=XX", 404, "XX"),
    ("/provenance/XX/OC2", 404, "XX"),
    ("/provenance/ID-SU/XX.json", 404, "XX"),
    ("/proofs/WAGES/M.ID-SU.OC2.W", 404, "WAGES"),
    ("/proofs/VACANCIES/M.ID-SU.OC2.JV_OPEN.json", 404, "VACANCIES"),
    ("/?asof=yesterday", 400, "yesterday"),
    ("/?lang=zz", 400, "zz"),
    ("/overview.json?lang=zz", 400, "zz"),
    ("/fonts/Comic.ttf", 404, "Comic"),
)


@pytest.mark.parametrize(("address", "status", "named"), WRONG)
def test_what_is_wrong_with_an_address_is_named(client: FlaskClient, address: str, status: int, named: str) -> None:
    """To people on a page; to programs, and at the address of a file, in one shape."""
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    if re.search(r"\.(csv|json|xlsx|svg|png|pdf)(\?|$)", address):
        assert named in answer.json["error"]["message"]
    else:
        assert answer.content_type == "text/html; charset=utf-8"
        assert named in answer.text
    told = client.get(address, headers={"Accept": "application/json"})
    assert told.content_type == "application/json"
    assert set(told.json) == {"error"}
    assert set(told.json["error"]) == {"status", "code", "message", "remedy"}
    assert told.json["error"]["status"] == status
    assert all(told.json["error"].values())


@pytest.mark.parametrize("address", ["/overview.csv?period=x", "/feeds/metadata/none.json", "/api/nothing", "/a.svg"])
def test_programs_are_told_errors_as_json_without_asking(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.content_type == "application/json"
    assert set(answer.json["error"]) == {"status", "code", "message", "remedy"}


@pytest.mark.parametrize("language", ["id", "ms", "th", "en"])
@pytest.mark.parametrize(("address", "status"), [("/nowhere", 404), ("/areas/XX-1", 404), ("/?period=x", 400)])
def test_people_are_told_errors_in_their_language_with_what_to_do(
    client: FlaskClient, language: str, address: str, status: int
) -> None:
    answer = client.get(beside(address, "", f"lang={language}"))
    assert answer.status_code == status
    assert f'<html lang="{language}">' in answer.text
    assert str(status) in answer.text
    assert f'href="/?lang={language}"' in answer.text
    assert f'class="lead" lang="{language}"' in answer.text


def test_an_unknown_area_is_told_with_what_to_do(client: FlaskClient) -> None:
    answer = client.get("/areas/XX-1")
    assert "“XX-1” is no area" in answer.text
    assert "Start from the overview" in answer.text


def test_what_is_wrong_inside_is_logged_and_not_told(world: WebWorld, caplog: pytest.LogCaptureFixture) -> None:
    class Failing(FixedStore):
        def periods(self, dataflow: str) -> tuple[()]:
            raise RuntimeError("the driver said postgresql://user:word@host")

    client = create_app(replace(world, store=Failing()), unproved).test_client()
    with caplog.at_level(logging.ERROR):
        answers = [
            client.get(address) for address in ("/", "/overview.json", "/matrix/heat.svg", "/areas/ID-SU/briefing.pdf")
        ]
    for answer in answers:
        assert answer.status_code == 500
        assert "postgresql" not in answer.text
        assert "Traceback" not in answer.text
    assert answers[1].json["error"]["code"] == "InternalServerError"
    assert "postgresql" in caplog.text


def test_a_node_s_own_fault_is_told_without_its_particulars(world: WebWorld, caplog: pytest.LogCaptureFixture) -> None:
    client = create_app(replace(world, profiles=FixedProfiles()), unproved).test_client()
    answer = client.get("/overview.json")
    assert answer.status_code == 503
    assert answer.json["error"]["code"] == "ProfileError"
    assert "there is no exchange profile for VACANCIES" not in answer.text
    assert "there is no exchange profile for VACANCIES" in caplog.text


def test_a_node_without_a_distance_table_shows_all_but_who_could_help(world: WebWorld) -> None:
    client = create_app(replace(world, distances=None), unproved).test_client()
    for view, address in ADDRESSES.items():
        assert (client.get(beside(address, ".json")).status_code == 200) is (view != "complementarity"), view


def test_the_style_sheet_s_address_changes_with_its_bytes_and_is_kept(client: FlaskClient) -> None:
    address = client.get("/").text.split('<link rel="stylesheet" href="')[1].split('"')[0]
    assert "?v=" in address
    answer = client.get(address)
    assert answer.content_type == "text/css; charset=utf-8"
    assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_the_typeface_is_the_node_s_own(client: FlaskClient) -> None:
    for file in font_files():
        answer = client.get(f"/fonts/{file.path.name}")
        assert answer.content_type == "font/ttf"
        assert answer.data == file.path.read_bytes()
    named = set(re.findall(r"url\(([^)]+)\)", client.get("/static/style.css").text))
    assert named
    for url in named:
        path = url.strip("\"'").replace("..", "")
        assert client.get(path).status_code == 200, url
