from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from node.feasible.exact import determined
from node.feasible.margins import margins
from node.model.cube import BoolArray, FloatArray
from node.model.structure import Dimension
from node.protect.room import Table
from node.protect.secondary import Attack, secondary_suppression
from tests.support.cubes import flat, tree

ROW = (flat("A", "T", ("1", "2", "3", "4")),)


def table(
    axes: tuple[Dimension, ...],
    value: FloatArray,
    sensitive: BoolArray,
    *,
    width: float = 3.0,
    upper: float = 0.0,
    alone: BoolArray | None = None,
    coverable: BoolArray | None = None,
) -> Table:
    flat_value = value.ravel()
    none = np.zeros(flat_value.shape, np.bool_)
    return Table(
        equations=margins(axes),
        value=flat_value,
        coverable=(flat_value > 0) if coverable is None else coverable.ravel(),
        lower=np.ones(flat_value.shape),
        sensitive=sensitive.ravel(),
        width=np.where(sensitive.ravel(), width, 0.0),
        upper=np.where(sensitive.ravel(), upper, 0.0),
        alone=none if alone is None else alone.ravel(),
    )


def linear(given: Table) -> Attack:
    return lambda hidden: determined(given.equations, hidden)


def hidden_of(given: Table) -> list[int]:
    hidden, exposed = secondary_suppression(given, linear(given))
    assert not exposed.any()
    return np.flatnonzero(hidden).tolist()


def marks(*cells: int, size: int = 5) -> BoolArray:
    found = np.zeros(size, np.bool_)
    found[list(cells)] = True
    return found


def test_the_cheapest_cell_covers_and_the_total_stays() -> None:
    assert hidden_of(table(ROW, np.array([60.0, 2.0, 30.0, 20.0, 8.0]), marks(1))) == [1, 4]


def test_zeros_are_never_hidden() -> None:
    assert hidden_of(table(ROW, np.array([22.0, 2.0, 0.0, 20.0, 0.0]), marks(1))) == [1, 3]


def test_the_total_is_hidden_when_no_part_is_left() -> None:
    assert hidden_of(table(ROW, np.array([2.0, 2.0, 0.0, 0.0, 0.0]), marks(1))) == [0, 1]


def test_cells_that_may_not_be_hidden_are_left_alone() -> None:
    value = np.array([60.0, 2.0, 30.0, 20.0, 8.0])
    assert hidden_of(table(ROW, value, marks(1), coverable=marks(0, 1, 2, 3))) == [1, 3]


def test_ties_go_to_the_first_code() -> None:
    assert hidden_of(table(ROW, np.array([32.0, 2.0, 10.0, 10.0, 10.0]), marks(1))) == [1, 2]


def test_hidden_cells_that_sum_to_little_need_one_more() -> None:
    """2 + 1 leaves each of the two cells one unit of room, and a threshold of 5 asks for 3."""
    assert hidden_of(table(ROW, np.array([36.0, 2.0, 1.0, 13.0, 20.0]), marks(1, 2))) == [1, 2, 3]
    assert hidden_of(table(ROW, np.array([38.0, 3.0, 2.0, 13.0, 20.0]), marks(1, 2))) == [1, 2]


def test_a_lone_contributor_does_not_count_as_cover_for_another() -> None:
    """Whoever is alone in cell 2 knows it, and would subtract it."""
    value = np.array([940.0, 4.0, 400.0, 500.0, 36.0])
    assert hidden_of(table(ROW, value, marks(1, 2))) == [1, 2]
    assert hidden_of(table(ROW, value, marks(1, 2), alone=marks(2))) == [1, 2, 4]


def test_what_a_lone_contributor_knows_leaves_no_room_to_the_others() -> None:
    """2 + 400 + 1 hide one another from a reader; who is alone in the 400 sees 2 + 1 = 3."""
    value = np.array([439.0, 2.0, 400.0, 1.0, 36.0])
    assert hidden_of(table(ROW, value, marks(1, 2, 3))) == [1, 2, 3]
    assert hidden_of(table(ROW, value, marks(1, 2, 3), alone=marks(2))) == [1, 2, 3, 4]


def test_a_large_sensitive_cell_needs_room_above_itself() -> None:
    """The reader's interval for 1,000 must reach to 1,100: what hides with it must hold a hundred units to lose."""
    value = np.array([1290.0, 1000.0, 30.0, 60.0, 200.0])
    assert hidden_of(table(ROW, value, marks(1), width=0.0, upper=80.0)) == [1, 2, 3]
    assert hidden_of(table(ROW, value, marks(1), width=0.0, upper=20.0)) == [1, 2]


def test_cover_goes_on_up_the_tree_and_across() -> None:
    axes = (
        flat("A", "T", ("1", "2")),
        tree("B", (("T", None), ("x", "T"), ("y", "T"), ("x1", "x"), ("x2", "x"), ("y1", "y"), ("y2", "y"))),
    )
    leaf = np.array([[0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 2, 0, 9, 8], [0, 0, 0, 7, 6, 20, 30]], np.float64)
    value = summed(leaf, axes)
    given = table(axes, value, (value > 0) & (value < 5))
    hidden, exposed = secondary_suppression(given, linear(given))
    grid = hidden.reshape(value.shape)
    assert not exposed.any()
    assert grid[1, 3]
    assert grid[1, 1], "the only child's parent repeats its value"
    assert not (grid & (value == 0)).any()


def test_what_the_attack_finds_is_covered_and_what_cannot_be_is_returned() -> None:
    given = table(ROW, np.array([60.0, 2.0, 30.0, 20.0, 8.0]), marks(1))
    calls = []

    def suspicious(hidden: BoolArray) -> BoolArray:
        calls.append(int(hidden.sum()))
        return marks(1) if hidden.sum() < 4 else marks()

    hidden, exposed = secondary_suppression(given, suspicious)
    assert calls == [2, 3, 4]
    assert (hidden.sum(), exposed.sum()) == (4, 0)
    hidden, exposed = secondary_suppression(given, lambda cells: marks(1))
    assert hidden.all()
    assert np.flatnonzero(exposed).tolist() == [1]


def test_where_all_cells_around_are_hidden_those_next_to_them_cover() -> None:
    """Row 1 is hidden whole, its total too; what the attack finds there is covered from the other rows."""
    axes = (flat("A", "T", ("1", "2")), flat("B", "T", ("x", "y")))
    value = summed(np.array([[0, 0, 0], [0, 2, 0], [0, 0, 40]], np.float64), axes)
    given = table(axes, value, np.zeros((3, 3), np.bool_))
    start = marks(0, 1, 3, 4, size=9)
    calls: list[int] = []

    def suspicious(hidden: BoolArray) -> BoolArray:
        calls.append(int(hidden.sum()))
        return marks(4, size=9) if hidden.sum() < 5 else marks(size=9)

    hidden, exposed = secondary_suppression(replace(given, sensitive=start), suspicious)
    assert not exposed.any()
    assert calls[0] == 4
    assert hidden.sum() > 4


def summed(leaf: FloatArray, axes: tuple[Dimension, ...]) -> NDArray[np.float64]:
    value = leaf.copy()
    for place, axis in enumerate(axes):
        view = np.moveaxis(value, place, 0)
        for code in range(len(axis.codelist) - 1, 0, -1):
            view[axis.codelist.parents[code]] += view[code]
    return value
