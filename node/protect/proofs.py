"""Proofs that sensitive cells keep their width: the flows found so far, and which cells each vouches for."""

from __future__ import annotations

import numpy as np

from node.feasible.certify import TOLERANCE, Need, Witnesses
from node.protect.search import Search

UNIT = 1.0
"""What a path must have room for at least: whole contributors."""

_FRACTION = 4.0
"""A large demand is met in at most about this many paths: each must have room for its part."""

_PATHS = 40
"""Paths that one flow may take before the demand counts as not met this way."""

_NOBODY = -1

Flow = dict[int, float]
"""A witness: by how much each cell changes."""

Triple = tuple[float, float, float]
"""A cell's need: how far up, how far down, how wide."""

WAYS = (0, 1)
"""Up and down."""


class _Task:
    """One cell's need on the way to being met: flows up (`flows[0]`) and down (`flows[1]`), and what they carry."""

    __slots__ = ("_need", "_shown", "_slack", "cell", "flows", "pushed")

    def __init__(self, cell: int, need: Triple, shown: tuple[float, float], slack: float) -> None:
        self.cell = cell
        self.flows: tuple[Flow, Flow] = ({}, {})
        self.pushed = [0.0, 0.0]
        self._need, self._shown, self._slack = need, shown, slack

    def wanted(self, way: int) -> float:
        """How much more the cell should be pushed up (`way` 0) or down (1)."""
        other = max(self._shown[1 - way], self.pushed[1 - way])
        goal = max(self._need[way], self._need[2] - other)
        if way:
            goal = min(goal, self._slack)
        return 0.0 if self._shown[way] >= goal - TOLERANCE else max(goal - self.pushed[way], 0.0)

    def units(self, way: int) -> list[float]:
        """How much room paths must have, from much to little, to meet what is left of a need in few of them.

        A small need is met by single units at once; none is wanted where the need is met.
        """
        most = self.wanted(way)
        if most <= TOLERANCE:
            return []
        unit = max(self._need) / _FRACTION
        units = []
        while unit > UNIT:
            units.append(min(unit, most))
            unit /= _FRACTION
        return [*units, min(UNIT, most)]


class Proofs:
    """For each cell how far up and down it is shown to reach, and by which flow. Changes as flows come and go."""

    __slots__ = ("_by", "_flows", "_needs", "_reach", "_search", "_through", "_undo")

    def __init__(self, search: Search, need: Need) -> None:
        size = len(need.up)
        self._search = search
        self._needs = list(zip(need.up.tolist(), need.down.tolist(), need.width.tolist(), strict=True))
        self._reach: tuple[list[float], list[float]] = ([0.0] * size, [0.0] * size)
        self._by: tuple[list[int], list[int]] = ([_NOBODY] * size, [_NOBODY] * size)
        self._flows: list[Flow] = []
        self._through: dict[int, set[int]] = {}
        self._undo: list[tuple[int, int, float, int]] = []

    def missing(self, cell: int) -> bool:
        """Whether `cell` is not yet shown to have what it needs."""
        up, down, width = self._needs[cell]
        above, below = self._reach[0][cell], self._reach[1][cell]
        return bool(above < up - TOLERANCE or below < down - TOLERANCE or above + below < width - TOLERANCE)

    def prove(self, cell: int, *, hide: bool) -> bool:
        """Show that `cell` has what it needs, by hidden cells, and if they do not suffice by hiding more (`hide`).

        False when it could not be shown; then no cell was hidden for it.
        """
        flows = self._show(cell, self._needs[cell], (self._reach[0][cell], self._reach[1][cell]), hide=hide)
        if flows is None:
            return False
        for flow in flows:
            self._record(flow)
        return True

    def withstand(self, cell: int, owner: list[int], cells_of: dict[int, list[int]]) -> list[int]:
        """Hide what `cell` needs so that no contributor who is alone in other cells, and knows them, narrows it.

        `owner`: per cell who is alone in it, negative for nobody; `cells_of`: all cells of an owner. Each owner
        whose cells a proof runs through is set aside in turn, and the proof made without them: of the width only,
        since the reach of a dominated cell protects its largest contributor, who may be just that owner. Returns
        the owners against whom that could not be had.
        """
        width = self._needs[cell][2]
        if not width:
            return []
        proofs = {by[cell] for by in self._by} - {_NOBODY}
        relied = {owner[other]: None for number in sorted(proofs) for other in self._flows[number]}
        lost = []
        for who in relied:
            if who < 0 or who == owner[cell]:
                continue
            self._search.ban(cells_of[who])
            if self._show(cell, (0.0, 0.0, width), (0.0, 0.0), hide=True) is None:
                lost.append(who)
            self._search.allow()
        return lost

    def _show(self, cell: int, need: Triple, shown: tuple[float, float], *, hide: bool) -> tuple[Flow, Flow] | None:
        """Flows that take `cell` from what is `shown` already, up and down, to what it needs; None where none do."""
        task = _Task(cell, need, shown, self._search.slack[cell])
        hidden: list[int] = []
        for way in WAYS:
            while (steps := self._free(task, way)) is not None:
                task.pushed[way] += self._search.push(steps, task.flows[way], task.wanted(way))
        for _ in range(_PATHS):
            if not any(task.wanted(way) > TOLERANCE for way in WAYS):
                return task.flows
            found = self._cheapest(task) if hide else None
            if found is None:
                break
            way, steps = found
            new = self._search.unhidden(steps)
            self._search.hide(new)
            hidden += new
            task.pushed[way] += self._search.push(steps, task.flows[way], task.wanted(way))
        self._search.publish(hidden)
        return None

    def _free(self, task: _Task, way: int) -> list[int] | None:
        """A path of hidden cells the given way, if one is wanted."""
        for unit in task.units(way):
            for first in self._search.starts(task.cell, up=not way):
                if (steps := self._search.free(first, task.flows[way], unit)) is not None:
                    return steps
        return None

    def _cheapest(self, task: _Task) -> tuple[int, list[int]] | None:
        """The way and the path that hides least, of both ways that are still wanted."""
        best: tuple[int, list[int]] | None = None
        limit = np.inf
        for way in WAYS:
            for unit in task.units(way):
                found = best
                for first in self._search.starts(task.cell, up=not way):
                    path = self._search.cheapest(first, task.flows[way], unit, limit)
                    if path is not None:
                        limit, best = path[0], (way, path[1])
                if best is not found:
                    break
        return best

    def _record(self, flow: Flow) -> None:
        number, useful = len(self._flows), False
        for cell, amount in flow.items():
            way = 0 if amount > 0 else 1
            if abs(amount) > self._reach[way][cell] + TOLERANCE:
                self._set(way, cell, abs(amount), number)
                useful = True
        if useful:
            self._flows.append(flow)
            for cell, amount in flow.items():
                if amount:
                    self._through.setdefault(cell, set()).add(number)

    def _set(self, way: int, cell: int, amount: float, flow: int) -> None:
        self._undo.append((way, cell, self._reach[way][cell], self._by[way][cell]))
        self._reach[way][cell], self._by[way][cell] = amount, flow

    def spare(self, cell: int, sensitive: list[bool]) -> bool:
        """Publish `cell` again where all that relied on it can be shown in another way; whether that was done."""
        self._undo.clear()
        self._search.publish((cell,))
        relied: dict[int, None] = {}
        for number in sorted(self._through.get(cell, ())):
            for moved in self._flows[number]:
                for way in (0, 1):
                    if self._by[way][moved] == number:
                        self._set(way, moved, 0.0, _NOBODY)
                        if sensitive[moved]:
                            relied[moved] = None
        if all(not self.missing(other) or self.prove(other, hide=False) for other in relied):
            self._through.pop(cell, None)
            return True
        for way, moved, amount, flow in reversed(self._undo):
            self._reach[way][moved], self._by[way][moved] = amount, flow
        self._search.hide((cell,))
        return False

    def witnesses(self, sensitive: list[bool]) -> Witnesses:
        """All flows that sensitive cells rely on."""
        used = sorted({by[cell] for by in self._by for cell, asked in enumerate(sensitive) if asked} - {_NOBODY})
        entries = [(at, cell, amount) for at, number in enumerate(used) for cell, amount in self._flows[number].items()]
        number, cell, amount = (list(column) for column in zip(*entries, strict=True)) if entries else ([], [], [])
        return Witnesses(len(used), np.array(number, np.int64), np.array(cell, np.int64), np.array(amount, np.float64))
