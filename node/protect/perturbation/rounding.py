"""Keyed small-count rounding: small leaf cells become 0 or the base, margins the sums of what is published."""

from __future__ import annotations

import numpy as np

from node.model.codelist import NO_PARENT
from node.model.cube import BoolArray, IntArray
from node.model.perturbation import KEY_MODULUS, Rounding
from node.model.structure import DataStructure, Dimension


def rounded(count: IntArray, key: IntArray, structure: DataStructure, method: Rounding) -> IntArray:
    """What is published of true counts with cell keys (whole, under KEY_MODULUS); arrays of the structure's shape.

    A leaf cell under the base becomes the base with the probability count / base, else 0: on average it stays what
    it is. From the base up it stays as it is.
    """
    up = key * method.base < count * KEY_MODULUS
    small = np.where(up, method.base, 0)
    leaf = leaf_cells(structure)
    return added_up(np.where(leaf, np.where(count < method.base, np.where(count > 0, small, 0), count), 0), structure)


def leaf_cells(structure: DataStructure) -> BoolArray:
    """Which cells are no margin; of the structure's shape."""
    leaf = np.ones(structure.shape, np.bool_)
    for place, axis in enumerate(structure.axes):
        if axis.additive:
            np.moveaxis(leaf, place, 0)[_inner(axis)] = False
    return leaf


def added_up(count: IntArray, structure: DataStructure) -> IntArray:
    """Leaf cells with all margins added; margins hold 0 before."""
    for place, axis in enumerate(structure.axes):
        if axis.additive:
            along = np.moveaxis(count, place, 0)
            parents = axis.codelist.parents.tolist()
            # Children come after their parents, so that from the end every code is complete before it is added.
            for code in range(len(parents) - 1, -1, -1):
                if parents[code] != NO_PARENT:
                    along[parents[code]] += along[code]
    return count


def _inner(axis: Dimension) -> BoolArray:
    inner = np.zeros(len(axis.codelist), np.bool_)
    parents = axis.codelist.parents
    inner[parents[parents != NO_PARENT]] = True
    return inner
