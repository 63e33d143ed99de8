"""Certification: whether a reader's interval for each sensitive cell is as wide as its rule asks.

A witness is a second table that fits all that is published, as its difference from the true one; the interval of
a cell holds both values. Whoever found a witness, it counts only when it fits all equations and bounds here. Cells
that no witness vouches for are decided by linear programme.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from node.feasible.intervals import intervals
from node.feasible.margins import Margins
from node.model.cube import BoolArray, FloatArray, IntArray

TOLERANCE = 1e-6
"""How far a witness may be off an equation or bound, or an interval off its required width, in units of the table."""


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """What must stay possible for sensitive cells; 0 elsewhere; all of shape (size,).

    `up`, `down`: how far above and below its value a reader's interval must reach; `width`: how wide it must be.
    """

    up: FloatArray
    down: FloatArray
    width: FloatArray

    def at(self, cells: IntArray) -> Need:
        """What is needed at some cells, in their order."""
        return Need(self.up[cells], self.down[cells], self.width[cells])

    def met(self, above: FloatArray, below: FloatArray) -> BoolArray:
        """Whether intervals that reach `above` and `below` the values are enough."""
        return np.asarray(
            (above >= self.up - TOLERANCE)
            & (below >= self.down - TOLERANCE)
            & (above + below >= self.width - TOLERANCE)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Witnesses:
    """`count` differences from the true table: witness `number` changes `cell` by `amount`; shape (entries,)."""

    count: int
    number: IntArray
    cell: IntArray
    amount: FloatArray

    @classmethod
    def none(cls) -> Witnesses:
        return cls(0, np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A table as its keeper sees it, flattened; arrays of shape (size,).

    `movable`: cells whose value a reader does not know; `slack`: how far each may fall before a reader knows it
    cannot be, infinite where nothing bounds it.
    """

    equations: Margins
    value: FloatArray
    movable: BoolArray
    slack: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """Sensitive cells whose interval is too narrow, and those not decided within the time; shape (size,)."""

    narrow: BoolArray
    undecided: BoolArray

    def joined(self, other: Certificate) -> Certificate:
        """What either says."""
        narrow = self.narrow | other.narrow
        return Certificate(narrow, (self.undecided | other.undecided) & ~narrow)


def certify(
    held: Held,
    sensitive: BoolArray,
    need: Need,
    witnesses: Witnesses,
    *,
    seconds: float,
    ceiling: FloatArray | None = None,
) -> Certificate:
    """Decide every sensitive cell; `seconds` bound the time that linear programmes may take. `ceiling`: a cell whose
    interval lies above it needs nothing, since whoever sees that knows that it is not sensitive.
    """
    left = sensitive & ~need.met(*reach(held, witnesses))
    none = np.zeros(len(left), np.bool_)
    if not left.any():
        return Certificate(none, none)
    fixed = ~held.movable
    low = np.where(np.isinf(held.slack) & held.movable, -np.inf, held.value - np.where(fixed, 0.0, held.slack))
    high = np.where(held.movable, np.inf, held.value)
    found = intervals(held.equations, low, high, left, seconds=seconds)
    narrow = left & found.decided & ~need.met(found.high - held.value, held.value - found.low)
    if ceiling is not None:
        narrow &= found.low <= ceiling + TOLERANCE
    return Certificate(narrow, left & ~found.decided)


def reach(held: Held, witnesses: Witnesses) -> tuple[FloatArray, FloatArray]:
    """How far above and below its value each cell is shown to reach by the witnesses that hold; shape (size,)."""
    above, below = np.zeros(held.equations.size), np.zeros(held.equations.size)
    change = _changes(witnesses, held.equations.size)
    holds = np.repeat(fitting(held, witnesses), np.diff(change.indptr))
    cell, amount = change.indices[holds], change.data[holds]
    np.maximum.at(above, cell, amount)
    np.maximum.at(below, cell, -amount)
    return above, below


def _changes(witnesses: Witnesses, size: int) -> csr_array:
    """Witnesses as rows; entries of one cell are added up."""
    return csr_array((witnesses.amount, (witnesses.number, witnesses.cell)), shape=(witnesses.count, size))


def fitting(held: Held, witnesses: Witnesses) -> BoolArray:
    """Which witnesses fit all equations and bounds; shape (count,)."""
    equations, count = held.equations, witnesses.count
    if not count:
        return np.zeros(0, np.bool_)
    change = _changes(witnesses, equations.size)
    signs = equations.signs.astype(np.float64)
    matrix = csr_array((signs, (equations.cells, equations.rows)), shape=(equations.size, equations.count))
    moved = np.abs(change.data) > TOLERANCE
    off = moved & (~held.movable[change.indices] | (change.data < -held.slack[change.indices] - TOLERANCE))
    bad = np.bincount(np.repeat(np.arange(count), np.diff(change.indptr)), off, count) > 0
    left = change @ matrix
    unfit = np.abs(left.data) > TOLERANCE
    bad |= np.bincount(np.repeat(np.arange(count), np.diff(left.indptr)), unfit, count) > 0
    return ~bad
