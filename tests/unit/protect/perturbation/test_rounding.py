from __future__ import annotations

import numpy as np

from node.model.perturbation import KEY_MODULUS, Rounding
from node.model.structure import DataStructure
from node.protect.perturbation.rounding import added_up, leaf_cells, rounded
from tests.support.cubes import flat
from tests.support.perturbed import leaf_counts

BASE = Rounding(5, "test")
STRUCTURE = DataStructure("X", "A", "1.0.0", (flat("A", "_T", "abcde"), flat("B", "_T", "xyz")), ())


def test_small_leaf_cells_become_nothing_or_the_base_and_margins_add_up() -> None:
    counts = leaf_counts(STRUCTURE)
    key = np.random.default_rng(3).integers(0, KEY_MODULUS, STRUCTURE.shape)
    published = rounded(added_up(counts.copy(), STRUCTURE), key, STRUCTURE, BASE)
    leaf = leaf_cells(STRUCTURE)
    small = leaf & (counts > 0) & (counts < 5)
    assert small.sum() >= 5
    assert set(published[small].tolist()) == {0, 5}
    assert (published[leaf & (counts >= 5)] == counts[leaf & (counts >= 5)]).all()
    assert (published[leaf & (counts == 0)] == 0).all()
    assert (published[0] == published[1:].sum(axis=0)).all()
    assert (published[:, 0] == published[:, 1:].sum(axis=1)).all()


def test_the_key_decides_in_proportion_to_the_count() -> None:
    """Of the keys of a cell of 2, the first two fifths round it up."""
    keys = np.array([0, KEY_MODULUS * 2 // 5 - 1, KEY_MODULUS * 2 // 5 + 1, KEY_MODULUS - 1])
    one = DataStructure("X", "A", "1.0.0", (flat("A", "_T", "abcd"),), ())
    counts = added_up(np.array([0, 2, 2, 2, 2]), one)
    assert rounded(counts, np.array([0, *keys]), one, BASE).tolist() == [10, 5, 5, 0, 0]
