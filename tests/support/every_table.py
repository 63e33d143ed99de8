"""All whole-number tables that fit what is published, one by one: the slow and plain way to a cell's interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from node.feasible.margins import Margins

Assigned = dict[int, int]


class EveryTable:
    """`unknown`: cell to what it is at least; no unknown cell holds more than `most`."""

    def __init__(self, equations: Margins, unknown: Mapping[int, int], most: int) -> None:
        self._unknown, self._most = unknown, most
        self._sums: list[dict[int, int]] = [{} for _ in range(equations.count)]
        entries = zip(equations.rows.tolist(), equations.cells.tolist(), equations.signs.tolist(), strict=True)
        for row, cell, sign in entries:
            self._sums[row][cell] = sign
        self._order = sorted(unknown, key=lambda cell: -sum(cell in terms for terms in self._sums))

    def tables(self, table: Assigned) -> Iterator[Assigned]:
        """Every table that holds what `table` does."""
        settled = self._settled(table)
        if settled is None:
            return
        cell = next((cell for cell in self._order if cell not in settled), None)
        if cell is None:
            yield settled
            return
        for value in range(self._unknown[cell], self._most + 1):
            yield from self.tables({**settled, cell: value})

    def _settled(self, table: Assigned) -> Assigned | None:
        """The table with what its equations leave no choice about; None where one of them cannot hold."""
        table, before = dict(table), -1
        while len(table) > before:
            before = len(table)
            for terms in self._sums:
                if not self._fits(terms, table):
                    return None
        return table

    def _fits(self, terms: dict[int, int], table: Assigned) -> bool:
        """Whether an equation can hold; the one cell that it leaves open goes into the table."""
        left = [cell for cell in terms if cell not in table]
        rest = sum(sign * table[cell] for cell, sign in terms.items() if cell in table)
        if not left:
            return rest == 0
        if len(left) == 1:
            table[left[0]] = -terms[left[0]] * rest
            return self._unknown[left[0]] <= table[left[0]] <= self._most
        return any(terms[cell] > 0 for cell in left) or rest >= sum(self._unknown[cell] for cell in left)


def intervals_by_counting(
    equations: Margins, value: np.ndarray, hidden: np.ndarray, *, least: int, most: int
) -> dict[int, tuple[int, int]]:
    """The least and the most of each hidden cell over every table that fits; NaN and not hidden is at least 0."""
    known = {cell: int(number) for cell, number in enumerate(value.tolist()) if not np.isnan(number)}
    unknown = {cell: least if hidden[cell] else 0 for cell in range(len(value)) if cell not in known}
    tables = list(EveryTable(equations, unknown, most).tables(known))
    assert tables, "no table fits"
    cells = np.flatnonzero(hidden).tolist()
    return {cell: (min(table[cell] for table in tables), max(table[cell] for table in tables)) for cell in cells}
