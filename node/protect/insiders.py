"""What one contributor who is alone in some cells knows: proofs that do without those cells, in a compiled loop."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from node.feasible.certify import TOLERANCE
from node.model.cube import FloatArray, IntArray
from node.protect.arrays import Arcs, State
from node.protect.compiled import compiled
from node.protect.flows import forget, show
from node.protect.ledger import NOBODY, WORK, Ledger, enter_flows, short_of_space
from node.protect.paths import renew

MOST_OWNERS = 200
"""Owners that one cell's proof is made without, one by one; a proof through the cells of more is left to doubt."""


LOOKED_AT = 40
"""Flows found before that are looked at, the newest first, before another one is sought."""


class Owned(NamedTuple):
    """`owner`: per cell who is alone in it, negative for nobody; `cells`, `begins`: all cells of each owner."""

    owner: IntArray
    cells: IntArray
    begins: IntArray


class Claims(NamedTuple):
    """Which flow vouches for which cell against an owner: `cell`, `flow`, and in `used` how many."""

    cell: IntArray
    flow: IntArray
    used: IntArray


@compiled
def withstand(
    arcs: Arcs,
    state: State,
    ledger: Ledger,
    owned: Owned,
    needs: FloatArray,
    claims: Claims,
    cells: IntArray,
    begin: int,
) -> int:
    """Hide what each of the `cells` needs so that no owner, who knows their own cells, narrows it; where it stopped.

    Each owner whose cells a cell's proof runs through is set aside in turn, and the proof made without them.
    `needs`: shape (size, 3), how far up and down and how wide a cell must reach for an owner. Where the proof
    cannot be had, no claim is made, and the certificate will miss it.
    """
    until = state.counter[1] + WORK
    for at in range(begin, len(cells)):
        cell = cells[at]
        if claims.used[0] + 2 * MOST_OWNERS + 2 > len(claims.cell) or state.counter[1] > until:
            return at
        if needs[cell].max() <= TOLERANCE:
            continue
        before = claims.used[0]
        if not _against_owners(arcs, state, ledger, owned, cell, needs[cell], claims):
            claims.used[0] = before
            return at
    return len(cells)


@compiled
def _against_owners(
    arcs: Arcs, state: State, ledger: Ledger, owned: Owned, cell: int, need: FloatArray, claims: Claims
) -> bool:
    """Claim flows for the cell against each owner that its proof relies on; False where the ledger is short."""
    for way in range(2):
        if ledger.by[way, cell] != NOBODY:
            _claim(claims, cell, ledger.by[way, cell])
    for who in _relied_on(ledger, owned, cell):
        if _known_already(state, ledger, owned, who, cell, need, claims):
            continue
        if short_of_space(ledger, 1):
            return False
        if _without(arcs, state, owned, who, cell, need):
            first = ledger.used[1]
            enter_flows(state, ledger)
            for flow in range(first, ledger.used[1]):
                _claim(claims, cell, flow)
    return True


@compiled
def _claim(claims: Claims, cell: int, flow: int) -> None:
    claims.cell[claims.used[0]], claims.flow[claims.used[0]] = cell, flow
    claims.used[0] += 1


@compiled
def _relied_on(ledger: Ledger, owned: Owned, cell: int) -> list[int]:
    """The owners of cells that the flows which `cell` relies on run through, without its own."""
    found = [0 for _ in range(0)]
    for way in range(2):
        number = ledger.by[way, cell]
        if number == NOBODY:
            continue
        for at in range(ledger.begins[number], ledger.begins[number + 1]):
            who = owned.owner[ledger.cell[at]]
            if who >= 0 and who != owned.owner[cell] and who not in found and len(found) < MOST_OWNERS:
                found.append(who)
    return found


@compiled
def _known_already(
    state: State, ledger: Ledger, owned: Owned, who: int, cell: int, need: FloatArray, claims: Claims
) -> bool:
    """Claim the newest flows through the cell that leave the owner's cells alone, where they show its need."""
    above, below, up, down = 0.0, 0.0, NOBODY, NOBODY
    entry = ledger.head[cell]
    for _ in range(LOOKED_AT):
        if entry == NOBODY:
            break
        amount, flow = ledger.amount[entry], ledger.flow[entry]
        if (amount > above or -amount > below) and _leaves_alone(state, ledger, owned, who, flow):
            if amount > 0:
                above, up = amount, flow
            else:
                below, down = -amount, flow
        entry = ledger.link[entry]
    if above < need[0] - TOLERANCE or below < need[1] - TOLERANCE or above + below < need[2] - TOLERANCE:
        return False
    if up != NOBODY:
        _claim(claims, cell, up)
    if down != NOBODY:
        _claim(claims, cell, down)
    return True


@compiled
def _leaves_alone(state: State, ledger: Ledger, owned: Owned, who: int, flow: int) -> bool:
    """Whether a flow runs through hidden cells only, and none of the owner's."""
    for at in range(ledger.begins[flow], ledger.begins[flow + 1]):
        cell = ledger.cell[at]
        if owned.owner[cell] == who or not state.hidden[cell]:
            return False
    return True


@compiled
def _without(arcs: Arcs, state: State, owned: Owned, who: int, cell: int, need: FloatArray) -> bool:
    """Whether flows that leave the owner's cells alone show the cell's need; they are then in `state.moved`."""
    mine = owned.cells[owned.begins[who] : owned.begins[who + 1]]
    for other in mine:
        state.banned[other] = True
        renew(arcs, state, other)
    held = show(arcs, state, cell, need, np.zeros(2), True)
    for other in mine:
        state.banned[other] = False
        renew(arcs, state, other)
    if not held:
        forget(state)
    return held
