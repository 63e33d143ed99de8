"""The attack on perturbed tables, against every table of whole numbers that fits."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from node.feasible.margins import margins
from node.model.cube import IntArray
from node.model.perturbation import KEY_MODULUS, CellKey, Perturbation, Rounding
from node.model.structure import DataStructure
from node.protect.perturbation.audit import movable, pinned
from node.protect.perturbation.perturb import bounds, perturbed
from node.protect.perturbation.rounding import added_up
from tests.support.cubes import flat

ROW = DataStructure("X", "A", "1.0.0", (flat("A", "_T", "abc"),), ())
SQUARE = DataStructure("X", "A", "1.0.0", (flat("A", "_T", "ab"), flat("B", "_T", "xy")), ())
NARROW = CellKey(2, 1.0, 0, None, 3, "test")


def by_enumeration(structure: DataStructure, low: IntArray, high: IntArray) -> IntArray:
    """How many values each cell takes over all tables of whole numbers within the bounds."""
    leaf = np.ones(structure.shape, np.bool_)
    for place in range(len(structure.axes)):
        np.moveaxis(leaf, place, 0)[0] = False
    ranges = [range(a, b + 1) for a, b in zip(low[leaf].tolist(), high[leaf].tolist(), strict=True)]
    seen: list[set[int]] = [set() for _ in range(low.size)]
    for values in product(*ranges):
        table = np.zeros(structure.shape, np.int64)
        table[leaf] = values
        table = added_up(table, structure)
        if (table >= low).all() and (table <= high).all():
            for cell, value in zip(seen, table.ravel().tolist(), strict=True):
                cell.add(value)
    return np.array([len(values) for values in seen]).reshape(structure.shape)


@pytest.mark.parametrize("method", [NARROW, Rounding(3, "test")], ids=lambda method: method.method.value)
@pytest.mark.parametrize("seed", range(12))
def test_what_is_called_safe_has_a_second_value_and_what_is_called_pinned_has_none(
    method: Perturbation, seed: int
) -> None:
    random = np.random.default_rng(seed)
    leaf = np.zeros(SQUARE.shape, np.int64)
    leaf[1:, 1:] = random.integers(0, 4, (2, 2))
    count = added_up(leaf, SQUARE)
    published = perturbed(count, random.integers(0, KEY_MODULUS, count.shape), SQUARE, method)
    known = bounds(published, SQUARE, method)
    reach = [np.where(np.isinf(side), 99, side).astype(np.int64) for side in known]
    values = by_enumeration(SQUARE, *reach)
    asked = np.ones(SQUARE.shape, np.bool_)
    found, undecided = pinned(SQUARE, margins(SQUARE.axes), count, known, asked, seconds=60)
    assert not undecided.any()
    assert np.array_equal(found, values == 1)
    assert (values[movable(SQUARE, count, known)] > 1).all()


def test_three_parts_at_the_upper_end_of_their_noise_under_a_total_at_the_lower_end_are_found() -> None:
    """Parts of 1 published as 3 each are 1 at least; the total of 3 published as 1 is 3 at most."""
    count = np.array([3, 1, 1, 1])
    known = bounds(np.array([1, 3, 3, 3]), ROW, NARROW)
    found, undecided = pinned(ROW, margins(ROW.axes), count, known, count < 3, seconds=60)
    assert found.tolist() == [False, True, True, True]
    assert not undecided.any()


def test_without_time_what_moves_do_not_show_is_undecided() -> None:
    """One cell can be 1 or 2 only where the other two fall by halves: nothing a single move shows is allowed."""
    count = np.array([6, 2, 2, 2])
    low, high = np.array([6.0, 1, 2, 2]), np.array([6.0, 2, 3, 3])
    found, undecided = pinned(
        ROW, margins(ROW.axes), count, (low, high), np.array([False, True, True, True]), seconds=0
    )
    assert not found.any()
    assert (found | undecided | movable(ROW, count, (low, high)))[1:].all()
