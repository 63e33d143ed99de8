"""Figures made of figures, with answers worked by hand."""

from __future__ import annotations

import math

import pytest

from node.compare.derived import made_of, vacancy_rate_percent
from node.errors import NodeError
from node.model.comparison import MISSING, NOT_APPLICABLE, NOT_REPORTED, PROVISIONAL, SUPPRESSED, Measured
from node.model.interval import Interval, exactly

INF = math.inf


def known(value: float, sign: str = "", lacking: tuple[str, ...] = ()) -> Measured:
    return Measured(value, sign, lacking)


def gap(sign: str) -> Measured:
    return Measured(None, sign)


def hidden(low: float, high: float) -> Measured:
    return Measured(None, SUPPRESSED, (), Interval(low, high))


def test_five_vacant_posts_beside_ninety_five_filled_are_five_percent() -> None:
    assert vacancy_rate_percent(known(5), known(95)) == known(5)
    assert vacancy_rate_percent(known(0), known(95)) == known(0)
    assert vacancy_rate_percent(known(5), known(0)) == known(100)


def test_a_hidden_figure_leaves_a_range_of_rates() -> None:
    assert vacancy_rate_percent(hidden(5, 10), known(90)) == Measured(
        None, SUPPRESSED, (), Interval(100 * (5 / 95), 10)
    )
    assert vacancy_rate_percent(known(5), hidden(0, INF)) == Measured(None, SUPPRESSED, (), Interval(0, 100))
    assert vacancy_rate_percent(hidden(0, 4), known(0)) == gap(SUPPRESSED), "0 over 0, or all of them"


def test_noise_stays_around_the_value() -> None:
    noisy = Measured(10.0, "", (), Interval(5, 15))
    assert vacancy_rate_percent(noisy, known(90)) == Measured(10.0, "", (), Interval(100 * (5 / 95), 100 * (15 / 105)))


@pytest.mark.parametrize(("vacant", "filled"), [(7, 93), (1, 2), (3, 46), (29, 71)])
def test_the_value_lies_in_its_interval_however_it_is_rounded(vacant: float, filled: float) -> None:
    found = vacancy_rate_percent(known(vacant), known(filled))
    assert found.value is not None
    assert found.interval is not None
    assert found.interval.low <= found.value <= found.interval.high
    assert found.value == 100 * vacant / (vacant + filled)


def test_nothing_over_nothing_does_not_apply() -> None:
    assert vacancy_rate_percent(known(0), known(0)) == gap(NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("one", "other", "taken"),
    [
        (SUPPRESSED, None, SUPPRESSED),
        (None, SUPPRESSED, SUPPRESSED),
        (MISSING, None, MISSING),
        (SUPPRESSED, MISSING, MISSING),
        (NOT_APPLICABLE, SUPPRESSED, NOT_APPLICABLE),
        (NOT_REPORTED, MISSING, NOT_REPORTED),
        (SUPPRESSED, NOT_REPORTED, NOT_REPORTED),
    ],
)
def test_a_gap_is_passed_on_as_the_one_of_which_least_is_known(one: str | None, other: str | None, taken: str) -> None:
    figures = [known(5) if sign is None else gap(sign) for sign in (one, other)]
    assert made_of(figures, None, None) == gap(taken)


def test_what_is_made_of_a_provisional_figure_is_provisional() -> None:
    assert vacancy_rate_percent(known(1, PROVISIONAL), known(4)) == known(20, PROVISIONAL)
    assert vacancy_rate_percent(known(1, PROVISIONAL), hidden(0, 1)).sign == SUPPRESSED


def test_sums_of_different_countries_do_not_divide() -> None:
    without = ("IMTGT_MY",)
    assert vacancy_rate_percent(known(1, lacking=without), known(4)) == gap(NOT_APPLICABLE)
    assert vacancy_rate_percent(known(1), known(4, lacking=without)) == gap(NOT_APPLICABLE)
    assert vacancy_rate_percent(hidden(1, 2), known(4, lacking=without)) == gap(NOT_APPLICABLE)
    assert vacancy_rate_percent(known(1, lacking=without), known(4, lacking=without)) == known(20, lacking=without)


@pytest.mark.parametrize(("value", "sign"), [(0.0, SUPPRESSED), (3.0, MISSING), (None, ""), (None, PROVISIONAL)])
def test_a_figure_is_a_value_or_a_gap_and_never_both(value: float | None, sign: str) -> None:
    with pytest.raises(NodeError, match="cannot carry the sign"):
        Measured(value, sign)


@pytest.mark.parametrize("sign", [MISSING, NOT_REPORTED, NOT_APPLICABLE])
def test_nothing_is_claimed_of_a_figure_of_which_nothing_is_known(sign: str) -> None:
    with pytest.raises(NodeError, match="lies in no interval"):
        Measured(None, sign, (), Interval(0, 3))


def test_a_figure_that_nobody_altered_is_what_it_says() -> None:
    assert known(3).interval == exactly(3)
    assert gap(SUPPRESSED).interval is None
