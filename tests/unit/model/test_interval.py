"""An interval has a low and a high, in this order."""

from __future__ import annotations

import math

import pytest

from node.errors import NodeError
from node.model.interval import Interval, exactly


def test_a_known_figure_is_exact() -> None:
    assert exactly(3) == Interval(3, 3)
    assert exactly(3).exact
    assert not Interval(3, 4).exact


def test_a_figure_may_be_infinite() -> None:
    assert not Interval(0, math.inf).exact
    assert exactly(math.inf).exact


@pytest.mark.parametrize(("low", "high"), [(2, 1), (math.nan, 1), (0, math.nan), (-math.inf, 0)])
def test_bounds_that_are_none(low: float, high: float) -> None:
    with pytest.raises(NodeError, match="no interval"):
        Interval(low, high)
