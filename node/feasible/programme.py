"""Linear programmes as the solver takes them.

Source: Huangfu, Hall, Parallelizing the dual revised simplex method, Mathematical Programming Computation 10 (2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from node.errors import NodeError
from node.model.cube import FloatArray

if TYPE_CHECKING:
    import highspy

Places = NDArray[np.int32] | NDArray[np.int64]
Limits = tuple[FloatArray, FloatArray]
"""The least and the most, of each column or row; either may be infinite."""


@dataclass(frozen=True, slots=True, eq=False)
class Compressed:
    """A sparse matrix: the entries of line n (a row with `by_row`, else a column) are `value[start[n]:start[n + 1]]`,
    which stand at `index` of the other direction."""

    start: Places
    index: Places
    value: FloatArray
    by_row: bool


def solver_of(matrix: Compressed, columns: Limits, rows: Limits, cost: FloatArray) -> highspy.Highs:
    """HiGHS's simplex method with the programme `cost` x at its least, in one thread and without a word.

    x lies within `columns`, matrix x within `rows`. Nothing is solved yet; a programme that is solved again after a
    change goes on from where it ended.
    """
    import highspy  # noqa: PLC0415  # a process that serves does without it until somebody asks who could help

    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy annotates its methods, not this one
    for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex"), ("presolve", "off")):
        solver.setOptionValue(option, value)
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(columns[0]), len(rows[0])
    programme.col_cost_ = cost
    programme.col_lower_, programme.col_upper_ = columns
    programme.row_lower_, programme.row_upper_ = rows
    kind = highspy.MatrixFormat
    programme.a_matrix_.format_ = kind.kRowwise if matrix.by_row else kind.kColwise
    programme.a_matrix_.start_ = matrix.start
    programme.a_matrix_.index_ = matrix.index
    programme.a_matrix_.value_ = matrix.value
    solver.passModel(programme)
    return solver


def corner_of_least(matrix: Compressed, columns: Limits, rows: Limits, cost: FloatArray) -> FloatArray:
    """A corner at which the programme is least, as the simplex method ends in one. Raises: NodeError without any."""
    import highspy  # noqa: PLC0415  # as said

    solver = solver_of(matrix, columns, rows, cost)
    solver.run()
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise NodeError(f"the programme was not solved: {solver.modelStatusToString(status)}")
    return np.array(solver.getSolution().col_value)
