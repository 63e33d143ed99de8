"""Proofs that sensitive cells keep their width, found under a time limit: what runs the compiled loops.

The limit may end the work, never change its outcome: a pattern is either what it would have been without a limit, or
there is none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from node.feasible.certify import Need, Witnesses
from node.feasible.insiders import Claims as ClaimedFlows
from node.feasible.network import Network
from node.model.cube import BoolArray, FloatArray, IntArray
from node.protect.arrays import arrays
from node.protect.insiders import Claims, Owned, withstand
from node.protect.ledger import NOBODY, Ledger, missing, prove, short_of_space, spare
from node.protect.paths import renew_all

ROOM = 8
"""Entries per cell of the table that suffice for most."""


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """What a search begins with; arrays of shape (size,). `slack`: how far each cell may fall; `cost`: of hiding it."""

    network: Network
    hidden: BoolArray
    slack: FloatArray
    cost: FloatArray


class Proofs:
    """For each cell how far up and down it is shown to reach, and by which flow. Changes as cells are hidden.

    Each method returns whether it came to its end before the deadline, a time of `time.monotonic`.
    """

    __slots__ = ("_arcs", "_claims", "_deadline", "_ledger", "_state")

    def __init__(self, start: Start, need: Need, deadline: float, *, room: int = ROOM) -> None:
        """`room`: entries that the ledger begins with, per cell of the table."""
        self._arcs, self._state = arrays(start.network, start.hidden, start.slack, start.cost)
        renew_all(self._arcs, self._state)
        self._ledger = _ledger(np.stack([need.up, need.down, need.width], axis=1), room * len(need.up))
        self._claims = Claims(np.zeros(1024, np.int64), np.zeros(1024, np.int64), np.zeros(1, np.int64))
        self._deadline = deadline

    @property
    def hidden(self) -> BoolArray:
        return self._state.hidden.copy()

    def missing(self, cells: IntArray) -> BoolArray:
        """Which of the `cells` are not shown to have what they need."""
        return np.array([missing(self._ledger, cell) for cell in cells.tolist()], np.bool_)

    def prove(self, cells: IntArray) -> bool:
        """Show of each of the `cells` what it needs, hiding more where it must."""
        return self._run(cells, lambda at: prove(self._arcs, self._state, self._ledger, cells, at))

    def spare(self, asked: BoolArray, cells: IntArray) -> bool:
        """Publish each of the `cells` again where all that the `asked` cells rely on can be shown otherwise."""
        return self._run(cells, lambda at: spare(self._arcs, self._state, self._ledger, asked, cells, at))

    def withstand(self, cells: IntArray, owner: IntArray, need: Need) -> bool:
        """Hide what the `cells` need against each `owner` (per cell who is alone in it, negative for nobody)."""
        mine = np.flatnonzero(owner >= 0)
        mine = mine[np.argsort(owner[mine], kind="stable")]
        owned = Owned(owner, mine, np.searchsorted(owner[mine], np.arange(len(owner) + 1)).astype(np.int64))
        needs = np.stack([need.up, need.down, need.width], axis=1)
        return self._run(
            cells,
            lambda at: withstand(self._arcs, self._state, self._ledger, owned, needs, self._claims, cells, at),
        )

    def _run(self, cells: IntArray, loop: Callable[[int], int]) -> bool:
        """Call a loop until it is through the cells, with more space where that is short."""
        at = 0
        while at < len(cells):
            if time.monotonic() > self._deadline:
                return False
            before, at = at, loop(at)
            if at < len(cells) and (short_of_space(self._ledger, 1) or at == before):
                self._ledger = _larger(self._ledger)
            if at < len(cells):
                self._claims = _with_more_claims(self._claims)
        return True

    def witnesses(self, asked: BoolArray) -> tuple[Witnesses, ClaimedFlows]:
        """All flows that the asked cells rely on, or that vouch for them against an owner, and which does for which."""
        book, count = self._ledger, int(self._claims.used[0])
        flows = self._claims.flow[:count]
        used = np.unique(np.concatenate([book.by[:, asked].ravel(), flows]))
        used = used[used != NOBODY]
        lengths = book.begins[used + 1] - book.begins[used]
        firsts = np.repeat(book.begins[used] - (np.cumsum(lengths) - lengths), lengths)
        entries = firsts + np.arange(int(lengths.sum()))
        number = np.repeat(np.arange(len(used)), lengths)
        found = Witnesses(len(used), number.astype(np.int64), book.cell[entries], book.amount[entries])
        claimed = ClaimedFlows(self._claims.cell[:count].copy(), np.searchsorted(used, flows).astype(np.int64))
        return found, claimed


def _ledger(need: FloatArray, room: int) -> Ledger:
    size = len(need)
    return Ledger(
        need=need,
        reach=np.zeros((2, size)),
        by=np.full((2, size), NOBODY, np.int64),
        flow=np.zeros(room, np.int64),
        cell=np.zeros(room, np.int64),
        amount=np.zeros(room),
        link=np.zeros(room, np.int64),
        head=np.full(size, NOBODY, np.int64),
        begins=np.zeros(room + 1, np.int64),
        uses=np.zeros(room + 1, np.int64),
        used=np.zeros(2, np.int64),
    )


def _larger(ledger: Ledger) -> Ledger:
    """The same ledger with twice the space."""
    room = len(ledger.cell)
    more, fractions = np.zeros(room, np.int64), np.zeros(room)
    return ledger._replace(
        flow=np.concatenate([ledger.flow, more]),
        cell=np.concatenate([ledger.cell, more]),
        amount=np.concatenate([ledger.amount, fractions]),
        link=np.concatenate([ledger.link, more]),
        begins=np.concatenate([ledger.begins, more]),
        uses=np.concatenate([ledger.uses, more]),
    )


def _with_more_claims(claims: Claims) -> Claims:
    """The same claims, with space for as many more again."""
    more = np.zeros(max(2 * int(claims.used[0]) + 1024 - len(claims.cell), 0), np.int64)
    return claims._replace(cell=np.concatenate([claims.cell, more]), flow=np.concatenate([claims.flow, more]))
