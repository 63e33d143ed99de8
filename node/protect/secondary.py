"""Secondary suppression after an attack: which further cells to hide where the audit still finds something.

In a round every equation of what the attack found asks for its cheapest cell, and all that were asked for are hidden
at once, so the outcome does not depend on the order of cells or equations. Cost is the value hidden, so high margins
stay published as long as anything else serves.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from node.feasible.certify import Certificate
from node.model.cube import BoolArray, FloatArray
from node.protect.room import Equations, Table

_POPULATED_ZERO = 1e15
"""Cost of hiding a cell whose value is 0 though someone is in it: it covers little, so it comes last."""

Attack = Callable[[BoolArray], BoolArray]
"""From the hidden cells to those of them that a reader can compute; both of shape (size,)."""


def withstand(
    table: Table, hidden: BoolArray, attack: Attack, widths: Callable[[BoolArray], Certificate]
) -> tuple[BoolArray, BoolArray, Certificate]:
    """Hide more beside every sensitive cell that the attack finds or whose interval is narrow, until there is none.

    A cell that was hidden only to cover others, and can be computed, covers nothing: it is published before and after
    all that, which tells nobody anything new. Returns all hidden cells, those that can still be computed, and the last
    certificate.
    """
    equations = Equations.of(table)
    while ((exposed := attack(hidden)) & ~table.sensitive).any():
        hidden = hidden & ~(exposed & ~table.sensitive)
    while True:
        certificate = widths(hidden)
        failing = (exposed & table.sensitive) | certificate.narrow
        chosen = _nearest(table, equations, hidden, failing) if failing.any() else failing
        if not chosen.any() or certificate.undecided.any():
            break
        hidden = hidden | chosen
        exposed = attack(hidden)
    while (useless := exposed & ~table.sensitive).any():
        hidden = hidden & ~useless
        exposed, certificate = attack(hidden), widths(hidden)
    return hidden, exposed, certificate


def _nearest(table: Table, equations: Equations, hidden: BoolArray, exposed: BoolArray) -> BoolArray:
    """The cheapest cell of each equation of the exposed cells; where all there are hidden, of those next to them."""
    reach = exposed
    while True:
        around = equations.any(reach[equations.cells])
        chosen = _cheapest(table, equations, around, hidden)
        wider = reach | (hidden & (equations.per_cell(around[equations.rows]) > 0))
        if chosen.any() or np.array_equal(wider, reach):
            return chosen
        reach = wider


def _cheapest(table: Table, equations: Equations, needy: BoolArray, hidden: BoolArray) -> BoolArray:
    """For each needy equation with cells left to hide, the one of least cost; ties go to the first in order."""
    cost = _cost(table, equations, needy, hidden)[equations.cells]
    best = equations.best(np.where(needy[equations.rows], -cost, -np.inf))
    chosen = np.zeros(equations.size, np.bool_)
    chosen[best[best < equations.size]] = True
    return chosen


def _cost(table: Table, equations: Equations, needy: BoolArray, hidden: BoolArray) -> FloatArray:
    """The value hidden; dearer where it starts trouble in a quiet equation, cheaper where it serves several."""
    quiet = ~equations.any(hidden[equations.cells])
    starts_trouble = equations.per_cell(quiet[equations.rows])
    serves = np.maximum(equations.per_cell(needy[equations.rows]), 1.0)
    value = np.where(table.value > 0, table.value, _POPULATED_ZERO)
    return np.where(table.coverable & ~hidden, value * (1.0 + starts_trouble) / serves, np.inf)
