"""The reference of the workspace names every address, table, column, chart and limit that the code has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields

import pytest

from node.compare.listing import ENDLESS, FEED_STATE, SYNTHETIC
from node.compare.provenance import COLUMNS
from node.comparing.trends import MONTHS
from node.model.release import PeerState
from node.web.charts.sheet import NARROW, WIDE
from node.web.headers import SECURITY_HEADERS
from node.web.language.languages import Language
from node.web.workspace.address import Query
from node.web.workspace.briefs import MOST_ROWS, MOST_SOURCES
from node.web.workspace.cache import FRESH_SECONDS, LARGEST, MOST_BYTES
from node.web.workspace.measures import MEASURES
from node.web.workspace.routes import MIME_TYPES, VIEWS
from node.web.workspace.words import HEADS, TABLES, WORDS
from tests.docs.rendered import ROOT

PAGE = (ROOT / "docs/reference/workspace.md").read_text(encoding="utf-8")
NAMED = {word.lstrip("./") for word in re.findall(r"`([^`\n]+)`", PAGE)}
SPELLED = {"as_of": "asof"}
"""Parameters whose name in an address is another than in the program."""
CHART = re.compile(r'"(\w+)": lambda: \w+\(desk, found\)|charts\["(\w+)"\]')


def charts() -> set[str]:
    """The names of charts, as the views' modules have them."""
    sources = (file.read_text(encoding="utf-8") for file in (ROOT / "node/web/workspace").glob("*.py"))
    return {one or other for source in sources for one, other in CHART.findall(source)}


def places(path: str) -> str:
    """A route's path with each of its codes called `<>`."""
    return re.sub("<[^>]*>", "<>", path.strip("/"))


def test_every_address_is_there() -> None:
    assert {places(path) for _, path, _ in VIEWS} - {places(word) for word in NAMED} == set()


@pytest.mark.parametrize("parameter", [*(SPELLED.get(one.name, one.name) for one in fields(Query)), "lang", "width"])
def test_every_parameter_is_there(parameter: str) -> None:
    assert parameter in NAMED


@pytest.mark.parametrize("form", MIME_TYPES)
def test_every_form_is_there(form: str) -> None:
    assert any(word.endswith(f".{form}") or word == form for word in NAMED)


ALL_WORDS = {"tables": TABLES, "columns": HEADS, "of provenance": [one.id for one in COLUMNS], "words": WORDS}


@pytest.mark.parametrize("words", ALL_WORDS.values(), ids=ALL_WORDS)
def test_every_table_column_and_word_is_there(words: Iterable[str]) -> None:
    assert sorted(set(words) - NAMED) == []


def test_every_chart_is_there() -> None:
    names = charts()
    assert len(names) > 6
    assert sorted(name for name in names if name not in NAMED) == []


@pytest.mark.parametrize("name", [ENDLESS, FEED_STATE, SYNTHETIC, *Language, *(one.id for one in MEASURES)])
def test_every_name_for_programs_is_there(name: str) -> None:
    assert name in NAMED


def test_every_state_of_a_feed_is_there() -> None:
    assert {state.value for state in PeerState} - {PeerState.FRESH.value} - NAMED == set()


def test_limits_are_those_of_the_program() -> None:
    rows = "{}, or {} or {}".format(*MOST_ROWS)
    said = (
        f"| months of a trend | {MONTHS} |",
        f"from {NARROW} to {WIDE}",
        f"| {rows} where",
        f"sources {MOST_SOURCES} |",
    )
    assert [one for one in said if one not in PAGE] == []


def test_the_caches_are_as_large_as_the_page_says() -> None:
    assert f"up to {MOST_BYTES >> 20} MiB, none above {LARGEST >> 20} MiB" in PAGE
    assert FRESH_SECONDS == 60
    assert "at most a minute" in PAGE


@pytest.mark.parametrize(("name", "value"), SECURITY_HEADERS)
def test_every_security_header_is_there(name: str, value: str) -> None:
    assert f"{name}: {value}" in " ".join(PAGE.split())
