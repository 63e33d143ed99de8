"""What a reader can infer from published tables: exact values and intervals of all hidden cells.

The whole attack on tables of any origin. It knows nothing but what is published, the hierarchies, and what a hidden
cell is at least (and at most, where the file's own marks say so).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from node.errors import TableContradicts, TableInvalid
from node.feasible.audit import attack
from node.feasible.bounds import propagate
from node.feasible.intervals import intervals
from node.feasible.linked import LinkedTables
from node.model.cube import BoolArray, FloatArray

EXACT = 1e-6
"""An interval narrower than this is one number; in units of the table, times its largest value above a million."""


@dataclass(frozen=True, slots=True, eq=False)
class Inference:
    """What was found; all of shape (joint cells,).

    `low`, `high`: the feasible interval of each hidden cell, rounded inwards where the tables hold whole numbers;
    wider than in truth where not `decided`. `exact`: hidden cells that a reader can compute, or reads in another
    table; `disclosed`: those of them that are sensitive; `narrow`: sensitive cells, not exact, whose interval is
    narrower than asked; `undecided`: hidden cells for which time did not suffice.
    """

    low: FloatArray
    high: FloatArray
    exact: BoolArray
    disclosed: BoolArray
    narrow: BoolArray
    undecided: BoolArray

    @property
    def safe(self) -> bool:
        return not (self.exact.any() or self.narrow.any() or self.undecided.any())


def infer(linked: LinkedTables, least: FloatArray, most: FloatArray, *, seconds: float) -> Inference:
    """Attack tables. `least`, `most`: what a reader knows each hidden cell to be at least and most, shape (size,);
    `seconds`: how long the linear programmes may take.

    Raises: TableInvalid where totals are not the sum of their parts; TableContradicts where nothing fits.
    """
    hidden, known = linked.hidden, ~np.isnan(linked.value)
    _check_sums(linked, known)
    value = np.where(known, linked.value, 0.0)
    low = np.where(known, value, np.where(hidden, least, 0.0))
    high = np.where(known, value, np.where(hidden, most, np.inf))
    exact_size = EXACT * max(1.0, float(value.max(initial=0.0)) / 1e6)
    narrowed, capped = propagate(linked.equations, low, high)
    if (against := narrowed > capped + exact_size).any():
        raise TableContradicts("nothing fits what is published", places=linked.names(against))
    settled = ~known & (capped - narrowed <= 0)
    still = ~known & ~settled
    shown = np.where(settled, narrowed, value)
    found = (hidden & (known | settled)) | attack(linked.equations, shown, hidden & still, still & ~hidden, low)
    first = intervals(linked.equations, low, high, found & still, seconds=seconds)
    every = intervals(linked.equations, low, high, hidden & still, seconds=seconds)
    decided = every.decided | (found & first.decided)
    best_low, best_high = (
        np.where(found, one, other) for one, other in ((first.low, every.low), (first.high, every.high))
    )
    return _judged(linked, best_low, best_high, found | (hidden & known), decided, exact_size)


def _judged(
    linked: LinkedTables, low: FloatArray, high: FloatArray, found: BoolArray, decided: BoolArray, exact_size: float
) -> Inference:
    hidden, known = linked.hidden, linked.value[~np.isnan(linked.value)]
    exact = found | (hidden & decided & (high - low <= exact_size))
    sensitive = linked.sensitive & (low <= linked.ceiling + exact_size)
    narrow = sensitive & decided & (high - low < linked.width - exact_size)
    if (known == np.floor(known)).all():
        low, high = np.ceil(low - exact_size), np.floor(high + exact_size)
        exact |= sensitive & decided & (low == high)
    return Inference(low, high, exact, sensitive & exact, narrow & ~exact, hidden & ~decided & ~exact)


def _check_sums(linked: LinkedTables, known: BoolArray) -> None:
    """Refuse tables whose published totals are not the sum of their published parts."""
    equations = linked.equations
    whole = np.bincount(equations.rows, ~known[equations.cells], equations.count) == 0
    value = np.where(known, linked.value, 0.0)
    scale = np.bincount(equations.rows, np.abs(value[equations.cells]), equations.count)
    wrong = whole & (np.abs(equations.residuals(value)) > EXACT + 1e-9 * scale)
    if wrong.any():
        totals = np.zeros(equations.size, np.bool_)
        totals[equations.cells[wrong[equations.rows] & (equations.signs > 0)]] = True
        raise TableInvalid(
            f"{int(wrong.sum())} totals are not the sum of their parts, for instance", places=linked.names(totals)
        )
