from __future__ import annotations

import numpy as np
import pytest

from node.feasible.network import network
from node.protect.search import Search
from tests.support.cubes import flat

AXES = (flat("A", "T", ("1", "2")), flat("B", "T", ("x", "y")))
VALUE = np.array([[130.0, 50.0, 80.0], [32.0, 2.0, 30.0], [98.0, 48.0, 50.0]]).ravel()
CORNER, RIGHT, BELOW, ACROSS = 4, 5, 7, 8


def search(*hidden: int) -> Search:
    marked = np.zeros(9, np.bool_)
    marked[list(hidden)] = True
    return Search(network(AXES, np.ones(9, np.bool_), VALUE), marked, VALUE - 1, VALUE)


def cells_of(found: Search, steps: list[int]) -> set[int]:
    moved: dict[int, float] = {}
    found.push(steps, moved, 1.0)
    return {cell for cell, amount in moved.items() if amount}


def test_hidden_cells_that_close_a_rectangle_are_a_way() -> None:
    found = search(CORNER, RIGHT, BELOW, ACROSS)
    (first,) = found.starts(CORNER, up=True)
    steps = found.free(first, {}, 1.0)
    assert steps is not None
    assert cells_of(found, steps) == {CORNER, RIGHT, BELOW, ACROSS}


def test_without_them_the_cheapest_way_is_named_and_nothing_is_hidden_yet() -> None:
    found = search(CORNER)
    (first,) = found.starts(CORNER, up=True)
    assert found.free(first, {}, 1.0) is None
    path = found.cheapest(first, {}, 1.0, np.inf)
    assert path is not None
    assert sorted(found.unhidden(path[1])) == [RIGHT, BELOW, ACROSS]
    assert path[0] == 30 + 48 + 50
    assert found.cheapest(first, {}, 1.0, 100.0) is None


@pytest.mark.parametrize("close", ["publish", "ban"])
def test_a_published_or_banned_cell_is_no_way_until_it_is_hidden_or_allowed_again(close: str) -> None:
    found = search(CORNER, RIGHT, BELOW, ACROSS)
    (first,) = found.starts(CORNER, up=True)
    getattr(found, close)((ACROSS,))
    assert found.free(first, {}, 1.0) is None
    if close == "ban":
        path = found.cheapest(first, {}, 1.0, np.inf)
        assert path is not None
        assert ACROSS not in cells_of(found, path[1])
        found.allow()
    else:
        found.hide((ACROSS,))
    assert found.free(first, {}, 1.0) is not None


def test_no_more_is_pushed_than_cells_can_fall() -> None:
    """The corner holds 2 and is known to hold 1: it falls by one, and rises by what its neighbours can fall."""
    found = search(CORNER, RIGHT, BELOW, ACROSS)
    (down,) = found.starts(CORNER, up=False)
    steps = found.free(down, {}, 1.0)
    assert steps is not None
    assert found.push(steps, {}, 50.0) == 1
    assert found.free(down, {}, 2.0) is None
    (up,) = found.starts(CORNER, up=True)
    steps = found.free(up, {}, 1.0)
    assert steps is not None
    moved: dict[int, float] = {}
    assert found.push(steps, moved, 50.0) == 29
    assert found.room(steps[1], moved) == 0 or found.free(up, moved, 1.0) is None
