"""The order and the words in which reviews and decisions are shown."""

from __future__ import annotations

import pytest

from node.coding.decisions import Matter
from node.coding.review import State
from node.web.operator.lines import decision_lines, entry_lines, source_lines, waiting
from tests.support.reviewing import decision, entry, in_force, proposal, review


def test_every_source_has_a_line_also_one_never_read(operators):
    lines = source_lines(operators.desk)
    assert [(line.source.id, len(line.reviews)) for line in lines] == [("sisnaker", 1), ("dinas", 0)]


def test_what_waits_stands_before_what_is_decided(operators):
    made = review("sisnaker", "2026-10", *(entry(code) for code in ("2515", "2516", "2517", "2518")))
    operators.desk.decisions.enter((proposal("2515", "OC2512"), proposal("2516", "_X")))
    operators.desk.decisions.enter((proposal("2517", "OC2512"), proposal("2517", "OC2513", "Budi")))
    lines = entry_lines(operators.desk, made, Matter.OCCUPATION)
    assert [(line.entry.written, line.state) for line in lines] == [
        ("2517", "conflict"), ("2518", "open"), ("2515", "decided"), ("2516", "not codable")
    ]  # fmt: skip
    assert entry_lines(operators.desk, made, Matter.TITLE) == ()


def test_the_share_is_of_what_had_to_be_coded(operators):
    (line,) = entry_lines(operators.desk, review("sisnaker", "2026-10", entry("2515")), Matter.OCCUPATION)
    assert line.share == pytest.approx(100 / 2060)


def test_contradictions_stand_first_and_the_retired_are_told_apart():
    history = (
        decision("2515", "OC2512"),
        decision("2515", "OC2513", "Budi"),
        decision("2516", "OC2512"),
        decision("2517", "OC2512", retired=True),
    )
    lines = decision_lines(history, in_force(*history))
    assert [line.state for line in lines] == ["conflict", "conflict", "in force", "retired"]


def test_what_is_settled_no_longer_waits():
    made = review("x", "2026-10", entry("1"), entry("2", state=State.SETTLED), entry("3", state=State.CONFLICT))
    assert waiting(made) == 2
