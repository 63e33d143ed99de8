"""Flows: by how much hidden cells can change together, in loops that are compiled.

A flow is made of paths, each pushed as far as cells can fall. `show` finds those that take one cell from what it is
shown to reach to what it needs.
"""

from __future__ import annotations

import numpy as np

from node.feasible.certify import TOLERANCE
from node.model.cube import FloatArray, IntArray
from node.protect.arrays import Arcs, State
from node.protect.compiled import compiled
from node.protect.paths import cheapest_path, free_path, renew, room

UNIT = 1.0
"""What a path must have room for at least: whole contributors."""

_FRACTION = 4.0
"""A large demand is met in at most about this many paths: each must have room for its part."""

_PATHS = 40
"""Paths that hide something which one demand may take before it counts as not met this way."""


@compiled
def show(arcs: Arcs, state: State, cell: int, need: FloatArray, shown: FloatArray, hide: bool) -> bool:
    """Flows that take `cell` from what is `shown` (up, down) to what it needs (up, down, width), in `state.moved`.

    Where hidden cells do not suffice, more are hidden (`hide`). False where there are none; then no cell was hidden.
    """
    pushed = np.zeros(2)
    for way in range(2):
        while _push_free(arcs, state, cell, way, need, shown, pushed):
            pass
    hidden = [0 for _ in range(0)]
    for _ in range(_PATHS):
        most = max(_wanted(state, cell, 0, need, shown, pushed), _wanted(state, cell, 1, need, shown, pushed))
        if most <= TOLERANCE:
            return True
        if not hide:
            break
        way, path = _cheapest(arcs, state, cell, need, shown, pushed)
        if len(path) == 0:
            break
        _hide(arcs, state, path, hidden)
        pushed[way] += _push(arcs, state, way, path, _wanted(state, cell, way, need, shown, pushed))
    forget(state)
    for other in hidden:
        state.hidden[other] = False
        renew(arcs, state, other)
    return False


@compiled
def _hide(arcs: Arcs, state: State, path: IntArray, hidden: list[int]) -> None:
    """Hide the cells on a path that are not; adds them to `hidden`."""
    for step in path:
        for at in range(arcs.falls_from[step & -2], arcs.falls_from[(step & -2) + 2]):
            cell = arcs.falls[at]
            if not state.hidden[cell]:
                hidden.append(cell)
                state.hidden[cell] = True
                renew(arcs, state, cell)


@compiled
def forget(state: State) -> None:
    """Begin new flows."""
    for way in range(2):
        for at in range(state.touches[way]):
            cell = state.touched[way, at]
            state.moved[way, cell] = 0.0
            state.is_touched[way, cell] = False
        state.touches[way] = 0


@compiled
def _wanted(state: State, cell: int, way: int, need: FloatArray, shown: FloatArray, pushed: FloatArray) -> float:
    """How much more the cell should be pushed up (`way` 0) or down (1)."""
    other = max(shown[1 - way], pushed[1 - way])
    goal = max(need[way], need[2] - other)
    if way == 1:
        goal = min(goal, state.slack[cell])
    if shown[way] >= goal - TOLERANCE:
        return 0.0
    return float(max(goal - pushed[way], 0.0))


@compiled
def _smaller(unit: float) -> float:
    """The next room to ask of a path where none has more: a part of a large one, at last a single unit, then none."""
    if unit <= UNIT:
        return 0.0
    return max(unit / _FRACTION, UNIT)


@compiled
def _start(arcs: Arcs, cell: int, way: int, at: int) -> int:
    """The step that moves `cell` the given way through its arc at `at`."""
    arc = arcs.arcs_of[at]
    rises = False
    for place in range(arcs.falls_from[2 * arc + 1], arcs.falls_from[2 * arc + 2]):
        rises = rises or arcs.falls[place] == cell
    return int(2 * arc + (0 if rises == (way == 0) else 1))


@compiled
def _push_free(
    arcs: Arcs, state: State, cell: int, way: int, need: FloatArray, shown: FloatArray, pushed: FloatArray
) -> bool:
    """Push along one path of hidden cells, if any is wanted and there is one."""
    most = _wanted(state, cell, way, need, shown, pushed)
    if most <= TOLERANCE:
        return False
    unit = max(need.max() / _FRACTION, UNIT)
    while unit > 0.0:
        for at in range(arcs.arcs_from[cell], arcs.arcs_from[cell + 1]):
            steps = free_path(arcs, state, way, _start(arcs, cell, way, at), min(unit, most))
            if steps:
                pushed[way] += _push(arcs, state, way, state.path[:steps], most)
                return True
        unit = _smaller(unit)
    return False


@compiled
def _cheapest(
    arcs: Arcs, state: State, cell: int, need: FloatArray, shown: FloatArray, pushed: FloatArray
) -> tuple[int, IntArray]:
    """The way and the path that hides least, of both ways that are still wanted; an empty path where there is none."""
    best, best_way, limit = state.path[:0].copy(), 0, np.inf
    for way in range(2):
        most = _wanted(state, cell, way, need, shown, pushed)
        unit = max(need.max() / _FRACTION, UNIT) if most > TOLERANCE else 0.0
        found = False
        while unit > 0.0 and not found:
            for at in range(arcs.arcs_from[cell], arcs.arcs_from[cell + 1]):
                first = _start(arcs, cell, way, at)
                steps, cost = cheapest_path(arcs, state, way, first, min(unit, most), limit)
                if steps:
                    best, best_way, limit, found = state.path[:steps].copy(), way, cost, True
            unit = _smaller(unit)
    return best_way, best


@compiled
def _push(arcs: Arcs, state: State, way: int, path: IntArray, most: float) -> float:
    """Push as much as fits along a path, at most `most`; returns how much."""
    units = most
    for step in path:
        units = min(units, room(arcs, state, way, step))
    for step in path:
        for at in range(arcs.falls_from[step], arcs.falls_from[step + 1]):
            _move(state, way, arcs.falls[at], -units)
        for at in range(arcs.falls_from[step ^ 1], arcs.falls_from[(step ^ 1) + 1]):
            _move(state, way, arcs.falls[at], units)
    return units


@compiled
def _move(state: State, way: int, cell: int, units: float) -> None:
    if not state.is_touched[way, cell]:
        state.is_touched[way, cell] = True
        state.touched[way, state.touches[way]] = cell
        state.touches[way] += 1
    state.moved[way, cell] += units
