from __future__ import annotations

import numpy as np

from node.feasible.certify import Held, Need, Witnesses
from node.feasible.insiders import NOBODY, Claims, certify_against_owners, doubts, owners
from node.feasible.margins import margins
from tests.support.cubes import flat

ROW = margins((flat("A", "T", ("1", "2", "3", "4")),))
SQUARE = margins((flat("A", "T", ("1", "2", "3")), flat("B", "T", ("1", "2", "3"))))
VALUE = np.array([24.0, 2.0, 1.0, 9.0, 12.0])
OWNER = np.array([NOBODY, NOBODY, 2, NOBODY, NOBODY])
ASKED = np.arange(5) == 1


def held(*hidden: int) -> Held:
    movable = np.isin(np.arange(5), hidden)
    return Held(ROW, VALUE, movable, VALUE - 1)


def need(width: float) -> Need:
    return Need(np.zeros(5), np.zeros(5), np.where(ASKED, width, 0.0))


def witness(*moves: tuple[int, float]) -> tuple[Witnesses, Claims]:
    """One witness, brought forward for cell 1."""
    cell, amount = (np.array(column) for column in zip(*moves, strict=True))
    return Witnesses(1, np.zeros(len(moves), np.int64), cell, amount), Claims(np.array([1]), np.array([0]))


def test_a_total_of_one_person_is_theirs_too() -> None:
    leaf = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 20.0], [3.0, 0.0, 1.0]])
    value = np.zeros((4, 4))
    value[1:, 1:] = leaf
    value[0, 1:], value[1:, 0], value[0, 0] = leaf.sum(axis=0), leaf.sum(axis=1), leaf.sum()
    cells = value.ravel()
    found = owners(SQUARE, cells == 1, cells > 0)
    assert found[4] == found[5] == 4
    assert found[2] == found[10]
    assert len(set(found[found >= 0].tolist())) == 3
    assert (found[cells != 1] == NOBODY).all()


def test_a_witness_through_an_owners_cell_does_not_speak_against_that_owner() -> None:
    witnesses, claims = witness((1, 3.0), (2, 1.0), (3, -4.0))
    found = doubts(held(1, 2, 3), need(3.0), ASKED, OWNER, witnesses, claims)
    assert list(zip(found.cell.tolist(), found.owner.tolist(), strict=True)) == [(1, 2)]


def test_a_witness_beside_the_owners_cell_does() -> None:
    witnesses, claims = witness((1, 3.0), (3, -3.0))
    assert not len(doubts(held(1, 2, 3), need(3.0), ASKED, OWNER, witnesses, claims).cell)


def test_a_witness_that_does_not_fit_counts_for_nothing() -> None:
    """It moves a published cell; without it the cell is asked of all owners, and the programme decides."""
    witnesses, claims = witness((1, 3.0), (4, -3.0))
    assert doubts(held(1, 2, 3), need(3.0), ASKED, OWNER, witnesses, claims).cell.tolist() == [1]


def test_what_is_in_doubt_is_decided_by_linear_programme() -> None:
    """With 2 + 9 left to move, whoever is the 1 cannot tell; with the 2 alone beside it, they can."""
    none = Witnesses.none(), Claims(np.zeros(0, np.int64), np.zeros(0, np.int64))
    wide = certify_against_owners(held(1, 2, 3), need(3.0), ASKED, OWNER, *none, seconds=60)
    assert not (wide.narrow | wide.undecided).any()
    narrow = certify_against_owners(held(1, 2), need(1.0), ASKED, OWNER, *none, seconds=60)
    assert narrow.narrow.tolist() == ASKED.tolist()
    late = certify_against_owners(held(1, 2, 3), need(3.0), ASKED, OWNER, *none, seconds=0)
    assert late.undecided.tolist() == ASKED.tolist()
