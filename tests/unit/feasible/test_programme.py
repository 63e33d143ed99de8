"""The solver gets the programme that was meant, whichever way its matrix is compressed."""

from __future__ import annotations

import highspy
import numpy as np
import pytest

from node.errors import NodeError
from node.feasible.programme import Compressed, corner_of_least, solver_of

BY_ROW = Compressed(np.array([0, 2, 3]), np.array([0, 1, 1]), np.array([1.0, 1.0, 2.0]), by_row=True)
BY_COLUMN = Compressed(np.array([0, 1, 3]), np.array([0, 0, 1]), np.array([1.0, 1.0, 2.0]), by_row=False)
"""x + y and 2 y."""
ANY = (np.zeros(2), np.full(2, np.inf))


@pytest.mark.parametrize("matrix", [BY_ROW, BY_COLUMN])
def test_the_least_is_found(matrix: Compressed) -> None:
    solver = solver_of(matrix, ANY, (np.array([4.0, -np.inf]), np.array([np.inf, 3.0])), np.array([3.0, 1.0]))
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    assert list(solver.getSolution().col_value) == pytest.approx([2.5, 1.5])
    assert solver.getObjectiveValue() == pytest.approx(9.0)


def test_limits_of_columns_hold() -> None:
    solver = solver_of(BY_ROW, (np.zeros(2), np.array([1.0, np.inf])), (np.array([4.0, 0.0]), np.full(2, np.inf)),
                       np.array([1.0, 5.0]))  # fmt: skip
    solver.run()
    assert list(solver.getSolution().col_value) == pytest.approx([1.0, 3.0])


def test_what_nothing_fits_is_said_to_be_so() -> None:
    solver = solver_of(BY_ROW, ANY, (np.array([4.0, 0.0]), np.array([3.0, 1.0])), np.ones(2))
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible


def test_another_cost_goes_on_from_where_the_last_one_ended() -> None:
    solver = solver_of(BY_ROW, ANY, (np.array([4.0, 0.0]), np.array([4.0, 6.0])), np.array([1.0, 0.0]))
    solver.run()
    assert solver.getObjectiveValue() == pytest.approx(1.0)
    solver.changeColCost(0, -1.0)
    solver.run()
    assert solver.getObjectiveValue() == pytest.approx(-4.0)


def test_a_corner_is_given_or_said_not_to_be_there() -> None:
    found = corner_of_least(BY_COLUMN, ANY, (np.array([4.0, 0.0]), np.array([4.0, 6.0])), np.array([1.0, 2.0]))
    assert list(found) == pytest.approx([4.0, 0.0])
    with pytest.raises(NodeError, match="the programme was not solved: Infeasible"):
        corner_of_least(BY_ROW, ANY, (np.array([4.0, 0.0]), np.array([3.0, 1.0])), np.ones(2))
    with pytest.raises(NodeError, match="Unbounded"):
        corner_of_least(BY_ROW, ANY, (np.array([4.0, 0.0]), np.full(2, np.inf)), -np.ones(2))
