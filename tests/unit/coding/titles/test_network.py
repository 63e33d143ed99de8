"""The hidden layer: what words say together, which no sum of what each says can tell."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse

from node.coding.titles.network import HIDDEN, Network, learn_network, ordered_product
from node.coding.titles.softmax import chances, learn
from node.coding.titles.tree import Tree
from node.errors import TitleModelInvalid
from tests.support.tree import ROOT

TREE = Tree(("OC2512", "OC8332"))
PAIRS = [(0, 2), (0, 3), (1, 2), (1, 3)]
"""Two features of each title. It is of the one group where both are low or both are high, else of the other."""


def either_or() -> tuple[sparse.csr_matrix, np.ndarray]:
    rows = np.repeat(np.arange(400), 2)
    columns = np.array(PAIRS * 100).ravel()
    vectors = sparse.csr_matrix((np.full(800, np.sqrt(0.5), np.float32), (rows, columns)), shape=(400, 4))
    return vectors, np.eye(2, dtype=np.float32)[[0, 1, 1, 0] * 100]


def test_it_tells_what_a_sum_cannot() -> None:
    vectors, wanted = either_or()
    importance = np.ones(400, np.float32)
    added = chances(vectors @ learn(vectors, wanted, importance, TREE))
    together = chances(learn_network(vectors, wanted, importance, TREE).scores(vectors))
    assert abs(added - 0.5).max() < 0.05
    assert (together.argmax(axis=1) == wanted.argmax(axis=1)).all()


def test_the_same_titles_make_the_same_network() -> None:
    vectors, wanted = either_or()
    one, other = (learn_network(vectors, wanted, np.ones(400, np.float32), TREE) for _ in range(2))
    assert np.array_equal(one.inner, other.inner)
    assert np.array_equal(one.outer, other.outer)


def test_a_title_without_features_gets_what_all_titles_have_in_common() -> None:
    vectors, wanted = either_or()
    network = learn_network(vectors, wanted, np.ones(400, np.float32), TREE)
    scores = network.scores(sparse.csr_matrix(np.zeros((1, 4), np.float32)))
    assert scores.shape == (1, 2)
    assert network.inner.shape == (4, HIDDEN)


def test_parts_that_do_not_fit_are_refused() -> None:
    network = Network(*(np.zeros(shape, np.float32) for shape in ((4, 3), (3,), (3, 2), (2,))))
    with pytest.raises(TitleModelInvalid, match="do not fit"):
        dataclasses.replace(network, offset=np.zeros(3, np.float32))
    with pytest.raises(TitleModelInvalid, match="do not fit"):
        dataclasses.replace(network, bias=np.zeros(2, np.float32))


def test_the_number_of_threads_changes_no_sum() -> None:
    """As a whole, the product of these matrices has other last digits on one thread than on two."""
    program = (
        "import hashlib, numpy as np; from node.coding.titles.network import ordered_product as product; "
        "draw = np.random.Generator(np.random.Philox(1)); "
        "one, other = draw.random((1024, 619), dtype=np.float32), draw.random((619, 200), dtype=np.float32); "
        "print(hashlib.sha256(product(one, other).tobytes()).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT,
            env={"OPENBLAS_NUM_THREADS": threads, "PATH": ""},
        ).stdout
        for threads in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1


def test_an_ordered_product_is_the_product() -> None:
    draw = np.random.default_rng(4)
    one, other = draw.random((5, 619), dtype=np.float32), draw.random((619, 3), dtype=np.float32)
    assert ordered_product(one, other) == pytest.approx(one @ other, rel=1e-5)
