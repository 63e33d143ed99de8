from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from node.feasible.certify import Held, Need, Witnesses, certify, reach
from node.feasible.margins import margins
from tests.support.cubes import flat

ROW = margins((flat("A", "T", ("1", "2", "3")),))
VALUE = np.array([40.0, 2.0, 8.0, 30.0])
HELD = Held(ROW, VALUE, np.array([False, True, True, False]), np.array([0.0, 1.0, 7.0, 29.0]))
SENSITIVE = np.array([False, True, False, False])


def need(up: float = 0.0, down: float = 0.0, width: float = 0.0) -> Need:
    return Need(SENSITIVE * up, SENSITIVE * down, SENSITIVE * width)


def witness(*changes: tuple[int, float]) -> Witnesses:
    cells, amounts = zip(*changes, strict=True)
    return Witnesses(1, np.zeros(len(cells), np.int64), np.array(cells), np.array(amounts, np.float64))


def test_a_witness_that_fits_vouches_for_all_its_cells() -> None:
    above, below = reach(HELD, witness((1, 3.0), (2, -3.0)))
    assert above.tolist() == [0, 3, 0, 0]
    assert below.tolist() == [0, 0, 3, 0]


def test_entries_of_one_cell_add_up() -> None:
    above, _ = reach(HELD, witness((1, 2.0), (1, 1.0), (2, -3.0)))
    assert above[1] == 3


@pytest.mark.parametrize(
    "changes",
    [
        ((1, 3.0),),  # the margin would not add up
        ((1, 8.0), (2, -8.0)),  # the other cell holds 8, and a reader knows it holds 1
        ((1, 3.0), (3, -3.0)),  # a published cell would change
    ],
)
def test_a_witness_that_does_not_fit_vouches_for_nothing(changes: tuple[tuple[int, float], ...]) -> None:
    above, below = reach(HELD, witness(*changes))
    assert not above.any()
    assert not below.any()


@pytest.mark.parametrize(
    ("asked", "narrow"),
    [
        (need(width=8.0), False),
        (need(width=8.5), True),
        (need(up=7.0), False),
        (need(up=7.5), True),
        (need(down=1.0), False),
        (need(down=1.5), True),
    ],
)
def test_without_witness_the_programme_decides(asked: Need, narrow: bool) -> None:
    """2 + 8 = 10, each at least 1: the first cell is from 1 to 9."""
    found = certify(HELD, SENSITIVE, asked, Witnesses.none(), seconds=60)
    assert bool(found.narrow[1]) is narrow
    assert not found.undecided.any()


def test_a_false_witness_does_not_make_a_narrow_cell_wide() -> None:
    held = replace(HELD, value=np.array([33.0, 2.0, 1.0, 30.0]), slack=np.array([0.0, 1.0, 0.0, 29.0]))
    found = certify(held, SENSITIVE, need(width=3.0), witness((1, 3.0), (2, -3.0)), seconds=60)
    assert found.narrow.tolist() == SENSITIVE.tolist()


def test_what_is_not_decided_in_time_is_said_to_be_undecided() -> None:
    wide = margins((flat("A", "T", ("1", "2")), flat("B", "T", ("1", "2"))))
    movable = np.array([False, False, False, False, True, True, False, True, True])
    value = np.array([40.0, 20, 20, 20, 10, 10, 20, 10, 10])
    held = Held(wide, value, movable, np.where(movable, value, 0.0))
    asked = Need(np.zeros(9), np.zeros(9), movable * 3.0)
    found = certify(held, movable, asked, Witnesses.none(), seconds=0.0)
    assert found.undecided.tolist() == movable.tolist()
