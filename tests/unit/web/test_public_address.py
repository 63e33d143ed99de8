"""The node's own address: printed whatever a reader calls the node, and links that hold below a path."""

from __future__ import annotations

import io
import re
from html import unescape
from urllib.parse import urldefrag, urlsplit

import openpyxl
import pytest
from flask.testing import FlaskClient

from node.errors import ConfigurationError
from node.web.app import create_app
from node.web.workspace import routes
from tests.support.web_world import ClosingClient, WebWorld, unproved
from tests.unit.web.conftest import COMPILED, once
from tests.unit.web.takeaway import pdf_text
from tests.unit.web.workspace.made import ADDRESSES, CHARTS, beside

PLAIN, BELOW = "https://lmis.example.go.id", "https://example.go.id/exchange/node"
FORGED = {
    "Host": "elsewhere.example",
    "X-Forwarded-Host": "elsewhere.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": "/elsewhere",
    "Forwarded": "host=elsewhere.example;proto=http",
}
LINK = re.compile(r'(?:href|src|action)="([^"]+)"')


def placed(world: WebWorld, address: str | None) -> FlaskClient:
    app = create_app(world, unproved, run=once, address=address)
    app.jinja_env.bytecode_cache = COMPILED
    app.test_client_class = ClosingClient
    return app.test_client()


def words(answer_data: bytes) -> str:
    """The text of a briefing or of a workbook's last sheet."""
    if answer_data.startswith(b"%PDF"):
        return pdf_text.whole(answer_data)
    sheet = openpyxl.load_workbook(io.BytesIO(answer_data)).worksheets[-1]
    return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)


@pytest.mark.parametrize("address", [PLAIN, BELOW, "https://lmis.example.go.id:8443", "http://[::1]:8080"])
@pytest.mark.parametrize("file", ["/occupations/OC25.xlsx", "/occupations/OC25/briefing.pdf"])
def test_files_print_the_node_s_address_whatever_they_are_asked_by(world: WebWorld, address: str, file: str) -> None:
    client = placed(world, address)
    for headers in (FORGED, {}):
        text = words(client.get(file, headers=headers).data)
        assert f"{address}/occupations/OC25" in text
        assert set(re.findall(r"https?://[^/]+", text)) == {re.match(r"https?://[^/]+", address)[0]}
        assert "elsewhere" not in text


def test_without_an_address_files_print_the_one_they_are_asked_by(world: WebWorld) -> None:
    text = words(placed(world, None).get("/occupations/OC25.xlsx", base_url="https://asked.example").data)
    assert "https://asked.example/occupations/OC25.xlsx" in text


@pytest.mark.parametrize(("address", "made"), [(PLAIN, 1), (None, 3)])
def test_all_readers_of_an_address_share_its_kept_answers(
    world: WebWorld, address: str | None, made: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody fills the memory with answers to names of the node that they made up."""
    asked: list[str] = []
    monkeypatch.setattr(routes, "json_of", lambda *_: asked.append("once more"))
    client = placed(world, address)
    for name in ("a.example", "b.example", "c.example"):
        client.get("/overview.json", headers={"Host": name})
    assert len(asked) == made


def links_of(client: FlaskClient, path: str) -> set[str]:
    """Where a page leads, but for places in itself."""
    return {link for found in LINK.findall(client.get(path).text) if (link := urldefrag(unescape(found))[0])}


def kind(link: str) -> tuple[str, str]:
    """The first part of a link's path and its ending: that of a route."""
    path = urlsplit(link).path.removeprefix(urlsplit(BELOW).path)
    return path.split("/")[1], path.rpartition(".")[2] if "." in path else ""


def test_below_a_path_every_link_leads_somewhere_below_it(world: WebWorld) -> None:
    """Of all pages; one link of each kind is followed."""
    client, prefix = placed(world, BELOW), urlsplit(BELOW).path
    pages = ("/", *ADDRESSES.values(), "/feeds/", "/methods", "/nowhere")
    links = {link for page in pages for link in links_of(client, prefix + page)}
    assert [link for link in links if not link.startswith(f"{prefix}/")] == []
    kinds = {kind(link): link for link in sorted(links)}
    assert {"", "areas", "occupations", "matrix", "static", "feeds", "provenance"} <= {first for first, _ in kinds}
    assert {"csv", "xlsx", "json", "svg", "png", "pdf", "css"} <= {ending for _, ending in kinds}
    for (first, ending), link in kinds.items():
        if first not in ("proofs", "nowhere") and (first, ending) not in (("feeds", "json"), ("feeds", "gz")):
            assert client.get(link).status_code == 200, link  # this world has no files of a feed


def test_charts_in_pages_lead_below_the_path(world: WebWorld) -> None:
    client, linked = placed(world, BELOW), 0
    for view in (view for view, charts in CHARTS.items() if charts):
        page = client.get(ADDRESSES[view]).text
        leads = [LINK.findall(part) for part in re.findall(r'<g class="chart-links".*?</svg>', page, re.DOTALL)]
        assert all(link.startswith("/exchange/node/") for links in leads for link in links)
        linked += sum(map(len, leads))
    assert linked > 10


@pytest.mark.parametrize("path", ["/matrix", "/exchange/node/matrix"])
def test_a_proxy_may_take_the_path_off_or_leave_it(world: WebWorld, path: str) -> None:
    answer = placed(world, BELOW).get(path)
    assert answer.status_code == 200
    assert 'href="/exchange/node/trends' in answer.text


@pytest.mark.parametrize("path", ["/exchange/node", "/exchange/node/", "/"])
def test_the_path_itself_is_the_overview(world: WebWorld, path: str) -> None:
    client = placed(world, BELOW)
    assert client.get(path).data == client.get("/exchange/node/").data
    assert client.get(path).status_code == 200


def test_what_only_begins_like_the_path_is_not_below_it(world: WebWorld) -> None:
    for path in ("/exchange/nodes/matrix", "/exchange/nodematrix"):
        assert placed(world, BELOW).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/feeds", "/exchange/node/feeds"])
def test_redirects_stay_below_the_path_and_name_no_host(world: WebWorld, path: str) -> None:
    answer = placed(world, BELOW).get(path, headers=FORGED)
    assert (answer.status_code, answer.headers["Location"]) == (308, "/exchange/node/feeds/")


def test_feeds_name_where_their_files_are(world: WebWorld) -> None:
    assert "<code>/exchange/node/feeds/metadata/</code>" in placed(world, BELOW).get("/feeds/").text
    assert "<code>/feeds/metadata/</code>" in placed(world, PLAIN).get("/feeds/").text


def test_errors_of_programs_stay_json_below_the_path(world: WebWorld) -> None:
    answer = placed(world, BELOW).get("/exchange/node/feeds/metadata/nothing.txt")
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "NotFound"


@pytest.mark.parametrize("path", ["/areas", "/feeds", "/fonts/x", "/healthz"])
def test_a_path_that_pages_have_is_refused(world: WebWorld, path: str) -> None:
    """Behind a proxy that takes it off, `/areas/areas/ID-SU` and `/areas/ID-SU` would be the same."""
    with pytest.raises(ConfigurationError, match=r"web\.address: below"):
        create_app(world, unproved, address=f"https://example.go.id{path}")


def test_an_address_is_below_each_view(world: WebWorld) -> None:
    """Else the walk above would have left one out."""
    client = placed(world, BELOW)
    for address in ADDRESSES.values():
        for suffix in ("", ".csv", ".xlsx", ".json"):
            assert client.get("/exchange/node" + beside(address, suffix)).status_code == 200
