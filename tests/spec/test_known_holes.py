"""Holes of other tools, each as a small table: what this node publishes is held against every table that fits it."""

from __future__ import annotations

import numpy as np
import pytest

from node.feasible.margins import margins
from node.model.structure import Dimension
from node.protect.protect import protect
from tests.support.cubes import flat, persons, tree, with_axes
from tests.support.every_table import intervals_by_counting
from tests.support.profiles import jobseekers

AREAS = flat("REF_AREA", "T", ("A", "B"))
THREE = flat("OCCUPATION", "_T", ("1", "2", "3"))
LEVELS = tree(
    "OCCUPATION", (("_T", None), ("1", "_T"), ("2", "_T"), ("11", "1"), ("111", "11"), ("21", "2"), ("22", "2"))
)

HOLES: dict[str, tuple[tuple[Dimension, ...], dict[tuple[str, str], int]]] = {
    "three singletons in a row whose total is known": (
        (AREAS, THREE),
        {("A", "1"): 1, ("A", "2"): 1, ("A", "3"): 1, ("B", "1"): 9, ("B", "2"): 8, ("B", "3"): 7},
    ),
    "two small counts whose total is the least they can be": (
        (AREAS, THREE),
        {("A", "1"): 1, ("A", "2"): 1, ("A", "3"): 9, ("B", "1"): 6, ("B", "2"): 8, ("B", "3"): 7},
    ),
    "a rectangle of singletons": (
        (AREAS, THREE),
        {("A", "1"): 1, ("A", "2"): 1, ("A", "3"): 12, ("B", "1"): 1, ("B", "2"): 1, ("B", "3"): 9},
    ),
    "levels with a single child, which repeat their parent": (
        (AREAS, LEVELS),
        {("A", "111"): 2, ("A", "21"): 7, ("A", "22"): 9, ("B", "111"): 8, ("B", "21"): 6, ("B", "22"): 11},
    ),
    "a single child of a small total beside empty cells": (
        (AREAS, LEVELS),
        {("A", "111"): 3, ("A", "21"): 12, ("B", "111"): 9, ("B", "22"): 11},
    ),
    "one small count in a full table": (
        (AREAS, THREE),
        {("A", "1"): 3, ("A", "2"): 8, ("A", "3"): 9, ("B", "1"): 9, ("B", "2"): 7, ("B", "3"): 6},
    ),
}  # fmt: skip


@pytest.mark.parametrize("hole", HOLES)
def test_every_table_that_fits_leaves_small_counts_their_width(hole: str) -> None:
    """Of all whole-number tables with the published cells, each small count is 3 apart in two of them (threshold 5)."""
    axes, counts = HOLES[hole]
    cube = persons(with_axes(jobseekers(), axes), counts)
    release = protect(cube)
    value, status = release.value[..., 0].ravel(), release.status[..., 0].ravel()
    primary = (release.confidentiality[..., 0] == "A").ravel()
    assert np.array_equal(primary, (cube.value[..., 0].ravel() > 0) & (cube.value[..., 0].ravel() < 5))
    most = int(cube.value.max())
    found = intervals_by_counting(margins(axes), value, status == "Q", least=1, most=most)
    narrow = {cell: span for cell, span in found.items() if primary[cell] and span[1] - span[0] < 3}
    assert narrow == {}
    assert all(low < high for low, high in found.values())
