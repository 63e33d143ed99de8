"""What templates write with, and that nothing that can be shown lacks its words."""

from __future__ import annotations

import pytest
from flask import render_template_string
from flask.testing import FlaskClient

from node.compare.trend import Direction
from node.errors import NodeError
from node.model.comparison import NORMAL, PROVISIONAL, Measured, Signal
from node.model.release import PeerState
from node.web.wording import stored_path
from node.web.workspace.measures import MEASURES
from node.web.workspace.words import (
    DIRECTIONS,
    GAP_WORDS,
    HEADS,
    SIGNAL_MARKS,
    SIGNAL_WORDS,
    STATE_MARKS,
    STATE_MEANINGS,
    STATE_WORDS,
    TABLES,
    signal_meaning,
)
from tests.support.web_world import THRESHOLDS, published
from tests.unit.web.workspace.made import ADDRESSES, beside


@pytest.mark.parametrize("table", [SIGNAL_MARKS, SIGNAL_WORDS])
def test_every_signal_has_its_words(table: dict[Signal, object]) -> None:
    assert set(table) == set(Signal)
    assert len({str(said) for said in table.values()}) == len(Signal)


def test_every_signal_has_a_meaning_that_names_its_threshold() -> None:
    meanings = {signal: str(signal_meaning(signal, THRESHOLDS)) for signal in Signal}
    assert len(set(meanings.values())) == len(Signal)
    assert "1.50" in meanings[Signal.SHORTAGE]
    assert "0.67" in meanings[Signal.SURPLUS]


@pytest.mark.parametrize("table", [STATE_MARKS, STATE_WORDS, STATE_MEANINGS])
def test_every_state_of_a_feed_has_its_words(table: dict[PeerState, object]) -> None:
    assert set(table) == set(PeerState)


def test_every_direction_has_its_words() -> None:
    assert set(DIRECTIONS) == set(Direction)


def test_every_sign_in_place_of_a_value_has_its_own_word() -> None:
    for sign in GAP_WORDS:
        assert Measured(None, sign).value is None
    for sign in (NORMAL, PROVISIONAL):
        with pytest.raises(NodeError):
            Measured(None, sign)


@pytest.mark.parametrize("view", ADDRESSES)
def test_every_table_and_column_of_a_view_has_its_words(client: FlaskClient, view: str) -> None:
    """A column of a country's own signal has the country's name."""
    tables = client.get(beside(ADDRESSES[view], ".json")).json["tables"]
    assert set(tables) <= set(TABLES)
    parts = ("_NAME", "_LOW", "_HIGH", "_SIGN", "_LACKING")
    for records in tables.values() if view != "provenance" else ():
        names = {name.removesuffix(part) for name in records[0] for part in (*parts, "") if name.endswith(part)}
        own = {name for name in names if not name.endswith(parts)} - {"FEED_STATE", "SYNTHETIC"}
        assert {name for name in own if not name.startswith("SIGNAL_IMTGT_")} <= set(HEADS)


def test_measures_have_names_of_their_own() -> None:
    assert len({measure.name for measure in MEASURES}) == len(MEASURES) == 4


def test_templates_write_figures_months_and_sizes(client: FlaskClient) -> None:
    template = "{{ 1234.5|number(1) }} {{ none|moment }} {{ 34400|size }} {{ 1|rows_said }} {{ 2000|rows_said }}"
    with client.application.test_request_context("/?lang=en"):
        assert render_template_string(template) == "1,234.5 never 34 kB 1 row 2,000 rows"
    with client.application.test_request_context("/?lang=id"):
        assert render_template_string(template).startswith("1.234,5 ")


def test_a_target_s_stored_name_begins_with_its_hash() -> None:
    assert stored_path(published("VACANCIES", "2026-10")) == f"VACANCIES/{'ab' * 32}.2026-10.csv.gz"
