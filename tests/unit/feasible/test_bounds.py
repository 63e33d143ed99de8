from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from node.feasible.bounds import propagate
from node.feasible.margins import margins
from node.model.codelist import Code, Codelist
from node.model.structure import Dimension
from tests.support.cubes import flat, tree

INF = np.inf


def bounds(
    axes: tuple[Dimension, ...], value: list[float], hidden: list[int], lower: float = 1.0
) -> list[tuple[float, float]]:
    """The bounds of the hidden cells once all others are published."""
    low, high = np.array(value), np.array(value)
    low[hidden], high[hidden] = lower, INF
    low, high = propagate(margins(axes), low, high)
    return [(float(low[cell]), float(high[cell])) for cell in hidden]


def test_two_parts_of_a_published_total_bound_one_another() -> None:
    row = (flat("A", "T", ("1", "2", "3")),)
    assert bounds(row, [20.0, 4.0, 6.0, 10.0], [1, 2]) == [(1.0, 9.0), (1.0, 9.0)]
    assert bounds(row, [20.0, 4.0, 6.0, 10.0], [1, 2], lower=0.0) == [(0.0, 10.0), (0.0, 10.0)]


def test_a_hidden_total_is_at_least_its_parts_and_has_no_end() -> None:
    row = (flat("A", "T", ("1", "2", "3")),)
    assert bounds(row, [20.0, 4.0, 6.0, 10.0], [0, 1]) == [(17.0, INF), (1.0, INF)]
    assert bounds(row, [20.0, 4.0, 6.0, 10.0], [0]) == [(20.0, 20.0)]


def test_bounds_travel_from_one_equation_to_the_next() -> None:
    """The parent is at most 3 less 1, so its two children are 1 each: three singletons one level down."""
    axes = (tree("A", (("T", None), ("1", "T"), ("2", "T"), ("11", "1"), ("12", "1"))),)
    assert bounds(axes, [3.0, 2.0, 1.0, 1.0, 1.0], [1, 2, 3, 4]) == [(2.0, 2.0), (1.0, 1.0), (1.0, 1.0), (1.0, 1.0)]


def test_nothing_hidden_and_no_equations() -> None:
    row = (flat("A", "T", ("1",)),)
    assert bounds(row, [4.0, 4.0], []) == []
    lone = Dimension("I", Codelist("CL_I", (Code("X", "X"),)), additive=False)
    assert bounds((lone,), [4.0], [0]) == [(1.0, INF)]


@pytest.mark.parametrize("seed", range(15))
def test_every_table_of_whole_numbers_that_fits_lies_within_the_bounds(seed: int) -> None:
    """By enumeration of all tables with the same published cells."""
    source = np.random.default_rng(seed)
    axes = (flat("R", "T", ("A", "B")), flat("C", "T", ("1", "2", "3")))
    leaf = source.integers(1, 5, (2, 3))
    hidden = np.ones((3, 4), np.bool_) & (source.random((3, 4)) < 0.6)
    hidden[0] = hidden[:, 0] = False
    value = complete(leaf)
    low, high = propagate(margins(axes), np.where(hidden, 1.0, value).ravel(), np.where(hidden, INF, value).ravel())
    fitting = (
        [
            table
            for numbers in product(range(1, 13), repeat=int(hidden.sum()))
            if np.array_equal(complete(filled(leaf, hidden, numbers))[~hidden], value[~hidden])
            for table in [complete(filled(leaf, hidden, numbers)).ravel()]
        ]
        if hidden.sum() <= 4
        else [value.ravel()]
    )
    assert fitting
    assert (np.min(fitting, axis=0) >= low).all()
    assert (np.max(fitting, axis=0) <= high).all()


def filled(leaf: np.ndarray, hidden: np.ndarray, numbers: tuple[int, ...]) -> np.ndarray:
    table = leaf.copy()
    table[hidden[1:, 1:]] = numbers
    return table


def complete(leaf: np.ndarray) -> np.ndarray:
    value = np.zeros((3, 4))
    value[1:, 1:] = leaf
    value[0] = value.sum(axis=0)
    value[:, 0] = value.sum(axis=1)
    return value
