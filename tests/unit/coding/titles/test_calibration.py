"""Confidence as it was measured."""

from __future__ import annotations

import numpy as np
import pytest

from node.coding.titles.calibration import LEAST, MOST, Answers, answers, confidences, is_right, known_to, learn_curves
from node.coding.titles.tree import Tree

TREE = Tree(("OC2511", "OC2512", "OC8331", "OC8332"))


def test_confidence_is_the_share_that_was_right_and_not_what_the_model_claims() -> None:
    """A model that is always nearly certain, and right in seven cases of ten."""
    number = 2_000
    draw = np.random.default_rng(5)
    chance = draw.uniform(0.9, 0.99, number)
    spread = np.full((number, 4), 0.0)
    spread[:, 0] = chance
    spread[:, 3] = 1 - chance
    truth = np.zeros((number, 4))
    right = draw.uniform(size=number) < 0.7
    truth[np.arange(number), np.where(right, 0, 3)] = 1
    given = answers(spread, TREE)
    stated = confidences(given, learn_curves(given, truth, np.ones(number), TREE))
    assert stated[3].mean() == pytest.approx(0.7, abs=0.03)
    assert abs(stated[0] - 0.7).max() < 0.15


def test_a_deeper_answer_is_never_surer() -> None:
    draw = np.random.default_rng(6)
    spread = draw.dirichlet(np.ones(4), 500)
    truth = np.eye(4)[draw.integers(0, 4, 500)]
    given = answers(spread, TREE)
    stated = confidences(given, learn_curves(given, truth, np.ones(500), TREE))
    assert (np.diff(stated, axis=0) <= 0).all()
    assert stated.min() >= LEAST
    assert stated.max() <= MOST


def test_a_split_code_is_right_at_each_of_its_targets() -> None:
    truth = np.stack([TREE.share(("OC2511", "OC8331")), TREE.share(("OC2511",))])
    assert is_right(np.array([2, 2]), truth, 4, TREE).tolist() == [True, False]
    assert is_right(np.array([1, 1]), truth, 1, TREE).tolist() == [True, False]


def test_what_is_known_to_two_digits_is_not_held_against_a_deeper_answer() -> None:
    wide = Tree((*tuple(f"OC25{number}1" for number in range(6)), "OC8331"))
    truth = np.stack([wide.share(("OC25",)), wide.share(("OC2511",)), np.zeros(7, np.float32)])
    assert known_to(truth, 4, wide).tolist() == [False, True, False]
    assert known_to(truth, 2, wide).tolist() == [True, True, False]


def test_curves_of_nothing_are_sure_of_nothing() -> None:
    nothing = Answers(np.zeros((4, 0), np.int64), np.zeros((4, 0)))
    curves = learn_curves(nothing, np.zeros((0, 4)), np.zeros(0), TREE)
    assert curves[0].confidence(np.array([0.99])).tolist() == [LEAST]
