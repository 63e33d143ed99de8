"""Exact disclosure: which hidden cells are a linear consequence of what is published.

A hidden cell can be computed exactly when it is zero in every vector that the margins cannot tell from nothing
(the null space of the equations cut to the hidden cells). One random vector of that space decides for all cells
at once: a cell that can be computed is zero in it for certain, any other with probability one in 2^50, and then
it is taken for exposed. Arithmetic is exact, modulo a prime; no rounding can hide a leak. A linear consequence
could be overlooked only where the prime divides a subdeterminant of the equations; those of tables are small.
Source: Dobra, Karr & Sanil, Preserving confidentiality of high-dimensional tabulated data, Statistics and
Computing 13 (2003), section 2, for the setting.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np

from node.feasible.margins import Margins
from node.model.cube import BoolArray, IntArray

PRIME = 2**50 - 27
"""Larger than the subdeterminants of tables met in practice."""

_LONGEST = 4096
"""Entries in an equation whose residues sum to less than 2^63."""

_SEED = 20260
"""The vector is random and yet the same in every run."""

_WORTHWHILE = 64
"""Equations that a round of `_defer` must settle to be quicker than elimination one by one."""


def determined(equations: Margins, unknown: BoolArray) -> BoolArray:
    """Which of the `unknown` cells (shape (size,)) are fixed by the equations once all others are known."""
    found = np.zeros(equations.size, np.bool_)
    system = equations.within(unknown)
    system = _peel(system, found)
    system = system.without_equations(~system.basis)
    if system.count:
        cells, columns = np.unique(system.cells, return_inverse=True)
        found[cells[~_moves(system, columns.astype(np.int64), len(cells))]] = True
    return found


def _peel(system: Margins, found: BoolArray) -> Margins:
    """Solve equations with one unknown until there is none; what they give is marked in `found`."""
    while system.count:
        alone = np.bincount(system.rows, minlength=system.count) == 1
        if not alone.any():
            break
        found[system.cells[alone[system.rows]]] = True
        system = system.within(~found)
    return system


def _moves(system: Margins, columns: IntArray, width: int) -> BoolArray:
    """Which columns are not zero in a random vector of the null space; shape (width,)."""
    rounds, left = _defer(system, columns, width)
    vector = np.random.default_rng(_SEED).integers(1, PRIME, width)
    _solve_core(system, columns, left, vector)
    for entries in reversed(rounds):
        _solve_deferred(system, columns, entries, vector)
    return np.not_equal(vector, 0)


def _defer(system: Margins, columns: IntArray, width: int) -> tuple[list[IntArray], BoolArray]:
    """Set aside equations that hold a column no other equation holds: it can take up whatever the rest demands.

    Returns the rounds in which that was done, each as the entries of those columns, and the entries left.
    """
    rounds: list[IntArray] = []
    short = np.bincount(system.rows, minlength=system.count) <= _LONGEST
    left = np.ones(len(columns), np.bool_)
    while True:
        lone = np.flatnonzero(left & short[system.rows] & (np.bincount(columns[left], minlength=width)[columns] == 1))
        rows, first = np.unique(system.rows[lone], return_index=True)
        if len(rows) < _WORTHWHILE:
            return rounds, left
        settled = np.zeros(system.count, np.bool_)
        settled[rows] = True
        left &= ~settled[system.rows]
        rounds.append(lone[first].astype(np.int64))


def _solve_deferred(system: Margins, columns: IntArray, entries: IntArray, vector: IntArray) -> None:
    """Give the columns at `entries` the values that their equations demand."""
    vector[columns[entries]] = 0
    mine = np.zeros(system.count, np.bool_)
    mine[system.rows[entries]] = True
    others = np.flatnonzero(mine[system.rows])
    starts = np.flatnonzero(np.diff(system.rows[others], prepend=-1))
    sums = np.add.reduceat(system.signs[others] * vector[columns[others]], starts)
    vector[columns[entries]] = -system.signs[entries] * sums % PRIME


def _solve_core(system: Margins, columns: IntArray, left: BoolArray, vector: IntArray) -> None:
    """Change `vector` so that it fits the equations whose entries are `left`, by elimination."""
    numbers, held_by = np.unique(system.rows[left], return_inverse=True)
    used, places = np.unique(columns[left], return_inverse=True)
    rows: list[dict[int, int]] = [{} for _ in numbers]
    holders: list[set[int]] = [set() for _ in used]
    entries = zip(held_by.tolist(), places.tolist(), system.signs[left].tolist(), strict=True)
    for row, column, sign in entries:
        rows[row][column] = sign
        holders[column].add(row)
    values = vector[used].tolist()
    for column, pivot in reversed(_eliminate(rows, holders)):
        rest = sum(factor * values[other] for other, factor in pivot.items() if other != column)
        values[column] = -rest * _inverse(pivot[column]) % PRIME
    vector[used] = values


def _eliminate(rows: list[dict[int, int]], holders: list[set[int]]) -> list[tuple[int, dict[int, int]]]:
    """Gaussian elimination modulo PRIME; the pivots in order, each a column and its row at that moment.

    The column that fewest rows hold goes first and its shortest row becomes the pivot (Markowitz): on margins
    of tables that leaves almost no fill.
    """
    queued = [len(held) for held in holders]
    heap = [(degree, column) for column, degree in enumerate(queued)]
    heapify(heap)
    pivots = []
    while heap:
        degree, column = heappop(heap)
        held = holders[column]
        if len(held) > degree:
            queued[column] = len(held)
            heappush(heap, (len(held), column))
        if len(held) != degree or not held:
            continue
        pivot = min(held, key=lambda row: (len(rows[row]), row))
        row = rows[pivot]
        for other in row:
            holders[other].discard(pivot)
        for target in held:
            _subtract(rows[target], row, column, target, holders)
        held.clear()
        for other in row:
            if len(holders[other]) < queued[other]:
                queued[other] = len(holders[other])
                heappush(heap, (queued[other], other))
        pivots.append((column, row))
    return pivots


def _subtract(target: dict[int, int], row: dict[int, int], column: int, number: int, holders: list[set[int]]) -> None:
    """Take from `target` (row `number`) the multiple of `row` that clears `column`."""
    times = -target.pop(column) * _inverse(row[column])
    for other, value in row.items():
        if other == column:
            continue
        changed = _residue(target.get(other, 0) + times * value)
        if changed:
            target[other] = changed
            holders[other].add(number)
        elif other in target:
            del target[other]
            holders[other].discard(number)


def _inverse(factor: int) -> int:
    return factor if factor in (1, -1) else pow(factor, -1, PRIME)


def _residue(value: int) -> int:
    """The residue of smallest size, so that the small numbers of margins stay small."""
    if -PRIME // 2 < value < PRIME // 2:
        return value
    reduced = value % PRIME
    return reduced - PRIME if reduced > PRIME // 2 else reduced
