"""Every table of whole numbers that fits a release is enumerated: what is certified is true of all of them."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from node.model.codelist import Code, Codelist
from node.model.cube import BoolArray, Cube, FloatArray
from node.model.structure import Dimension
from node.protect.primary import primary_suppression
from node.protect.protect import protect
from tests.support.cubes import counted, with_axes
from tests.support.profiles import jobseekers

WIDTH = 3
"""What a threshold of five reveals by itself: 1 to 4."""
MOST_HIDDEN = 6
NAMES = ("REF_AREA", "OCCUPATION")


@st.composite
def trees(draw: st.DrawFn, name: str) -> Dimension:
    parents = [draw(st.integers(0, place)) for place in range(draw(st.integers(1, 4)))]
    codes = (Code("c0", ""), *(Code(f"c{place + 1}", "", f"c{parent}") for place, parent in enumerate(parents)))
    return Dimension(name, Codelist(f"CL_{name}", codes))


@st.composite
def cubes(draw: st.DrawFn) -> Cube:
    axes = tuple(draw(trees(name)) for name in NAMES[: draw(st.integers(1, 2))])
    people = [
        (codes, f"{codes}-{number}", 1.0)
        for codes in product(*(axis.codelist.leaves for axis in axes))
        for number in range(draw(st.sampled_from((0, 0, 1, 1, 2, 3, 4, 6, 9, 20))))
    ]
    return counted(with_axes(jobseekers(), axes), people)


def members(cube: Cube) -> BoolArray:
    """Which leaf cells each cell sums: shape (cells, leaves), both flattened in C order."""
    held = np.ones((1, 1), np.bool_)
    for axis in cube.structure.axes:
        codes = axis.codelist
        below = np.array([[code in codes.lineage(leaf) for leaf in codes.leaves] for code in codes.ids], np.bool_)
        held = np.kron(held, below).astype(np.bool_)
    return held


def fitting(cube: Cube, hidden: BoolArray) -> FloatArray:
    """All tables whose hidden leaves are at least 1 and at most WIDTH above the truth; shape (tables, cells)."""
    sums = members(cube)
    true = cube.value.ravel()
    leaf_cells = np.array(
        [np.flatnonzero(sums[:, leaf] & (sums.sum(axis=1) == 1))[-1] for leaf in range(sums.shape[1])]
    )
    leaves = true[leaf_cells]
    open_leaves = np.flatnonzero(hidden[leaf_cells])
    assume(len(open_leaves) <= MOST_HIDDEN)
    ranges = [range(max(1, int(leaves[leaf]) - WIDTH), int(leaves[leaf]) + WIDTH + 1) for leaf in open_leaves]
    tables = np.tile(leaves, (int(np.prod([len(values) for values in ranges])), 1))
    tables[:, open_leaves] = np.array(list(product(*ranges)), np.float64).reshape(len(tables), -1)
    cells = tables @ sums.T.astype(np.float64)
    return np.asarray(cells[(cells[:, ~hidden] == true[~hidden]).all(axis=1)])


@settings(max_examples=150, deadline=None)
@given(cube=cubes())
def test_every_sensitive_cell_may_be_of_values_as_wide_apart_as_its_rule_asks(cube: Cube) -> None:
    release = protect(cube)
    hidden = (release.status == "Q").ravel()
    sensitive = primary_suppression(cube).sensitive.ravel()
    assert (release.audit.certified, release.audit.narrow) == (sensitive.sum(), 0)
    tables = fitting(cube, hidden)
    assert (np.ptp(tables[:, sensitive], axis=0) >= WIDTH).all()
    assert (np.ptp(tables[:, hidden], axis=0) > 0).all()


@settings(max_examples=150, deadline=None)
@given(cube=cubes())
def test_no_hidden_cell_that_may_be_small_is_narrower_than_small_counts_are(cube: Cube) -> None:
    """What is narrower, and no small count, would be known to be none; and then to be WIDTH + 2 at least."""
    release = protect(cube)
    hidden = (release.status == "Q").ravel()
    assert set(release.marks[release.status == "Q"].tolist()) <= {"C"}
    tables = fitting(cube, hidden)
    may_be_small = hidden & (tables.min(axis=0) <= WIDTH + 1)
    assert (np.ptp(tables[:, may_be_small], axis=0) >= WIDTH).all()


@settings(max_examples=150, deadline=None)
@given(cube=cubes())
def test_whoever_is_alone_in_a_cell_cannot_narrow_anothers(cube: Cube) -> None:
    release = protect(cube)
    hidden = (release.status == "Q").ravel()
    sensitive = primary_suppression(cube).sensitive.ravel()
    true, sums = cube.value.ravel(), members(cube)
    tables = fitting(cube, hidden)
    for leaf in range(sums.shape[1]):
        own = sums[:, leaf] & (true == 1)
        if true[sums[:, leaf] & (sums.sum(axis=1) == 1)].max() != 1:
            continue
        known = tables[(tables[:, own] == 1).all(axis=1)]
        others = sensitive & ~own
        assert (np.ptp(known[:, others], axis=0) >= WIDTH).all()
