from __future__ import annotations

import numpy as np
import pytest

from node.feasible.network import network
from node.protect.arrays import Arcs, State, arrays
from node.protect.compiled import compiled
from node.protect.flows import forget, show
from node.protect.paths import cheapest_path, free_path, renew, renew_all
from tests.support.cubes import flat

AXES = (flat("A", "T", ("1", "2")), flat("B", "T", ("x", "y")))
VALUE = np.array([[130.0, 50.0, 80.0], [32.0, 2.0, 30.0], [98.0, 48.0, 50.0]]).ravel()
CORNER, RIGHT, BELOW, ACROSS = 4, 5, 7, 8
NOTHING = np.zeros(2)
UP = 0


def search(*hidden: int) -> tuple[Arcs, State]:
    marked = np.zeros(9, np.bool_)
    marked[list(hidden)] = True
    found = arrays(network(AXES, np.ones(9, np.bool_), VALUE), marked, VALUE - 1, VALUE)
    renew_all(*found)
    return found


def first(arcs: Arcs, *, up: bool) -> int:
    """The step that moves the corner."""
    (arc,) = arcs.arcs_of[arcs.arcs_from[CORNER] : arcs.arcs_from[CORNER + 1]]
    rises = CORNER in arcs.falls[arcs.falls_from[2 * arc + 1] : arcs.falls_from[2 * arc + 2]]
    return int(2 * arc + (0 if rises == up else 1))


def cells_of(arcs: Arcs, steps: np.ndarray[tuple[int], np.dtype[np.int64]]) -> set[int]:
    return {
        int(cell)
        for step in steps
        for cell in arcs.falls[arcs.falls_from[step & -2] : arcs.falls_from[(step & -2) + 2]]
    }


def need(up: float, down: float, width: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([up, down, width])


def test_hidden_cells_that_close_a_rectangle_are_a_way() -> None:
    arcs, state = search(CORNER, RIGHT, BELOW, ACROSS)
    steps = free_path(arcs, state, UP, first(arcs, up=True), 1.0)
    assert cells_of(arcs, state.path[:steps]) == {CORNER, RIGHT, BELOW, ACROSS}


def test_without_them_the_cheapest_way_is_named_and_nothing_is_hidden_yet() -> None:
    arcs, state = search(CORNER)
    assert free_path(arcs, state, UP, first(arcs, up=True), 1.0) == 0
    steps, cost = cheapest_path(arcs, state, UP, first(arcs, up=True), 1.0, np.inf)
    assert cells_of(arcs, state.path[:steps]) == {CORNER, RIGHT, BELOW, ACROSS}
    assert cost == 30 + 48 + 50
    assert cheapest_path(arcs, state, UP, first(arcs, up=True), 1.0, 100.0)[0] == 0
    assert np.flatnonzero(state.hidden).tolist() == [CORNER]


@pytest.mark.parametrize("close", ["publish", "ban"])
def test_a_published_or_banned_cell_is_no_way_until_it_is_hidden_or_allowed_again(close: str) -> None:
    arcs, state = search(CORNER, RIGHT, BELOW, ACROSS)
    marked = state.banned if close == "ban" else state.hidden
    marked[ACROSS] = not marked[ACROSS]
    renew(arcs, state, ACROSS)
    assert free_path(arcs, state, UP, first(arcs, up=True), 1.0) == 0
    if close == "ban":
        steps, _ = cheapest_path(arcs, state, UP, first(arcs, up=True), 1.0, np.inf)
        assert ACROSS not in cells_of(arcs, state.path[:steps])
    marked[ACROSS] = not marked[ACROSS]
    renew(arcs, state, ACROSS)
    assert free_path(arcs, state, UP, first(arcs, up=True), 1.0) == 4


def test_no_more_is_pushed_than_cells_can_fall() -> None:
    """The corner holds 2 and is known to hold 1: it falls by one, and rises by what its neighbours can fall."""
    arcs, state = search(CORNER, RIGHT, BELOW, ACROSS)
    assert show(arcs, state, CORNER, need(29.0, 0.0, 30.0), NOTHING, False)
    assert state.moved[:, CORNER].tolist() == [29, -1]
    assert state.moved[0, RIGHT] == -29
    forget(state)
    assert not state.moved.any()
    assert not show(arcs, state, CORNER, need(30.0, 0.0, 0.0), NOTHING, False)
    assert not state.moved.any()


def test_what_is_shown_already_is_not_sought_again() -> None:
    arcs, state = search(CORNER)
    assert show(arcs, state, CORNER, need(0.0, 0.0, 3.0), np.array([2.0, 1.0]), False)
    assert not state.moved.any()


def test_cells_are_hidden_where_that_helps_and_none_where_it_does_not() -> None:
    arcs, state = search(CORNER)
    assert show(arcs, state, CORNER, need(0.0, 0.0, 3.0), NOTHING, True)
    assert np.flatnonzero(state.hidden).tolist() == [CORNER, RIGHT, BELOW, ACROSS]
    forget(state)
    arcs, state = search(CORNER)
    state.banned[:] = np.arange(9) != CORNER
    renew_all(arcs, state)
    assert not show(arcs, state, CORNER, need(0.0, 0.0, 3.0), NOTHING, True)
    assert np.flatnonzero(state.hidden).tolist() == [CORNER]


def test_what_is_compiled_gives_what_the_lines_say() -> None:
    def tripled(number: float) -> float:
        return 3 * number

    assert compiled(tripled)(2.0) == tripled(2.0) == 6
