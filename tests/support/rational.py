"""Exact disclosure by textbook elimination over the rationals: slow, and shares nothing with the node's own."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from node.feasible.margins import Margins
from node.model.cube import BoolArray


def rational_determined(equations: Margins, unknown: BoolArray) -> BoolArray:
    """Which unknown cells stand alone in a row of the reduced echelon form."""
    columns = np.flatnonzero(unknown).tolist()
    matrix = [[Fraction(0)] * len(columns) for _ in range(equations.count)]
    place = {cell: column for column, cell in enumerate(columns)}
    for row, cell, sign in zip(
        equations.rows.tolist(), equations.cells.tolist(), equations.signs.tolist(), strict=True
    ):
        if cell in place:
            matrix[row][place[cell]] = Fraction(sign)
    reduced = _reduced(matrix, len(columns))
    found = np.zeros(equations.size, np.bool_)
    for row in reduced:
        held = [column for column, factor in enumerate(row) if factor]
        if len(held) == 1:
            found[columns[held[0]]] = True
    return found


def _reduced(matrix: list[list[Fraction]], width: int) -> list[list[Fraction]]:
    """The reduced row echelon form."""
    done = 0
    for column in range(width):
        pivot = next((row for row in range(done, len(matrix)) if matrix[row][column]), None)
        if pivot is None:
            continue
        matrix[done], matrix[pivot] = matrix[pivot], matrix[done]
        scale = matrix[done][column]
        matrix[done] = [value / scale for value in matrix[done]]
        for row in range(len(matrix)):
            factor = matrix[row][column]
            if row != done and factor:
                matrix[row] = [a - factor * b for a, b in zip(matrix[row], matrix[done], strict=True)]
        done += 1
    return matrix[:done]
