from __future__ import annotations

import time

import numpy as np

from node.feasible.certify import Held, Need, reach
from node.feasible.margins import margins
from node.feasible.network import network
from node.model.cube import BoolArray, FloatArray
from node.protect.proofs import Proofs, Start
from tests.support.cubes import flat

ROW = (flat("A", "T", ("1", "2", "3", "4")),)
VALUE = np.array([65.0, 2.0, 30.0, 25.0, 8.0])
FIRST = np.arange(5) == 1


def proofs(value: FloatArray = VALUE, sensitive: BoolArray = FIRST, *, deadline: float = 60.0) -> Proofs:
    start = Start(network(ROW, value > 0, value), sensitive, np.maximum(value - 1, 0), value)
    none = np.zeros(5)
    return Proofs(start, Need(none, none, np.where(sensitive, 3.0, 0.0)), time.monotonic() + deadline)


def places(cells: BoolArray) -> list[int]:
    return np.flatnonzero(cells).tolist()


def test_a_proof_hides_the_cheapest_cells_and_its_flow_fits_the_table() -> None:
    found = proofs()
    assert found.missing(np.array([1])).tolist() == [True]
    assert found.prove(np.array([1]))
    assert found.missing(np.array([1])).tolist() == [False]
    assert places(found.hidden) == [1, 4]
    witnesses, claims = found.witnesses(FIRST)
    above, below = reach(Held(margins(ROW), VALUE, found.hidden, VALUE - 1), witnesses)
    assert above[1] + below[1] == 3
    assert not len(claims.cell)


def test_a_cell_is_published_again_only_where_another_way_is_left() -> None:
    found = proofs(sensitive=np.isin(np.arange(5), (1, 2)))
    assert found.prove(np.array([1, 2]))
    assert places(found.hidden) == [1, 2]
    wider = proofs(sensitive=np.isin(np.arange(5), (1, 2, 3)))
    assert wider.prove(np.array([1, 2, 3]))
    assert wider.spare(np.isin(np.arange(5), (1, 2)), np.array([3]))
    assert places(wider.hidden) == [1, 2]
    needed = proofs()
    assert needed.prove(np.array([1]))
    assert needed.spare(FIRST, np.array([4]))
    assert places(needed.hidden) == [1, 4]
    assert not needed.missing(np.array([1])).any()


def test_an_owners_cells_are_done_without_and_the_flow_is_claimed() -> None:
    value = np.array([60.0, 2.0, 1.0, 50.0, 7.0])
    owner = np.array([-1, -1, 2, -1, -1])
    found = proofs(value, np.isin(np.arange(5), (1, 2)))
    assert found.prove(np.array([1, 2]))
    width = Need(np.zeros(5), np.zeros(5), np.where(FIRST, 3.0, 0.0))
    assert found.withstand(np.array([1]), owner, width)
    witnesses, claims = found.witnesses(np.isin(np.arange(5), (1, 2)))
    free = [n for n in claims.number.tolist() if 2 not in witnesses.cell[witnesses.number == n]]
    assert free
    assert set(claims.cell.tolist()) == {1}


def test_after_the_deadline_nothing_is_begun() -> None:
    found = proofs(deadline=-1.0)
    assert not found.prove(np.array([1]))
    assert places(found.hidden) == [1]


def test_a_ledger_that_is_too_small_grows_and_the_pattern_is_the_same() -> None:
    rng = np.random.default_rng(7)
    axes = (flat("A", "T", [f"a{n}" for n in range(12)]), flat("B", "T", [f"b{n}" for n in range(12)]))
    leaf = rng.integers(1, 30, (12, 12)).astype(np.float64)
    value = np.zeros((13, 13))
    value[1:, 1:] = leaf
    value[0, 1:], value[1:, 0], value[0, 0] = leaf.sum(axis=0), leaf.sum(axis=1), leaf.sum()
    cells = value.ravel()
    sensitive = cells < 5
    none = np.zeros(len(cells))
    need = Need(none, none, np.where(sensitive, 3.0, 0.0))
    start = Start(network(axes, cells > 0, cells), sensitive, cells - 1, cells)
    patterns = []
    for room in (3, 50):
        found = Proofs(start, need, time.monotonic() + 60, room=room)
        assert found.prove(np.flatnonzero(sensitive))
        assert found.spare(sensitive, np.flatnonzero(found.hidden & ~sensitive))
        assert found.withstand(np.flatnonzero(sensitive), np.where(cells == 1, np.arange(len(cells)), -1), need)
        assert not found.missing(np.flatnonzero(sensitive)).any()
        patterns.append(found.hidden)
    assert np.array_equal(*patterns)
