"""A number is the same wherever it is read: page, CSV, JSON, workbook, briefing, command line, proof, and the store.

Three synthetic nodes exchange a month; Indonesia's is read. Each form is read by itself, with nothing of the program
that writes it, and held against the records of the CSV, cell by cell; these against the store's observations.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from node.bootstrap import Services, open_services
from node.cli.main import main
from node.config import load_config
from node.demo.run import run_demo
from node.exchange.prove import Proof, prove
from node.model.merged import MergedCube
from node.model.period import TimePeriod
from node.web.app import create_app
from tests.unit.web.takeaway import pdf_text
from tests.unit.web.workspace.parsed import Page
from tests.unit.web.workspace.written import (
    DECIMALS,
    LANGUAGES,
    Figure,
    Row,
    check_cell,
    check_command_cell,
    check_row,
    check_sheet_row,
    kinds,
)

RECORDS, MONTH = 6_000, "2026-10"
VIEWS = {
    "overview": "/overview?",
    "occupation": "/occupations/OC2?",
    "total": "/occupations/_T?",
    "area": "/areas/ID-SU?",
    "country": "/areas/IMTGT_MY?",
    "matrix": "/matrix?",
    "trends": "/trends?area=IMTGT_ID&occupation=OC5",
    "complementarity": "/complementarity?occupation=OC5",
    "training": "/training?area=IMTGT_ID",
    "provenance": "/provenance/IMTGT/OC5?",
}
COMMANDS = {
    "occupation": ("--by", "area", "--occupation", "OC2"),
    "total": ("--by", "area", "--occupation", "_T"),
    "area": ("--by", "occupation", "--area", "ID-SU"),
    "country": ("--by", "occupation", "--area", "IMTGT_MY"),
}
BRIEFINGS = ("occupation", "area", "country")
IN_BRIEFINGS = ("VACANCIES", "JOBSEEKERS", "RELATIVE_TO_COUNTRY", "SIGNAL", "RANK", "PERIODS_SHORT")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("agree") / "demo"
    return run_demo(folder, records=RECORDS, periods=1, report=lambda _: None).home / "id"


@pytest.fixture(scope="module")
def services(home: Path) -> Iterator[Services]:
    with open_services(load_config(home, {})) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(services: Services) -> FlaskClient:
    def proved(dataflow: str, key: str, period: TimePeriod, as_of: datetime | None) -> Proof:
        return prove(services, dataflow, key, period, sender=None, as_of=as_of)

    return create_app(services, proved).test_client()


def beside(view: str, suffix: str, **asked: str) -> str:
    path, _, query = VIEWS[view].partition("?")
    more = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"{path}{suffix}?{query}&{more}"


def get(client: FlaskClient, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.text)
    return answer.data


def tables(client: FlaskClient, view: str) -> dict[str, list[Row]]:
    """The records of all tables of a view, as their CSV has them."""
    names = json.loads(get(client, beside(view, ".json")))["tables"]
    texts = {name: get(client, beside(view, ".csv", table=name)).decode() for name in names}
    return {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", [view for view in VIEWS if view not in ("matrix", "provenance")])
def test_a_page_s_tables_are_those_of_the_data(client: FlaskClient, view: str, language: str) -> None:
    page = Page(get(client, beside(view, "", lang=language)).decode())
    compared = 0
    for name, rows in tables(client, view).items():
        if rows:
            shown = page.table(name).rows
            assert 0 < len(shown) <= len(rows)
            for cells, row in zip(shown, rows, strict=False):
                check_row(cells, row, kinds(name, row), language)
                compared += len(cells)
    assert compared > 5


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("measure", "column"),
    [("relative", "RELATIVE_TO_COUNTRY"), ("tightness", "VACANCIES_PER_100_JOBSEEKERS"), ("vacancies", "VACANCIES"),
     ("jobseekers", "JOBSEEKERS")],
)  # fmt: skip
def test_the_matrix_is_that_of_the_data(client: FlaskClient, measure: str, column: str, language: str) -> None:
    rows = {(row["REF_AREA"], row["OCCUPATION"]): row for row in tables(client, "matrix")["matrix"]}
    page = Page(get(client, beside("matrix", "", measure=measure, lang=language)).decode())
    cells = [cell for line in page.table("matrix").rows for cell in line[1:]]
    assert len(cells) == len(rows) > 300
    for cell in cells:
        _, _, area, group = cell.href.partition("?")[0].split("/")
        row = rows.pop((area, group))
        check_cell(cell, Figure.of(row, column), language, DECIMALS.get(column, 0))
        if measure in ("relative", "tightness"):
            assert (f"signal-{row['SIGNAL']}" in cell.classes) == bool(row["SIGNAL"])


@pytest.mark.parametrize("language", ["id", "th"])
def test_where_figures_come_from_is_what_the_data_say(client: FlaskClient, language: str) -> None:
    page = Page(get(client, beside("provenance", "", lang=language)).decode())
    rows = tables(client, "provenance")["provenance"]
    shown = next(table for table in page.tables if len(table.rows) == len(rows) and len(table.heads) == 6)
    for cells, row in zip(shown.rows, rows, strict=True):
        assert row["SERIES_KEY"] in cells[0].text()
        check_cell(cells[2], Figure.of(row, "OBS_VALUE"), language, 0)
        assert row["SHA256"] in cells[4].text()


@pytest.mark.parametrize("view", VIEWS)
def test_json_has_the_values_of_the_csv(client: FlaskClient, view: str) -> None:
    found = json.loads(get(client, beside(view, ".json")))["tables"]
    for name, rows in tables(client, view).items():
        written = [{key: "" if value is None else str(value) for key, value in row.items()} for row in found[name]]
        assert written == rows


@pytest.mark.parametrize("language", ["id", "th"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_workbook_has_the_values_of_the_csv(client: FlaskClient, view: str, language: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(get(client, beside(view, ".xlsx", lang=language))))
    found = tables(client, view)
    assert len(book.worksheets) == len(found) + 1
    for sheet, (name, rows) in zip(book.worksheets, found.items(), strict=False):
        lines = [list(line) for line in sheet.iter_rows(min_row=2, values_only=True)] if rows else []
        assert len(lines) == len(rows)
        for cells, row in zip(lines, rows, strict=True):
            check_sheet_row(cells, row, kinds(name, row))


@pytest.mark.parametrize("language", ["id", "th"])
@pytest.mark.parametrize("view", BRIEFINGS)
def test_a_briefing_has_the_rows_of_the_page(client: FlaskClient, view: str, language: str) -> None:
    """The page's cells, one after the other, as the paper has them: months short and those released in one."""
    text = pdf_text.whole(get(client, beside(view, "/briefing.pdf", lang=language)))
    page = Page(get(client, beside(view, "", lang=language)).decode())
    ((name, rows),) = tables(client, view).items()
    columns = list(kinds(name, rows[0]))
    kept = [0, *(columns.index(column) for column in IN_BRIEFINGS if column in columns)]
    stand = []
    for line, row in zip(page.table(name).rows, rows, strict=True):
        if not any(line[place].with_class("flag") for place in kept):
            said = "".join(line[place].text("unseen") for place in kept)
            if row["PERIODS_SHORT_LOW"]:
                said += f"/{line[columns.index('PERIODS_RELEASED')].text('unseen')}"
            stand.append(pdf_text.squeezed(said) in text)
    first = stand.index(False) if False in stand else len(stand)
    assert not any(stand[first:]), "a row is another one on paper, and those after it are the page's"
    assert first >= min(len(stand), 10)


def run(home: Path, *arguments: str) -> str:
    result = CliRunner(env={"LMIS_NODE_HOME": None}).invoke(main, ["--home", str(home), *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("view", COMMANDS)
def test_the_command_gives_the_bytes_of_the_data(client: FlaskClient, home: Path, view: str) -> None:
    written = run(home, "compare", *COMMANDS[view], "--format", "csv")
    assert list(csv.DictReader(io.StringIO(written, newline=""))) == next(iter(tables(client, view).values()))
    found = json.loads(run(home, "compare", *COMMANDS[view], "--format", "json"))
    assert found == next(iter(json.loads(get(client, beside(view, ".json")))["tables"].values()))


@pytest.mark.parametrize("view", COMMANDS)
def test_the_command_s_table_has_the_values_of_the_data(client: FlaskClient, home: Path, view: str) -> None:
    ((name, rows),) = tables(client, view).items()
    written = [line for line in run(home, "compare", *COMMANDS[view]).splitlines() if line.startswith("│")]
    lines = [[cell.strip() for cell in line.strip("│").split("│")] for line in written]
    lines = [cells for cells in lines if cells[0]]
    columns = kinds(name, rows[0])
    for cells, row in zip(lines, rows, strict=True):
        assert cells[0] == row[next(iter(columns))]
        for cell, (column, kind) in zip(cells[2:], list(columns.items())[1:], strict=True):
            if kind == "figure":
                check_command_cell(cell, Figure.of(row, column), DECIMALS.get(column, 0))
            elif kind in ("signal", "plain"):
                assert cell == row[column]
            else:
                ends = [end for end in (row[f"{column}_LOW"], row[f"{column}_HIGH"]) if end]
                assert cell == "–".join(dict.fromkeys(ends))


class Store:
    """What the store says of the two stocks, read cell by cell."""

    def __init__(self, services: Services) -> None:
        structure = services.profiles.profile("VACANCIES").structure
        self.areas, self.groups = (structure.axis(axis).codelist for axis in ("REF_AREA", "OCCUPATION"))
        self.cubes: dict[tuple[str, str], MergedCube] = {
            (dataflow, str(period)): services.store.cube(dataflow, period)
            for dataflow in ("VACANCIES", "JOBSEEKERS")
            for period in services.store.periods(dataflow)
        }

    def bounds(self, dataflow: str, month: str, area: str, group: str) -> tuple[float, float] | None:
        """What a figure lies between; a part of what is 0 is 0, though it is not listed."""
        if area in self.areas.roots:
            parts = [self.bounds(dataflow, month, part, group) for part in self.areas.children(area)]
            known = [part for part in parts if part is not None]
            return (sum(low for low, _ in known), sum(high for _, high in known)) if known else None
        tail = ("_Z", "JV_OPEN") if dataflow == "VACANCIES" else ("_T", "JS_REGISTERED")
        seen = self.cubes[dataflow, month].observations
        if (found := seen.get((area, group, *tail))) is not None:
            if found.value is not None:
                return found.value, found.value
            if found.status != "Q":
                return None
            return found.low or 0.0, math.inf if found.high is None else found.high
        above = [(one, other) for one in self.areas.lineage(area) for other in self.groups.lineage(group)]
        zero = any((held := seen.get((*pair, *tail))) is not None and held.value == 0 for pair in above)
        return (0.0, 0.0) if zero else None


@pytest.mark.parametrize("view", ["overview", "occupation", "total", "area", "country", "matrix", "trends", "training"])
def test_data_are_what_the_store_holds(client: FlaskClient, services: Services, view: str) -> None:
    """Both stocks as they are; tightness, and relative tightness where the country's own is known, from them."""
    store, compared, hidden = Store(services), 0, 0
    area, group = {"area": ("ID-SU", ""), "country": ("IMTGT_MY", ""), "occupation": ("", "OC2"), "total": ("", "_T"),
                   "trends": ("IMTGT_ID", "OC5"), "training": ("IMTGT_ID", "")}.get(view, ("", ""))  # fmt: skip
    for rows in (
        rows
        for name, rows in tables(client, view).items()
        if name in ("areas", "occupations", "matrix", "series", "training")
    ):
        if view == "overview":
            group = re.findall(r"/occupations/(\w+)", get(client, beside(view, "")).decode())[0]
        for row in rows:
            where = row["TIME_PERIOD"], row.get("REF_AREA", area), row.get("OCCUPATION", group)
            posts, persons = (store.bounds(dataflow, *where) for dataflow in ("VACANCIES", "JOBSEEKERS"))
            for name, bounds in (("VACANCIES", posts), ("JOBSEEKERS", persons)):
                figure = Figure.of(row, name)
                assert (figure.low, figure.high) == (bounds or (None, None)), (where, name)
                assert (figure.value is None) == (bounds is None or figure.sign == "Q")
                compared, hidden = compared + 1, hidden + (figure.sign == "Q")
            if posts and persons and not row["VACANCIES_LACKING"] + row["JOBSEEKERS_LACKING"]:
                _check_ratios(store, row, where, posts, persons)
    assert compared > 1
    assert hidden or view in ("trends", "total")


def _check_ratios(
    store: Store, row: Row, where: tuple[str, str, str], posts: tuple[float, float], persons: tuple[float, float]
) -> None:
    month, area, _ = where
    if "VACANCIES_PER_100_JOBSEEKERS" in row:
        _check_ratio(Figure.of(row, "VACANCIES_PER_100_JOBSEEKERS"), posts, persons, 100)
    if area in store.areas.roots:
        assert row["RELATIVE_TO_COUNTRY_SIGN"] == "_Z"
        return
    country = store.areas.lineage(area)[-2]
    own, whole = (store.bounds(dataflow, month, country, "_T") for dataflow in ("VACANCIES", "JOBSEEKERS"))
    assert own is not None
    assert whole is not None
    if own[0] == own[1] > 0 and whole[0] == whole[1] > 0:
        _check_ratio(Figure.of(row, "RELATIVE_TO_COUNTRY"), posts, persons, whole[0] / own[0])


def _check_ratio(figure: Figure, above: tuple[float, float], below: tuple[float, float], times: float) -> None:
    """The least over the most to the most over the least; undefined where both may be 0."""
    if above[1] == 0 and below[1] == 0:
        assert figure.sign == "_Z"
    elif figure.low is not None and figure.high is not None:
        low = times * above[0] / below[1] if below[1] else math.inf
        high = times * above[1] / below[0] if below[0] else math.inf
        assert figure.low == pytest.approx(low, abs=0.51e-4)
        assert figure.high == pytest.approx(high, abs=0.51e-4)
    else:
        assert above[0] == below[0] == 0


def test_hidden_figures_within_bounds_and_known_ones_are_both_compared(client: FlaskClient) -> None:
    """Else the tests above would compare little."""
    figures = [Figure.of(row, "RELATIVE_TO_COUNTRY") for row in tables(client, "matrix")["matrix"]]
    assert sum(figure.value is not None for figure in figures) > 10
    assert sum(figure.value is None and figure.told and figure.high != math.inf for figure in figures) > 10
    assert sum(figure.value is None and figure.told and figure.high == math.inf for figure in figures) > 3
    assert all(one.sign != "Q" or one.value is None for one in figures)


@pytest.mark.parametrize("place", range(4))
def test_the_proof_of_a_number_says_the_number(client: FlaskClient, place: int) -> None:
    row = tables(client, "provenance")["provenance"][place]
    address = f"/proofs/{row['DATAFLOW']}/{row['SERIES_KEY']}?period={row['TIME_PERIOD']}"
    facts = Page(get(client, address).decode()).root.with_class("facts")[0]
    said = dict(zip((one.text() for one in facts.all("dt")), (one.text() for one in facts.all("dd")), strict=True))
    figure = Figure.of(row, "OBS_VALUE")
    assert said["SHA-256"] == row["SHA256"]
    if figure.value is None:
        assert "it is suppressed" in said["What it says"]
    else:
        assert said["What it says"] == f"{figure.value:.0f}"


def test_the_proof_of_a_survey_s_number_leads_back_to_the_views(client: FlaskClient) -> None:
    """Its period is a quarter, of which no view is."""
    page = Page(get(client, "/proofs/EMPLOYMENT/Q.IMTGT_ID._T._T.EMP?period=2026-Q3").decode())
    links = [link for link in page.links if link.startswith("/") and not link.startswith("/proofs/")]
    assert len(links) > 5
    for link in links:
        get(client, link)
    (data,) = (link for link in page.links if link.startswith("/proofs/") and ".json" in link)
    assert json.loads(get(client, data))["key"] == "Q.IMTGT_ID._T._T.EMP"


@pytest.mark.parametrize("address", ["/occupations/OC2", "/areas/ID-SU", "/areas/IMTGT_MY"])
@pytest.mark.parametrize("query", ["", "&lang=th", "&period=2026-10"])
def test_the_code_in_a_briefing_is_that_of_its_data(client: FlaskClient, address: str, query: str) -> None:
    text = pdf_text.whole(get(client, f"{address}/briefing.pdf?{query}"))
    (printed,) = re.findall(r"http://localhost(/[A-Za-z0-9/_-]+\.csv\?[a-z0-9A-Z_=&%-]+?asof=[0-9T%A-]+Z)", text)
    assert hashlib.sha256(get(client, printed)).hexdigest() in text
