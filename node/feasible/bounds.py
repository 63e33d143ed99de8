"""Bounds on hidden cells by propagation: each equation narrows its cells by what the others can be at least and most.

The outcome holds the feasible interval of every cell and may be wider, since equations are used one at a time;
what is narrow here is narrow in truth. Source: Dobra & Fienberg, Bounds for cell entries in contingency tables
given marginal totals, PNAS 97 (2000), for the bounds of one margin; iterated as in bound consistency.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from node.feasible.margins import Margins
from node.model.cube import BoolArray, FloatArray, IntArray

ROUNDS = 100
"""More rounds than bounds of real tables take to settle; stopping early only leaves them wider."""


def propagate(equations: Margins, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Narrow the bounds of all cells until no equation says more; arrays of shape (size,).

    A published cell has both bounds at its value; `high` may be infinite, `low` may not.
    """
    low, high = low.copy(), high.copy()
    unknown = low != high
    known = equations.residuals(np.where(unknown, 0.0, low))
    used = np.flatnonzero(unknown[equations.cells])
    used = used[np.argsort(equations.cells[used], kind="stable")]
    cells, starts = np.unique(equations.cells[used], return_index=True)
    terms = _Terms(equations.rows[used], equations.cells[used], equations.signs[used] > 0, known)
    for _ in range(ROUNDS if len(cells) else 0):
        least, most = terms.implied(low, high)
        lower = np.maximum(low[cells], np.maximum.reduceat(least, starts))
        upper = np.minimum(high[cells], np.minimum.reduceat(most, starts))
        if np.array_equal(lower, low[cells]) and np.array_equal(upper, high[cells]):
            break
        low[cells], high[cells] = lower, upper
    return low, high


@dataclass(frozen=True, slots=True, eq=False)
class _Terms:
    """The unknown cells' entries of some equations, and what the known cells of each equation sum to (`known`)."""

    rows: IntArray
    cells: IntArray
    positive: BoolArray
    known: FloatArray

    def implied(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What each equation says of each of its cells, given the bounds of its others; both of shape (entries,).

        Total less parts is 0, so with terms t = sign x cell, a term is at most minus the sum of the other
        terms' least values.
        """
        at_least = np.where(self.positive, low[self.cells], -high[self.cells])
        at_most = np.where(self.positive, high[self.cells], -low[self.cells])
        most = -self._others(at_least, -np.inf)
        least = -self._others(at_most, np.inf)
        return np.where(self.positive, least, -most), np.where(self.positive, most, -least)

    def _others(self, terms: FloatArray, endless: float) -> FloatArray:
        """Per entry the sum of its equation's other terms; `endless` where one of them is."""
        infinite = np.isinf(terms)
        finite = np.where(infinite, 0.0, terms)
        count = len(self.known)
        sums = (np.bincount(self.rows, finite, count) + self.known)[self.rows] - finite
        others = np.bincount(self.rows, infinite, count)[self.rows] - infinite
        return np.where(others > 0, endless, sums)
