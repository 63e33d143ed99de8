"""Paths through the network, found by loops that are compiled.

A path is a circulation: through a first step, and back by others to where it began. `free_path` takes hidden cells
only, and few of them; `cheapest_path` hides what it needs, for least cost.
"""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np

from node.protect.arrays import NEVER, Arcs, State
from node.protect.compiled import compiled

_ALMOST_FREE = 1e-3
"""Cost of a hidden cell on a path: short paths are preferred, without hiding more for it."""


@compiled
def price_of(arcs: Arcs, state: State, arc: int) -> float:
    """What hiding the arc's cells would cost: 0 where all are hidden, infinite where one is banned."""
    price = 0.0
    for at in range(arcs.falls_from[2 * arc], arcs.falls_from[2 * arc + 2]):
        cell = arcs.falls[at]
        if state.banned[cell]:
            return np.inf
        if not state.hidden[cell]:
            price += state.cost[cell]
    return price


@compiled
def renew(arcs: Arcs, state: State, cell: int) -> None:
    """Bring price and open steps of the cell's arcs in line with what is hidden and banned."""
    for at in range(arcs.arcs_from[cell], arcs.arcs_from[cell + 1]):
        arc = arcs.arcs_of[at]
        was = state.price[arc]
        state.price[arc] = price_of(arcs, state, arc)
        if (was == 0.0) != (state.price[arc] == 0.0):
            for step in (2 * arc, 2 * arc + 1):
                if state.slot[step] != NEVER:
                    _turn(arcs, state, step, was == 0.0)


@compiled
def _turn(arcs: Arcs, state: State, step: int, close: bool) -> None:
    """Move a step to or from the open ones, which stand first among its node's."""
    node = arcs.ends[step >> 1, step & 1]
    if close:
        state.opened[node] -= 1
    border = arcs.steps_from[node] + state.opened[node]
    if not close:
        state.opened[node] += 1
    place, other = state.slot[step], state.order[border]
    state.order[place], state.order[border] = other, step
    state.slot[other], state.slot[step] = place, border


@compiled
def renew_all(arcs: Arcs, state: State) -> None:
    for cell in range(len(state.hidden)):
        renew(arcs, state, cell)


@compiled
def room(arcs: Arcs, state: State, way: int, step: int) -> float:
    """How many units fit through `step` beside the flow found so far."""
    units = np.inf
    for at in range(arcs.falls_from[step], arcs.falls_from[step + 1]):
        cell = arcs.falls[at]
        units = min(units, state.slack[cell] + state.moved[way, cell])
    return units


@compiled
def free_path(arcs: Arcs, state: State, way: int, first: int, unit: float) -> int:
    """A circulation of few steps through `first` and hidden cells, with room for `unit`, into `state.path`.

    Returns how many steps it has, 0 where there is none.
    """
    own = first >> 1
    if state.price[own] != 0.0 or room(arcs, state, way, first) < unit:
        return 0
    begin, end = arcs.ends[own, 1 - (first & 1)], arcs.ends[own, first & 1]
    state.counter[0] += 1
    stamp = state.counter[0]
    state.seen[begin] = stamp
    state.queue[0] = begin
    done, waiting = 0, 1
    while done < waiting:
        node = state.queue[done]
        done += 1
        for at in range(arcs.steps_from[node], arcs.steps_from[node] + state.opened[node]):
            step = state.order[at]
            goal = arcs.ends[step >> 1, 1 - (step & 1)]
            if state.seen[goal] == stamp or step >> 1 == own or room(arcs, state, way, step) < unit:
                continue
            state.seen[goal] = stamp
            state.before[goal] = step
            if goal == end:
                state.counter[1] += waiting
                return _trace(arcs, state, first, begin, end)
            state.queue[waiting] = goal
            waiting += 1
    state.counter[1] += waiting
    return 0


@compiled
def cheapest_path(arcs: Arcs, state: State, way: int, first: int, unit: float, limit: float) -> tuple[int, float]:
    """The circulation through `first` that hides least, if for less than `limit`, into `state.path`.

    Returns how many steps it has, 0 where there is none, and what it costs.
    """
    own = first >> 1
    if state.price[own] >= limit or room(arcs, state, way, first) < unit:
        return 0, limit
    begin, end = arcs.ends[own, 1 - (first & 1)], arcs.ends[own, first & 1]
    state.counter[0] += 2
    seen = state.counter[0]
    done = seen + 1
    state.counter[0] += 1
    state.seen[begin] = seen
    state.reached[begin] = state.price[own]
    heap = [(state.price[own], 0, begin)]
    number = 0
    while heap:
        so_far, _, node = heappop(heap)
        if state.seen[node] == done:
            continue
        state.counter[1] += 1
        if node == end:
            return _trace(arcs, state, first, begin, end), so_far
        state.seen[node] = done
        for at in range(arcs.steps_from[node], arcs.steps_from[node + 1]):
            step = state.order[at]
            goal = arcs.ends[step >> 1, 1 - (step & 1)]
            if state.seen[goal] == done or step >> 1 == own:
                continue
            price = state.price[step >> 1]
            cost = so_far + (price if price > 0.0 else _ALMOST_FREE)
            if cost >= limit or (state.seen[goal] == seen and cost >= state.reached[goal]):
                continue
            if room(arcs, state, way, step) < unit:
                continue
            state.seen[goal] = seen
            state.reached[goal] = cost
            state.before[goal] = step
            number += 1
            heappush(heap, (cost, number, goal))
    return 0, limit


@compiled
def _trace(arcs: Arcs, state: State, first: int, begin: int, end: int) -> int:
    state.path[0] = first
    steps = 1
    node = end
    while node != begin:
        step = state.before[node]
        state.path[steps] = step
        steps += 1
        node = arcs.ends[step >> 1, step & 1]
    return steps
