"""Linked tables: several published tables in which some cells are the same count, as one system of equations.

Two cells are the same count when they have the same code in every dimension; a dimension that a table does not have
is at its total there. Each such count is one variable, so what one table says of it holds in all. Source:
de Wolf & Giessing, Adjusting the tau-ARGUS modular approach to deal with linked tables, Data & Knowledge
Engineering 68 (2009), for the setting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from node.errors import TableInvalid
from node.feasible.margins import Margins, margins
from node.model.cube import BoolArray, FloatArray, IntArray
from node.model.structure import Dimension

_NOWHERE = ""
"""The code of a dimension that a table does not have and that has no one total: a cell there is no other's."""

_MOST_KEYS = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class PublishedTable:
    """A table as a reader holds it; arrays of the shape of `axes`.

    `value`: NaN where no number is published; `hidden`: said to be suppressed (a cell without a number that is not
    hidden is merely not published); `sensitive`: hidden cells that are, or may be, sensitive themselves; `width`: how
    wide a reader's interval for a sensitive cell must stay, 0 where nothing is asked; `ceiling`: a cell whose interval
    lies above it is not sensitive after all (where a table does not say which of its hidden cells are); `least`,
    `most`: what the marks of hidden cells say that they are at least and most, None where marks say nothing.
    """

    name: str
    axes: tuple[Dimension, ...]
    value: FloatArray
    hidden: BoolArray
    sensitive: BoolArray
    width: FloatArray
    ceiling: FloatArray
    least: FloatArray | None = None
    most: FloatArray | None = None

    def key(self, cell: int) -> tuple[str, ...]:
        """The codes of a cell, given by its place in C order."""
        places = np.unravel_index(cell, self.value.shape)
        return tuple(axis.codelist.codes[int(at)].id for axis, at in zip(self.axes, places, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class LinkedTables:
    """Tables as one flat table of distinct counts; arrays of shape (size,).

    `places`: per table the joint cell of each of its cells, in C order; `home`, `cell`: per joint cell the first
    table that has it, and its place there. Where one table publishes what another hides, `value` has the number and
    `hidden` is true.
    """

    tables: tuple[PublishedTable, ...]
    equations: Margins
    value: FloatArray
    hidden: BoolArray
    sensitive: BoolArray
    width: FloatArray
    ceiling: FloatArray
    least: FloatArray
    most: FloatArray
    places: tuple[IntArray, ...]
    home: IntArray
    cell: IntArray

    def key(self, joint: int) -> tuple[str, ...]:
        """The codes of a joint cell, in the dimensions of its home table."""
        return self.tables[int(self.home[joint])].key(int(self.cell[joint]))

    def dimensions(self, joint: int) -> tuple[str, ...]:
        """The dimensions of a joint cell's home table."""
        return tuple(axis.id for axis in self.tables[int(self.home[joint])].axes)

    def name(self, joint: int) -> str:
        """A cell for messages: its codes, after its table's name where there are several tables."""
        codes = ".".join(self.key(joint))
        return codes if len(self.tables) == 1 else f"{self.tables[int(self.home[joint])].name}: {codes}"

    def names(self, cells: BoolArray) -> tuple[str, ...]:
        return tuple(self.name(joint) for joint in np.flatnonzero(cells).tolist())


def link(tables: Sequence[PublishedTable]) -> LinkedTables:
    """The joint system of tables. Raises: TableInvalid where two tables publish different numbers for one count."""
    keys = joint_keys([table.axes for table in tables])
    distinct, first, numbers = np.unique(np.concatenate(keys), return_index=True, return_inverse=True)
    starts = np.cumsum([0, *(len(part) for part in keys)])
    size = len(distinct)
    places = tuple(numbers[begin:end].astype(np.int64) for begin, end in pairwise(starts))
    home = np.searchsorted(starts, first, side="right") - 1
    joined = LinkedTables(
        tables=tuple(tables),
        equations=joint_margins([margins(table.axes) for table in tables], places, size),
        value=np.full(size, np.nan),
        hidden=np.zeros(size, np.bool_),
        sensitive=np.zeros(size, np.bool_),
        width=np.zeros(size),
        ceiling=np.full(size, -np.inf),
        least=np.zeros(size),
        most=np.full(size, np.inf),
        places=places,
        home=home.astype(np.int64),
        cell=(first - starts[home]).astype(np.int64),
    )
    _fill(joined)
    return joined


def _fill(joined: LinkedTables) -> None:
    differing = np.zeros(len(joined.value), np.bool_)
    for table, at in zip(joined.tables, joined.places, strict=True):
        value = table.value.ravel()
        known, before = ~np.isnan(value), joined.value[at]
        differing[at[known & ~np.isnan(before) & (before != value)]] = True
        joined.value[at[known]] = value[known]
        joined.hidden[at] |= table.hidden.ravel()
        joined.sensitive[at] |= table.sensitive.ravel()
        joined.width[at] = np.maximum(joined.width[at], table.width.ravel())
        joined.ceiling[at] = np.maximum(joined.ceiling[at], table.ceiling.ravel())
        if table.least is not None and table.most is not None:
            joined.least[at] = np.maximum(joined.least[at], table.least.ravel())
            joined.most[at] = np.minimum(joined.most[at], table.most.ravel())
    if differing.any():
        raise TableInvalid("linked tables publish different numbers for the same count", places=joined.names(differing))


def joint_margins(parts: Sequence[Margins], places: Sequence[IntArray], size: int) -> Margins:
    """The equations of tables over joint cells: each table's own, its cells renamed by its `places`."""
    starts = np.cumsum([0, *(part.count for part in parts)]).tolist()
    rows = [part.rows + start for part, start in zip(parts, starts[:-1], strict=True)]
    cells = [at[part.cells] for part, at in zip(parts, places, strict=True)]
    return Margins(
        np.concatenate(rows),
        np.concatenate(cells),
        np.concatenate([part.signs for part in parts]),
        starts[-1],
        size,
        np.concatenate([part.basis for part in parts]),
    )


def joint_keys(tables: Sequence[Sequence[Dimension]]) -> list[IntArray]:
    """Per table a number for each of its cells, in C order: equal numbers are the same count.

    Raises: TableInvalid where tables disagree on the total of a dimension that another one does not have, or are too
    large together.
    """
    names = list(dict.fromkeys(axis.id for axes in tables for axis in axes))
    keys = [np.zeros(int(np.prod([len(axis.codelist) for axis in axes])), np.int64) for axes in tables]
    room = 1
    for name in names:
        own = [next((axis for axis in axes if axis.id == name), None) for axes in tables]
        total = _total(name, [axis for axis in own if axis is not None]) if None in own else _NOWHERE
        ids = [(total,) if axis is None else axis.codelist.ids for axis in own]
        numbers = {code: number for number, code in enumerate(dict.fromkeys(code for codes in ids for code in codes))}
        room *= len(numbers)
        if room >= _MOST_KEYS:
            raise TableInvalid("these tables have too many dimensions and codes to be joined")
        for place, (axes, codes) in enumerate(zip(tables, ids, strict=True)):
            mine = np.array([numbers[code] for code in codes], np.int64)
            keys[place] = keys[place] * len(numbers) + _spread(axes, name, mine)
    return keys


def _total(name: str, axes: Sequence[Dimension]) -> str:
    """The code for all of a dimension, which a table without it is about; no code where it has no total."""
    if not all(axis.additive for axis in axes):
        return _NOWHERE
    below = {code.id for axis in axes for code in axis.codelist.codes if code.parent is not None}
    roots = {root for axis in axes for root in axis.codelist.roots} - below
    if len(roots) != 1:
        raise TableInvalid(
            f"one of the tables has no dimension {name}, and the others do not agree on its total: "
            f"{', '.join(sorted(roots)) or 'none'}"
        )
    return roots.pop()


def _spread(axes: Sequence[Dimension], name: str, numbers: IntArray) -> IntArray:
    """Per cell of a table, in C order, the number of its code in one dimension."""
    shape = tuple(len(axis.codelist) for axis in axes)
    along = [1] * len(axes)
    for place, axis in enumerate(axes):
        if axis.id == name:
            along[place] = -1
            return np.broadcast_to(numbers.reshape(along), shape).ravel()
    return np.full(int(np.prod(shape)), numbers[0])
