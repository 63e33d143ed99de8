"""Feasible intervals: the least and the most that a hidden cell can be, by linear programme over all equations.

The equations fall into parts that share no unknown cell; each is one small programme, solved anew for each cell
from where the last one ended. Every solution is a table that fits, and bounds the other cells' intervals from
inside; bounds propagated before bound them from outside; where the two meet, nothing is left to solve.
Source: Hundepool et al., Statistical Disclosure Control (2012), 4.4.3 (the auditing problem).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from node.feasible.bounds import propagate
from node.feasible.margins import Margins
from node.feasible.programme import Compressed, solver_of
from node.model.cube import BoolArray, FloatArray, IntArray

MEETING = 1e-7
"""Bounds closer than this are equal: the solver's own tolerance, in units of the table."""


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Per cell, shape (size,). Where not `decided`, the bounds hold the interval and may be wider."""

    low: FloatArray
    high: FloatArray
    decided: BoolArray


def intervals(equations: Margins, low: FloatArray, high: FloatArray, wanted: BoolArray, *, seconds: float) -> Intervals:
    """Feasible intervals of the `wanted` cells, given what a reader knows of all; arrays of shape (size,).

    A published cell has both bounds at its value; either bound may be infinite. After `seconds`, what is left
    is undecided.
    """
    deadline = time.monotonic() + seconds
    if np.isfinite(low).all():
        low, high = propagate(equations, low, high)
    unknown = high - low > MEETING
    known = equations.residuals(np.where(unknown, 0.0, np.where(np.isfinite(low), low, 0.0)))
    system = equations.within(unknown)
    kept = np.zeros(equations.count, np.bool_)
    kept[equations.rows[unknown[equations.cells]]] = True
    found = Intervals(low.copy(), high.copy(), np.ones(equations.size, np.bool_))
    if system.count:
        for part in _parts(system, -known[kept], wanted & unknown):
            _solve(part, found, deadline)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Equations that share no unknown cell with others: `matrix` x (values of `cells`) = `right`."""

    matrix: csr_array
    right: FloatArray
    cells: IntArray
    wanted: IntArray


def _parts(system: Margins, right: FloatArray, wanted: BoolArray) -> list[_Part]:
    """The parts that hold wanted cells; `wanted` in each are places in its `cells`."""
    cells, columns = np.unique(system.cells, return_inverse=True)
    signs = system.signs.astype(np.float64)
    matrix = csr_array((signs, (system.rows, columns)), shape=(system.count, len(cells)))
    size = system.count + len(cells)
    links = csr_array((np.ones(len(columns)), (system.rows, columns + system.count)), shape=(size, size))
    label = connected_components(links, directed=False)[1]
    rows, places = label[: system.count], label[system.count :]
    order_rows, order_places = np.argsort(rows, kind="stable"), np.argsort(places, kind="stable")
    parts = []
    for number in np.unique(places[wanted[cells]]).tolist():
        mine = order_rows[slice(*np.searchsorted(rows[order_rows], [number, number + 1]))]
        here = order_places[slice(*np.searchsorted(places[order_places], [number, number + 1]))]
        inside = matrix[mine][:, here]
        parts.append(_Part(csr_array(inside), right[mine], cells[here], np.flatnonzero(wanted[cells[here]])))
    return parts


def _solve(part: _Part, found: Intervals, deadline: float) -> None:
    """Write the intervals of a part's wanted cells into `found`."""
    low, high = found.low[part.cells], found.high[part.cells]
    matrix = Compressed(part.matrix.indptr, part.matrix.indices, part.matrix.data, by_row=True)
    solver = solver_of(matrix, (low.copy(), high.copy()), (part.right, part.right), np.zeros(len(low)))
    least, most = np.full(len(low), np.inf), np.full(len(low), -np.inf)
    decided = np.ones(len(low), np.bool_)
    for place in part.wanted.tolist():
        for sense, bound, reached in ((1.0, low, least), (-1.0, high, most)):
            if abs(reached[place] - bound[place]) <= MEETING:
                continue
            left = deadline - time.monotonic()
            value = _extreme(solver, place, sense, left) if left > 0 else None
            if value is None:
                decided[place] = False
                continue
            bound[place] = value
            if np.isfinite(value):
                table = np.array(solver.getSolution().col_value)
                np.minimum(least, table, out=least)
                np.maximum(most, table, out=most)
    found.low[part.cells], found.high[part.cells], found.decided[part.cells] = low, high, decided


def _extreme(solver: highspy.Highs, place: int, sense: float, seconds: float) -> float | None:
    """The least (`sense` 1) or most (-1) that one cell can be; infinite where nothing bounds it; None if undecided."""
    solver.setOptionValue("time_limit", solver.getRunTime() + seconds)
    solver.changeColCost(place, sense)
    solver.run()
    status = solver.getModelStatus()
    value = sense * solver.getObjectiveValue()
    solver.changeColCost(place, 0.0)
    if status == highspy.HighsModelStatus.kOptimal:
        return float(value)
    if status in {highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
        return float(-sense * np.inf)
    return None
