"""What is short and what is surplus: by hand, whatever a register reaches, and certain in every table that fits."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from node.compare.balances import (
    Balance,
    Stocks,
    balances,
    most_beyond,
    short_posts,
    surplus_persons,
)
from node.errors import MappingError, NodeError
from node.model.comparison import SignalThresholds
from node.model.interval import Interval, exactly
from tests.support.distances import TABLE

COUNTRY = Stocks(exactly(1000), exactly(10000))
"""One vacancy for ten job seekers."""


def stocks(v: float, u: float) -> Stocks:
    return Stocks(exactly(v), exactly(u))


@pytest.mark.parametrize(
    ("v", "u", "short", "surplus"),
    [
        (50, 100, 40, 0),  # 100 persons go with 10 posts
        (15, 100, 5, 0),  # at the threshold
        (14, 100, 0, 0),  # balanced: 4 posts more than the country has, and no signal
        (5, 100, 0, 50),  # 5 posts go with 50 persons
        (0, 100, 0, 100),
        (7, 0, 7, 0),
        (0, 0, 0, 0),
        (2, 13, 0, 0),  # 0.7 post short, which is none
        (16, 103, 5, 0),  # 5.7, rounded down
    ],
)
def test_by_hand(v: float, u: float, short: int, surplus: int) -> None:
    assert short_posts(stocks(v, u), COUNTRY) == short
    assert surplus_persons(stocks(v, u), COUNTRY) == surplus
    if v or u:
        assert most_beyond(stocks(v, u), COUNTRY)[0] == short
        assert most_beyond(stocks(v, u), COUNTRY)[1] == surplus


def test_a_country_is_its_own_norm() -> None:
    """A register that holds a tenth of the job seekers shows the same short posts and a tenth of the surplus."""
    tenth = Stocks(exactly(1000), exactly(1000))
    assert short_posts(stocks(50, 10), tenth) == short_posts(stocks(50, 100), COUNTRY) == 40
    assert surplus_persons(stocks(5, 10), tenth) == 5
    assert surplus_persons(stocks(5, 100), COUNTRY) == 50


def test_the_least_counts_where_cells_are_hidden() -> None:
    cell = Stocks(Interval(40, 60), Interval(90, 120))
    assert short_posts(cell, COUNTRY) == 40 - 12
    assert short_posts(cell, Stocks(Interval(1000, 1200), exactly(10000))) == math.floor(40 - 14.4)
    assert surplus_persons(Stocks(Interval(0, 3), Interval(80, 100)), COUNTRY) == 80 - 30


def test_the_most_where_cells_are_hidden() -> None:
    cell = Stocks(Interval(40, 60), Interval(90, 120))
    assert most_beyond(cell, COUNTRY)[0] == 60 - 9
    assert most_beyond(cell, COUNTRY)[1] == 0
    assert most_beyond(Stocks(Interval(2, 30), Interval(80, 100)), COUNTRY)[1] == 100 - 20
    assert most_beyond(Stocks(Interval(2, 30), Interval(80, 100)), COUNTRY)[0] == 30 - 8
    assert most_beyond(Stocks(Interval(0, math.inf), exactly(10)), COUNTRY)[0] == math.inf
    assert most_beyond(Stocks(Interval(0, 9), exactly(10)), Stocks(Interval(0, 5), Interval(0, math.inf)))[0] == 9
    assert most_beyond(stocks(50, 100), COUNTRY)[0] == short_posts(stocks(50, 100), COUNTRY)


def test_nothing_is_counted_of_what_is_open() -> None:
    unknown = Interval(0, math.inf)
    for cell in (Stocks(unknown, exactly(100)), Stocks(exactly(50), unknown), Stocks(unknown, unknown)):
        assert short_posts(cell, COUNTRY) == surplus_persons(cell, COUNTRY) == 0
    assert short_posts(stocks(50, 100), Stocks(unknown, unknown)) == 0
    assert surplus_persons(stocks(0, 100), Stocks(exactly(0), exactly(10000))) == 0


def test_whole_numbers_are_reckoned_exactly() -> None:
    """3 x 0.1 is a little more than 0.3 to a machine, and would make a short post of 3 into 2."""
    assert math.floor(30 - (90 * (3 / 10))) == 3
    assert short_posts(stocks(30, 90), Stocks(exactly(3), exactly(10)), SignalThresholds("t", 1.1, 0.5)) == 3
    assert short_posts(stocks(10, 70), Stocks(exactly(1), exactly(10))) == 0
    assert short_posts(stocks(107, 1070), Stocks(exactly(7), exactly(107))) == 37


def test_balances_of_cells() -> None:
    cells = {
        ("B1", "OC2512"): stocks(5, 100),
        ("A2", "OC2512"): stocks(50, 100),
        ("A1", "OC2512"): stocks(10, 100),
    }
    assert balances(cells, {"A": COUNTRY, "B": COUNTRY}, TABLE) == (
        Balance("A1", "OC2512"),
        Balance("A2", "OC2512", short=40),
        Balance("B1", "OC2512", surplus=50),
    )
    assert balances(cells, {"A": COUNTRY}, TABLE)[2] == Balance("B1", "OC2512")
    with pytest.raises(MappingError, match="C1"):
        balances({("C1", "OC2512"): stocks(1, 1)}, {}, TABLE)


def test_a_cell_is_not_both() -> None:
    with pytest.raises(NodeError, match="OC2512 in A1"):
        Balance("A1", "OC2512", short=1, surplus=1)
    with pytest.raises(NodeError, match="OC2512 in A1"):
        Balance("A1", "OC2512", short=-1)


counts = st.integers(0, 60)
spans = st.tuples(counts, counts).map(lambda span: (min(span), max(span)))


@given(st.lists(spans, min_size=4, max_size=4), st.data())
def test_what_is_counted_is_there_in_every_table_that_fits(spans: list[tuple[int, int]], data: st.DataObject) -> None:
    v, u, country_v, country_u = (data.draw(st.integers(*span)) for span in spans)
    cell = Stocks(Interval(*spans[0]), Interval(*spans[1]))
    country = Stocks(Interval(*spans[2]), Interval(*spans[3]))
    short, surplus = short_posts(cell, country), surplus_persons(cell, country)
    assert short >= 0
    assert surplus >= 0
    assert not (short and surplus)
    assume(country_v > 0 and country_u > 0)
    tightness = Fraction(country_v, country_u)
    assert short <= max(0, v - tightness * u)
    assert surplus <= max(0, u - v / tightness)
    true, whole = stocks(v, u), stocks(country_v, country_u)
    assert short <= short_posts(true, whole) <= most_beyond(cell, country)[0]
    assert surplus <= surplus_persons(true, whole) <= most_beyond(cell, country)[1]


@given(counts, counts, st.integers(1, 60), st.integers(1, 60))
def test_filling_carries_nobody_past_the_countrys_tightness(v: int, u: int, country_v: int, country_u: int) -> None:
    country = stocks(country_v, country_u)
    short, surplus = short_posts(stocks(v, u), country), surplus_persons(stocks(v, u), country)
    tightness = Fraction(country_v, country_u)
    if short:
        assert v - short >= tightness * u
        assert v - short - 1 < tightness * u
    if surplus:
        assert v <= tightness * (u - surplus)
        assert v > tightness * (u - surplus - 1)
