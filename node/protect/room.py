"""How much room each equation of a table leaves its hidden cells, and which leave too little."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from node.feasible.margins import Margins
from node.model.cube import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The cells of a table, flattened, as suppression needs them; all arrays of shape (size,).

    `coverable`: cells that may be hidden (someone is in them, a source observes them); `lower`: what a reader
    knows a hidden cell to be at least; `width`, `upper`: the room that sensitive cells need (rules.Finding);
    `alone`: cells of a single contributor, who knows their own value.
    """

    equations: Margins
    value: FloatArray
    coverable: BoolArray
    lower: FloatArray
    sensitive: BoolArray
    width: FloatArray
    upper: FloatArray
    alone: BoolArray

    @property
    def demand(self) -> FloatArray:
        """What each sensitive cell asks of an equation: its width, or what is in it and its upper level more."""
        reach = np.where(self.upper > 0, self.value - self.lower + self.upper, 0.0)
        return np.where(self.sensitive, np.maximum(self.width, reach), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Equations:
    """A table's equations (`margins`) cut to the cells that may be hidden. `rows` and `cells` as there."""

    margins: Margins
    rows: IntArray
    cells: IntArray
    starts: IntArray
    is_total: BoolArray
    count: int
    size: int

    @classmethod
    def of(cls, table: Table) -> Equations:
        cut = table.equations.within(table.coverable)
        return cls(cut, cut.rows, cut.cells, cut.starts, cut.signs > 0, cut.count, cut.size)

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


def needy_equations(table: Table, equations: Equations, hidden: BoolArray) -> BoolArray:
    """Which equations give a hidden cell away by themselves, or leave it too little room; shape (count,).

    An equation whose total is hidden too leaves all the room its total has elsewhere. Of one whose total is
    published, the hidden parts can move by what they hold above their lower bounds, less what one of them is
    known to hold by its only contributor; and two parts do not do where the only contributor of one knows it.
    """
    rows, cells = equations.rows, equations.cells
    secret = hidden[cells]
    count = equations.sum(secret.astype(np.float64))
    open_total = equations.any(secret & equations.is_total)
    above = np.where(secret, np.maximum(table.value - table.lower, 0.0)[cells], 0.0)
    asked = np.where(secret, table.demand[cells], 0.0)
    known = _known_to_another(equations, np.where(table.alone[cells], above, 0.0))
    short = equations.any((asked > 0) & (equations.sum(above)[rows] - known < asked))
    insider = equations.any(secret & table.alone[cells]) & (count == 2)
    return np.asarray((count == 1) | (~open_total & (short | insider)), np.bool_)


def _known_to_another(equations: Equations, own: FloatArray) -> FloatArray:
    """Per entry the largest of `own` (what lone contributors know) at another entry of its equation."""
    top = equations.most(own)[equations.rows]
    at_top = (own == top) & (own > 0)
    only = equations.sum(at_top.astype(np.float64))[equations.rows] == 1
    second = equations.most(np.where(at_top, 0.0, own))[equations.rows]
    return np.where(at_top & only, second, top)
