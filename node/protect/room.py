"""A table as suppression sees it, and its equations cut to the cells that may be hidden."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from node.feasible.margins import Margins
from node.model.cube import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The cells of a table, flattened, as suppression needs them; all arrays of shape (size,).

    `coverable`: cells that may be hidden (someone is in them, a source observes them); `lower`: what a reader
    knows a hidden cell to be at least; `share`: the largest contribution to it, which whoever made it knows it to be
    at least; `width`, `upper`: the room that sensitive cells need (rules.Finding);
    `cover`: how wide a reader's interval must be for whatever is hidden, unless it lies above the small counts, which
    end at `cover` + 1 (rules.hidden_width);
    `alone`: cells of a single contributor, who knows their own value; `preferred`: cells to hide rather than others,
    since the period before hides them; `guarded`: cells that only an earlier vintage makes sensitive, whose width is
    asked for readers and not for contributors, who knew as much from that one.
    """

    equations: Margins
    value: FloatArray
    coverable: BoolArray
    lower: FloatArray
    share: FloatArray
    sensitive: BoolArray
    width: FloatArray
    upper: FloatArray
    cover: FloatArray
    alone: BoolArray
    preferred: BoolArray
    guarded: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Equations:
    """A table's equations (`margins`) cut to the cells that may be hidden. `rows` and `cells` as there."""

    margins: Margins
    rows: IntArray
    cells: IntArray
    starts: IntArray
    count: int
    size: int

    @classmethod
    def of(cls, table: Table) -> Equations:
        cut = table.equations.within(table.coverable)
        return cls(cut, cut.rows, cut.cells, cut.starts, cut.count, cut.size)

    def sum(self, entries: FloatArray) -> FloatArray:
        """Per equation, of numbers given per entry."""
        return np.bincount(self.rows, entries, self.count).astype(np.float64, copy=False)

    def most(self, entries: FloatArray) -> FloatArray:
        return np.asarray(np.maximum.reduceat(entries, self.starts), np.float64) if self.count else np.zeros(0)

    def any(self, entries: BoolArray) -> BoolArray:
        return np.greater(self.sum(entries.astype(np.float64)), 0)

    def per_cell(self, entries: BoolArray) -> FloatArray:
        """At how many of the chosen entries each cell stands; shape (size,)."""
        return np.bincount(self.cells[entries], minlength=self.size).astype(np.float64)

    def best(self, score: FloatArray) -> IntArray:
        """Per equation the cell of highest score, the first of equals; `size` where no score is finite."""
        top = self.most(score)
        chosen = np.isfinite(score) & (score == top[self.rows])
        first = np.where(chosen, self.cells, self.size)
        return np.minimum.reduceat(first, self.starts) if self.count else np.zeros(0, np.int64)
