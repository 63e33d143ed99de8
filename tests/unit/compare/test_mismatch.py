"""Mismatch: known answers, and bounds that hold every table that fits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.compare.mismatch import jackman_roper, mismatch
from node.errors import NodeError
from node.model.interval import Interval, exactly

FINLAND_U = (59012, 61198, 71954, 85945)
FINLAND_V = (13333, 8444, 9370, 7485)
"""Four areas of Finland in January 2006: job seekers and vacancies."""


def known(values: tuple[float, ...]) -> list[Interval]:
    return [exactly(value) for value in values]


@pytest.mark.parametrize(("exponent", "expected"), [(0.5, 0.1339745962), (0.3, 0.1129853874)])
def test_two_groups_the_wrong_way_round(exponent: float, expected: float) -> None:
    found = mismatch(known((3, 1)), known((1, 3)), 4, 4, exponent)
    assert found.exact
    assert found.low == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    ("exponent", "expected"), [(0.25, 0.011119233551), (0.5, 0.014872843371), (0.75, 0.011216247550)]
)
def test_finland_in_2006(exponent: float, expected: float) -> None:
    found = mismatch(known(FINLAND_V), known(FINLAND_U), sum(FINLAND_V), sum(FINLAND_U), exponent)
    assert found.low == pytest.approx(expected, abs=1e-12)


def test_jackman_and_roper() -> None:
    assert jackman_roper(known((3, 1)), known((1, 3)), 4, 4) == Interval(0.5, 0.5)
    found = jackman_roper(known(FINLAND_V), known(FINLAND_U), sum(FINLAND_V), sum(FINLAND_U))
    assert found.low == pytest.approx(0.132938206547, abs=1e-12)


def test_equal_shares_mismatch_nobody() -> None:
    assert mismatch(known((2, 4)), known((20, 40)), 6, 60) == Interval(0, 0)


def test_nothing_known_of_the_groups_leaves_everything_open() -> None:
    free = [Interval(0, np.inf)] * 3
    assert mismatch(free, free, 10, 10).low == pytest.approx(0, abs=1e-8)
    assert mismatch(free, free, 10, 10).high == pytest.approx(1, abs=1e-8)
    assert jackman_roper(free, free, 10, 10).high == pytest.approx(1, abs=1e-8)


@st.composite
def uncertain(draw: st.DrawFn) -> tuple[list[Interval], list[Interval], np.ndarray, np.ndarray]:
    """Intervals round a true table, and the table."""
    count = draw(st.integers(2, 5))
    true = np.array(draw(st.lists(st.integers(0, 20), min_size=2 * count, max_size=2 * count))).reshape(2, count)
    true[:, 0] += 1
    slack = np.array(draw(st.lists(st.integers(0, 6), min_size=4 * count, max_size=4 * count))).reshape(2, 2, count)
    low, high = np.maximum(true - slack[0], 0), true + slack[1]
    rows = [[Interval(float(a), float(b)) for a, b in zip(low[row], high[row], strict=True)] for row in (0, 1)]
    return rows[0], rows[1], true[0].astype(float), true[1].astype(float)


@settings(max_examples=25, deadline=None)
@given(uncertain(), st.sampled_from([0.3, 0.5, 0.7]))
def test_the_bounds_hold_the_true_table(
    table: tuple[list[Interval], list[Interval], np.ndarray, np.ndarray], exponent: float
) -> None:
    vacancies, jobseekers, v, u = table
    totals = float(v.sum()), float(u.sum())
    exact_m = mismatch(known(tuple(v)), known(tuple(u)), *totals, exponent).low
    exact_j = jackman_roper(known(tuple(v)), known(tuple(u)), *totals).low
    m, j = mismatch(vacancies, jobseekers, *totals, exponent), jackman_roper(vacancies, jobseekers, *totals)
    assert m.low - 1e-7 <= exact_m <= m.high + 1e-7
    assert j.low - 1e-7 <= exact_j <= j.high + 1e-7


@settings(max_examples=25, deadline=None)
@given(uncertain())
def test_jackman_and_ropers_bounds_are_reached(
    table: tuple[list[Interval], list[Interval], np.ndarray, np.ndarray],
) -> None:
    """With two groups every table is a point (v, u), and the extremes lie in corners of what is feasible."""
    vacancies, jobseekers, v, u = table
    total_v, total_u = float(v.sum()), float(u.sum())
    two_v, two_u = vacancies[:1], jobseekers[:1]
    rest_v, rest_u = Interval(0, total_v), Interval(0, total_u)
    found = jackman_roper([*two_v, rest_v], [*two_u, rest_u], total_v, total_u)
    corners = [
        abs(a / total_u - b / total_v)
        for a in (two_u[0].low, min(two_u[0].high, total_u))
        for b in (two_v[0].low, min(two_v[0].high, total_v))
    ]
    assert found.high == pytest.approx(max(corners), abs=1e-6)


@pytest.mark.parametrize("exponent", [0, 1, -0.5, 2])
def test_an_exponent_out_of_range(exponent: float) -> None:
    with pytest.raises(NodeError, match="between 0 and 1"):
        mismatch(known((1, 1)), known((1, 1)), 2, 2, exponent)


def test_totals_that_no_table_has() -> None:
    with pytest.raises(NodeError, match="add up"):
        mismatch(known((3, 1)), known((1, 3)), 5, 4)
    with pytest.raises(NodeError, match="above zero"):
        jackman_roper(known((0, 0)), known((1, 3)), 0, 4)
    with pytest.raises(NodeError, match="as many"):
        jackman_roper(known((4,)), known((1, 3)), 4, 4)
