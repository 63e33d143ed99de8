"""Where scales begin and end, and what is written along them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.errors import NodeError
from node.web.charts.axes import Axis, Numerals, axis_around, axis_from_zero, logarithmic_axis
from node.web.charts.intervals import Extent, finite_ends


def test_an_axis_from_zero_ends_at_a_round_value() -> None:
    assert axis_from_zero([3, 41, None, math.inf], 0, 100) == Axis(0, 50, 0, 100)
    assert axis_from_zero([41], 0, 100).ticks() == (0, 10, 20, 30, 40, 50)


@pytest.mark.parametrize("values", [[], [None], [0], [math.inf]])
def test_an_axis_of_nothing_leads_to_one(values: list[float | None]) -> None:
    assert axis_from_zero(values, 0, 100).high == 1
    assert axis_around(values, 0, 100).high == 1


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=5))
def test_all_values_have_a_place(values: list[float]) -> None:
    for axis in (axis_from_zero(values, 0, 100), axis_around(values, 0, 100)):
        assert axis.low <= min(values) * (1 + 1e-9)
        assert axis.high >= max(values) * (1 - 1e-9)
        assert axis.low >= 0


def test_half_and_double_lie_equally_far_from_the_reference() -> None:
    axis = logarithmic_axis([0.4, 2.5], 0, 100)
    middle = axis.share(1)
    assert middle - axis.share(0.5) == pytest.approx(axis.share(2) - middle)
    assert axis.ticks(7) == (0.3, 0.5, 0.7, 1, 1.5, 2, 3)
    assert len(axis.ticks(4)) <= 4


def test_a_logarithmic_axis_spans_no_more_than_a_hundredth_to_a_hundred_times() -> None:
    axis = logarithmic_axis([0, 1e-9, 1e9, math.inf], 0, 100)
    assert (axis.low, axis.high) == (0.01, 100)
    assert axis.held(math.inf) == 100
    assert axis.held(0) == 0.01


def test_numbers_are_written_as_the_language_does() -> None:
    assert axis_from_zero([4_100], 0, 1).written(Numerals(".", ","))[-1] == (5_000, "5.000")
    assert axis_from_zero([1.2], 0, 1).written(Numerals(".", ","))[1] == (0.25, "0,25")
    assert axis_from_zero([1.2], 0, 1).written(Numerals())[1][1] == "0.25"


@pytest.mark.parametrize(
    ("low", "high", "logarithmic"), [(1, 1, False), (2, 1, False), (0, math.inf, False), (0, 1, True), (-1, 1, True)]
)
def test_an_axis_without_extent_is_refused(low: float, high: float, logarithmic: bool) -> None:
    with pytest.raises(NodeError):
        Axis(low, high, 0, 100, logarithmic)


@pytest.mark.parametrize(
    "parts",
    [(None, 1, None), (None, None, 1), (None, 2, 1), (5, 1, 2), (math.inf, None, None), (None, math.inf, math.inf)],
)
def test_an_interval_that_is_none_is_refused(parts: tuple[float | None, float | None, float | None]) -> None:
    with pytest.raises(NodeError):
        Extent(*parts)


def test_an_interval_of_one_value_is_a_point() -> None:
    assert Extent(None, 2, 2).point == 2
    assert Extent(None, 2, 2).interval is None
    assert Extent(None, 1, 2).point is None
    assert Extent().point is None
    assert finite_ends([Extent(1), Extent(None, 2, math.inf), Extent()]) == [1, 2]
