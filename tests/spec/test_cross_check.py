"""The node beside tau-ARGUS, run live on the same small tables. Skipped, saying so, where it is not installed."""

from __future__ import annotations

import numpy as np
import pytest

from node.feasible.inference import infer
from node.feasible.linked import PublishedTable, link
from node.model.cube import Cube
from node.protect.protect import protect
from tests.support.cubes import persons, tree, with_axes
from tests.support.profiles import jobseekers
from tests.support.tau_argus import REASON, TauArgusResult, available, run_tau_argus

AREAS = ("A", "B", "C")
LEAVES = ("11", "12", "13", "21", "22")
TREE = "1\n@11\n@12\n@13\n2\n@21\n@22\n"
AXES = (
    tree("area", (("Total", None), *((area, "Total") for area in AREAS))),
    tree("occupation", (("Total", None), ("1", "Total"), ("2", "Total"), *((leaf, leaf[0]) for leaf in LEAVES))),
)
SINGLETONS = {("A", "11"): 1, ("A", "12"): 1, ("A", "13"): 1, ("B", "11"): 9, ("B", "12"): 9, ("B", "13"): 9,
              ("C", "21"): 40, ("A", "21"): 30, ("A", "22"): 50, ("B", "21"): 30, ("B", "22"): 44}  # fmt: skip
"""Three persons, each alone in a cell of a row whose total of 3 is small itself."""


def cube_of(counts: dict[tuple[str, str], int]) -> Cube:
    return persons(with_axes(jobseekers(), AXES), counts)


def cross_checked(counts: dict[tuple[str, str], int]) -> TauArgusResult:
    python = available()
    if python is None:
        pytest.skip(REASON)
    return run_tau_argus(python, counts, TREE)


def attacked(cube: Cube, hidden: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Intervals of the hidden cells, of the shape (areas, occupations)."""
    value = np.where(hidden, np.nan, cube.value[..., 0])
    nothing = np.zeros(value.shape)
    joint = link([PublishedTable("t", AXES, value, hidden, hidden, nothing, nothing)])
    size = value.size
    found = infer(joint, np.full(size, least), np.full(size, np.inf), seconds=30)
    at = joint.places[0]
    return found.low[at].reshape(value.shape), found.high[at].reshape(value.shape)


def pattern(result: TauArgusResult) -> np.ndarray:
    hidden = np.zeros(tuple(len(axis.codelist) for axis in AXES), np.bool_)
    for area, occupation in result.hidden:
        hidden[AXES[0].codelist.index[area], AXES[1].codelist.index[occupation]] = True
    return hidden


def random_counts(seed: int) -> dict[tuple[str, str], int]:
    random = np.random.default_rng(seed)
    return {(area, leaf): int(random.choice([0, 1, 2, 3, 6, 9, 20, 50])) for area in AREAS for leaf in LEAVES}


@pytest.mark.parametrize("seed", range(4))
def test_both_audits_give_every_cell_the_same_interval(seed: int) -> None:
    """tau-ARGUS takes 0 for the lower bound; so does ours here."""
    counts = random_counts(seed)
    result = cross_checked(counts)
    low, high = attacked(cube_of(counts), pattern(result), least=0.0)
    assert result.bounds
    for (area, occupation), (least, most) in result.bounds.items():
        cell = AXES[0].codelist.index[area], AXES[1].codelist.index[occupation]
        assert (low[cell], high[cell]) == (pytest.approx(least), pytest.approx(most)), (area, occupation)


@pytest.mark.parametrize("seed", range(4))
def test_both_hide_the_same_small_counts(seed: int) -> None:
    counts = random_counts(seed)
    result, cube = cross_checked(counts), cube_of(counts)
    small = (cube.value[..., 0] > 0) & (cube.value[..., 0] < 5)
    assert pattern(result)[small].all()
    assert (protect(cube).status[..., 0] == "Q")[small].all()


def test_what_a_reader_who_sees_the_zeros_computes_from_each_pattern() -> None:
    """The field's pattern is held to 0, and this node's to 1: from this node's nobody computes a small count."""
    cube = cube_of(SINGLETONS)
    ours = protect(cube).status[..., 0] == "Q"
    theirs = pattern(cross_checked(SINGLETONS))
    small = (cube.value[..., 0] > 0) & (cube.value[..., 0] < 5)
    known = {}
    for name, hidden in (("ours", ours), ("theirs", theirs)):
        low, high = attacked(cube, hidden, least=1.0)
        known[name] = int((small & (low == high)).sum())
    assert known["ours"] == 0
    assert known["theirs"] >= known["ours"]
