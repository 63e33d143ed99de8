from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from node.feasible.certify import Certificate
from node.feasible.margins import margins
from node.model.cube import BoolArray, FloatArray
from node.model.structure import Dimension
from node.protect.room import Table
from node.protect.secondary import withstand
from tests.support.cubes import flat

ROW = (flat("A", "T", ("1", "2", "3", "4")),)
VALUE = np.array([60.0, 2.0, 30.0, 20.0, 8.0])


def table(axes: tuple[Dimension, ...], value: FloatArray, sensitive: BoolArray, coverable: BoolArray) -> Table:
    none = np.zeros(value.size, np.bool_)
    ones = np.ones(value.size)
    return Table(margins(axes), value, coverable, ones, ones, sensitive, ones * 3, ones * 0, ones * 0, none, none, none)


def marks(*cells: int, size: int = 5) -> BoolArray:
    found = np.zeros(size, np.bool_)
    found[list(cells)] = True
    return found


def row(value: FloatArray = VALUE, *, coverable: BoolArray | None = None) -> Table:
    return table(ROW, value, marks(1), (value > 0) if coverable is None else coverable)


def quiet(hidden: BoolArray) -> BoolArray:
    return np.zeros(len(hidden), np.bool_)


def all_wide(hidden: BoolArray) -> Certificate:
    return Certificate(quiet(hidden), quiet(hidden))


def until(enough: int, *found: int) -> Callable[[BoolArray], BoolArray]:
    """An attack that finds cells until so many are hidden."""
    return lambda hidden: marks(*found, size=len(hidden)) if hidden.sum() < enough else quiet(hidden)


def test_the_cheapest_cell_covers_what_the_attack_finds_and_the_total_stays() -> None:
    hidden, exposed, _ = withstand(row(), marks(1), until(2, 1), all_wide)
    assert np.flatnonzero(hidden).tolist() == [1, 4]
    assert not exposed.any()


def test_a_cell_that_is_too_narrow_is_covered_as_well() -> None:
    narrow = until(3, 1)
    hidden, _, certificate = withstand(row(), marks(1), quiet, lambda cells: Certificate(narrow(cells), quiet(cells)))
    assert np.flatnonzero(hidden).tolist() == [1, 3, 4]
    assert not certificate.narrow.any()


def test_zeros_are_never_hidden_and_the_total_only_where_no_part_is_left() -> None:
    value = np.array([22.0, 2.0, 0.0, 20.0, 0.0])
    assert np.flatnonzero(withstand(row(value), marks(1), until(2, 1), all_wide)[0]).tolist() == [1, 3]
    alone = np.array([2.0, 2.0, 0.0, 0.0, 0.0])
    assert np.flatnonzero(withstand(row(alone), marks(1), until(2, 1), all_wide)[0]).tolist() == [0, 1]


def test_cells_that_may_not_be_hidden_are_left_alone() -> None:
    given = row(coverable=marks(0, 1, 2, 3))
    assert np.flatnonzero(withstand(given, marks(1), until(2, 1), all_wide)[0]).tolist() == [1, 3]


def test_ties_go_to_the_first_code() -> None:
    value = np.array([32.0, 2.0, 10.0, 10.0, 10.0])
    assert np.flatnonzero(withstand(row(value), marks(1), until(2, 1), all_wide)[0]).tolist() == [1, 2]


def test_what_cannot_be_covered_is_returned() -> None:
    hidden, exposed, _ = withstand(row(), marks(1), until(99, 1), all_wide)
    assert hidden.all()
    assert np.flatnonzero(exposed).tolist() == [1]


def test_a_cover_that_can_be_computed_is_published_again() -> None:
    hidden, exposed, _ = withstand(row(), marks(1, 3, 4), lambda cells: marks(3) & cells, all_wide)
    assert np.flatnonzero(hidden).tolist() == [1, 4]
    assert not exposed.any()


def test_nothing_more_is_hidden_once_time_is_up() -> None:
    hidden, _, certificate = withstand(row(), marks(1), until(9, 1), lambda cells: Certificate(quiet(cells), marks(1)))
    assert np.flatnonzero(hidden).tolist() == [1]
    assert certificate.undecided.any()


def test_where_all_cells_around_are_hidden_those_next_to_them_cover() -> None:
    """Row 1 is hidden whole, its total too; what the attack finds there is covered from the other rows."""
    axes = (flat("A", "T", ("1", "2")), flat("B", "T", ("x", "y")))
    value = summed(np.array([[0, 0, 0], [0, 2, 0], [0, 0, 40]], np.float64), axes).ravel()
    given = table(axes, value, marks(0, 1, 3, 4, size=9), value > 0)
    hidden, exposed, _ = withstand(given, marks(0, 1, 3, 4, size=9), until(5, 4), all_wide)
    assert not exposed.any()
    assert hidden.sum() > 4


def summed(leaf: FloatArray, axes: tuple[Dimension, ...]) -> NDArray[np.float64]:
    value = leaf.copy()
    for place, axis in enumerate(axes):
        view = np.moveaxis(value, place, 0)
        for code in range(len(axis.codelist) - 1, 0, -1):
            view[axis.codelist.parents[code]] += view[code]
    return value
