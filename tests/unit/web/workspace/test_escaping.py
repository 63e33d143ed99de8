"""What comes from peers, profiles and addresses is text wherever it is shown, whatever it looks like."""

from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree

import openpyxl
import pytest
from flask.testing import FlaskClient

from node.model.codelist import Codelist
from node.model.names import Names
from node.model.profile import AREA, OCCUPATION
from node.model.release import PeerState
from tests.support.web_world import FixedProfiles, FixedStore, cube, standing, vintage
from tests.unit.web.conftest import reader
from tests.unit.web.takeaway import pdf_text
from tests.unit.web.workspace.made import (
    ADDRESSES,
    CHARTS,
    SEEKING,
    TRAINED,
    VACANT,
    all_profiles,
    beside,
    small_world,
)
from tests.unit.web.workspace.parsed import Page

ATTACK = '<script>alert(1)</script><img src=x onerror="alert(2)">'
FORMULA = '=HYPERLINK("https://evil.example","x")'


def harm(html: str) -> list[str]:
    """What of a page or picture does something."""
    elements = Page(html).root.everything()
    acts = [name for element in elements for name in element.attributes if name.startswith("on")]
    return [element.tag for element in elements if element.tag in ("script", "img", "foreignobject")] + acts


def renamed(codes: Codelist, names: dict[str, str]) -> Codelist:
    return replace(codes, codes=tuple(replace(code, name=names.get(code.id, code.name)) for code in codes.codes))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Reads of partners whose names, senders and flags, and profiles whose titles, carry markup."""
    profiles = {}
    for name, profile in all_profiles().items():
        structure = profile.structure
        areas = renamed(structure.axis(AREA).codelist, {"MY-07": f"Penang {ATTACK}", "ID-JA": FORMULA})
        groups = renamed(structure.axis(OCCUPATION).codelist, {"OC25": f"ICT {ATTACK}"})
        profiles[name] = replace(profile, structure=structure.with_axis(AREA, areas).with_axis(OCCUPATION, groups))
    bad = [
        vintage(ATTACK, "VACANCIES", "2026-10", rows=0, flags=(ATTACK,)),
        vintage("MY", "VACANCIES", "2026-10", flags=(ATTACK,)),
    ]
    store = FixedStore(
        cube("VACANCIES", "2026-10", VACANT, bad),
        cube("JOBSEEKERS", "2026-10", SEEKING),
        cube("TRAINING", "2026-10", TRAINED),
    )
    malaysia = standing("MY", f"Malaysia {ATTACK}", PeerState.REFUSED, ATTACK)
    changes = {
        "profiles": FixedProfiles(*profiles.values()),
        "store": store,
        "names": Names(("id", "ms", "th", "en"), ()),
    }
    changes |= {"standings": (standing("ID", "x"), malaysia), "name": f"Node {ATTACK}"}
    return reader(small_world(tmp_path_factory.mktemp("feeds"), **changes))


@pytest.mark.parametrize("address", ["/", "/feeds/", "/nowhere", "/methods", *ADDRESSES.values()])
@pytest.mark.parametrize("language", ["en", "th"])
def test_markup_is_text_on_every_page(client: FlaskClient, address: str, language: str) -> None:
    html = client.get(beside(address, "", f"lang={language}")).text
    assert harm(html) == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_what_pages_show_of_peers_is_what_they_said(client: FlaskClient) -> None:
    """Escaped once and not twice."""
    assert f"Malaysia {ATTACK}" in Page(client.get("/feeds/").text).root.text()
    assert f"Penang {ATTACK} ✕ refused" in [row[0].text() for row in Page(client.get("/").text).table("areas").rows]
    flags = [
        one.attributes["title"]
        for one in Page(client.get("/").text).root.with_class("flag")
        if "title" in one.attributes
    ]
    assert ATTACK in flags
    notices = [one.text() for one in Page(client.get("/").text).root.with_class("notice")]
    assert f"{ATTACK} published “Job vacancies” for October 2026 without a single record." in notices


@pytest.mark.parametrize(("view", "chart"), [(view, chart) for view in CHARTS for chart in CHARTS[view]])
def test_markup_is_text_in_a_chart(client: FlaskClient, view: str, chart: str) -> None:
    svg = client.get(beside(ADDRESSES[view], f"/{chart}.svg"))
    if svg.status_code == 404:
        assert chart == "beveridge", "a node without a survey has no such chart"
        return
    assert harm(svg.text) == []
    root = ElementTree.fromstring(svg.data)  # noqa: S314  what the node itself has made
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "g", "title", "desc", "rect", "path", "text", "line", "circle", "tspan"}
    assert client.get(beside(ADDRESSES[view], f"/{chart}.png")).status_code == 200


def test_a_chart_shows_what_peers_said_as_text(client: FlaskClient) -> None:
    root = ElementTree.fromstring(client.get("/occupations/OC25/ranking.svg").data)  # noqa: S314  the node's own
    said = "".join(text for element in root.iter() for text in (element.text or "",))
    assert "alert(1)" in said


@pytest.mark.parametrize("view", ADDRESSES)
def test_data_hold_it_as_it_was_said(client: FlaskClient, view: str) -> None:
    answer = client.get(beside(ADDRESSES[view], ".json"))
    assert answer.content_type == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    flags = [flag for source in answer.json["sources"] for flag in source["flags"]]
    assert ATTACK in flags
    text = client.get(beside(ADDRESSES[view], ".csv"))
    assert text.content_type == "text/csv; charset=utf-8"
    assert text.headers["Content-Disposition"].startswith("attachment")


def test_a_workbook_has_no_formula_and_no_link(client: FlaskClient) -> None:
    for address in ("/occupations/OC25.xlsx", "/matrix.xlsx?occupation=OC2", "/provenance/MY-07/OC25.xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(client.get(address).data))
        cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert not any(cell.hyperlink for cell in cells)
    names = [
        row[1]
        for row in openpyxl.load_workbook(io.BytesIO(client.get("/occupations/OC25.xlsx").data)).worksheets[0].values
    ]
    assert FORMULA in names


def test_a_briefing_shows_it_as_text(client: FlaskClient) -> None:
    answer = client.get("/occupations/OC25/briefing.pdf")
    assert answer.status_code == 200
    assert pdf_text.squeezed(f"Penang {ATTACK}") in pdf_text.whole(answer.data)
    assert b"/JavaScript" not in answer.data
    assert b"/JS" not in answer.data


@pytest.mark.parametrize(
    "address",
    [
        "/areas/<script>x",
        "/occupations/<script>x",
        "/provenance/ID-SU/<script>x",
        "/?period=<script>x",
        "/?occupation=<script>x",
        "/matrix?measure=<script>x",
        "/trends?area=<script>x",
        "/?asof=<script>x",
        "/?lang=<script>x",
        "/fonts/<script>x",
        "/proofs/<script>x/y",
    ],
)
def test_markup_in_the_address_is_shown_as_text(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code in (400, 404)
    assert "<script" not in answer.text
    assert "&lt;script&gt;x" in answer.text


@pytest.mark.parametrize("address", ["/", "/matrix", "/areas/ID-SU"])
def test_markup_in_a_part_of_the_address_that_says_nothing_is_escaped(client: FlaskClient, address: str) -> None:
    html = client.get(address + '?x="><script>y').text
    assert "<script>y" not in html
    assert client.get(address + "?_scheme=javascript&_external=1").text.count("javascript:") == 0
