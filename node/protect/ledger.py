"""The ledger of flows: which flow shows how far each cell reaches, in loops that are compiled.

Each loop stops early where the ledger is short of space or much work was done, so that whoever called it can make
space, look at the clock, and call again from where it stopped.
"""

from __future__ import annotations

from typing import NamedTuple

from node.feasible.certify import TOLERANCE
from node.model.cube import BoolArray, FloatArray, IntArray
from node.protect.arrays import Arcs, State
from node.protect.compiled import compiled
from node.protect.flows import forget, show
from node.protect.paths import renew

NOBODY = -1

WORK = 20_000_000
"""Nodes visited between two looks at the clock: less than a few seconds."""


class Ledger(NamedTuple):
    """`need`: shape (size, 3), how far up and down and how wide each cell must reach; `reach`, `by`: shape (2, size),
    how far up and down it is shown to reach, and by which flow.

    Flows are entries, one for each cell that moves: `flow`, `cell`, `amount`, and `link` to the entry before it of
    the same cell, whose newest is at `head`. `begins`: a flow's first entry; `uses`: how many cells' reach is by
    it; `used`: how many entries and flows there are.
    """

    need: FloatArray
    reach: FloatArray
    by: IntArray
    flow: IntArray
    cell: IntArray
    amount: FloatArray
    link: IntArray
    head: IntArray
    begins: IntArray
    uses: IntArray
    used: IntArray


@compiled
def short_of_space(ledger: Ledger, proofs: int) -> bool:
    """Whether that many more proofs might not fit."""
    return bool(ledger.used[0] + 2 * proofs * len(ledger.head) > len(ledger.cell))


@compiled
def missing(ledger: Ledger, cell: int) -> bool:
    """Whether `cell` is not yet shown to have what it needs."""
    above, below = ledger.reach[0, cell], ledger.reach[1, cell]
    need = ledger.need[cell]
    return bool(above < need[0] - TOLERANCE or below < need[1] - TOLERANCE or above + below < need[2] - TOLERANCE)


@compiled
def _set(ledger: Ledger, way: int, cell: int, amount: float, flow: int) -> None:
    if ledger.by[way, cell] != NOBODY:
        ledger.uses[ledger.by[way, cell]] -= 1
    if flow != NOBODY:
        ledger.uses[flow] += 1
    ledger.reach[way, cell], ledger.by[way, cell] = amount, flow


@compiled
def _record(state: State, ledger: Ledger, undo: list[tuple[int, int, float, int]]) -> None:
    """Note the flows in `state.moved`, where they show anything new, and begin new ones."""
    for way in range(2):
        number = ledger.used[1]
        ledger.uses[number] = 0
        for at in range(state.touches[way]):
            cell = state.touched[way, at]
            amount = state.moved[way, cell]
            side = 0 if amount > 0 else 1
            if abs(amount) > ledger.reach[side, cell] + TOLERANCE:
                undo.append((side, cell, ledger.reach[side, cell], ledger.by[side, cell]))
                _set(ledger, side, cell, abs(amount), number)
        if ledger.uses[number]:
            _enter(state, ledger, way)
    forget(state)


@compiled
def enter_flows(state: State, ledger: Ledger) -> None:
    """Note the flows in `state.moved`, whatever they show, and begin new ones."""
    for way in range(2):
        if state.touches[way]:
            ledger.uses[ledger.used[1]] = 0
            _enter(state, ledger, way)
    forget(state)


@compiled
def _enter(state: State, ledger: Ledger, way: int) -> None:
    """Add the flow of one way to the entries."""
    number = ledger.used[1]
    ledger.begins[number] = ledger.used[0]
    for at in range(state.touches[way]):
        cell = state.touched[way, at]
        if state.moved[way, cell] != 0.0:
            entry = ledger.used[0]
            ledger.flow[entry], ledger.cell[entry], ledger.amount[entry] = number, cell, state.moved[way, cell]
            ledger.link[entry], ledger.head[cell] = ledger.head[cell], entry
            ledger.used[0] += 1
    ledger.used[1] += 1
    ledger.begins[number + 1] = ledger.used[0]


@compiled
def prove(arcs: Arcs, state: State, ledger: Ledger, cells: IntArray, begin: int) -> int:
    """Show that each of the `cells` has what it needs, hiding more where it must; returns where it stopped."""
    undo = [(0, 0, 0.0, 0)]
    until = state.counter[1] + WORK
    for at in range(begin, len(cells)):
        if short_of_space(ledger, 1) or state.counter[1] > until:
            return at
        cell = cells[at]
        if missing(ledger, cell) and show(arcs, state, cell, ledger.need[cell], ledger.reach[:, cell].copy(), True):
            _record(state, ledger, undo)
            undo.clear()
    return len(cells)


@compiled
def spare(arcs: Arcs, state: State, ledger: Ledger, asked: BoolArray, cells: IntArray, begin: int) -> int:
    """Publish each of the `cells` where all `asked` cells that relied on it can be shown otherwise.

    Returns where it stopped.
    """
    until = state.counter[1] + WORK
    for at in range(begin, len(cells)):
        if state.counter[1] > until:
            return at
        outcome = _spare(arcs, state, ledger, asked, cells[at])
        if outcome < 0:
            return at
    return len(cells)


@compiled
def _spare(arcs: Arcs, state: State, ledger: Ledger, asked: BoolArray, cell: int) -> int:
    """1 where the cell was published, 0 where it is needed, -1 where the ledger is short; then nothing has changed."""
    undo = [(0, 0, 0.0, 0)]
    undo.clear()
    state.hidden[cell] = False
    renew(arcs, state, cell)
    entries, flows = ledger.used[0], ledger.used[1]
    relied = _strike(ledger, cell, asked, undo)
    outcome = 1
    for other in relied:
        if not missing(ledger, other):
            continue
        if short_of_space(ledger, 1):
            outcome = -1
        elif show(arcs, state, other, ledger.need[other], ledger.reach[:, other].copy(), False):
            _record(state, ledger, undo)
            continue
        else:
            outcome = 0
        break
    if outcome == 1:
        ledger.head[cell] = NOBODY
        return outcome
    for at in range(len(undo) - 1, -1, -1):
        way, moved, amount, flow = undo[at]
        _set(ledger, way, moved, amount, flow)
    for entry in range(ledger.used[0] - 1, entries - 1, -1):
        ledger.head[ledger.cell[entry]] = ledger.link[entry]
    ledger.used[0], ledger.used[1] = entries, flows
    state.hidden[cell] = True
    renew(arcs, state, cell)
    return outcome


@compiled
def _strike(ledger: Ledger, cell: int, asked: BoolArray, undo: list[tuple[int, int, float, int]]) -> list[int]:
    """Void all flows through `cell`; returns the asked cells whose reach was by them, oldest flow first."""
    relied = [0 for _ in range(0)]
    entry = ledger.head[cell]
    while entry != NOBODY:
        number = ledger.flow[entry]
        if ledger.uses[number]:
            for at in range(ledger.begins[number], ledger.begins[number + 1]):
                moved = ledger.cell[at]
                for way in range(2):
                    if ledger.by[way, moved] == number:
                        undo.append((way, moved, ledger.reach[way, moved], number))
                        _set(ledger, way, moved, 0.0, NOBODY)
                        if asked[moved]:
                            relied.append(moved)
        entry = ledger.link[entry]
    return relied
