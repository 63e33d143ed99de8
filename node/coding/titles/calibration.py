"""From a model's own chances to how often it is right, measured on titles that it did not learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from node.coding.titles.tree import LEVELS, Tree

LEAST_TITLES = 80
"""Titles whose share of right answers makes one point of a curve; fewer say too little."""
LEAST, MOST = 0.01, 0.99
"""No confidence is stated beyond these: no sample of this size bears it out."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """For one level: `chance` that the likeliest group has (ascending) and the `right` share at it (not falling)."""

    chance: NDArray[np.float64] = field(repr=False)
    right: NDArray[np.float64] = field(repr=False)

    def confidence(self, chance: NDArray[np.floating]) -> NDArray[np.float64]:
        """How often an answer with this chance was right."""
        return np.asarray(np.interp(chance, self.chance, self.right))


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The likeliest group of each level. `group` and `chance`: shape (levels, titles)."""

    group: NDArray[np.int64]
    chance: NDArray[np.float64]


def answers(chances: NDArray[np.floating], tree: Tree) -> Answers:
    """The likeliest group of each level, by chances of shape (titles, units)."""
    groups, tops = [], []
    for level in LEVELS:
        sums = tree.sums(chances, level)
        best = sums.argmax(axis=1)
        groups.append(best)
        tops.append(sums[np.arange(len(best)), best])
    return Answers(np.stack(groups), np.stack(tops).astype(np.float64))


def learn_curves(
    given: Answers, truth: NDArray[np.floating], importance: NDArray[np.floating], tree: Tree
) -> tuple[Curve, ...]:
    """A curve for each level. `truth`: shape (titles, units), as in `Tree.share`.

    A title counts at a level where its groups are known that far; it is right where the answer is one of them.
    Source: Zadrozny and Elkan 2002 (isotonic regression of scores from held-out data).
    """
    curves = []
    for level in LEVELS:
        known = known_to(truth, level, tree)
        right = is_right(given.group[level - 1], truth, level, tree)
        curves.append(_curve(given.chance[level - 1][known], right[known], importance[known]))
    return tuple(curves)


def known_to(truth: NDArray[np.floating], level: int, tree: Tree) -> NDArray[np.bool_]:
    """Titles that have one group of `level`, or whose code is split over a few; not those known less deeply."""
    few = (tree.sums(truth, level) > 0).sum(axis=1) <= _SPLIT
    return np.asarray(few & (truth.sum(axis=1) > 0))


_SPLIT = 3
"""Groups of a level that a title may be of and still be held against an answer."""


def is_right(answer: NDArray[np.int64], truth: NDArray[np.floating], level: int, tree: Tree) -> NDArray[np.bool_]:
    """Whether each answer is (one of) the title's own groups."""
    return np.asarray(tree.sums(truth, level)[np.arange(len(answer)), answer] > 0)


def _curve(chance: NDArray[np.float64], right: NDArray[np.bool_], importance: NDArray[np.floating]) -> Curve:
    """Runs of at least LEAST_TITLES titles of about the same chance, with the share right in each, made to rise."""
    if not len(chance):
        return Curve(np.array([0.0, 1.0]), np.array([LEAST, LEAST]))
    order = np.argsort(chance, kind="stable")
    runs = np.array_split(order, max(1, len(order) // LEAST_TITLES))
    weights = np.array([importance[run].sum() for run in runs])
    centres = np.array([np.average(chance[run], weights=importance[run]) for run in runs])
    shares = np.array([np.average(right[run], weights=importance[run]) for run in runs])
    risen = isotonic_regression(shares, weights=weights).x
    apart = np.concatenate(([True], np.diff(centres) > 0))
    return Curve(centres[apart], np.clip(risen[apart], LEAST, MOST))


def confidences(given: Answers, curves: Sequence[Curve]) -> NDArray[np.float64]:
    """Shape (levels, titles). A deeper answer is stated with no more confidence than one above it."""
    stated = np.stack([curve.confidence(given.chance[at]) for at, curve in enumerate(curves)])
    return np.asarray(np.minimum.accumulate(stated, axis=0))
