"""The audit of a release: an attack on what a reader would hold, blind to how the pattern was chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from node.feasible.bounds import propagate
from node.feasible.certify import Certificate
from node.feasible.exact import determined
from node.feasible.margins import Margins, margins
from node.model.cube import AuditResult, BoolArray, FloatArray, TextArray
from node.model.structure import CONF_FREE, CONF_SECONDARY, STATUS_MISSING, STATUS_SUPPRESSED, Dimension

METHOD = "linear consequences by exact elimination, and bounds propagated from what hidden cells are at least"
CERTIFIED = METHOD + "; intervals of sensitive cells by witness tables and linear programme"


def exposed_cells(axes: Sequence[Dimension], value: FloatArray, status: TextArray, lower: FloatArray) -> BoolArray:
    """Which suppressed cells a reader can compute from a table as published; all arrays of the table's shape.

    `value`: NaN where suppressed or missing; `lower`: what a reader knows a suppressed cell to be at least
    (1 where zeros are published and each contributor adds a whole unit, else 0).
    """
    missing = status == STATUS_MISSING
    hidden = status == STATUS_SUPPRESSED
    equations = informative(axes, margins(axes), missing)
    found = attack(equations, value.ravel(), hidden.ravel(), missing.ravel(), lower.ravel())
    return found.reshape(value.shape)


def audit_result(
    exposed: BoolArray,
    status: TextArray,
    confidentiality: TextArray,
    certificate: Certificate | None = None,
    required_width: float = 0.0,
) -> AuditResult:
    """The audit's numbers, none of which says anything of a cell's value; without a certificate, none of widths.

    `required_width`: the widest interval that a threshold asks for, by the rules and not by the cells that are hidden.
    """
    primary = int(((confidentiality != CONF_FREE) & (confidentiality != CONF_SECONDARY)).sum())
    narrow, undecided = (int(certificate.narrow.sum()), int(certificate.undecided.sum())) if certificate else (0, 0)
    return AuditResult(
        cells=status.size,
        suppressed=int((status == STATUS_SUPPRESSED).sum()),
        primary=primary,
        exposed=int(exposed.sum()),
        method=CERTIFIED if certificate else METHOD,
        certified=primary - narrow - undecided if certificate else 0,
        narrow=narrow,
        undecided=undecided,
        required_width=required_width if certificate else 0.0,
    )


def attack(
    equations: Margins, value: FloatArray, hidden: BoolArray, missing: BoolArray, lower: FloatArray
) -> BoolArray:
    """Which `hidden` cells follow exactly from the others; all arrays of shape (size,).

    Two arguments take turns until neither finds more: linear consequence, and bounds that meet.
    """
    unknown = hidden | missing
    found = determined(equations, unknown)
    low = np.where(hidden, lower, np.where(missing, 0.0, value))
    high = np.where(unknown, np.inf, value)
    while True:
        low, high = propagate(equations, low, high)
        closed = unknown & (low == high)
        if not closed.any():
            return found & hidden
        unknown &= ~closed
        found |= closed | determined(equations, unknown)


def informative(axes: Sequence[Dimension], equations: Margins, missing: BoolArray) -> Margins:
    """The equations less those whose total is missing, where that loses nothing.

    It loses nothing where whole slices of one dimension are missing with all slices above them: any table of
    the rest can then be completed by zeros in the missing slices and sums above.
    """
    if not missing.any() or not any(_whole_slices(axes, place, missing) for place in range(len(axes))):
        return equations
    return equations.without_equations(equations.totals(missing.ravel()))


def _whole_slices(axes: Sequence[Dimension], place: int, missing: BoolArray) -> bool:
    """Whether `missing` is whole slices of one additive axis, and each slice's parent with it."""
    others = tuple(other for other in range(len(axes)) if other != place)
    slices = np.asarray(missing.all(axis=others), np.bool_)
    parents = axes[place].codelist.parents
    below = slices & (parents >= 0)
    shape = [1] * len(axes)
    shape[place] = -1
    return (
        axes[place].additive
        and bool(slices[parents[below]].all())
        and np.array_equal(np.broadcast_to(slices.reshape(shape), missing.shape), missing)
    )
