"""Perturbation on random tables: noise is bounded, follows the persons and nothing else, and is right on average."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.model.perturbation import KEY_MODULUS, CellKey, Rounding
from node.model.structure import DataStructure
from node.protect.perturbation.perturb import bounds, perturb, perturbed
from node.protect.perturbation.ptable import perturbation_table
from node.protect.perturbation.rounding import added_up
from tests.support.cubes import flat, tree
from tests.support.perturbed import CELL_KEY, ROUNDING, leaf_counts, person_cube, perturbing

STRUCTURE = DataStructure(
    "X",
    "A",
    "1.0.0",
    (
        flat("A", "_T", "abcd"),
        tree("B", (("_T", None), ("p", "_T"), ("q", "_T"), ("p1", "p"), ("p2", "p"), ("q1", "q"))),
    ),
    (),
)
METHODS = pytest.mark.parametrize("method", [CELL_KEY, ROUNDING], ids=lambda method: method.method.value)
DRAWS = 400_000


@METHODS
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), mean=st.sampled_from([0.7, 2.0, 30.0]))
def test_every_figure_is_within_the_bounds_that_readers_are_told(method, seed: int, mean: float) -> None:
    counts = added_up(leaf_counts(STRUCTURE, seed, mean=mean), STRUCTURE)
    keys = np.random.default_rng(seed).integers(0, KEY_MODULUS, STRUCTURE.shape)
    published = perturbed(counts, keys, STRUCTURE, method)
    low, high = bounds(published, STRUCTURE, method)
    assert ((counts >= low) & (counts <= high)).all()
    assert (published[counts == 0] == 0).all()
    assert (published >= 0).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_persons_changes_nothing_and_neither_does_another_persons_cell(seed: int) -> None:
    """A cell's figure depends on its own persons: the same persons in two tables that differ elsewhere."""
    profile = perturbing()
    structure = profile.for_sender("IMTGT_ID")
    cube = person_cube(profile, leaf_counts(structure, seed), seed)
    assert cube.key is not None
    area = structure.axis("REF_AREA").codelist.index
    changed = cube.key.copy()
    changed[[area["ID-JA"], area["IMTGT_ID"]]] = (changed[[area["ID-JA"], area["IMTGT_ID"]]] + 12345) % KEY_MODULUS
    one, other = perturb(cube).value, perturb(replace(cube, key=changed)).value
    assert np.array_equal(one[area["ID-SU"]], other[area["ID-SU"]])


@given(keys=st.lists(st.integers(0, KEY_MODULUS - 1), min_size=1, max_size=50), seed=st.integers(0, 1000))
def test_sums_of_keys_are_the_same_in_any_order_and_grouping(keys: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    shuffled = random.permutation(np.array(keys, np.int64))
    parts = np.array_split(shuffled, random.integers(1, 6))
    grouped = sum(int(part.sum() % KEY_MODULUS) for part in parts) % KEY_MODULUS
    assert grouped == sum(keys) % KEY_MODULUS


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 100])
@pytest.mark.parametrize("method", [CELL_KEY, CellKey(4, 2.0, 0, None, 5, "test")], ids=["js", "free"])
def test_cell_keys_are_right_on_average_and_vary_as_declared(method: CellKey, count: int) -> None:
    """Four standard errors of the mean over a fixed draw of keys: a biased table fails, an unbiased one does not."""
    keys = np.random.default_rng(count).integers(0, KEY_MODULUS, DRAWS) / KEY_MODULUS
    noise = perturbation_table(method).publish(np.full(DRAWS, count), keys) - count
    assert abs(noise.mean()) <= 4 * np.sqrt(method.variance / DRAWS)
    assert noise.var() <= method.variance * 1.02
    assert np.abs(noise).max() <= method.noise


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_rounding_is_right_on_average(count: int) -> None:
    one = DataStructure("X", "A", "1.0.0", (flat("A", "_T", [str(number) for number in range(20_000)]),), ())
    keys = np.random.default_rng(count).integers(0, KEY_MODULUS, one.shape)
    leaf = np.full(one.shape, count)
    leaf[0] = 0
    published = perturbed(added_up(leaf, one), keys, one, Rounding(5, "test"))[1:]
    assert set(published.tolist()) == {0, 5}
    assert abs(published.mean() - count) <= 4 * np.sqrt(count * (5 - count) / 20_000)
