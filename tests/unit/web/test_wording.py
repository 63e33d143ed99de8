"""How figures, months and times are written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from node.errors import NodeError
from node.model.comparison import NORMAL, PROVISIONAL, Measured, Signal
from node.model.period import TimePeriod
from node.model.release import PeerState
from node.web.wording import GAPS, SIGNALS, STATES, join, moment, month, number, size


@pytest.mark.parametrize(("value", "decimals", "written"), [(12345, 0, "12,345"), (26.94, 1, "26.9"), (0, 0, "0")])
def test_numbers(value: float, decimals: int, written: str) -> None:
    assert number(value, decimals) == written


@pytest.mark.parametrize(
    ("period", "written"),
    [("2026-01", "January 2026"), ("2026-12", "December 2026"), ("2026-Q1", "1st quarter of 2026"),
     ("2026-Q4", "4th quarter of 2026")],
)  # fmt: skip
def test_periods(period: str, written: str) -> None:
    assert month(TimePeriod(period)) == written


def test_moments() -> None:
    assert moment(datetime(2026, 3, 5, 7, 4, tzinfo=UTC)) == "5 March 2026, 07:04 UTC"
    assert moment(None) == "never"


@pytest.mark.parametrize(
    ("words", "written"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_of_words(words: list[str], written: str) -> None:
    assert join(words) == written


@pytest.mark.parametrize(("length", "written"), [(812, "812 bytes"), (34_400, "34 kB"), (1_240_000, "1.2 MB")])
def test_sizes(length: int, written: str) -> None:
    assert size(length) == written


def test_every_signal_and_state_has_its_words() -> None:
    assert set(SIGNALS) == set(Signal)
    assert set(STATES) == set(PeerState)


def test_every_sign_in_place_of_a_value_has_its_own_word() -> None:
    for sign in GAPS:
        assert Measured(None, sign).value is None
    assert len({word for word, _ in GAPS.values()}) == len(GAPS)
    for sign in (NORMAL, PROVISIONAL):
        with pytest.raises(NodeError):
            Measured(None, sign)
