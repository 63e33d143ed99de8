"""Aggregation: coded records to a cube with all its margins.

`cells` is an expression that runs where the microdata lie and yields one row a cell; `build_cube` lays those
rows out as dense arrays. Values are added up in the arrays, from leaf cells to margins. What cannot be added
up is found in the engine: an employer in two cells is one employer in their sum, so contributors, and the
largest of their contributions, are grouped anew at every margin.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import and_
from typing import TypeVar

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from node.errors import NodeError
from node.model.codelist import NO_PARENT
from node.model.cube import BoolArray, Cube, FloatArray, IntArray
from node.model.perturbation import KEY_MODULUS
from node.model.profile import AREA, INDICATOR, RECORD
from node.model.records import CONTRIBUTOR, KEY_SUM, CodedRecords
from node.model.structure import DataStructure, Dimension

NumberArray = TypeVar("NumberArray", FloatArray, IntArray)

_CODE, _ABOVE = "code", "above"
_NO_LEAF = -1


def cells(coded: CodedRecords, structure: DataStructure, keep: Callable[[ir.Table], ir.Table]) -> ir.Table:
    """One row a cell that is not empty: each axis but INDICATOR as a position in its codelist, and per indicator
    `<ID>` and `<ID>__n` (contributors).

    Where each record is one contributor these are leaf cells only, with `<ID>__key` where the profile perturbs.
    Otherwise all margins are there too, with `<ID>__largest` and `<ID>__second`. `keep` holds a result in the engine
    that is read more than once.
    """
    axes = _axes(structure)
    table = _positions(coded.table, axes)
    keys = [axis.id for axis in axes]
    names = _indicators(structure)
    if coded.profile.protection.contributor == RECORD:
        suffixes = ("__n",) if coded.profile.protection.perturbation is None else ("__n", KEY_SUM)
        return _sums(table, keys, [*names, *(f"{name}{suffix}" for suffix in suffixes for name in names)])
    contributions = keep(_sums(table, [*keys, CONTRIBUTOR], names))
    # The deepest axis first, while there are fewest rows: it has the most levels to add.
    for axis in sorted(axes, key=lambda axis: -int(axis.codelist.depths.max())):
        if axis.additive:
            contributions = keep(_with_margins(contributions, axis, [*keys, CONTRIBUTOR], names, keep))
    return _by_cell(contributions, keys, names, keep)


def build_cube(rows: pa.Table, coded: CodedRecords, structure: DataStructure) -> Cube:
    """The cube of `rows`, which are the result of `cells`."""
    names, axes = _indicators(structure), _axes(structure)
    at = tuple(rows[axis.id].to_numpy() for axis in axes)
    leaf = reduce(and_, (_leaves(axis)[positions] for axis, positions in zip(axes, at, strict=True)))
    by_record = coded.profile.protection.contributor == RECORD
    for axis, positions in zip(axes, at, strict=True):
        if (positions == _NO_LEAF).any():
            raise NodeError(f"records are coded to codes that are no leaves of {axis.codelist.id} on {axis.id}")

    def dense(suffix: str, only: BoolArray | None = None) -> FloatArray:
        """One column per indicator as an array of the cube's shape; only the rows where `only` holds."""
        array = np.zeros(structure.shape)
        indicator_axis = structure.position[INDICATOR]
        for place, name in enumerate(names):
            column = rows[f"{name}{suffix}"].to_numpy().astype(np.float64)
            target = np.moveaxis(array, indicator_axis, -1)[..., place]
            kept = slice(None) if only is None else only
            target[tuple(positions[kept] for positions in at)] = column[kept]
        return array

    value = _add_margins(_whole(dense("", leaf), structure), structure)
    zeros = np.zeros(structure.shape)
    return Cube(
        profile=coded.profile,
        structure=structure,
        period=coded.period,
        value=value,
        contributors=_counts(_add_margins(dense("__n", leaf), structure) if by_record else dense("__n")),
        largest=zeros if by_record else dense("__largest"),
        second=zeros.copy() if by_record else dense("__second"),
        missing=_missing(structure, coded.observed_areas),
        coverage=coded.coverage,
        key=None if coded.profile.protection.perturbation is None else _cell_keys(rows, at, structure),
    )


def _axes(structure: DataStructure) -> tuple[Dimension, ...]:
    return tuple(axis for axis in structure.axes if axis.id != INDICATOR)


def _indicators(structure: DataStructure) -> tuple[str, ...]:
    return structure.axis(INDICATOR).codelist.ids


def _positions(table: ir.Table, axes: tuple[Dimension, ...]) -> ir.Table:
    """The table with leaf codes replaced by their positions, other codes by _NO_LEAF: small integers group faster
    than text."""
    for axis in axes:
        leaves = [axis.codelist.ids[position] for position in np.flatnonzero(_leaves(axis))]
        positions = pa.array([axis.codelist.index[leaf] for leaf in leaves], pa.int16())
        codes = ibis.memtable(pa.table({_CODE: leaves, _ABOVE: positions}))
        joined = table.left_join(codes, table[axis.id] == codes[_CODE])
        table = joined.mutate(**{axis.id: joined[_ABOVE].fill_null(_NO_LEAF)}).drop(_CODE, _ABOVE)
    return table


def _sums(table: ir.Table, keys: list[str], names: list[str] | tuple[str, ...]) -> ir.Table:
    sums = {name: table[name].sum().cast(table[name].type()) for name in names}
    return table.group_by(keys).aggregate(**sums)


def _with_margins(
    table: ir.Table, axis: Dimension, keys: list[str], names: tuple[str, ...], keep: Callable[[ir.Table], ir.Table]
) -> ir.Table:
    """The rows of `table`, whose codes on `axis` are leaves, and those of every code above them.

    Rows go to their parents first, and from there, being far fewer, to all above.
    """
    codelist = axis.codelist
    columns = [*keys, *names]
    parents = {leaf: int(codelist.parents[leaf]) for leaf in np.flatnonzero(_leaves(axis)).tolist()}
    if not any(parent != NO_PARENT for parent in parents.values()):
        return table
    above = _sums(_lifted(table, axis, [pair for pair in parents.items() if pair[1] != NO_PARENT]), keys, names)
    further = [
        (parent, codelist.index[ancestor])
        for parent in sorted(set(parents.values()) - {NO_PARENT})
        for ancestor in codelist.lineage(codelist.ids[parent])[1:]
    ]
    if further:
        above = keep(above)
        # A code may be both the parent of a leaf and above another parent: its rows are added once more.
        above = _sums(ibis.union(above.select(columns), _lifted(above, axis, further).select(columns)), keys, names)
    return ibis.union(table.select(columns), above.select(columns))


def _lifted(table: ir.Table, axis: Dimension, pairs: list[tuple[int, int]]) -> ir.Table:
    """The rows of `table` at the position on `axis` that `pairs` lead to from theirs, once for each pair."""
    tree = ibis.memtable(
        pa.table(
            {
                _CODE: pa.array([below for below, _ in pairs], pa.int16()),
                _ABOVE: pa.array([above for _, above in pairs], pa.int16()),
            }
        )
    )
    joined = table.join(tree, table[axis.id] == tree[_CODE])
    return joined.mutate(**{axis.id: joined[_ABOVE]}).drop(_CODE, _ABOVE)


def _by_cell(
    contributions: ir.Table, keys: list[str], names: tuple[str, ...], keep: Callable[[ir.Table], ir.Table]
) -> ir.Table:
    """Per cell the sum, the number of contributors, and the two largest contributions (0 where there are fewer)."""
    firsts: dict[str, ir.Value] = {}
    for name in names:
        firsts[name] = contributions[name].sum().cast(contributions[name].type())
        firsts[f"{name}__n"] = (contributions[name] > 0).sum().cast("int64")
        firsts[f"{name}__largest"] = contributions[name].max()
    first = keep(contributions.group_by(keys).aggregate(**firsts))
    joined = contributions.join(first.select(*keys, *(f"{name}__largest" for name in names)), keys)
    seconds: dict[str, ir.Value] = {}
    for name in names:
        below = joined[name] < joined[f"{name}__largest"]
        # Two contributors may share the largest contribution, and then it is the second largest as well.
        shared = (~below).sum() > 1
        next_one = joined[name].max(where=below).fill_null(0)
        seconds[f"{name}__second"] = ibis.ifelse(shared, joined[f"{name}__largest"].max(), next_one)
    return first.join(joined.group_by(keys).aggregate(**seconds), keys)


def _leaves(axis: Dimension) -> BoolArray:
    """Shape (codes,): whether a code has no code below it."""
    leaf = np.ones(len(axis.codelist), bool)
    if axis.additive:
        leaf[axis.codelist.parents[axis.codelist.parents >= 0]] = False
    return leaf


def _add_margins(array: NumberArray, structure: DataStructure) -> NumberArray:
    """Each parent becomes the sum of its children, along every additive axis; parents hold 0 before."""
    for place, axis in enumerate(structure.axes):
        if not axis.additive:
            continue
        along = np.moveaxis(array, place, 0)
        parents: NDArray[np.int32] = axis.codelist.parents
        # Children come after their parents, so that from the end every code is complete before it is added.
        for position in range(len(parents) - 1, -1, -1):
            if parents[position] >= 0:
                along[parents[position]] += along[position]
    return array


def _whole(array: FloatArray, structure: DataStructure) -> FloatArray:
    """Leaf cells as whole numbers that add up to the rounded total, for each indicator.

    Weighted values are not whole, and rounded one by one their sums drift from the rounded total: margins
    would disagree with their parts, or with what is known of the total. So the running total along the leaf
    cells is rounded, and each cell is the step from one to the next. Margins are then exact sums, every cell
    is within 1 of its true value, no cell is negative, and an empty cell stays empty.
    Whole numbers, as counts are, pass unchanged.
    """
    place = structure.position[INDICATOR]
    by_indicator = np.moveaxis(array, place, 0)
    flat = by_indicator.reshape(len(by_indicator), -1)
    # math.floor(x + 0.5) rather than round-half-even keeps steps of equal sums equal.
    running = np.floor(np.cumsum(flat, axis=1) + 0.5)
    steps = np.diff(running, axis=1, prepend=0.0)
    return np.ascontiguousarray(np.moveaxis(steps.reshape(by_indicator.shape), 0, place))


def _cell_keys(rows: pa.Table, at: tuple[IntArray, ...], structure: DataStructure) -> IntArray:
    """Per cell the sum of its records' keys modulo KEY_MODULUS: in whole numbers, so that no order can change it."""
    keys = np.zeros(structure.shape, np.int64)
    target = np.moveaxis(keys, structure.position[INDICATOR], -1)
    for place, name in enumerate(_indicators(structure)):
        target[..., place][at] = rows[f"{name}{KEY_SUM}"].to_numpy().astype(np.int64) % KEY_MODULUS
    summed: IntArray = _add_margins(keys, structure) % KEY_MODULUS
    return summed


def _counts(array: FloatArray) -> IntArray:
    """Whole contributors. A share of one (a divided record) is somebody, so it counts up; the margin is for rounding
    errors of sums of shares."""
    return np.ceil(array - 1e-6).astype(np.int64)


def _missing(structure: DataStructure, observed: frozenset[str]) -> BoolArray:
    """Cells of areas that no source observes, and of every area that holds such a one."""
    areas = structure.axis(AREA).codelist
    if unknown := observed - set(areas.ids):
        raise NodeError(f"observed areas are not in the codelist {areas.id}: {sorted(unknown)}")
    absent = np.zeros(len(areas), bool)
    for leaf in areas.leaves:
        if leaf not in observed:
            absent[[areas.index[code] for code in areas.lineage(leaf)]] = True
    missing = np.zeros(structure.shape, bool)
    np.moveaxis(missing, structure.position[AREA], -1)[...] = absent
    return missing
