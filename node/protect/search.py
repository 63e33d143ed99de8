"""The search for moves: how a sensitive cell's value could be another, and the cheapest cells to hide so that it could.

A reader's interval for a cell reaches as far up as some table that fits the published cells does, that is, as far as
units can be pushed through the cell's arc and back through other hidden cells (a flow). Units are pushed path by
path; where no path of hidden cells is left, the cheapest one through cells not hidden yet is taken, and they are
hidden. Source: Castro, A shortest-paths heuristic for statistical data protection in positive tables, INFORMS
Journal on Computing 19 (2007), here with a flow along several paths, and with bounds known to the reader.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from heapq import heappop, heappush

import numpy as np

from node.feasible.network import NO_CELL, Network
from node.model.cube import BoolArray, FloatArray

_ALMOST_FREE = 1e-3
"""Cost of a hidden cell on a path: short paths are preferred, without hiding more for it."""

Steps = list[tuple[int, int]]


class Search:
    """Hidden cells and the moves among them; cells are numbers of the flattened table.

    A step is an arc in one direction: 2 x arc forward, 2 x arc + 1 backward. This is the one object of this room
    that changes: `hide` and `publish` keep the arcs' prices and the open steps in line with `hidden`.
    """

    __slots__ = (
        "_all",
        "_banned",
        "_ends",
        "_falls",
        "_in_arcs",
        "_open",
        "_price",
        "_room",
        "cost",
        "hidden",
        "slack",
    )

    def __init__(self, network: Network, hidden: BoolArray, slack: FloatArray, cost: FloatArray) -> None:
        """`slack`: how far each cell may fall; `cost`: of hiding it; shape (size,). `hidden` is copied."""
        self.hidden: list[bool] = hidden.tolist()
        self.slack: list[float] = slack.tolist()
        self.cost: list[float] = cost.tolist()
        self._banned: set[int] = set()
        self._ends = list(zip(network.tail.tolist(), network.head.tolist(), strict=True))
        self._falls: list[tuple[int, ...]] = []
        self._in_arcs: dict[int, list[int]] = {}
        for arc, (cells, signs) in enumerate(zip(network.cells.tolist(), network.signs.tolist(), strict=True)):
            for side in (-1, 1):
                self._falls.append(tuple(cell for cell, sign in zip(cells, signs, strict=True) if sign == side))
            for cell in cells:
                if cell != NO_CELL:
                    self._in_arcs.setdefault(cell, []).append(arc)
        self._room: list[float] = [min((self.slack[cell] for cell in falls), default=np.inf) for falls in self._falls]
        self._price: list[float] = [self._price_of(arc) for arc in range(network.arcs)]
        self._all: list[Steps] = [[] for _ in range(network.nodes)]
        self._open: list[Steps] = [[] for _ in range(network.nodes)]
        for arc in range(network.arcs):
            for source, step in self._steps(arc):
                self._all[source].append(step)
                if not self._price[arc]:
                    self._open[source].append(step)

    def hide(self, cells: Collection[int]) -> None:
        for cell in cells:
            self.hidden[cell] = True
        self._renew(cells)

    def publish(self, cells: Collection[int]) -> None:
        for cell in cells:
            self.hidden[cell] = False
        self._renew(cells)

    def ban(self, cells: Collection[int]) -> None:
        """Leave these cells out of every path, as if their values were known, until `allow`."""
        self._banned = set(cells)
        self._renew(cells)

    def allow(self) -> None:
        banned, self._banned = sorted(self._banned), set()
        self._renew(banned)

    def _renew(self, cells: Collection[int]) -> None:
        """Bring price and open steps of the cells' arcs up to date."""
        for cell in cells:
            for arc in self._in_arcs.get(cell, ()):
                was, self._price[arc] = self._price[arc], self._price_of(arc)
                if bool(was) == bool(self._price[arc]):
                    continue
                for source, step in self._steps(arc):
                    if was:
                        self._open[source].append(step)
                    else:
                        self._open[source].remove(step)

    def _price_of(self, arc: int) -> float:
        """What hiding the arc's cells would cost: 0 where all are hidden, infinite where one is banned."""
        price = 0.0
        for cell in (*self._falls[2 * arc], *self._falls[2 * arc + 1]):
            if cell in self._banned:
                return float(np.inf)
            if not self.hidden[cell]:
                price += self.cost[cell]
        return price

    def _steps(self, arc: int) -> Iterator[tuple[int, tuple[int, int]]]:
        """The arc's steps that may ever be taken: from which node, and the step with the node it leads to."""
        tail, head = self._ends[arc]
        if self._room[2 * arc] > 0:
            yield tail, (2 * arc, head)
        if self._room[2 * arc + 1] > 0:
            yield head, (2 * arc + 1, tail)

    def starts(self, cell: int, *, up: bool) -> list[int]:
        """The steps that move `cell` up (or down)."""
        return [2 * arc + (0 if (cell in self._falls[2 * arc + 1]) == up else 1) for arc in self._in_arcs.get(cell, ())]

    def room(self, step: int, moved: dict[int, float]) -> float:
        """How many units fit through `step` once cells have been `moved`."""
        if not moved:
            return self._room[step]
        return min((self.slack[cell] + moved.get(cell, 0.0) for cell in self._falls[step]), default=np.inf)

    def push(self, steps: list[int], moved: dict[int, float], most: float) -> float:
        """Push as much as fits, at most `most`, and note it in `moved`; returns how much."""
        units = min(most, *(self.room(step, moved) for step in steps))
        for step in steps:
            for cell in self._falls[step]:
                moved[cell] = moved.get(cell, 0.0) - units
            for cell in self._falls[step ^ 1]:
                moved[cell] = moved.get(cell, 0.0) + units
        return units

    def free(self, first: int, moved: dict[int, float], unit: float) -> list[int] | None:
        """A circulation of few steps through `first` and hidden cells, with room for `unit`."""
        arc = first >> 1
        if self._price[arc] or self.room(first, moved) < unit:
            return None
        end, begin = self._ends[arc] if not first & 1 else self._ends[arc][::-1]
        before: dict[int, tuple[int, int]] = {begin: (begin, -1)}
        queue = deque((begin,))
        while queue:
            node = queue.popleft()
            for step, goal in self._open[node]:
                if goal in before or step >> 1 == arc or self.room(step, moved) < unit:
                    continue
                before[goal] = (node, step)
                if goal == end:
                    return [first, *_trace(before, goal, begin)]
                queue.append(goal)
        return None

    def cheapest(
        self, first: int, moved: dict[int, float], unit: float, limit: float
    ) -> tuple[float, list[int]] | None:
        """The circulation through `first` that hides least, if for less than `limit`; what it costs, and its steps."""
        arc = first >> 1
        own = self._price[arc]
        if own >= limit or self.room(first, moved) < unit:
            return None
        end, begin = self._ends[arc] if not first & 1 else self._ends[arc][::-1]
        reached = {begin: own}
        before: dict[int, tuple[int, int]] = {}
        heap = [(own, 0, begin)]
        done: set[int] = set()
        number = 0
        while heap:
            so_far, _, node = heappop(heap)
            if node in done:
                continue
            if node == end:
                return so_far, [first, *_trace(before, end, begin)]
            done.add(node)
            for step, goal in self._all[node]:
                if goal in done or step >> 1 == arc or self.room(step, moved) < unit:
                    continue
                cost = so_far + (self._price[step >> 1] or _ALMOST_FREE)
                if cost < limit and cost < reached.get(goal, np.inf):
                    reached[goal] = cost
                    before[goal] = (node, step)
                    number += 1
                    heappush(heap, (cost, number, goal))
        return None

    def unhidden(self, steps: list[int]) -> list[int]:
        """The cells on a path that are not hidden."""
        cells = {cell: None for step in steps for cell in (*self._falls[step], *self._falls[step ^ 1])}
        return [cell for cell in cells if not self.hidden[cell]]


def _trace(before: dict[int, tuple[int, int]], node: int, begin: int) -> list[int]:
    path = []
    while node != begin:
        node, step = before[node]
        path.append(step)
    return path
