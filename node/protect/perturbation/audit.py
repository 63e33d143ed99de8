"""The audit of a perturbed table: whether noise, margins and zeros together leave a small count no second value.

A reader knows the method and how wide its noise is: each figure bounds the true count by itself, and true counts
add up. A small count is safe from that reader when a second table fits all that is published and differs there.
The cheapest such tables are tried first: one person more or fewer in a leaf cell, or one who is in another cell
than in truth. What these do not show is decided by linear programme.
What is said here is about certainty. How likely each value is, the perturbation table says to everybody.
Source: Asghar & Kaafar, Averaging attacks on bounded noise-based disclosure control algorithms, PoPETs (2020), for
attackers who use the bound of the noise and sums of figures.
"""

from __future__ import annotations

import time

import numpy as np

from node.feasible.bounds import propagate
from node.feasible.intervals import intervals
from node.feasible.margins import Margins
from node.model.codelist import NO_PARENT
from node.model.cube import BoolArray, FloatArray, IntArray
from node.model.structure import DataStructure, Dimension
from node.protect.perturbation.rounding import leaf_cells

METHOD = "second tables within the bounds of the noise, by moves of one person and by linear programme"

_WHOLE = 1e-6


def pinned(
    structure: DataStructure,
    equations: Margins,
    count: IntArray,
    bounds: tuple[FloatArray, FloatArray],
    asked: BoolArray,
    *,
    seconds: float,
) -> tuple[BoolArray, BoolArray]:
    """Which of the cells `asked` a reader can compute, and which were not decided within the time.

    `count`: the true counts; `bounds`: what each figure by itself says its count is at least and at most. All
    arrays have the structure's shape.
    """
    deadline = time.monotonic() + seconds
    low, high = propagate(equations, bounds[0].ravel(), bounds[1].ravel())
    found = asked & (low == high).reshape(count.shape)
    left = (asked & ~found & ~movable(structure, count, bounds)).ravel()
    truth = count.ravel().astype(np.float64)
    for cell in np.flatnonzero(left).tolist():
        # A table that differs only near the cell fits as well as any other, and is found much sooner.
        near = _around(structure, cell)
        part = np.where(near, low, truth), np.where(near, high, truth)
        left[cell] = not _several(equations, part, _only(left, cell), deadline)[0][cell]
    if not left.any():
        return found, np.zeros_like(found)
    several, decided = _several(equations, (low, high), left, deadline)
    one, unknown = (cells.reshape(count.shape) for cells in (left & decided & ~several, left & ~decided))
    return found | one, unknown


def _several(
    equations: Margins, known: tuple[FloatArray, FloatArray], wanted: BoolArray, deadline: float
) -> tuple[BoolArray, BoolArray]:
    """Which of the `wanted` cells can have two whole values, and which were decided; shape (size,)."""
    found = intervals(equations, *known, wanted, seconds=deadline - time.monotonic())
    several = np.floor(found.high + _WHOLE) - np.ceil(found.low - _WHOLE) >= 1
    return several & found.decided, found.decided


def _only(cells: BoolArray, cell: int) -> BoolArray:
    one = np.zeros_like(cells)
    one[cell] = True
    return one


def _around(structure: DataStructure, cell: int) -> BoolArray:
    """Cells whose codes are, on each axis, below the parent of the cell's code, or that parent and those above it."""
    near = np.ones(structure.shape, np.bool_)
    for place, (axis, at) in enumerate(zip(structure.axes, np.unravel_index(cell, structure.shape), strict=True)):
        codes = np.arange(len(axis.codelist)) == int(at)
        if axis.additive:
            parent = int(axis.codelist.parents[at])
            top = int(at) if parent == NO_PARENT else parent
            depth = int(axis.codelist.depths[top])
            codes = (_ancestors(axis, depth) == top) | np.isin(
                np.arange(len(axis.codelist)),
                [axis.codelist.index[code] for code in axis.codelist.lineage(axis.codelist.ids[top])],
            )
        shape = [1] * len(structure.axes)
        shape[place] = -1
        near &= codes.reshape(shape)
    return near.ravel()


def movable(structure: DataStructure, count: IntArray, bounds: tuple[FloatArray, FloatArray]) -> BoolArray:
    """Which cells differ in a second table that fits: found by moving one person, so some may be overlooked."""
    leaf = leaf_cells(structure)
    more, fewer = count + 1 <= bounds[1], count - 1 >= np.maximum(bounds[0], 0)
    changed = _any_below(structure, leaf & (_all_above(structure, more) | _all_above(structure, fewer)))
    for place, axis in enumerate(structure.axes):
        if axis.additive:
            changed |= _exchanged(structure, place, more, fewer)
    return changed


def _exchanged(structure: DataStructure, place: int, more: BoolArray, fewer: BoolArray) -> BoolArray:
    """Cells that change when a person is moved between two leaf cells along one axis. What holds both is kept."""
    axis, leaf = structure.axes[place], np.moveaxis(leaf_cells(structure), place, 0)
    add, take = (np.moveaxis(_all_above(structure, way, but=place), place, 0) for way in (more, fewer))
    found = np.zeros_like(add)
    for depth in range(int(axis.codelist.depths.max())):
        # Of each code its ancestor at the depth from which on nothing changes.
        held = _ancestors(axis, depth)
        rises, falls = (leaf & _all_along(axis, way, depth) for way in (add, take))
        moved = np.zeros_like(found)
        for code in np.unique(held[held != NO_PARENT]).tolist():
            inside = np.flatnonzero(held == code)
            moved[inside] = (rises[inside] & _by_another(falls[inside])) | (falls[inside] & _by_another(rises[inside]))
        found |= _any_along(axis, moved, depth)
    return _any_below(structure, np.moveaxis(found, 0, place), but=place)


def _by_another(cells: BoolArray) -> BoolArray:
    """Whether one of the others along the first axis holds."""
    return np.asarray(cells.sum(axis=0) - cells > 0, np.bool_)


def _all_above(structure: DataStructure, cells: BoolArray, but: int = -1) -> BoolArray:
    """Whether the cell and all margins above it hold; margins along the axis `but` left out."""
    cells = cells.copy()
    for place, axis in enumerate(structure.axes):
        if axis.additive and place != but:
            along = np.moveaxis(cells, place, 0)
            for code, parent in enumerate(axis.codelist.parents.tolist()):
                if parent != NO_PARENT:
                    along[code] &= along[parent]
    return cells


def _all_along(axis: Dimension, cells: BoolArray, depth: int) -> BoolArray:
    """Whether the cell and all above it along the first axis hold, down from under `depth`."""
    cells = cells.copy()
    depths = axis.codelist.depths.tolist()
    for code, parent in enumerate(axis.codelist.parents.tolist()):
        if parent != NO_PARENT and depths[parent] > depth:
            cells[code] &= cells[parent]
    return cells


def _any_below(structure: DataStructure, cells: BoolArray, but: int = -1) -> BoolArray:
    """Whether the cell or any below it holds; cells below along the axis `but` left out."""
    for place, axis in enumerate(structure.axes):
        if axis.additive and place != but:
            cells = np.moveaxis(_any_along(axis, np.moveaxis(cells, place, 0)), 0, place)
    return cells


def _any_along(axis: Dimension, cells: BoolArray, depth: int = -1) -> BoolArray:
    """Whether the cell or any below it along the first axis holds, up to under `depth`."""
    cells = cells.copy()
    parents, depths = axis.codelist.parents.tolist(), axis.codelist.depths.tolist()
    # Children come after their parents.
    for code in range(len(parents) - 1, -1, -1):
        if parents[code] != NO_PARENT and depths[parents[code]] > depth:
            cells[parents[code]] |= cells[code]
    return cells


def _ancestors(axis: Dimension, depth: int) -> IntArray:
    """Each code's ancestor at `depth`; NO_PARENT for codes that are not below it."""
    parents, depths = axis.codelist.parents, axis.codelist.depths
    held = np.full(len(parents), NO_PARENT, np.int64)
    for code, parent in enumerate(parents.tolist()):
        if parent != NO_PARENT:
            held[code] = parent if depths[parent] == depth else held[parent]
    return held
