"""Moves that keep every margin of a table, as circulations in a network.

A table of one hierarchy by one flat dimension is a network: persons run from the grand total down the tree of
totals to a leaf, choose a column there, and run up that column's tree again. Each cell is an arc, each equation a
node, and a circulation changes cells without changing an equation. Where there are more dimensions, or deeper
ones, each arc moves several cells at once: a code and the codes below it on a path to a leaf, or a code against
another code of its dimension. All circulations are moves of the table; not every move is a circulation.
Source: Castro, A shortest-paths heuristic for statistical data protection in positive tables, INFORMS Journal on
Computing 19 (2007); Hundepool et al., Statistical Disclosure Control (2012), 4.4, for the network of such tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from node.model.codelist import NO_PARENT, Codelist
from node.model.cube import BoolArray, FloatArray, IntArray
from node.model.structure import Dimension

NO_CELL = -1
SignArray = NDArray[np.int8]

_Shift = tuple[tuple[int, int], ...]
"""Cells that move together: for each its distance from an arc's first cell (in the flattened table), and its sign."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Arcs from node `tail` to node `head`, shape (arcs,); pushing a unit through an arc changes its cells.

    `cells`: shape (arcs, most cells of an arc), NO_CELL beyond an arc's last; `signs`: by how much each changes.
    """

    nodes: int
    tail: IntArray
    head: IntArray
    cells: IntArray
    signs: SignArray

    @property
    def arcs(self) -> int:
        return len(self.tail)

    def with_cell(self) -> tuple[IntArray, IntArray, SignArray]:
        """All cells of arcs, the arcs they are in, and their signs there, ordered by cell; shape (entries,)."""
        arcs, places = np.nonzero(self.cells != NO_CELL)
        cells = self.cells[arcs, places]
        order = np.argsort(cells, kind="stable")
        return cells[order], arcs[order].astype(np.int64), self.signs[arcs, places][order]


@dataclass(frozen=True, slots=True)
class _Family:
    """A code's children in one dimension, each with paths to leaves; `top` is the code where it is a root."""

    top: int | None
    branches: tuple[tuple[int, ...], ...]


def network(axes: Sequence[Dimension], usable: BoolArray, value: FloatArray) -> Network:
    """The network of a table. `usable`: cells that may move; `value` says which path to a leaf is the heaviest, where
    there are more than two dimensions. Both have shape (size,), one entry a cell in C order.
    """
    shape = tuple(len(axis.codelist) for axis in axes)
    steps = [int(np.prod(shape[place + 1 :])) for place in range(len(axes))]
    additive = [place for place, axis in enumerate(axes) if axis.additive]
    additive.sort(key=lambda place: -shape[place])
    table = value.reshape(shape)
    families = {place: _families(axes[place].codelist, _weights(table, place)) for place in additive[2:]}
    layers = _layers([families[place] for place in additive[2:]], [steps[place] for place in additive[2:]])
    rest = [range(shape[place]) for place, axis in enumerate(axes) if not axis.additive]
    others = [steps[place] for place, axis in enumerate(axes) if not axis.additive]
    bases = [sum(code * step for code, step in zip(codes, others, strict=True)) for codes in product(*rest)]
    parts = []
    if additive:
        tree = axes[additive[0]].codelist
        columns = _families(axes[additive[1]].codelist, None) if len(additive) > 1 else (_Family(0, ()),)
        across = steps[additive[1]] if len(additive) > 1 else 0
        for family in columns:
            plane = _plane(tree, steps[additive[0]], family, across, closed=len(additive) == 1)
            parts += [_laid(plane, base, layer, usable) for base in bases for layer in layers]
    return _joined(parts)


def _weights(table: FloatArray, place: int) -> FloatArray:
    return np.asarray(table.sum(axis=tuple(other for other in range(table.ndim) if other != place)), np.float64)


def _families(codelist: Codelist, weights: FloatArray | None) -> tuple[_Family, ...]:
    """The families of a codelist: with each child's heaviest path to a leaf, or without `weights` with all of them."""
    children: dict[int, list[int]] = {}
    for code, parent in enumerate(codelist.parents.tolist()):
        children.setdefault(parent, []).append(code)

    def paths(code: int) -> list[tuple[int, ...]]:
        below = children.get(code, [])
        if below and weights is not None:
            below = [max(below, key=lambda child: (weights[child], -child))]
        return [(code, *path) for child in below for path in paths(child)] or [(code,)]

    roots = set(children[NO_PARENT])
    return tuple(
        _Family(
            code if code in roots else None, tuple(path for child in children.get(code, ()) for path in paths(child))
        )
        for code in range(len(codelist))
        if code in roots or code in children
    )


def _layers(families: Sequence[tuple[_Family, ...]], steps: Sequence[int]) -> list[_Shift]:
    """How the dimensions beyond the first two can go along: in each, one path against another or with the total."""
    choices = []
    for dimension, step in zip(families, steps, strict=True):
        moves: list[_Shift] = []
        for family in dimension:
            paths: list[_Shift] = [tuple((code * step, 1) for code in path) for path in family.branches]
            moves += [(*first, *((at, -1) for at, _ in second)) for first, second in combinations(paths, 2)]
            if family.top is not None:
                moves += [(*path, (family.top * step, 1)) for path in paths] or [((family.top * step, 1),)]
        choices.append(moves)
    return [
        tuple(
            (sum(at for at, _ in cell), int(np.prod([sign for _, sign in cell], dtype=np.int64)))
            for cell in product(*chosen)
        )
        for chosen in product(*choices)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Plane:
    """The network of two dimensions: arcs with their cells as distances (at most `width` of them)."""

    nodes: int
    tail: IntArray
    head: IntArray
    cells: IntArray


def _plane(tree: Codelist, down: int, family: _Family, across: int, *, closed: bool) -> _Plane:
    """Arcs of a tree by the columns of a family. `closed`: there are no columns, and leaves end at the ground.

    Nodes: 0 is the ground, then one per inner code and column, then one per leaf code.
    """
    parents = tree.parents.astype(np.int64)
    codes = np.arange(len(parents))
    inner = np.zeros(len(parents), np.bool_)
    inner[parents[parents != NO_PARENT]] = True
    columns = ([(family.top,)] if family.top is not None else []) + list(family.branches)
    ground_or = np.where(parents == NO_PARENT, 0, parents + 1)
    size = len(parents)
    tails, heads, cells = [], [], []
    longest = max((len(column) for column in columns), default=1)
    for number, column in enumerate(columns):
        above = np.where(ground_or == 0, 0, ground_or + number * size)
        leaf = 0 if closed else codes + 1 + len(columns) * size
        below = np.where(inner, codes + 1 + number * size, leaf)
        going_down = family.top is not None and number == 0
        tails.append(above if going_down else below)
        heads.append(below if going_down else above)
        mine = np.full((size, longest), NO_CELL, np.int64)
        mine[:, : len(column)] = (codes * down)[:, None] + np.array(column, np.int64) * across
        cells.append(mine)
    return _Plane(1 + (len(columns) + 1) * size, np.concatenate(tails), np.concatenate(heads), np.concatenate(cells))


def _laid(plane: _Plane, base: int, layer: _Shift, usable: BoolArray) -> Network:
    """A plane in one layer of the other dimensions, cut to arcs whose cells may all move."""
    shifts = np.array([at for at, _ in layer], np.int64)
    signs = np.array([sign for _, sign in layer], np.int8)
    absent = np.repeat(plane.cells == NO_CELL, len(layer), axis=1)
    cells = (plane.cells[:, :, None] + base + shifts).reshape(len(plane.tail), -1)
    kept = np.asarray((usable[cells] | absent).all(axis=1))
    kept &= plane.tail != plane.head
    return Network(
        plane.nodes,
        plane.tail[kept],
        plane.head[kept],
        np.where(absent, NO_CELL, cells)[kept],
        np.where(absent, 0, np.tile(signs, plane.cells.shape[1]))[kept].astype(np.int8),
    )


def _joined(parts: Sequence[Network]) -> Network:
    """Networks side by side, without nodes that no arc touches."""
    wide = max((part.cells.shape[1] for part in parts), default=1)
    starts = np.cumsum([0, *(part.nodes for part in parts)])
    ends = [np.zeros(0, np.int64)]
    tail = np.concatenate(ends + [part.tail + start for part, start in zip(parts, starts[:-1], strict=True)])
    head = np.concatenate(ends + [part.head + start for part, start in zip(parts, starts[:-1], strict=True)])
    used, numbered = np.unique(np.concatenate([tail, head]), return_inverse=True)
    pads = [((0, 0), (0, wide - part.cells.shape[1])) for part in parts]
    cells = [np.pad(part.cells, pad, constant_values=NO_CELL) for part, pad in zip(parts, pads, strict=True)]
    signs = [np.pad(part.signs, pad) for part, pad in zip(parts, pads, strict=True)]
    return Network(
        len(used),
        numbered[: len(tail)].astype(np.int64),
        numbered[len(tail) :].astype(np.int64),
        np.concatenate([np.zeros((0, wide), np.int64), *cells]),
        np.concatenate([np.zeros((0, wide), np.int8), *signs]),
    )
