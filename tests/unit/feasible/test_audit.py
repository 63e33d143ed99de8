from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from node.feasible.audit import attack, audit_result, exposed_cells
from node.feasible.margins import Margins
from node.model.codelist import Code, Codelist
from node.model.cube import BoolArray, FloatArray
from node.model.structure import Dimension
from tests.support.cubes import flat

CASES = Path(__file__).resolve().parents[3] / ".." / "shared" / "cases"
ROW = (flat("A", "T", ("1", "2", "3", "4")),)


def attacked(
    axes: tuple[Dimension, ...], value: FloatArray, hidden: BoolArray, missing: BoolArray | None = None, lower: int = 1
) -> BoolArray:
    """Publish `value` with some cells hidden or missing, and attack it."""
    gone = hidden if missing is None else hidden | missing
    status = np.where(hidden, "Q", np.where(gone, "M", "A"))
    return exposed_cells(axes, np.where(gone, np.nan, value), status, np.full(value.shape, float(lower)))


def test_ones_are_known_where_a_hidden_cell_is_at_least_one() -> None:
    """10 + 3 + x + y = 15: with zeros published, x = y = 1; a reader who knows no bound learns nothing."""
    value = np.array([15.0, 10.0, 3.0, 1.0, 1.0])
    hidden = np.array([False, False, False, True, True])
    assert np.array_equal(attacked(ROW, value, hidden), hidden)
    assert not attacked(ROW, value, hidden, lower=0).any()
    value = np.array([16.0, 10.0, 3.0, 2.0, 1.0])
    assert not attacked(ROW, value, hidden).any()


def test_hidden_zeros_are_known_where_their_sum_is_published_as_zero() -> None:
    value = np.array([13.0, 10.0, 3.0, 0.0, 0.0])
    hidden = np.array([False, False, False, True, True])
    assert np.array_equal(attacked(ROW, value, hidden, lower=0), hidden)


def test_a_bound_in_one_margin_opens_the_next() -> None:
    """Row A is two ones; with those known, each column has one unknown left."""
    axes = (flat("R", "T", ("A", "B")), flat("C", "T", ("1", "2", "3")))
    value = np.array([[36.0, 9.0, 7.0, 20.0], [10.0, 1.0, 1.0, 8.0], [26.0, 8.0, 6.0, 12.0]])
    hidden = np.zeros((3, 4), np.bool_)
    hidden[1:, 1:3] = True
    assert np.array_equal(attacked(axes, value, hidden), hidden)


def test_what_bounds_give_away_is_used_in_elimination() -> None:
    """d + e = 2 makes both 1; then a+b, b+c and a+c are known, and with them a, b and c."""
    rows = ((5, 3, 4), (6, 0, 1, 3), (7, 1, 2), (8, 0, 2))
    equations = Margins(
        np.repeat(np.arange(4), [len(row) for row in rows]),
        np.array([cell for row in rows for cell in row]),
        np.array([1 if place == 0 else -1 for row in rows for place in range(len(row))], np.int8),
        4,
        9,
        np.ones(4, np.bool_),
    )
    value = np.array([50.0, 60.0, 70.0, 1.0, 1.0, 2.0, 111.0, 130.0, 120.0])
    hidden = np.arange(9) < 5
    none = np.zeros(9, np.bool_)
    assert np.array_equal(attack(equations, np.where(hidden, np.nan, value), hidden, none, np.ones(9)), hidden)
    assert not attack(equations, np.where(hidden, np.nan, value), hidden, none, np.zeros(9)).any()


def test_missing_slices_are_unknown_and_tell_nothing() -> None:
    """Area B is missing and the total with it: the hidden cell of area A is in no equation but its own row's."""
    axes = (flat("R", "T", ("A", "B")), flat("C", "T", ("1", "2", "3")))
    value = np.array([[0.0] * 4, [10.0, 1.0, 5.0, 4.0], [0.0] * 4])
    missing = np.zeros((3, 4), np.bool_)
    missing[[0, 2]] = True
    hidden = np.zeros((3, 4), np.bool_)
    hidden[1, 1] = True
    assert np.array_equal(attacked(axes, value, hidden, missing), hidden)
    hidden[1, 2] = True
    assert not attacked(axes, value, hidden, missing).any()


def test_a_missing_cell_inside_a_table_may_hide_a_neighbour_and_may_be_worked_out() -> None:
    """Not a whole slice: the missing cell is one more unknown, and its column gives it and its row away."""
    axes = (flat("R", "T", ("A", "B")), flat("C", "T", ("1", "2", "3")))
    value = np.array([[20.0, 2.0, 8.0, 10.0], [10.0, 1.0, 5.0, 4.0], [10.0, 1.0, 3.0, 6.0]])
    missing = np.zeros((3, 4), np.bool_)
    missing[1, 2] = True
    hidden = np.zeros((3, 4), np.bool_)
    hidden[1, 1] = True
    assert np.array_equal(attacked(axes, value, hidden, missing), hidden)


def test_the_result_counts_cells_and_says_how() -> None:
    status = np.array(["A", "Q", "Q", "M"])
    confidentiality = np.array(["F", "A", "D", "F"])
    result = audit_result(np.array([False, True, False, False]), status, confidentiality)
    assert (result.cells, result.suppressed, result.primary, result.exposed) == (4, 2, 1, 1)
    assert not result.passed
    assert "exact elimination" in result.method


@pytest.mark.shared
def test_leaks_in_the_fields_own_patterns() -> None:
    """T1: two secondary cells are linear consequences; bound 1 gives away primary cells that the tools overlook."""
    path = CASES / "T1_field_patterns.csv"
    if not path.exists():
        pytest.skip(f"{path.name} does not lie beside the checkout")
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    codes = sorted({row["isco"] for row in rows} - {"Total"}, key=lambda code: (len(code), code))
    tree_codes = (Code("Total", ""), *(Code(code, "", code[:-1] or "Total") for code in codes))
    area = flat("REF_AREA", "Total", sorted({row["region"] for row in rows} - {"Total"}))
    axes = (Dimension("OCCUPATION", Codelist("ISCO", tree_codes)), area)
    value = np.zeros((len(axes[0].codelist), len(area.codelist)))
    marks = {name: np.zeros(value.shape, np.bool_) for name in ("primary", "gauss_none", "gauss_anysum", "tau_opt")}
    for row in rows:
        cell = axes[0].codelist.index[row["isco"]], area.codelist.index[row["region"]]
        value[cell] = int(row["n"])
        for name, mark in marks.items():
            mark[cell] = row[name] == "1"
    primary = marks["primary"]
    found = {name: attacked(axes, value, mark) for name, mark in marks.items()}
    linear = {name: attacked(axes, value, mark, lower=0) for name, mark in marks.items()}
    assert [int(linear[name].sum()) for name in ("gauss_none", "gauss_anysum", "tau_opt")] == [0, 0, 2]
    assert [int((found[name] & primary).sum()) for name in ("gauss_none", "gauss_anysum", "tau_opt")] == [218, 0, 235]
    assert (linear["primary"] & primary).sum() == 1696
