"""Whether margins agree with their parts, and whether a gap can be filled by subtraction."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from node.errors import MAX_PLACES
from node.model.codelist import NO_PARENT
from node.model.structure import DataStructure
from node.verify.findings import naming

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def check_margins(
    structure: DataStructure, value: FloatArray, suppressed: BoolArray, missing: BoolArray, noise: int = 0
) -> tuple[str, ...]:
    """Findings about the sums of each additive axis. `value`: whole, 0 where suppressed or missing; all arrays
    have the structure's shape.

    A visible parent equals the sum of its parts where all are visible, and is not less than the visible ones
    where some are not. A parent with a missing part is missing too. A parent and its parts are one equation:
    exactly one suppressed cell in it, with nothing missing, could be computed, which no audited release allows.
    `noise`: the most that each figure by itself differs from the truth, so that margins agree within their sum.
    """
    findings: tuple[str, ...] = ()
    for place, axis in enumerate(structure.axes):
        parents = axis.codelist.parents
        if not axis.additive or (parents == NO_PARENT).all():
            continue
        own = np.moveaxis(value, place, 0)
        own_gap, own_unknown = np.moveaxis(suppressed, place, 0), np.moveaxis(missing, place, 0)
        total, gaps, unknown = (_sum_to_parents(array, parents) for array in (own, own_gap, own_unknown))
        has_parts = np.isin(np.arange(len(parents)), parents).reshape(-1, *[1] * (value.ndim - 1))
        visible = has_parts & ~own_gap & ~own_unknown
        complete = gaps + unknown == 0
        parts = np.bincount(parents[parents != NO_PARENT], minlength=len(parents)).reshape(has_parts.shape)
        off = noise * (parts + 1)
        wrong = visible & np.where(complete, np.abs(own - total) > off, own + off < total)
        open_gap = has_parts & (gaps + own_gap == 1) & (unknown + own_unknown == 0)
        partial = has_parts & ~own_unknown & (unknown > 0)
        findings += _cells(f"{axis.id}: the margin is not the sum of its parts", structure, wrong, place)
        findings += _cells(f"{axis.id}: a margin is given though a part of it is missing", structure, partial, place)
        findings += _cells(f"{axis.id}: a suppressed cell follows from a sum", structure, open_gap, place)
    return findings


def _sum_to_parents(array: FloatArray | BoolArray, parents: NDArray[np.int32]) -> FloatArray:
    """Per position of the first axis, the sum over its children; 0 where it has none."""
    sums = np.zeros(array.shape, np.float64)
    order = np.argsort(parents, kind="stable")[np.count_nonzero(parents == NO_PARENT) :]
    named, starts = np.unique(parents[order], return_index=True)
    sums[named] = np.add.reduceat(array[order], starts, axis=0, dtype=np.float64)
    return sums


def _cells(what: str, structure: DataStructure, mask: BoolArray, place: int) -> tuple[str, ...]:
    """A finding that names cells by their codes; `mask` has the axis `place` first."""
    where = np.argwhere(np.moveaxis(mask, 0, place))
    named = [
        ".".join(axis.codelist.codes[position].id for axis, position in zip(structure.axes, cell, strict=True))
        for cell in where[:MAX_PLACES].tolist()
    ]
    return naming(what, named, len(where))
