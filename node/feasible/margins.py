"""The margins of a table as linear equations: each total less its parts is zero.

Everything that can be inferred about a hidden cell of a table follows from these equations, the cells that are
published, and a lower bound. Source: Hundepool et al., Statistical Disclosure Control (2012), 4.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from node.model.codelist import NO_PARENT
from node.model.cube import BoolArray, FloatArray, IntArray
from node.model.structure import Dimension

SignArray = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """Equations over the cells of a flattened table, as a sparse matrix in coordinate form.

    `rows`, `cells`, `signs`: shape (entries,), grouped by equation in rising order; the sign is +1 at the
    equation's total and -1 at each of its parts. `count`: how many equations there are; `size`: how many cells.
    `basis`: shape (count,), a choice of equations from which the others follow.
    """

    rows: IntArray
    cells: IntArray
    signs: SignArray
    count: int
    size: int
    basis: BoolArray

    def within(self, cells: BoolArray) -> Margins:
        """The same equations with the other cells left out of them, and equations that hold none dropped."""
        kept = cells[self.cells]
        return self._entries(kept)

    def without_equations(self, dropped: BoolArray) -> Margins:
        """The equations that are not `dropped` (shape (count,))."""
        return self._entries(~dropped[self.rows])

    def _entries(self, kept: BoolArray) -> Margins:
        numbers, rows = np.unique(self.rows[kept], return_inverse=True)
        return Margins(
            rows.astype(np.int64), self.cells[kept], self.signs[kept], len(numbers), self.size, self.basis[numbers]
        )

    @property
    def starts(self) -> IntArray:
        """Shape (count,): where each equation's entries begin."""
        return np.searchsorted(self.rows, np.arange(self.count)).astype(np.int64)

    def totals(self, cells: BoolArray) -> BoolArray:
        """Which equations have their total among `cells`; shape (count,)."""
        found = np.zeros(self.count, np.bool_)
        found[self.rows[(self.signs > 0) & cells[self.cells]]] = True
        return found

    def residuals(self, values: FloatArray) -> FloatArray:
        """Each equation's total less its parts, for the values of all cells; shape (count,)."""
        weighted = np.bincount(self.rows, weights=self.signs * values[self.cells], minlength=self.count)
        return weighted.astype(np.float64, copy=False)


def margins(axes: Sequence[Dimension]) -> Margins:
    """All equations of a table with one numpy axis per dimension, flattened in C order."""
    shape = tuple(len(axis.codelist) for axis in axes)
    additive = [place for place, axis in enumerate(axes) if axis.additive]
    additive.sort(key=lambda place: _mean_length(axes[place]))
    inner = np.zeros(shape, np.bool_)
    parts = []
    for place in additive:
        cells, starts = _along(shape, place, axes[place])
        parts.append((cells, np.diff(starts, append=len(cells)), ~inner.ravel()[cells[starts]]))
        inner |= _broadcast(_has_parts(axes[place]), place, len(shape))
    cells = np.concatenate([np.zeros(0, np.int64), *(cells for cells, _, _ in parts)])
    length = np.concatenate([np.zeros(0, np.int64), *(length for _, length, _ in parts)])
    basis = np.concatenate([np.zeros(0, np.bool_), *(basis for _, _, basis in parts)])
    rows = np.repeat(np.arange(len(length)), length)
    signs = np.full(len(cells), -1, np.int8)
    signs[np.cumsum(length) - length] = 1
    return Margins(rows.astype(np.int64), cells, signs, len(length), int(np.prod(shape)), basis)


def _mean_length(axis: Dimension) -> float:
    """Parts per total. The basis prefers short equations: they leave elimination less to do."""
    return len(axis.codelist) / max(1, int(_has_parts(axis).sum()))


def _has_parts(axis: Dimension) -> BoolArray:
    found = np.zeros(len(axis.codelist), np.bool_)
    parents = axis.codelist.parents
    found[parents[parents != NO_PARENT]] = True
    return found


def _broadcast(codes: BoolArray, place: int, dimensions: int) -> BoolArray:
    shape = [1] * dimensions
    shape[place] = -1
    return codes.reshape(shape)


def _along(shape: tuple[int, ...], place: int, axis: Dimension) -> tuple[IntArray, IntArray]:
    """Equations along one axis: the cells of all of them, total first, and where each begins."""
    parents = axis.codelist.parents.astype(np.int64)
    children = np.flatnonzero(parents != NO_PARENT)
    children = children[np.argsort(parents[children], kind="stable")]
    totals, first, count = np.unique(parents[children], return_index=True, return_counts=True)
    codes = np.insert(children, first, totals)
    begins = np.cumsum(count + 1) - (count + 1)
    after = int(np.prod(shape[place + 1 :]))
    before = int(np.prod(shape[:place]))
    others = (np.arange(before) * (shape[place] * after))[:, None] + np.arange(after)
    cells = others.reshape(-1, 1) + codes * after
    starts = (np.arange(before * after) * len(codes)).reshape(-1, 1) + begins
    return cells.ravel(), starts.ravel()
