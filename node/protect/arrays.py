"""The network and the state of the search as plain arrays, which `paths` and `flows` work on.

A step is an arc in one direction: 2 x arc from tail to head, 2 x arc + 1 back. Cells are places in the flattened
table. A way is 0 for up and 1 for down.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from node.feasible.network import NO_CELL, Network
from node.model.cube import BoolArray, FloatArray, IntArray

NEVER = -1
"""The slot of a step that can never be taken: some cell that would fall has nothing to lose."""


class Arcs(NamedTuple):
    """What does not change during a search.

    `ends`: shape (arcs, 2), tail and head; `falls`, `falls_from`: the cells that a step lowers, of step s from
    `falls_from[s]` to `falls_from[s + 1]` (those that it raises are what the opposite step lowers); `arcs_of`,
    `arcs_from`: likewise the arcs that a cell is in; `steps_from`: where each node's steps begin in `State.order`.
    """

    ends: IntArray
    falls: IntArray
    falls_from: IntArray
    arcs_of: IntArray
    arcs_from: IntArray
    steps_from: IntArray


class State(NamedTuple):
    """What changes: which cells are hidden, and with them the price of each arc and the steps that are open.

    `hidden`, `banned`, `slack`, `cost`: per cell (`banned`: as if known, no path may use it); `price`: per arc,
    what hiding its cells would cost, 0 where all are hidden, infinite where one is banned; `order`: each node's
    steps, those through hidden cells first, `opened` many; `slot`: where a step stands in `order`.
    `moved`, `touched`, `touches`, `is_touched`: the flows being found, one for each way. The rest is scratch
    space; `counter`: a stamp that marks what was seen in the present pass, and the work done so far.
    """

    hidden: BoolArray
    banned: BoolArray
    slack: FloatArray
    cost: FloatArray
    price: FloatArray
    order: IntArray
    slot: IntArray
    opened: IntArray
    moved: FloatArray
    touched: IntArray
    touches: IntArray
    is_touched: BoolArray
    seen: IntArray
    before: IntArray
    queue: IntArray
    reached: FloatArray
    path: IntArray
    counter: IntArray


def arrays(network: Network, hidden: BoolArray, slack: FloatArray, cost: FloatArray) -> tuple[Arcs, State]:
    """`slack`: how far each cell may fall; `cost`: of hiding it; shape (size,). `hidden` is copied."""
    size, arcs = len(slack), network.arcs
    falls, falls_from = _falls(network)
    room = np.full(2 * arcs, np.inf)
    longest = np.flatnonzero(np.diff(falls_from))
    room[longest] = np.minimum.reduceat(slack[falls], falls_from[longest]) if len(longest) else 0.0
    cells, arcs_of, _ = network.with_cell()
    ends = np.stack([network.tail, network.head], axis=1).astype(np.int64)
    taken = np.flatnonzero(room > 0)
    source = ends[taken >> 1, taken & 1]
    order = taken[np.argsort(source, kind="stable")]
    slot = np.full(2 * arcs, NEVER, np.int64)
    slot[order] = np.arange(len(order))
    steps_from = np.searchsorted(source[np.argsort(source, kind="stable")], np.arange(network.nodes + 1))
    fixed = Arcs(
        ends, falls, falls_from, arcs_of, np.searchsorted(cells, np.arange(size + 1)), steps_from.astype(np.int64)
    )
    nodes = network.nodes
    state = State(
        hidden=np.zeros(size, np.bool_),
        banned=np.zeros(size, np.bool_),
        slack=slack.astype(np.float64),
        cost=cost.astype(np.float64),
        price=np.full(arcs, np.inf),
        order=order.astype(np.int64),
        slot=slot,
        opened=np.zeros(nodes, np.int64),
        moved=np.zeros((2, size)),
        touched=np.zeros((2, size), np.int64),
        touches=np.zeros(2, np.int64),
        is_touched=np.zeros((2, size), np.bool_),
        seen=np.zeros(nodes, np.int64),
        before=np.zeros(nodes, np.int64),
        queue=np.zeros(nodes, np.int64),
        reached=np.zeros(nodes),
        path=np.zeros(nodes + 1, np.int64),
        counter=np.zeros(2, np.int64),
    )
    state.hidden[:] = hidden
    return fixed, state


def _falls(network: Network) -> tuple[IntArray, IntArray]:
    """The cells that each step lowers, step after step, and where each step's begin."""
    arcs, places = np.nonzero(network.cells != NO_CELL)
    signs = network.signs[arcs, places]
    steps = 2 * arcs + (signs > 0)
    order = np.argsort(steps, kind="stable")
    starts = np.searchsorted(steps[order], np.arange(2 * network.arcs + 1))
    return network.cells[arcs, places][order].astype(np.int64), starts.astype(np.int64)
