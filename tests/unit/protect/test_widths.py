from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from node.feasible.certify import Held, reach
from node.feasible.margins import margins
from node.model.cube import BoolArray, FloatArray
from node.model.structure import Dimension
from node.protect.room import Table
from node.protect.widths import Pattern, certified, need_of, slack_of, suppress_for_width
from tests.support.cubes import flat

ROW = (flat("A", "T", ("1", "2", "3", "4")),)
SQUARE = (flat("A", "T", ("1", "2", "3")), flat("B", "T", ("1", "2", "3")))


def table(
    axes: tuple[Dimension, ...],
    value: FloatArray,
    *,
    upper: float = 0.0,
    width: float = 3.0,
    least: float = 5.0,
    cover: float = 0.0,
) -> Table:
    cells = value.ravel()
    sensitive = (cells > 0) & (cells < least)
    return Table(
        equations=margins(axes),
        value=cells,
        coverable=cells > 0,
        lower=np.ones(len(cells)),
        share=np.ones(len(cells)),
        sensitive=sensitive,
        width=np.where(sensitive, width, 0.0),
        upper=np.where(sensitive, upper, 0.0),
        cover=np.full(len(cells), cover),
        alone=cells == 1,
        preferred=np.zeros(len(cells), np.bool_),
        guarded=np.zeros(len(cells), np.bool_),
    )


def pattern_of(given: Table, axes: tuple[Dimension, ...]) -> Pattern:
    return suppress_for_width(given, axes, time.monotonic() + 60)


def hidden_of(given: Table, axes: tuple[Dimension, ...]) -> list[int]:
    return np.flatnonzero(pattern_of(given, axes).hidden).tolist()


def with_sums(leaf: list[list[float]]) -> FloatArray:
    inner = np.array(leaf)
    value = np.zeros((inner.shape[0] + 1, inner.shape[1] + 1))
    value[1:, 1:] = inner
    value[0, 1:] = inner.sum(axis=0)
    value[:, 0] = value[:, 1:].sum(axis=1)
    return value


def test_the_cheapest_cell_with_room_enough_hides_with_it() -> None:
    assert hidden_of(table(ROW, np.array([65.0, 2.0, 30.0, 25.0, 8.0])), ROW) == [1, 4]


def test_two_small_cells_need_a_third_unless_they_have_room_together() -> None:
    """2 + 1 leave one another one unit; 4 + 4 leave one another six."""
    assert hidden_of(table(ROW, np.array([36.0, 2.0, 1.0, 13.0, 20.0])), ROW) == [1, 2, 3]
    assert hidden_of(table(ROW, np.array([41.0, 4.0, 4.0, 13.0, 20.0])), ROW) == [1, 2]


def test_three_singletons_in_a_row_are_not_left_alone() -> None:
    """1 + 1 + 1 = 3 gives all three away where zeros are published."""
    found = hidden_of(table(ROW, np.array([23.0, 1.0, 1.0, 1.0, 20.0])), ROW)
    assert found == [1, 2, 3, 4]


def test_a_width_may_be_made_up_of_several_paths() -> None:
    """A one needs three units of room; three neighbours with a unit each give it, and no larger cell is hidden."""
    assert hidden_of(table(ROW, np.array([507.0, 1.0, 2.0, 4.0, 500.0]), least=5.0), ROW) == [1, 2, 3]


def test_an_upper_level_is_reached_and_not_only_a_width() -> None:
    value = np.array([1290.0, 1000.0, 30.0, 60.0, 200.0])
    given = table(ROW, value, width=0.0)
    sensitive = value == 1000
    given = replace(given, sensitive=sensitive, width=sensitive * 0.0, upper=sensitive * 80.0)
    pattern = pattern_of(given, ROW)
    held = Held(given.equations, value, pattern.hidden, slack_of(given))
    above, below = reach(held, pattern.witnesses)
    assert above[1] >= 80
    assert below[1] >= 80
    assert not pattern.hidden[0]


def test_what_is_spare_is_published_again() -> None:
    value = with_sums([[2.0, 9.0, 50.0], [9.0, 3.0, 60.0], [70.0, 80.0, 90.0]])
    assert hidden_of(table(SQUARE, value), SQUARE) == [5, 6, 9, 10]


def test_a_reader_who_is_alone_in_one_cell_does_not_narrow_another() -> None:
    """2 + 1 + 7 would do against the public; whoever is the 1 subtracts it, and must find room left."""
    given = table(ROW, np.array([60.0, 2.0, 1.0, 50.0, 7.0]))
    pattern = pattern_of(given, ROW)
    hidden: BoolArray = pattern.hidden.copy()
    hidden[2] = False
    assert (given.value - given.lower)[hidden & (np.arange(5) != 1)].sum() >= 3
    found = certified(given, pattern, pattern.hidden, time.monotonic() + 60)
    assert not (found.narrow | found.undecided).any()


def test_a_total_cannot_be_asked_to_fall_below_what_its_parts_hold_at_least() -> None:
    """Two parts of one each: their total is 2, whatever is hidden."""
    given = table(ROW, np.array([2.0, 1.0, 1.0, 0.0, 0.0]), upper=0.5)
    assert need_of(given).down.tolist() == [0, 0, 0, 0, 0]
    assert need_of(given).up.tolist() == [0.5, 0.5, 0.5, 0, 0]


def test_the_order_of_columns_does_not_change_what_is_hidden() -> None:
    leaf = [[2.0, 19.0, 50.0], [11.0, 3.0, 60.0], [70.0, 81.0, 92.0]]
    first = pattern_of(table(SQUARE, with_sums(leaf)), SQUARE).hidden.reshape(4, 4)
    turned = pattern_of(table(SQUARE, with_sums([row[::-1] for row in leaf])), SQUARE).hidden.reshape(4, 4)
    assert np.array_equal(first[:, [0, 3, 2, 1]], turned)


def test_time_that_is_up_leaves_no_pattern_but_a_list_of_cells() -> None:
    given = table(ROW, np.array([65.0, 2.0, 30.0, 25.0, 8.0]))
    pattern = suppress_for_width(given, ROW, time.monotonic() - 1)
    assert np.flatnonzero(pattern.undecided).tolist() == [1]


def test_a_cell_that_the_period_before_hid_is_hidden_again_rather_than_a_cheaper_one() -> None:
    given = table(ROW, np.array([65.0, 2.0, 30.0, 25.0, 8.0]))
    assert hidden_of(replace(given, preferred=np.arange(5) == 3), ROW) == [1, 3]


def test_cover_is_counted_without_the_largest_share_of_a_cell() -> None:
    """The 30 could fall by 29 for the public; but its largest contributor knows that it holds 29 of their own."""
    given = table(ROW, np.array([92.0, 2.0, 30.0, 60.0, 0.0]))
    assert hidden_of(given, ROW) == [1, 2]
    assert hidden_of(replace(given, share=np.array([0.0, 1.0, 29.0, 5.0, 0.0])), ROW) == [1, 3]
