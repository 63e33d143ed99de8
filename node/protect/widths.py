"""Secondary suppression for width: every sensitive cell gets an interval as wide as its rule asks, at least cost.

Sensitive cells take their turn, the smallest first, since they have least room of their own. Each asks for flows
(`search`) that show its width; what is hidden for one serves the next. Then what proves to be spare is published
again, the largest value first. The order is by value and place in the table, never by how records came in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from node.feasible.bounds import propagate
from node.feasible.certify import Need, Witnesses
from node.feasible.network import network
from node.model.cube import BoolArray, FloatArray, IntArray
from node.model.structure import Dimension
from node.protect.proofs import Proofs
from node.protect.room import Table
from node.protect.search import Search

CELL_COST = 20.0
"""What hiding one more cell costs beside its value. Measured on unit groups by area: fewer cells than at 1, and no
more value hidden."""

_POPULATED_ZERO = 1e15
"""Cost of hiding a cell whose value is 0 though someone is in it: it moves little, so it comes last."""


def need_of(table: Table) -> Need:
    """What the rules ask of each sensitive cell.

    A reader's interval cannot reach below what is known even where all is hidden: a total holds at least what its
    parts do at least.
    """
    up = np.where(table.sensitive, table.upper, 0.0)
    least, _ = propagate(
        table.equations,
        np.where(table.coverable, table.lower, table.value),
        np.where(table.coverable, np.inf, table.value),
    )
    down = np.clip(table.value - least, 0.0, up)
    return Need(up, np.where(table.sensitive, down, 0.0), np.where(table.sensitive, table.width, 0.0))


def owners(table: Table) -> IntArray:
    """Who is alone in each cell, as the first of all cells where the same contributor is alone; -1 for nobody.

    A total in which somebody is alone has its contributor in common with those of its parts that hold anybody.
    """
    equations = table.equations.within(table.coverable)
    lone_total = equations.totals(table.alone)
    joined = lone_total[equations.rows]
    rows, cells = equations.rows[joined], equations.cells[joined]
    size = len(table.value)
    links = csr_array((np.ones(len(rows)), (cells, size + rows)), shape=(size + equations.count,) * 2)
    label = connected_components(links, directed=False)[1][:size]
    first = np.full(label.max(initial=0) + 1, size)
    np.minimum.at(first, label, np.arange(size))
    return np.where(table.alone & table.coverable, first[label], -1).astype(np.int64)


def slack_of(table: Table) -> FloatArray:
    """How far each cell may fall; endless for cells that are in no equation at all, as missing slices are."""
    placed = np.zeros(len(table.value), np.bool_)
    placed[table.equations.cells] = True
    room = np.maximum(table.value - table.lower, 0.0)
    return np.where(placed, np.where(table.coverable, room, 0.0), np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Hidden cells, and witnesses that vouch for the sensitive ones; a cell without any is left to the audit.

    `doubts`: sensitive cells that one contributor might narrow too far, each with the cells that one is alone in.
    """

    hidden: BoolArray
    witnesses: Witnesses
    doubts: tuple[tuple[int, tuple[int, ...]], ...]


def suppress_for_width(table: Table, axes: Iterable[Dimension]) -> Pattern:
    """Hide what gives every sensitive cell its width, for readers and for contributors who are alone in a cell."""
    slack = slack_of(table)
    endless = np.isinf(slack)
    usable = table.coverable | endless
    cost = np.where(table.value > 0, table.value, _POPULATED_ZERO) + CELL_COST
    search = Search(network(tuple(axes), usable, table.value), table.sensitive | endless, slack, cost)
    proofs = Proofs(search, need_of(table))
    sensitive = np.flatnonzero(table.sensitive)
    for cell in sensitive[np.argsort(table.value[sensitive], kind="stable")].tolist():
        if proofs.missing(cell):
            proofs.prove(cell, hide=True)
    marked = table.sensitive.tolist()
    spare = np.flatnonzero(np.array(search.hidden, np.bool_) & ~table.sensitive & ~endless)
    for cell in spare[np.argsort(-table.value[spare], kind="stable")].tolist():
        proofs.spare(cell, marked)
    doubts = _withstand_owners(table, proofs, sensitive)
    return Pattern(np.array(search.hidden, np.bool_) & ~endless, proofs.witnesses(marked), doubts)


def _withstand_owners(table: Table, proofs: Proofs, sensitive: IntArray) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """The last round: what one contributor who is alone in some cells knows must not narrow another's.

    Returns where that could not be shown: sensitive cells, each with all cells of one such contributor.
    """
    owner = owners(table).tolist()
    cells_of: dict[int, list[int]] = {}
    for cell, who in enumerate(owner):
        if who >= 0:
            cells_of.setdefault(who, []).append(cell)
    return tuple(
        (cell, tuple(cells_of[who])) for cell in sensitive.tolist() for who in proofs.withstand(cell, owner, cells_of)
    )
