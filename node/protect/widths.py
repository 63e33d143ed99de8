"""Secondary suppression for width: every sensitive cell gets an interval as wide as its rule asks, at least cost.

Sensitive cells take their turn, the smallest first, since they have least room of their own. Each asks for flows that
show its width; what is hidden for one serves the next. Then what proves to be spare is published again, the largest
value first, and what contributors know is withstood. The order is by value and place in the table, never by how
records came in.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from node.feasible.bounds import propagate
from node.feasible.certify import Certificate, Held, Need, Witnesses, certify
from node.feasible.insiders import Claims, certify_against_owners, owners
from node.feasible.network import Network, network
from node.model.cube import BoolArray, FloatArray
from node.model.structure import Dimension
from node.protect.room import Table

if TYPE_CHECKING:
    from node.protect.proofs import Proofs

CELL_COST = 100.0
"""What hiding one more cell costs beside its value. Measured on unit groups by area: 2 % fewer cells than at 1, for
hardly more value hidden."""

STICKY = 0.25
"""What a cell costs that the period before hid, as a part of what it would cost otherwise."""

SECOND_ROUND = 60_000
"""Up to how many cells that somebody is in the search is made twice: it costs as much again, and larger tables take
minutes."""

SECOND_COST = 0.7
"""What a cell costs in the second round that the first one hid, as a part of what it would cost otherwise: the second
meets the sensitive cells in the opposite order and gathers their covers. Measured by sex: 1.3 % fewer cells."""

_POPULATED_ZERO = 1e15
"""Cost of hiding a cell whose value is 0 though someone is in it: it moves little, so it comes last."""


def need_of(table: Table) -> Need:
    """What the rules ask of each sensitive cell, for a reader who is no contributor.

    A reader's interval cannot reach below what is known even where all is hidden: a total holds at least what its
    parts do at least.
    """
    up = np.where(table.sensitive, table.upper, 0.0)
    down = np.clip(table.value - _least(table), 0.0, up)
    return Need(up, np.where(table.sensitive, down, 0.0), np.where(table.sensitive, table.width, 0.0))


def contributors_need(table: Table, need: Need) -> Need:
    """What is asked for a reader who contributes to some cells: the reach above, which keeps them from telling another
    contributor's share, and the width; how far down a cell may go, they know from their own share.
    """
    return Need(need.up, np.zeros_like(need.down), np.where(table.guarded, 0.0, need.width))


def owners_need(table: Table, need: Need) -> Need:
    """What is asked for a contributor who is alone in other cells: the width.

    The reach of a dominated cell protects its largest contributor, who may be just that one.
    """
    return Need(np.zeros_like(need.up), np.zeros_like(need.down), np.where(table.guarded, 0.0, need.width))


def _least(table: Table) -> FloatArray:
    """What each cell is known to be at least even where all is hidden."""
    least, _ = propagate(
        table.equations,
        np.where(table.coverable, table.lower, table.value),
        np.where(table.coverable, np.inf, table.value),
    )
    return least


def readers_need(table: Table) -> Need:
    """What is asked for a reader who is no contributor, of any cell if it is hidden: what its rules ask, and `cover`.

    Readers are not told which hidden cells are small counts. A cover that could be one, and were narrower than those
    are, would tell that it is none, so every hidden cell that could be one is as wide.
    """
    need = need_of(table)
    asked = table.coverable & (_least(table) <= table.cover + 1)
    return Need(need.up, need.down, np.maximum(need.width, np.where(asked, table.cover, 0.0)))


def slack_of(table: Table) -> FloatArray:
    """How far each cell may fall; endless for cells that are in no equation at all, as missing slices are."""
    placed = np.zeros(len(table.value), np.bool_)
    placed[table.equations.cells] = True
    room = np.maximum(table.value - table.lower, 0.0)
    return np.where(placed, np.where(table.coverable, room, 0.0), np.inf)


def _alike(table: Table) -> bool:
    """Whether contributors know no more of any cell than readers do, as where each is one person."""
    return bool((table.share <= table.lower).all())


def for_contributors(table: Table) -> Table:
    """The table as any one contributor knows it: a cell holds at least what they have in it, and nobody has more in
    it than the largest. What fits so, fits for each contributor, whoever they are and in however many cells.
    """
    return replace(table, lower=np.maximum(table.lower, table.share))


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Hidden cells, and witnesses that vouch for the sensitive ones; a cell without any is left to the audit.

    `witnesses`: for readers; `inner`: for any contributor; `claims`: which of `inner` vouches for which cell against
    contributors who are alone in others; `undecided`: cells that the search had not come to when its time was up,
    and then there is no pattern.
    """

    hidden: BoolArray
    witnesses: Witnesses
    inner: Witnesses
    claims: Claims
    undecided: BoolArray


def suppress_for_width(table: Table, axes: Iterable[Dimension], deadline: float) -> Pattern:
    """Hide what gives every sensitive cell its width, for readers, for contributors, and for those alone in a cell.

    `deadline`: a time of `time.monotonic`.
    """
    moves = network(tuple(axes), table.coverable | np.isinf(slack_of(table)), table.value)
    need, sensitive = readers_need(table), np.flatnonzero(table.sensitive)
    smallest_first = sensitive[np.argsort(table.value[sensitive], kind="stable")]
    insider = for_contributors(table)
    alike = _alike(table)
    known = need if alike else contributors_need(table, need_of(table))
    inner = _proofs(insider, moves, table.sensitive, known, deadline)
    owner = owners(table.equations, table.alone, table.coverable)
    finished = inner.prove(smallest_first) and _publish_spare(table, inner)
    if finished and np.count_nonzero(table.coverable) <= SECOND_ROUND:
        again = _proofs(insider, moves, table.sensitive, known, deadline, liked=inner.hidden)
        finished = again.prove(smallest_first[::-1]) and _publish_spare(table, again)
        inner = again if np.count_nonzero(again.hidden) < np.count_nonzero(inner.hidden) else inner
    finished = finished and inner.withstand(sensitive, owner, owners_need(table, need))
    outer = inner if alike else _proofs(table, moves, inner.hidden, need, deadline)
    finished = finished and outer.prove(smallest_first) and _prove_covers(table, outer)
    undecided = np.zeros(len(table.value), np.bool_)
    if not finished:
        missing = outer.missing(sensitive)
        undecided[sensitive[missing] if missing.any() else sensitive] = True
    within, claims = inner.witnesses(table.sensitive)
    hidden = outer.hidden & ~np.isinf(slack_of(table))
    return Pattern(hidden, outer.witnesses(hidden | table.sensitive)[0], within, claims, undecided)


def _proofs(
    table: Table, moves: Network, hidden: BoolArray, need: Need, deadline: float, liked: BoolArray | None = None
) -> Proofs:
    """A search that begins with `hidden` and would rather hide what is `liked`."""
    # Loading the compiler takes most of a second, which a command that protects nothing should not pay.
    from node.protect.proofs import Proofs, Start  # noqa: PLC0415  # loading it is put off

    slack = slack_of(table)
    cost = np.where(table.value > 0, table.value, _POPULATED_ZERO) + CELL_COST
    cost = np.where(table.preferred, cost * STICKY, cost)
    if liked is not None:
        cost = np.where(liked, cost * SECOND_COST, cost)
    return Proofs(Start(moves, hidden | np.isinf(slack), slack, cost), need, deadline)


def _publish_spare(table: Table, proofs: Proofs) -> bool:
    """Publish again what is not needed, the largest value first; whether there was time."""
    spare = np.flatnonzero(proofs.hidden & ~table.sensitive & ~np.isinf(slack_of(table)))
    return proofs.spare(table.sensitive, spare[np.argsort(-table.value[spare], kind="stable")])


def _prove_covers(table: Table, proofs: Proofs) -> bool:
    """Show of every hidden cell what readers' proofs need, also of those hidden for that; whether there was time."""
    done = -1
    while True:
        cells = np.flatnonzero(proofs.hidden & ~np.isinf(slack_of(table)))
        if len(cells) == done:
            return True
        if not proofs.prove(cells[np.argsort(table.value[cells], kind="stable")]):
            return False
        done = len(cells)


def certified(table: Table, pattern: Pattern, hidden: BoolArray, deadline: float) -> Certificate:
    """Whether every sensitive cell has what it needs where `hidden` is hidden: for readers, for any contributor, and
    for those who are alone in cells. Every witness is checked anew; what none vouches for is decided by linear
    programme. And whether readers can tell any cover from a small count.
    """
    need, insider = need_of(table), for_contributors(table)
    held, known = _held(table, hidden), _held(insider, hidden)
    found = certify(held, table.sensitive, need, pattern.witnesses, seconds=deadline - time.monotonic())
    found = found.joined(_certified_covers(table, held, pattern, hidden, deadline))
    if not _alike(table):
        left = table.sensitive & ~found.narrow & ~found.undecided
        inner = certify(known, left, contributors_need(table, need), pattern.inner, seconds=deadline - time.monotonic())
        found = found.joined(inner)
    left = table.sensitive & ~found.narrow & ~found.undecided
    owner = owners(table.equations, table.alone, table.coverable)
    need, seconds = owners_need(table, need), deadline - time.monotonic()
    return found.joined(
        certify_against_owners(known, need, left, owner, pattern.inner, pattern.claims, seconds=seconds)
    )


def _certified_covers(table: Table, held: Held, pattern: Pattern, hidden: BoolArray, deadline: float) -> Certificate:
    """Whether every hidden cell that could be a small count is as wide as those must be."""
    none = np.zeros(len(table.value))
    asked = hidden & ~np.isinf(slack_of(table)) & (table.cover > 0)
    need, seconds = Need(none, none, table.cover), deadline - time.monotonic()
    return certify(held, asked, need, pattern.witnesses, seconds=seconds, ceiling=table.cover + 1)


def _held(table: Table, hidden: BoolArray) -> Held:
    slack = slack_of(table)
    return Held(table.equations, table.value, hidden | np.isinf(slack), slack)
