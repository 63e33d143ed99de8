"""Each view as a page, as data and as charts: they answer, and say of one another what is true."""

from __future__ import annotations

import csv
import io
import re
from itertools import pairwise
from xml.etree import ElementTree

import openpyxl
import pytest
from flask.testing import FlaskClient

from node.web.charts.sheet import NARROW, WIDE
from node.web.workspace.routes import MIME_TYPES, VIEWS
from tests.unit.web.workspace.made import ADDRESSES, BRIEFINGS, CHARTS, beside
from tests.unit.web.workspace.parsed import Element, Page

PARTS = ("_NAME", "_LOW", "_HIGH", "_SIGN", "_LACKING")
SVG = "{http://www.w3.org/2000/svg}"
CHARTED = [(view, chart) for view, charts in CHARTS.items() for chart in charts]


def page(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/html; charset=utf-8"
    return Page(answer.text)


def rows_of(client: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def columns(table: str, fields: list[str]) -> dict[str, bool]:
    """The columns of a table by the fields of its records, each with whether it has figures. A code without a name is
    what all rows are of, and no column."""
    found: dict[str, bool] = {}
    for name in fields:
        base = next((name.removesuffix(part) for part in PARTS if name.endswith(part)), name)
        of_all = name in ("REF_AREA", "OCCUPATION") and f"{name}_NAME" not in fields
        if name not in ("FEED_STATE", "SYNTHETIC") and not of_all:
            found[base] = f"{base}_SIGN" in fields
    if table not in ("series", "beveridge"):
        del found["TIME_PERIOD"]
    return found


def said(element: Element) -> int:
    """The number of rows on a button."""
    (count,) = re.findall(r"\(([\d,]+) rows?\)", element.text())
    return int(count.replace(",", ""))


def test_every_view_is_looked_at_here() -> None:
    assert set(ADDRESSES) == set(CHARTS) == {name for name, _, _ in VIEWS}


@pytest.mark.parametrize("view", ADDRESSES)
def test_every_table_has_a_caption_heads_and_a_head_for_each_row(client: FlaskClient, view: str) -> None:
    read = page(client, ADDRESSES[view])
    assert len(read.tables) > 1
    for table in read.tables:
        assert table.caption
        assert {head.attributes["scope"] for head in table.heads} == {"col"}
        for cells in table.rows:
            if "nothing" not in cells[0].classes:
                assert len(cells) == len(table.heads)
                assert (cells[0].tag, cells[0].attributes["scope"]) == ("th", "row")


@pytest.mark.parametrize("view", ADDRESSES)
def test_headings_go_down_a_step_at_a_time(client: FlaskClient, view: str) -> None:
    html = client.get(ADDRESSES[view]).text
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("view", ADDRESSES)
def test_pages_have_no_script_no_inline_style_and_nothing_of_other_sites(client: FlaskClient, view: str) -> None:
    html = client.get(ADDRESSES[view]).text
    assert "<script" not in html
    assert "<style" not in html
    assert not re.search(r"<[^>]*\sstyle=", html)
    assert not re.search(r"<[^>]*\son[a-z]+=", html)
    assert not re.search(r'\s(?:href|src|action)="(?:https?:)?//', html)


@pytest.mark.parametrize("view", ADDRESSES)
def test_no_identifier_is_there_twice(client: FlaskClient, view: str) -> None:
    named = re.findall(r'\sid="([^"]+)"', client.get(ADDRESSES[view]).text)
    assert len(named) == len(set(named))


@pytest.mark.parametrize("view", ADDRESSES)
def test_the_rows_said_on_a_button_are_the_rows_of_its_file(client: FlaskClient, view: str) -> None:
    buttons = {link.attributes["href"]: link for link in page(client, ADDRESSES[view]).root.all("a")}
    texts = [href for href in buttons if ".csv" in href]
    (book,) = (href for href in buttons if ".xlsx" in href)
    assert texts
    for href in texts:
        assert said(buttons[href]) == len(rows_of(client, href)), href
    sheets = openpyxl.load_workbook(io.BytesIO(client.get(book).data)).worksheets[:-1]
    assert said(buttons[book]) == sum(sheet.max_row - 1 for sheet in sheets)


@pytest.mark.parametrize("view", [view for view in ADDRESSES if view not in ("matrix", "provenance")])
def test_a_table_of_the_page_is_the_table_of_its_file(client: FlaskClient, view: str) -> None:
    """As many columns, and as many rows."""
    read = page(client, ADDRESSES[view])
    for name, records in client.get(beside(ADDRESSES[view], ".json")).json["tables"].items():
        assert records
        assert len(read.table(name).heads) == len(columns(name, list(records[0])))
        assert len(read.table(name).rows) == len(records)


@pytest.mark.parametrize("view", ADDRESSES)
def test_csv_and_json_have_the_same_records(client: FlaskClient, view: str) -> None:
    body = client.get(beside(ADDRESSES[view], ".json")).json
    assert body["tables"]
    for name, records in body["tables"].items():
        as_text = [{key: "" if value is None else str(value) for key, value in one.items()} for one in records]
        assert as_text == rows_of(client, beside(ADDRESSES[view], ".csv", f"table={name}"))


@pytest.mark.parametrize("view", ADDRESSES)
def test_the_first_table_is_the_one_of_a_csv_without_a_name(client: FlaskClient, view: str) -> None:
    first = next(iter(client.get(beside(ADDRESSES[view], ".json")).json["tables"]))
    unnamed = client.get(beside(ADDRESSES[view], ".csv")).data
    assert unnamed == client.get(beside(ADDRESSES[view], ".csv", f"table={first}")).data


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
@pytest.mark.parametrize("view", ADDRESSES)
def test_data_come_as_what_they_are(client: FlaskClient, view: str, form: str) -> None:
    answer = client.get(beside(ADDRESSES[view], f".{form}"))
    assert answer.status_code == 200
    assert answer.content_type == MIME_TYPES[form]
    if form != "json":
        path = ADDRESSES[view].partition("?")[0].strip("/").replace("/", "-")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="imtgt-{path}-2026-10.{form}"'


@pytest.mark.parametrize("view", ADDRESSES)
def test_the_page_offers_its_charts(client: FlaskClient, view: str) -> None:
    links = page(client, ADDRESSES[view]).links
    for form in ("svg", "png"):
        offered = [link.partition("?")[0].rpartition("/")[2] for link in links if f".{form}" in link]
        assert offered == [f"{chart}.{form}" for chart in CHARTS[view]]
        assert all(client.get(link).status_code == 200 for link in links if f".{form}" in link)


@pytest.mark.parametrize(("view", "chart"), CHARTED)
def test_a_chart_as_svg_stands_alone(client: FlaskClient, view: str, chart: str) -> None:
    answer = client.get(beside(ADDRESSES[view], f"/{chart}.svg"))
    assert answer.content_type == "image/svg+xml"
    root = ElementTree.fromstring(answer.data)  # noqa: S314  what the node itself has made
    assert root.tag == f"{SVG}svg"
    (picture,) = root.findall(f"{SVG}g[@role='img']")
    for part in ("title", "desc"):
        said = picture.find(f"{SVG}{part}")
        assert said is not None
        assert said.text
    assert not root.findall(f".//{SVG}a")
    assert not root.findall(f".//{SVG}script")


@pytest.mark.parametrize(("view", "chart"), CHARTED)
def test_a_chart_comes_in_the_width_that_is_asked(client: FlaskClient, view: str, chart: str) -> None:
    widths = {}
    for width in ("", str(NARROW)):
        answer = client.get(beside(ADDRESSES[view], f"/{chart}.png", f"width={width}" if width else ""))
        assert answer.content_type == "image/png"
        assert answer.data[:8] == b"\x89PNG\r\n\x1a\n"
        widths[width] = int.from_bytes(answer.data[16:20])
    assert widths[""] == pytest.approx(widths[str(NARROW)] * WIDE / NARROW, rel=0.02)


@pytest.mark.parametrize("address", BRIEFINGS)
def test_a_briefing_is_a_pdf_with_a_name_of_its_own(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    path = address.removesuffix("/briefing.pdf").strip("/").replace("/", "-")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="imtgt-{path}-2026-10.pdf"'
    assert page(client, address.removesuffix("/briefing.pdf")).root.all("a")
    links = page(client, address.removesuffix("/briefing.pdf")).links
    assert any(link.startswith(address) for link in links)


@pytest.mark.parametrize("view", [view for view in ADDRESSES if view != "provenance"])
def test_every_figure_leads_to_where_it_comes_from(client: FlaskClient, view: str) -> None:
    read = page(client, ADDRESSES[view])
    if view == "matrix":
        cells = [cell for row in read.table("matrix").rows for cell in row[1:]]
    else:
        cells = []
        for name in client.get(beside(ADDRESSES[view], ".json")).json["tables"]:
            own = columns(name, list(rows_of(client, beside(ADDRESSES[view], ".csv", f"table={name}"))[0]))
            for row in read.table(name).rows:
                cells += [cell for cell, figures in zip(row, own.values(), strict=True) if figures]
        if view == "complementarity":
            assert cells == [], "its posts and persons are worked out from many figures"
            return
    assert cells
    without = [cell.text() for cell in cells if not cell.href.startswith("/provenance/")]
    assert set(without) <= {"no data"}, "only what nobody has reported comes from nowhere"
    for href in {cell.href for cell in cells if cell.href}:
        assert client.get(beside(href, ".json")).status_code == 200, href


@pytest.mark.parametrize("query", ["", "lang=id"])
@pytest.mark.parametrize("view", ADDRESSES)
def test_every_link_of_a_page_leads_somewhere(client: FlaskClient, view: str, query: str) -> None:
    """Views are asked as JSON, which needs no chart."""
    views = ("/overview", "/occupations/", "/areas/", "/matrix", "/trends", "/complementarity", "/training", "/prov")
    links = {link for link in page(client, beside(ADDRESSES[view], "", query)).links if not link.startswith("#")}
    assert links
    for link in links:
        path = link.partition("?")[0]
        if path.startswith("/proofs/"):
            continue
        asked = beside(link, ".json") if path.startswith(views) and "." not in path else link
        assert client.get(asked).status_code == 200, link


@pytest.mark.parametrize("view", ADDRESSES)
def test_a_page_says_what_its_figures_do_not_prove(client: FlaskClient, view: str) -> None:
    text = page(client, ADDRESSES[view]).root.text()
    assert "A tightness signal, not the proof of a shortage" in text
    assert "Compare positions, not levels" in text
    assert "at least 1.50 times as tight" in text
    assert "at most 0.67 times" in text
    assert "version 1" in text


@pytest.mark.parametrize("view", ADDRESSES)
def test_data_name_their_sources_thresholds_and_limits(client: FlaskClient, view: str) -> None:
    body = client.get(beside(ADDRESSES[view], ".json")).json
    assert (body["period"], body["as_of"], body["synthetic"]) == ("2026-10", None, False)
    assert body["thresholds"] == {"version": "1", "shortage": 1.5, "surplus": pytest.approx(2 / 3)}
    assert any("not the proof of a shortage" in note for note in body["notes"])
    named = {(source["sender"], source["dataflow"], source["period"]) for source in body["sources"]}
    assert {(sender, "VACANCIES", "2026-10") for sender in ("ID", "MY")} <= named
    assert all(source["sha256"] == "ab" * 32 for source in body["sources"])


@pytest.mark.parametrize("view", ADDRESSES)
def test_a_workbook_ends_with_its_sources_and_methods(client: FlaskClient, view: str) -> None:
    about = openpyxl.load_workbook(io.BytesIO(client.get(beside(ADDRESSES[view], ".xlsx")).data)).worksheets[-1]
    cells = [str(cell.value) for row in about.iter_rows() for cell in row if cell.value is not None]
    assert about.title == "Sources and methods"
    assert f"http://localhost{beside(ADDRESSES[view], '.xlsx')}" in cells
    assert "VACANCIES/2026-10.csv.gz" in cells
    assert "ab" * 32 in cells
    assert any("not the proof of a shortage" in cell for cell in cells)
