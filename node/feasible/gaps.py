"""Gaps as intervals: what each suppressed cell of a published table can be, given all that is published with it.

The same code as attacks a table before its release, in the reader's hands. Bounds are propagated over all equations;
linear programmes then narrow the cells that are read first. Both only ever hold the truth, whatever time there was.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from node.errors import TableContradicts
from node.feasible.audit import informative
from node.feasible.bounds import propagate
from node.feasible.inference import EXACT
from node.feasible.intervals import intervals
from node.feasible.margins import Margins, margins
from node.model.cube import BoolArray, FloatArray
from node.model.structure import Dimension


def gaps(
    axes: Sequence[Dimension],
    value: FloatArray,
    hidden: BoolArray,
    missing: BoolArray,
    first: BoolArray,
    *,
    whole: bool,
    seconds: float,
) -> tuple[FloatArray, FloatArray]:
    """The least and the most that each hidden cell can be, NaN elsewhere; all arrays of the shape of `axes`.

    `value`: anything where hidden or missing. Hidden cells are taken to be 0 or more, and whole numbers where `whole`.
    `first`: cells whose intervals linear programmes seek for at most `seconds`, from the equations that hold none but
    such cells, so that the programmes stay small; what they leave undecided keeps its propagated bounds.
    Raises: TableContradicts where nothing fits what is published.
    """
    equations = informative(axes, margins(axes), missing)
    unknown, wanted = (hidden | missing).ravel(), hidden.ravel()
    known = np.where(unknown, 0.0, value.ravel())
    off = EXACT * max(1.0, float(known.max(initial=0.0)) / 1e6)
    outer_low, outer_high = propagate(equations, known, np.where(unknown, np.inf, known))
    found = intervals(_among(equations, first.ravel()), outer_low, outer_high, wanted, seconds=seconds)
    # A solver is right within its tolerance only, so that what it says is taken with as much to spare.
    low, high = np.maximum(outer_low, found.low - off), np.minimum(outer_high, found.high + off)
    if whole:
        low, high = np.ceil(low) + 0.0, np.floor(high)  # + 0.0: no zero below zero
    _refuse_contradiction(axes, wanted & (low > high + off))
    low, high = np.where(wanted, low, np.nan), np.where(wanted, np.maximum(low, high), np.nan)
    return low.reshape(value.shape), high.reshape(value.shape)


def _among(equations: Margins, cells: BoolArray) -> Margins:
    """The equations that hold none but these cells."""
    return equations.without_equations(np.bincount(equations.rows, ~cells[equations.cells], equations.count) > 0)


def _refuse_contradiction(axes: Sequence[Dimension], against: BoolArray) -> None:
    if against.any():
        shape = tuple(len(axis.codelist) for axis in axes)
        cells = np.argwhere(against.reshape(shape)).tolist()
        places = (".".join(axis.codelist.ids[at] for axis, at in zip(axes, cell, strict=True)) for cell in cells)
        raise TableContradicts("nothing fits what is published", places=tuple(places))
