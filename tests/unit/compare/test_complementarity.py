"""The transport of surplus to short posts: by hand, against brute force, and against a maximum flow found otherwise."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow

from node.compare.balances import Balance, Stocks, balances
from node.compare.complementarity import Complementarity, Flow, assign, change_km, most_filled
from node.errors import MappingError, NodeError
from node.model.interval import Interval, exactly
from tests.support.distances import OCCUPATIONS, TABLE

HOME = TABLE.between("A1", "A2")
AREAS = ("A1", "A2", "B1", "B2")
UNITS = ("OC2511", "OC2512", "OC251_X", "OC2521", "OC25_X")


def solved(*cells: Balance) -> Complementarity:
    return assign(cells, TABLE, OCCUPATIONS)


def test_home_before_abroad_and_the_same_occupation_before_a_near_one() -> None:
    found = solved(
        Balance("A1", "OC2512", short=10),
        Balance("A2", "OC2512", surplus=4),
        Balance("A1", "OC2511", surplus=3),
        Balance("B1", "OC2512", surplus=50),
        Balance("A1", "OC2521", surplus=99),
    )
    assert found.flows == (
        Flow("A2", "OC2512", "A1", "OC2512", 4, HOME),
        Flow("A1", "OC2511", "A1", "OC2512", 3, 0.0),
        Flow("B1", "OC2512", "A1", "OC2512", 3, TABLE.between("A1", "B1")),
    )
    assert (found.short, found.surplus, found.filled, found.unfilled, found.across) == (10, 156, 10, 0, 3)
    assert found.cost == pytest.approx(4 * HOME + 3 * 200 + 3 * TABLE.between("A1", "B1"))
    assert found.largest(1) == found.flows[:1]


def test_fields_of_work_do_not_help_one_another() -> None:
    """Each short post goes to its own field, however near the other one's person is."""
    found = solved(
        Balance("A1", "OC2511", surplus=1),
        Balance("A1", "OC2521", surplus=1),
        Balance("A2", "OC2511", short=1),
        Balance("B2", "OC2521", short=1),
    )
    assert found.filled == 2
    assert found.across == 1


def test_nobody_fits() -> None:
    found = solved(Balance("A1", "OC2512", short=5), Balance("A2", "OC2521", surplus=5), Balance("A2", "OC25_X"))
    assert (found.filled, found.unfilled, found.across, found.cost, found.flows) == (0, 5, 0, 0, ())
    assert solved().filled == 0


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ("OC2512", "OC2512", 0),
        ("OC2512", "OC2511", 200),
        ("OC2512", "OC251_X", 200),
        ("OC251_X", "OC251_X", 200),
        ("OC2512", "OC251", 200),
        ("OC2512", "OC2521", None),
        ("OC25", "OC25", 0),
        ("OC25_X", "OC25_X", None),
        ("OC25_X", "OC2512", None),
        ("_X", "_X", None),
        ("OC251", "OC252", None),
    ],
)
def test_which_occupations_are_near(one: str, other: str, km: float | None) -> None:
    assert change_km(one, other, OCCUPATIONS, TABLE) == km
    assert change_km(other, one, OCCUPATIONS, TABLE) == km


def test_what_is_not_there_or_there_twice() -> None:
    with pytest.raises(NodeError, match="OC9999"):
        solved(Balance("A1", "OC9999", short=1))
    with pytest.raises(NodeError, match="twice"):
        solved(Balance("A1", "OC2512", short=1), Balance("A1", "OC2512", short=2))
    with pytest.raises(NodeError, match="OC2512 in A1"):
        solved(Balance("A1", "OC25", short=1), Balance("A1", "OC2512", short=1))
    with pytest.raises(MappingError, match="C1"):
        solved(Balance("C1", "OC2512", short=1), Balance("A1", "OC2512", surplus=1))


@st.composite
def cells(draw: st.DrawFn, areas: Sequence[str] = AREAS, units: Sequence[str] = UNITS, most: int = 30) -> list[Balance]:
    places = draw(st.lists(st.sampled_from(list(itertools.product(areas, units))), unique=True, max_size=12))
    amounts = [(draw(st.booleans()), draw(st.integers(0, most))) for _ in places]
    return [
        Balance(area, unit, short=amount) if short else Balance(area, unit, surplus=amount)
        for (area, unit), (short, amount) in zip(places, amounts, strict=True)
    ]


@settings(deadline=None)
@given(cells())
def test_never_more_than_is_short_or_surplus_and_as_many_as_can_be(cells: list[Balance]) -> None:
    found = solved(*cells)
    given_away: dict[tuple[str, str], int] = {}
    filled: dict[tuple[str, str], int] = {}
    for flow in found.flows:
        assert flow.posts > 0
        assert change_km(flow.from_occupation, flow.to_occupation, OCCUPATIONS, TABLE) is not None
        assert flow.km == TABLE.between(flow.from_area, flow.to_area)
        for totals, key in (
            (given_away, (flow.from_area, flow.from_occupation)),
            (filled, (flow.to_area, flow.to_occupation)),
        ):
            totals[key] = totals.get(key, 0) + flow.posts
    for cell in cells:
        assert given_away.get((cell.area, cell.occupation), 0) <= cell.surplus
        assert filled.get((cell.area, cell.occupation), 0) <= cell.short
    assert found.filled == sum(flow.posts for flow in found.flows) == most_that_flows(cells)
    assert [flow.posts for flow in found.flows] == sorted((flow.posts for flow in found.flows), reverse=True)


def most_that_flows(cells: list[Balance]) -> int:
    """By scipy's maximum flow, over a network from a source through surplus and short cells to a sink."""
    size = len(cells) + 2
    network = np.zeros((size, size), np.int32)
    for place, one in enumerate(cells):
        network[size - 2, place], network[place, size - 1] = one.surplus, one.short
        for target, other in enumerate(cells):
            if change_km(one.occupation, other.occupation, OCCUPATIONS, TABLE) is not None and one is not other:
                network[place, target] = min(one.surplus, other.short)
    return int(maximum_flow(csr_matrix(network), size - 2, size - 1).flow_value)


@settings(deadline=None, max_examples=60)
@given(cells(units=("OC2511", "OC2512"), most=2).map(lambda cells: cells[:5]))
def test_no_other_assignment_of_as_many_is_cheaper(cells: list[Balance]) -> None:
    found = solved(*cells)
    filled, cost = best_by_trying_all(cells)
    assert found.filled == filled
    assert found.cost == pytest.approx(cost)


def best_by_trying_all(cells: list[Balance]) -> tuple[int, float]:
    """Every way to hold each of the fewer (posts or persons) against one of the others; unlike pairs do not count.

    An assignment that leaves one of the fewer alone is among them, as that one held against an unlike other.
    """
    persons = [cell for cell in cells for _ in range(cell.surplus)]
    posts = [cell for cell in cells for _ in range(cell.short)]
    if len(persons) < len(posts):
        persons, posts = posts, persons
    best = (0, 0.0)
    for chosen in itertools.permutations(range(len(persons)), len(posts)):
        taken = [(persons[place], post) for place, post in zip(chosen, posts, strict=True)]
        moves = [
            TABLE.between(one.area, other.area) + change
            for one, other in taken
            if (change := change_km(one.occupation, other.occupation, OCCUPATIONS, TABLE)) is not None
        ]
        best = min(best, (-len(moves), sum(moves)))
    return -best[0], best[1]


@settings(deadline=None, max_examples=40)
@given(cells(), st.randoms(use_true_random=False))
def test_the_order_of_the_cells_decides_nothing(cells: list[Balance], random: Random) -> None:
    shuffled = list(cells)
    random.shuffle(shuffled)
    assert solved(*shuffled) == solved(*cells)


@settings(deadline=None, max_examples=40)
@given(cells())
def test_more_surplus_never_fills_fewer(cells: list[Balance]) -> None:
    """So that what is filled of certain amounts could be filled whatever the hidden cells are."""
    more = [Balance(cell.area, cell.occupation, surplus=cell.surplus + 3) if cell.surplus else cell for cell in cells]
    assert solved(*more).filled >= solved(*cells).filled


COUNTRIES = {name: Stocks(exactly(1000), exactly(10000)) for name in "AB"}


def at_most(cells: dict[tuple[str, str], Stocks]) -> float:
    return most_filled(cells, COUNTRIES, TABLE, OCCUPATIONS)


def test_the_most_that_could_be_filled() -> None:
    short, hidden = Stocks(exactly(50), exactly(100)), Stocks(Interval(0, 10), Interval(0, 80))
    assert at_most({("A1", "OC2512"): short, ("B1", "OC2512"): hidden}) == 40
    assert at_most({("A1", "OC2512"): short, ("B1", "OC2511"): Stocks(exactly(1), Interval(0, 30))}) == 20
    assert at_most({("A1", "OC2512"): short, ("B1", "OC2521"): hidden}) == 0
    unbounded = Stocks(exactly(0), Interval(0, np.inf))
    assert at_most({("A1", "OC2512"): short, ("B1", "OC2512"): unbounded}) == 40


def test_a_cell_that_may_be_either_does_not_fill_its_own_posts() -> None:
    hidden = Stocks(Interval(0, 10), Interval(0, 80))
    assert at_most({("A1", "OC2512"): hidden}) == 0
    assert at_most({("A1", "OC251_X"): hidden, ("A2", "OC2512"): hidden}) == 20
    assert at_most({("A1", "OC25_X"): hidden, ("A2", "OC25_X"): hidden}) == 0


def test_the_most_of_cells_that_are_not_there() -> None:
    hidden = Stocks(Interval(0, 10), Interval(0, 80))
    assert most_filled({("A1", "OC2512"): hidden, ("A2", "OC2512"): hidden}, {}, TABLE, OCCUPATIONS) == 0
    with pytest.raises(NodeError, match="OC9999"):
        at_most({("A1", "OC9999"): hidden})
    with pytest.raises(NodeError, match="OC2512 in A1"):
        at_most({("A1", "OC25"): hidden, ("A1", "OC2512"): hidden})


counts = st.integers(0, 40)
spans = st.tuples(counts, counts).map(lambda span: (min(span), max(span)))
places = st.sampled_from(list(itertools.product(AREAS, ("OC2511", "OC2512", "OC2521"))))


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(places, st.tuples(spans, spans), max_size=6), st.data())
def test_what_every_table_that_fits_could_fill_lies_between_certain_and_most(
    hidden: dict[tuple[str, str], tuple[tuple[int, int], tuple[int, int]]], data: st.DataObject
) -> None:
    cells = {place: Stocks(Interval(*v), Interval(*u)) for place, (v, u) in hidden.items()}
    true = {
        place: Stocks(exactly(data.draw(st.integers(*v))), exactly(data.draw(st.integers(*u))))
        for place, (v, u) in hidden.items()
    }
    least, there = (solved(*balances(each, COUNTRIES, TABLE)).filled for each in (cells, true))
    assert least <= there <= at_most(cells)
    assert at_most(true) == there
