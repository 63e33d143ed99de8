"""Persistence counts what is certain and what is open; a season is no trend, and hidden figures leave one open."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.compare.trend import Direction, Persistence, persistence, seasonal_trend
from node.errors import NodeError
from node.model.comparison import Signal
from node.model.interval import Interval, exactly


def test_persistence_looks_back_a_year() -> None:
    signals = (
        [Signal.SHORTAGE] * 5
        + [Signal.SHORTAGE] * 6
        + [None, Signal.UNDETERMINED, Signal.BALANCED]
        + [Signal.SHORTAGE] * 3
    )
    found = persistence(signals, Signal.SHORTAGE)
    assert found == Persistence(periods=11, certain=9, possible=1)
    assert found.most == 10


def test_a_short_history_says_how_short_it_is() -> None:
    assert persistence([Signal.SURPLUS], Signal.SHORTAGE) == Persistence(1, 0, 0)


def test_a_period_without_a_release_counts_neither_way_wherever_it_lies() -> None:
    """Before the first release, in the middle, at the end; and what is hidden stays possible."""
    signals = [None, None, Signal.SHORTAGE, None, Signal.UNDETERMINED, Signal.BALANCED, None]
    assert persistence(signals, Signal.SHORTAGE) == Persistence(3, 1, 1)
    assert persistence([None] * 12, Signal.SHORTAGE) == Persistence(0, 0, 0)
    assert persistence([Signal.SHORTAGE] + [None] * 12, Signal.SHORTAGE) == Persistence(0, 0, 0)


def months(years: int, step: float, swing: float) -> list[Interval | None]:
    return [exactly(100 + step * month + swing * math.sin(math.pi * month / 6)) for month in range(12 * years)]


def test_a_season_is_no_trend() -> None:
    assert seasonal_trend(months(5, 0, 40), 12).direction is Direction.STEADY


@pytest.mark.parametrize(("step", "direction"), [(0.5, Direction.RISING), (-0.5, Direction.FALLING)])
def test_a_trend_is_seen_through_a_season_eighty_times_as_large(step: float, direction: Direction) -> None:
    assert seasonal_trend(months(4, step, 40), 12).direction is direction


def test_less_than_two_years_is_too_short_however_steep() -> None:
    assert seasonal_trend(months(2, 5, 0)[:23], 12).direction is Direction.TOO_SHORT
    assert seasonal_trend([], 4).direction is Direction.TOO_SHORT


def test_by_hand_two_years_of_quarters() -> None:
    """Each quarter has one pair, all rising: S = 4, variance 4 x 2 x 1 x 9 / 18 = 4, z = (4 - 1) / 2."""
    found = seasonal_trend([exactly(value) for value in (1, 2, 3, 4, 5, 6, 7, 8)], 4)
    assert (found.low, found.high) == (1.5, 1.5)
    assert found.direction is Direction.STEADY


def test_hidden_figures_leave_it_open() -> None:
    wide: list[Interval | None] = [Interval(0, 1000)] * 24
    assert seasonal_trend([*months(2, 1, 0), *wide], 12).direction is Direction.UNDETERMINED


def test_level_figures_have_no_trend() -> None:
    assert seasonal_trend([exactly(7)] * 36, 12).direction is Direction.STEADY


def test_no_seasons() -> None:
    with pytest.raises(NodeError, match="at least one season"):
        seasonal_trend([], 0)


spans = st.tuples(st.integers(0, 4), st.integers(0, 2)).map(lambda span: Interval(span[0], span[0] + span[1]))


@settings(max_examples=60, deadline=None)
@given(st.lists(spans, min_size=4, max_size=6))
def test_the_range_holds_the_test_of_every_table_that_fits(figures: list[Interval]) -> None:
    found = seasonal_trend(figures, 1)
    choices = itertools.product(*(range(int(one.low), int(one.high) + 1) for one in figures))
    for values in choices:
        signs = sum((b > a) - (b < a) for a, b in itertools.combinations(values, 2))
        assert found.low <= 0 or signs > 0
        assert found.high >= 0 or signs < 0
