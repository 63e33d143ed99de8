"""Indicators on intervals: their formulas at the ends, and bounds that hold every table that fits."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.compare.bounded import (
    BeveridgeInput,
    BeveridgePoint,
    Spread,
    beveridge_points,
    complementary,
    complementary_pairs,
    quotient,
    relative_tightness,
    signal,
    spread,
    tightness,
    unemployment_proxy,
    vacancy_rate,
)
from node.errors import NodeError
from node.model.comparison import Signal, SignalThresholds
from node.model.interval import Interval, exactly
from node.model.period import TimePeriod

INF = math.inf
S, P, B, OPEN = Signal.SHORTAGE, Signal.SURPLUS, Signal.BALANCED, Signal.UNDETERMINED


@pytest.mark.parametrize(
    ("vacancies", "jobseekers", "expected"),
    [
        ((3, 3), (4, 4), (0.75, 0.75)),
        ((2, 6), (4, 8), (0.25, 1.5)),
        ((1, 4), (0, 8), (0.125, INF)),
        ((0, 4), (0, 8), (0, INF)),
        ((0, 0), (1, 8), (0, 0)),
        ((3, 5), (0, 0), (INF, INF)),
        ((1, INF), (2, 4), (0.25, INF)),
        ((2, 4), (2, INF), (0, 2)),
        ((0, 0), (0, 0), None),
        ((0, 0), (0, 8), None),
        ((0, 4), (0, 0), None),
    ],
)
def test_tightness(
    vacancies: tuple[float, float], jobseekers: tuple[float, float], expected: tuple[float, float] | None
) -> None:
    found = tightness(Interval(*vacancies), Interval(*jobseekers))
    assert found == (None if expected is None else Interval(*expected))


def test_counts_are_not_negative() -> None:
    with pytest.raises(NodeError, match="below 0"):
        quotient(Interval(-1, 2), exactly(3))


@pytest.mark.parametrize(
    ("part", "rest", "expected"),
    [
        ((5, 5), (95, 95), (0.05, 0.05)),
        ((5, 10), (90, 95), (0.05, 0.1)),
        ((0, 0), (95, 95), (0, 0)),
        ((5, INF), (95, INF), (0, 1)),
        ((2, 3), (0, 6), (0.25, 1)),
        ((0, 0), (0, 0), None),
        ((0, 3), (0, 0), None),
    ],
)
def test_shares_of_a_whole(
    part: tuple[float, float], rest: tuple[float, float], expected: tuple[float, float] | None
) -> None:
    wanted = None if expected is None else Interval(*expected)
    assert vacancy_rate(Interval(*part), Interval(*rest)) == wanted
    assert unemployment_proxy(Interval(*part), Interval(*rest)) == wanted


def test_a_register_that_reaches_a_tenth_gives_the_same_relative_tightness() -> None:
    whole = relative_tightness(exactly(300), exactly(1000), exactly(2000), exactly(20000))
    tenth = relative_tightness(exactly(300), exactly(100), exactly(2000), exactly(2000))
    assert whole == tenth == exactly(3)


def test_no_job_seekers_are_none_however_many_posts_a_country_may_have() -> None:
    found = relative_tightness(exactly(5), exactly(0), Interval(1, INF), exactly(10))
    assert found == exactly(INF)
    assert relative_tightness(exactly(0), exactly(5), exactly(1), Interval(1, INF)) == exactly(0)


def test_thresholds_are_met_where_they_are_met_exactly() -> None:
    """A tenth over fifteen hundredths is a little more than two thirds to a machine that divides twice."""
    relative = relative_tightness(exactly(10), exactly(100), exactly(15), exactly(100))
    assert (10 / 100) / (15 / 100) > 2 / 3
    assert signal(relative) is P
    assert signal(relative_tightness(exactly(15), exactly(100), exactly(10), exactly(100))) is S


@pytest.mark.parametrize(
    ("relative", "expected"),
    [
        (None, OPEN),
        ((1.5, 9), S),
        ((1.5, INF), S),
        ((INF, INF), S),
        ((1.4999, 9), OPEN),
        ((0, 2 / 3), P),
        ((0, 0.6667), OPEN),
        ((0.6667, 1.4999), B),
        ((2 / 3, 1), OPEN),
        ((1, 1.5), OPEN),
        ((0, INF), OPEN),
    ],
)
def test_a_signal_is_given_where_it_is_certain(relative: tuple[float, float] | None, expected: Signal) -> None:
    assert signal(None if relative is None else Interval(*relative)) is expected


def test_other_thresholds() -> None:
    assert signal(exactly(1.5), SignalThresholds("2", shortage=2, surplus=0.5)) is B


def test_spread_counts_areas_that_report() -> None:
    found = spread({"MY-02": S, "MY-03": S, "MY-04": S, "MY-05": OPEN, "MY-07": None})
    assert found == Spread(reporting=4, certain=3, possible=1)
    assert found.widespread
    fewer = spread({"MY-02": S, "MY-03": S, "MY-04": B, "MY-05": OPEN})
    assert not fewer.widespread
    assert fewer.may_be_widespread
    assert not spread({"MY-02": S, "MY-03": B, "MY-04": B, "MY-05": OPEN}).may_be_widespread
    nobody = spread({"MY-02": None})
    assert not nobody.widespread
    assert not nobody.may_be_widespread
    assert spread({"MY-02": P}, P).widespread


def test_complementary_is_a_certain_shortage_here_and_a_certain_surplus_there() -> None:
    assert complementary(S, P)
    assert not any(
        complementary(one, other) for one, other in ((P, S), (S, S), (S, OPEN), (OPEN, P), (S, None), (None, P))
    )
    areas = {"TH-90": S, "ID-SU": P, "MY-02": OPEN, "ID-AC": P, "MY-03": None}
    assert complementary_pairs(areas) == (("TH-90", "ID-AC"), ("TH-90", "ID-SU"))


def test_beveridge_points_keep_the_place_of_a_gap() -> None:
    months = [TimePeriod("2026-02"), TimePeriod("2026-01"), TimePeriod("2026-03")]
    points = beveridge_points(
        [
            BeveridgeInput(months[0], None, exactly(10), exactly(90)),
            BeveridgeInput(months[1], exactly(5), exactly(5), exactly(95)),
            BeveridgeInput(months[2], Interval(0, 10), exactly(10), None),
        ]
    )
    assert points == (
        BeveridgePoint(months[1], exactly(0.05), exactly(0.05)),
        BeveridgePoint(months[0], None, exactly(0.1)),
        BeveridgePoint(months[2], None, None),
    )


counts = st.integers(0, 40)
spans = st.tuples(counts, counts).map(lambda span: (min(span), max(span)))


@st.composite
def cells(draw: st.DrawFn, many: int) -> tuple[list[Interval], list[int]]:
    """Intervals, and counts that lie in them."""
    found = draw(st.lists(spans, min_size=many, max_size=many))
    return [Interval(*span) for span in found], [draw(st.integers(*span)) for span in found]


def holds(found: Interval | None, value: Fraction | float) -> bool:
    """Whether an interval holds a value that was rounded once."""
    return found is None or found.low <= float(value) <= found.high


@given(cells(2))
def test_tightness_and_shares_hold_every_table_that_fits(table: tuple[list[Interval], list[int]]) -> None:
    (vacancies, other), (v, u) = table
    found = tightness(vacancies, other)
    if v or u:
        assert holds(found, Fraction(v, u) if u else INF)
        assert holds(vacancy_rate(vacancies, other), Fraction(v, v + u))
    if found is None:
        assert vacancies.low == other.low == 0


@given(cells(2))
def test_the_ends_of_tightness_are_reached(table: tuple[list[Interval], list[int]]) -> None:
    (vacancies, jobseekers), _ = table
    found = tightness(vacancies, jobseekers)
    if found is not None and jobseekers.low > 0:
        assert tightness(exactly(vacancies.low), exactly(jobseekers.high)) == exactly(found.low)
        assert tightness(exactly(vacancies.high), exactly(jobseekers.low)) == exactly(found.high)


@given(cells(4))
def test_relative_tightness_and_its_signal_hold_every_table_that_fits(table: tuple[list[Interval], list[int]]) -> None:
    """A country's total is at least the cell's."""
    (v, u, others_v, others_u), (true_v, true_u, rest_v, rest_u) = table
    country_v = Interval(v.low + others_v.low, v.high + others_v.high)
    country_u = Interval(u.low + others_u.low, u.high + others_u.high)
    found = relative_tightness(v, u, country_v, country_u)
    above, below = true_v * (true_u + rest_u), true_u * (true_v + rest_v)
    if above == below == 0:
        assert signal(found) is OPEN
        return
    true = Fraction(above, below) if below else INF
    assert holds(found, true)
    expected = signal(exactly(float(true)))
    assert signal(found) in (expected, OPEN)


@given(st.lists(st.sampled_from([S, P, B, OPEN, None]), max_size=12), st.data())
def test_a_certain_spread_stands_however_the_undetermined_turn_out(
    signals: list[Signal | None], data: st.DataObject
) -> None:
    found = spread({str(n): one for n, one in enumerate(signals)})
    settled = {str(n): data.draw(st.sampled_from([S, P, B])) if one is OPEN else one for n, one in enumerate(signals)}
    after = spread(settled)
    assert found.certain <= after.certain <= found.certain + found.possible
    assert after.widespread or not found.widespread
    assert found.may_be_widespread or not after.widespread
