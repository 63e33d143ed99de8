"""What a contributor who is alone in some cells, and so knows them, can narrow: who that is, and proofs against it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from node.feasible.certify import Certificate, Held, Need, Witnesses, certify, fitting
from node.feasible.margins import Margins
from node.model.cube import BoolArray, FloatArray, IntArray

NOBODY = -1

EVERYBODY = -2
"""All lone contributors together, in place of each of them: more than any one of them knows."""


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """Which witness is brought forward for which cell; shape (claims,)."""

    cell: IntArray
    number: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Doubts:
    """Cells that an owner might narrow too far; shape (doubts,)."""

    cell: IntArray
    owner: IntArray


def owners(equations: Margins, alone: BoolArray, populated: BoolArray) -> IntArray:
    """Who is alone in each cell, as the first of all cells where the same contributor is alone; NOBODY elsewhere.

    A total in which somebody is alone has its contributor in common with those of its parts that hold anybody.
    """
    inside = equations.within(populated)
    joined = inside.totals(alone)[inside.rows]
    rows, cells = inside.rows[joined], inside.cells[joined]
    size = len(alone)
    links = csr_array((np.ones(len(rows)), (cells, size + rows)), shape=(size + inside.count,) * 2)
    label = connected_components(links, directed=False)[1][:size]
    first = np.full(label.max(initial=0) + 1, size)
    np.minimum.at(first, label, np.arange(size))
    return np.where(alone & populated, first[label], NOBODY).astype(np.int64)


def certify_against_owners(
    held: Held, need: Need, asked: BoolArray, owner: IntArray, witnesses: Witnesses, claims: Claims, *, seconds: float
) -> Certificate:
    """Decide for every `asked` cell and every owner whether the owner can narrow it further than `need` allows.

    What the claims leave in doubt is decided by linear programme, in which the owner's cells are known.
    """
    deadline = time.monotonic() + seconds
    left = doubts(held, need, asked, owner, witnesses, claims)
    narrow, undecided = np.zeros(len(asked), np.bool_), np.zeros(len(asked), np.bool_)
    for who in np.unique(left.owner).tolist():
        cells = left.cell[left.owner == who]
        for group in [cells[owner[cells] == mine] for mine in np.unique(owner[cells]).tolist()]:
            known = (owner == who) if who != EVERYBODY else (owner != NOBODY) & (owner != owner[group[0]])
            wanted = np.zeros(len(asked), np.bool_)
            wanted[group] = True
            insider = replace(held, movable=held.movable & ~known)
            found = certify(insider, wanted, need, Witnesses.none(), seconds=deadline - time.monotonic())
            narrow |= found.narrow
            undecided |= found.undecided
    return Certificate(narrow, undecided & ~narrow)


def doubts(held: Held, need: Need, asked: BoolArray, owner: IntArray, witnesses: Witnesses, claims: Claims) -> Doubts:
    """Which `asked` cells are not shown to keep what they need against every owner (`owner`: see `owners`).

    A cell's claims that fit speak for it against all owners whose cells they do not move. An owner whose cells
    none of its claims moves is no worse than the public; against each of the others, those claims are weighed that
    leave their cells alone. A cell whose claims do not even hold against the public is in doubt for EVERYBODY.
    """
    fits = fitting(held, witnesses)
    mine = fits[claims.number] & asked[claims.cell]
    cell, number = claims.cell[mine], claims.number[mine]
    order = np.argsort(cell, kind="stable")
    cell, number = cell[order], number[order]
    amount = _amounts(witnesses, number, cell, len(owner))
    touch = _touched(witnesses, owner)
    at, pick = _joined(number, touch // len(owner))
    pairs = np.unique(cell[at] * len(owner) + touch[pick] % len(owner))
    about, who = pairs // len(owner), pairs % len(owner)
    about, who = about[owner[about] != who], who[owner[about] != who]
    pair, chosen = _joined(about, cell)
    clean = ~np.isin(number[chosen] * len(owner) + who[pair], touch)
    above, below = np.zeros(len(about)), np.zeros(len(about))
    np.maximum.at(above, pair[clean], amount[chosen[clean]])
    np.maximum.at(below, pair[clean], -amount[chosen[clean]])
    short = ~need.at(about).met(above, below)
    unclaimed = np.flatnonzero(asked & ~_claimed(need, cell, amount))
    return Doubts(
        np.concatenate([about[short], unclaimed]),
        np.concatenate([who[short], np.full(len(unclaimed), EVERYBODY)]),
    )


def _touched(witnesses: Witnesses, owner: IntArray) -> IntArray:
    """Which witness moves cells of which owner, as number x size + owner, in rising order."""
    touching = (np.abs(witnesses.amount) > 0) & (owner[witnesses.cell] != NOBODY)
    return np.unique(witnesses.number[touching] * len(owner) + owner[witnesses.cell[touching]])


def _claimed(need: Need, cell: IntArray, amount: FloatArray) -> BoolArray:
    """Which cells their claims show to have what they need; shape (size,)."""
    above, below = np.zeros(len(need.up)), np.zeros(len(need.up))
    np.maximum.at(above, cell, amount)
    np.maximum.at(below, cell, -amount)
    return need.met(above, below)


def _amounts(witnesses: Witnesses, number: IntArray, cell: IntArray, size: int) -> FloatArray:
    """By how much each claimed witness changes the cell it is claimed for."""
    keys = witnesses.number * size + witnesses.cell
    order = np.argsort(keys, kind="stable")
    wanted = number * size + cell
    place = np.searchsorted(keys[order], wanted)
    place = np.minimum(place, max(len(keys) - 1, 0))
    found = order[place] if len(keys) else place
    return np.where(keys[found] == wanted, witnesses.amount[found], 0.0) if len(keys) else np.zeros(len(wanted))


def _joined(left: IntArray, right: IntArray) -> tuple[IntArray, IntArray]:
    """All pairs of places with the same key in `left` and in `right`, which is in rising order."""
    first, last = np.searchsorted(right, left), np.searchsorted(right, left, side="right")
    count = last - first
    at = np.repeat(np.arange(len(left)), count)
    pick = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    return at.astype(np.int64), pick.astype(np.int64)
