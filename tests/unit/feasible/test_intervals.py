from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.feasible.intervals import intervals
from node.feasible.margins import Margins

CASES = Path(__file__).resolve().parents[3] / ".." / "shared" / "cases"


def sums(groups: list[list[int]], cells: int) -> Margins:
    """One equation per group: its sum, a further cell, less its cells."""
    rows = np.repeat(np.arange(len(groups)), [len(group) + 1 for group in groups])
    numbers = np.array([cell for at, group in enumerate(groups) for cell in (cells + at, *group)], np.int64)
    signs = np.array([sign for group in groups for sign in (1, *[-1] * len(group))], np.int8)
    return Margins(rows, numbers, signs, len(groups), cells + len(groups), np.ones(len(groups), np.bool_))


def solved(groups: list[list[int]], values: list[int], low: float, seconds: float = 60.0) -> list[tuple[float, float]]:
    """The intervals of hidden cells that are at least `low`, when the groups' sums are published."""
    totals = [float(sum(values[cell] for cell in group)) for group in groups]
    floor = np.array([low] * len(values) + totals)
    ceiling = np.array([np.inf] * len(values) + totals)
    hidden = np.arange(len(floor)) < len(values)
    found = intervals(sums(groups, len(values)), floor, ceiling, hidden, seconds=seconds)
    assert found.decided.all()
    return list(zip(found.low[hidden].tolist(), found.high[hidden].tolist(), strict=True))


@pytest.mark.shared
def test_intervals_of_known_attacks() -> None:
    """Each integer interval is the linear one rounded inwards, on tables whose every integer table was enumerated."""
    path = CASES / "attacks.json"
    if not path.exists():
        pytest.skip("the shared cases do not lie beside this checkout")
    cases = json.loads(path.read_text(encoding="utf-8"))
    assert cases
    for name, case in cases.items():
        groups = [group for group, _ in case["constraints"]]
        assert [sum(case["cells"][cell] for cell in group) for group in groups] == [s for _, s in case["constraints"]]
        found = solved(groups, case["cells"], float(case["lb"]))
        inside = [[int(np.ceil(low - 1e-6)), int(np.floor(high + 1e-6))] for low, high in found]
        assert inside == case["expected"], name


def test_a_row_of_ones_is_known() -> None:
    assert solved([[0, 1]], [1, 1], 1.0) == [(1.0, 1.0), (1.0, 1.0)]
    assert solved([[0, 1]], [1, 1], 0.0) == [(0.0, 2.0), (0.0, 2.0)]


def test_what_nothing_bounds_is_endless() -> None:
    """Total and part are both hidden: the total is at least the rest, and neither has a most."""
    one = Margins(np.zeros(3, np.int64), np.arange(3), np.array([1, -1, -1], np.int8), 1, 3, np.ones(1, np.bool_))
    hidden = np.array([True, True, False])
    found = intervals(one, np.array([1.0, 1.0, 7.0]), np.array([np.inf, np.inf, 7.0]), hidden, seconds=60)
    assert found.low.tolist() == [8.0, 1.0, 7.0]
    assert found.high.tolist() == [np.inf, np.inf, 7.0]


def test_what_time_does_not_suffice_for_is_undecided_and_its_bounds_still_hold() -> None:
    groups = [[0, 1], [2, 3], [0, 2], [1, 3]]
    values = [3.0, 7.0, 30.0, 6.0, 10.0, 36.0, 33.0, 13.0]
    hidden = np.arange(8) < 4
    high = np.where(hidden, np.inf, values)
    low = np.where(hidden, 0.0, values)
    found = intervals(sums(groups, 4), low, high, hidden, seconds=0.0)
    assert not found.decided[:4].any()
    assert (found.low[:4] <= values[:4]).all()
    assert (found.high[:4] >= values[:4]).all()


def test_cells_that_were_not_asked_for_cost_nothing_and_say_nothing() -> None:
    wanted = np.arange(3) < 1
    found = intervals(sums([[0, 1]], 2), np.array([0.0, 0.0, 9.0]), np.array([np.inf, np.inf, 9.0]), wanted, seconds=60)
    assert (found.low[0], found.high[0]) == (0.0, 9.0)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=2, max_size=3),
    hidden=st.lists(st.booleans(), min_size=9, max_size=9),
    low=st.sampled_from([0, 1]),
)
def test_a_two_way_table_agrees_with_enumeration(rows: list[list[int]], hidden: list[bool], low: int) -> None:
    """Two-way tables have whole-numbered extremes, so that the linear interval is the integer one."""
    wide = len(rows[0])
    values = [max(value, low) for row in rows for value in row]
    open_cells = [cell for cell in range(len(values)) if hidden[cell]]
    groups = [list(range(at * wide, (at + 1) * wide)) for at in range(len(rows))]
    groups += [list(range(at, len(values), wide)) for at in range(wide)]
    cut = [[open_cells.index(cell) for cell in group if cell in open_cells] for group in groups]
    cut = [group for group in cut if group]
    true = [values[cell] for cell in open_cells]
    sums_of = [sum(true[cell] for cell in group) for group in cut]
    tables = (
        [
            table
            for table in product(
                *(
                    range(low, max(*(s for g, s in zip(cut, sums_of, strict=True) if c in g), low) + 1)
                    for c in range(len(true))
                )
            )
            if all(sum(table[cell] for cell in group) == s for group, s in zip(cut, sums_of, strict=True))
        ]
        if len(true) <= 6
        else []
    )
    if tables:
        expected = [(float(min(column)), float(max(column))) for column in zip(*tables, strict=True)]
        assert np.allclose(solved(cut, true, float(low)), expected, atol=1e-6)
