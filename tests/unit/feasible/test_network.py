from __future__ import annotations

import numpy as np
import pytest

from node.feasible.margins import margins
from node.feasible.network import NO_CELL, Network, network
from node.model.structure import Dimension
from tests.support.cubes import flat, tree

DEEP = tree("B", (("T", None), ("x", "T"), ("y", "T"), ("x1", "x"), ("x2", "x"), ("y1", "y")))
AREAS = flat("A", "T", ("1", "2", "3"))
SEX = flat("S", "T", ("F", "M"))
KIND = Dimension("K", flat("K", "k1", ()).codelist, additive=False)


def built(axes: tuple[Dimension, ...], absent: tuple[int, ...] = ()) -> Network:
    size = int(np.prod([len(axis.codelist) for axis in axes]))
    usable = np.ones(size, np.bool_)
    usable[list(absent)] = False
    return network(axes, usable, np.ones(size))


@pytest.mark.parametrize(
    "axes",
    [
        (DEEP,),
        (AREAS, DEEP),
        (DEEP, AREAS, SEX),
        (DEEP, tree("C", (("T", None), ("a", "T"), ("b", "T"), ("a1", "a"), ("a2", "a")))),
        (DEEP, KIND, AREAS),
    ],
)
def test_every_circulation_keeps_every_margin(axes: tuple[Dimension, ...]) -> None:
    """Random circulations, as vectors in the null space of the nodes' balances, change no equation of the table."""
    found = built(axes)
    equations = margins(axes)
    balance = np.zeros((found.nodes, found.arcs))
    balance[found.head, np.arange(found.arcs)] += 1
    balance[found.tail, np.arange(found.arcs)] -= 1
    _, sizes, directions = np.linalg.svd(balance)
    loops = directions[int((sizes > 1e-9).sum()) :]
    assert len(loops)
    for pushed in np.random.default_rng(1).normal(size=(5, len(loops))) @ loops:
        change = np.zeros(equations.size + 1)
        np.add.at(change, found.cells, found.signs * pushed[:, None])
        assert np.abs(change[:NO_CELL]).max() > 1e-6
        assert np.abs(equations.residuals(change[:NO_CELL])).max() < 1e-9


def test_a_two_way_table_has_one_arc_a_cell() -> None:
    found = built((AREAS, DEEP))
    assert sorted(found.cells.ravel().tolist()) == list(range(24))


def test_arcs_with_a_cell_that_may_not_move_are_left_out() -> None:
    found = built((AREAS, DEEP), absent=(5, 7))
    assert not np.isin(found.cells, (5, 7)).any()
    assert found.arcs == 22


def test_a_third_dimension_moves_two_codes_against_one_another_or_one_with_its_total() -> None:
    found = built((DEEP, AREAS, SEX))
    pairs = {
        (tuple(sorted(cell % 3 for cell in cells)), int(sum(signs)))
        for cells, signs in zip(found.cells.tolist(), found.signs.tolist(), strict=True)
    }
    assert pairs == {((1, 2), 0), ((0, 1), 2), ((0, 2), 2)}


def test_a_table_that_does_not_add_up_anywhere_has_no_moves() -> None:
    assert built((KIND,)).arcs == 0
