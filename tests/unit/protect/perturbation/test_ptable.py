from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from node.errors import ProfileError
from node.model.perturbation import CellKey
from node.protect.perturbation.ptable import LEAST, perturbation_table
from tests.support.perturbed import CELL_KEY

METHODS = [
    CELL_KEY,
    replace(CELL_KEY, pstay=None),
    CellKey(2, 1.0, 0, None, 3, "test"),
    CellKey(3, 2.0, 1, None, 3, "test"),
    CellKey(10, 20.0, 4, 0.3, 5, "test"),
    CellKey(5, 2.01, 2, None, 5, "test"),
]
"""The last near the least variance that a count of 1 can have: -1 and 2, with two thirds and one."""


@pytest.mark.parametrize("method", METHODS, ids=str)
def test_every_row_keeps_its_constraints(method: CellKey) -> None:
    table = perturbation_table(method)
    assert table.last == method.noise + method.js + 1
    for count in range(1, table.last + 1):
        noise, p = table.targets[count] - count, table.probabilities(count)
        assert p.sum() == pytest.approx(1, abs=1e-9)
        assert p @ noise == pytest.approx(0, abs=1e-7)
        assert p @ noise**2 <= method.variance + 1e-6
        assert p.min() >= LEAST * 0.9
        assert (np.abs(noise) <= method.noise).all()
        assert not ((table.targets[count] >= 1) & (table.targets[count] <= method.js)).any()
        rising = noise[1:] <= 0
        assert (np.diff(p)[rising] >= -1e-8).all()
        if method.pstay is not None and 0 in noise:
            assert p[noise == 0] == pytest.approx(method.pstay, abs=1e-8)


def test_a_table_small_enough_to_work_out_by_hand() -> None:
    """D = 1, no js: noise -1, 0, 1 of mean 0, so both sides alike, each V / 2 at most. Entropy is largest at a third
    each, which has the variance 2/3; with V = 0.5 the sides are a quarter each."""
    wide = perturbation_table(CellKey(1, 1.0, 0, None, 2, "test"))
    assert wide.probabilities(1) == pytest.approx([1 / 3, 1 / 3, 1 / 3], abs=1e-9)
    narrow = perturbation_table(CellKey(1, 0.5, 0, None, 2, "test"))
    assert narrow.probabilities(1) == pytest.approx([0.25, 0.5, 0.25], abs=1e-9)
    stays = perturbation_table(CellKey(1, 1.0, 0, 0.9, 2, "test"))
    assert stays.probabilities(2) == pytest.approx([0.05, 0.9, 0.05], abs=1e-9)


def test_a_count_of_one_that_must_leave_has_two_ways_with_fixed_probabilities() -> None:
    """D = 2, js = 1: a count of 1 becomes 0, 2 or 3, by a noise of -1, 1 or 2: p(0) = p(2) + 2 p(3)."""
    table = perturbation_table(CellKey(2, 2.0, 1, None, 3, "test"))
    assert table.targets[1].tolist() == [0, 2, 3]
    p = table.probabilities(1)
    assert p[0] == pytest.approx(p[1] + 2 * p[2])
    # With p(3) = x the rest follows; the entropy's derivative is 0 there: x (1/2 + x/2)^(1/2)... found by search.
    x = np.linspace(1e-6, 0.3, 300_001)
    rows = np.stack([0.5 + x / 2, 0.5 - 1.5 * x, x])
    best = rows[:, np.argmax(-(rows * np.log(rows)).sum(axis=0))]
    assert p == pytest.approx(best, abs=2e-6)


def test_looking_up_a_cell_key() -> None:
    """A quarter, a half, a quarter: 0.25 is the first key that is no longer in the first target's share."""
    table = perturbation_table(CellKey(1, 0.5, 0, None, 2, "test"))
    keys = np.array([0.0, 0.2499, 0.2501, 0.7499, 0.7501, 0.9999])
    assert table.publish(np.full(6, 1), keys).tolist() == [0, 0, 1, 1, 2, 2]
    assert table.publish(np.full(6, 1000), keys).tolist() == [999, 999, 1000, 1000, 1001, 1001]
    assert table.publish(np.zeros(6, np.int64), keys).tolist() == [0] * 6


@pytest.mark.parametrize(
    ("method", "says"),
    [
        (CellKey(5, 1.0, 2, None, 5, "test"), r"count of 1 needs a variance of more than 2"),
        (CellKey(5, 3.0, 2, 0.01, 5, "test"), "pstay"),
    ],
)
def test_parameters_that_no_probabilities_fit_are_named(method: CellKey, says: str) -> None:
    with pytest.raises(ProfileError, match=says):
        perturbation_table(method)
