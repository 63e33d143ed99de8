"""Linear weights and a network, held together."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from node.coding.titles.network import Network
from node.coding.titles.tree import Tree
from node.coding.titles.weights import WEIGHTS, Weights, learn_weights
from node.errors import TitleModelInvalid


def weights(linear: list[float], offset: list[float]) -> Weights:
    inner, bias, outer = (np.zeros(shape, np.float32) for shape in ((1, 3), (3,), (3, 2)))
    network = Network(inner, bias, outer, np.array(offset, np.float32))
    return Weights(np.array([linear], np.float32), network)


def test_a_group_needs_the_consent_of_both() -> None:
    one = sparse.csr_matrix(np.ones((1, 1), np.float32))
    assert weights([2, 0], [0, 2]).chances(one)[0].tolist() == pytest.approx([0.5, 0.5])
    both, alone = weights([2, 0], [2, 0]).chances(one)[0], weights([2, 0], [0, 0]).chances(one)[0]
    assert both[0] > alone[0] > 0.5


def test_they_are_kept_and_found_again_by_name() -> None:
    known = weights([2, 0], [0, 2])
    assert set(known.arrays) == set(WEIGHTS)
    again = Weights.of(known.arrays)
    assert all(np.array_equal(again.arrays[name], values) for name, values in known.arrays.items())


def test_parts_that_do_not_fit_are_refused() -> None:
    known = weights([2, 0], [0, 2])
    with pytest.raises(TitleModelInvalid, match="do not fit"):
        Weights(known.linear[:, :1], known.network)


def test_what_is_learnt_is_as_it_is_stored() -> None:
    tree = Tree(("OC2512", "OC8332"))
    told: list[float] = []
    learnt = learn_weights(
        sparse.csr_matrix(np.eye(2, dtype=np.float32)), np.eye(2, dtype=np.float32), np.ones(2, np.float32), tree,
        told.append,
    )  # fmt: skip
    for values in learnt.arrays.values():
        assert np.array_equal(values.astype(np.float16).astype(np.float32), values)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
