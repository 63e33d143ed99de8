"""Linked tables with answers found by counting every table that fits: safe alone is not safe together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest

from node.errors import ReleaseRefused
from node.feasible.inference import Inference, infer
from node.feasible.linked import LinkedTables, PublishedTable, link
from node.model.cube import Cube, ProtectedCube
from node.model.structure import Dimension
from node.protect.linked import LinkedCube, protect_together
from node.protect.linked_state import LinkedState
from node.protect.primary import primary_suppression
from node.protect.protect import protect
from tests.support.cubes import flat, persons, tree, with_axes
from tests.support.every_table import intervals_by_counting
from tests.support.profiles import jobseekers

PROVINCES = ("P1", "P2", "P3")
DISTRICTS = tree(
    "REF_AREA",
    (
        ("T", None),
        *((code, "T") for code in PROVINCES),
        *((f"{code}{part}", code) for code in PROVINCES for part in "ab"),
    ),
)
BY_PROVINCE = flat("REF_AREA", "T", PROVINCES)
GROUPS = flat("OCCUPATION", "_T", ("1", "2", "3"))
UNITS = tree(
    "OCCUPATION",
    (("_T", None), *((code, "_T") for code in "123"), *((f"{code}{part}", code) for code in "123" for part in "12")),
)
SEEDS = (8, 12, 17, 29, 31)
"""Tables in which most counts are small. Protected alone, some of these pairs give cells away together."""


def one(cube: Cube, state: LinkedState) -> ProtectedCube:
    return protect(cube, linked=state)


def held(cube: Cube, release: ProtectedCube, name: str) -> PublishedTable:
    """A release as readers hold it."""
    hidden, primary = release.status == "Q", primary_suppression(cube)
    endless = np.full(hidden.shape, np.inf)
    return PublishedTable(name, cube.structure.axes, release.value, hidden, primary.sensitive, primary.width, endless)


def two_cubes(seed: int) -> tuple[Cube, Cube]:
    """Unit groups by province, and major groups by district: major groups by province are in both."""
    random = np.random.default_rng(seed)
    fine: dict[tuple[str, str], int] = {}
    coarse: dict[tuple[str, str], int] = {}
    for area, unit in product(DISTRICTS.codelist.leaves, UNITS.codelist.leaves):
        count = int(random.choice([0, 1, 2, 3, 7, 12, 30]))
        fine[area[:2], unit] = fine.get((area[:2], unit), 0) + count
        coarse[area, unit[0]] = coarse.get((area, unit[0]), 0) + count
    return (
        persons(with_axes(jobseekers(), (BY_PROVINCE, UNITS)), fine),
        persons(with_axes(jobseekers(), (DISTRICTS, GROUPS)), coarse),
    )


def attacked(*tables: PublishedTable) -> tuple[LinkedTables, Inference]:
    joint = link(tables)
    found = infer(joint, np.ones(len(joint.value)), np.full(len(joint.value), np.inf), seconds=60)
    assert not found.undecided.any()
    return joint, found


def failing(*tables: PublishedTable) -> int:
    _, found = attacked(*tables)
    return int((found.exact | found.narrow).sum())


def by_hand(name: str, axes: Sequence[Dimension], rows: Sequence[Sequence[float]]) -> PublishedTable:
    """A published table; NaN is a suppressed cell of few persons at threshold 5."""
    value = np.array(rows, np.float64)
    hidden = np.isnan(value)
    return PublishedTable(
        name, tuple(axes), value, hidden, hidden, np.where(hidden, 3.0, 0.0), np.full(hidden.shape, 4.0)
    )


X = np.nan
AREAS = flat("REF_AREA", "T", ("A", "B", "C"))
OCCUPATIONS = flat("OCCUPATION", "_T", ("1", "2", "3"))
BY_OCCUPATION = by_hand("by occupation", (AREAS, OCCUPATIONS),
                        [[377, 82, 75, 220], [101, X, X, 90], [96, X, X, 80], [180, 70, 60, 50]])  # fmt: skip


def test_a_count_hidden_in_one_table_and_published_in_another_is_read_there() -> None:
    """B.1 is 9 in the second table: with it the first one's rectangle opens, and the 3 of A.1 is computed."""
    second = by_hand("B alone", (flat("REF_AREA", "B", ()), flat("OCCUPATION", "1", ())), [[9.0]])
    assert failing(BY_OCCUPATION) == 0
    assert failing(second) == 0
    joint, found = attacked(BY_OCCUPATION, second)
    known = {joint.key(cell): found.low[cell] for cell in np.flatnonzero(found.exact).tolist()}
    assert known == {("A", "1"): 3, ("A", "2"): 8, ("B", "1"): 9, ("B", "2"): 7}


def test_tables_that_are_safe_alone_and_not_together() -> None:
    given_away = []
    for seed in SEEDS:
        fine, coarse = two_cubes(seed)
        alone = [held(fine, protect(fine), "fine"), held(coarse, protect(coarse), "coarse")]
        assert [failing(table) for table in alone] == [0, 0]
        given_away.append(failing(*alone))
        together = protect_together((LinkedCube.of(fine), LinkedCube.of(coarse)), (), one)
        assert failing(held(fine, together[0], "fine"), held(coarse, together[1], "coarse")) == 0
    assert any(given_away)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_tables_the_first_leaves_room_for_the_second(seed: int, turn: int) -> None:
    """One is released today with the other in mind, the other tomorrow beside the one, which stays as it is."""
    first, second = two_cubes(seed)[::turn]
    today, _ = protect_together((LinkedCube.of(first), LinkedCube.of(second)), (), one)
    published = held(first, today, "first")
    (tomorrow,) = protect_together((LinkedCube.of(second),), (published,), one)
    assert failing(published, held(second, tomorrow, "second")) == 0


def test_what_a_published_table_gives_away_is_refused_with_its_cell() -> None:
    """Somebody has published that P1a has 3 persons of group 1: nothing that this table hides can take that back."""
    _, coarse = two_cubes(8)
    cell = np.argwhere((coarse.value[..., 0] > 0) & (coarse.value[..., 0] < 5))[0]
    codes = [axis.codelist.ids[at] for axis, at in zip(coarse.structure.axes, cell, strict=False)]
    axes = tuple(flat(axis.id, code, ()) for axis, code in zip(coarse.structure.axes, codes, strict=False))
    indicator = coarse.structure.axes[2]
    told = by_hand("told", (*axes, indicator), [[[coarse.value[*cell, 0]]]])
    with pytest.raises(ReleaseRefused, match="nothing is left to hide") as refusal:
        protect_together((LinkedCube.of(coarse),), (told,), one)
    assert ".".join(codes) in str(refusal.value)


@pytest.mark.parametrize("seed", range(6))
def test_joint_intervals_are_those_of_every_table_that_fits(seed: int) -> None:
    """Two small tables with a common margin, hidden at random: the linear programme finds what counting finds."""
    random = np.random.default_rng(seed)
    people = random.integers(0, 4, (2, 2, 2))
    areas, sexes = flat("REF_AREA", "T", ("A", "B")), flat("SEX", "_T", ("F", "M"))
    groups = flat("OCCUPATION", "_T", ("1", "2"))

    def table(name: str, axes: tuple[Dimension, Dimension], counts: np.ndarray) -> PublishedTable:
        full = np.zeros((3, 3))
        full[1:, 1:] = counts
        full[0], full[:, 0] = full.sum(axis=0), full.sum(axis=1)
        full[0, 0] = counts.sum()
        hidden = (full > 0) & (random.random(full.shape) < 0.5)
        full[hidden] = np.nan
        return by_hand(name, axes, full)

    first = table("by occupation", (areas, groups), people.sum(axis=2))
    second = table("by sex", (areas, sexes), people.sum(axis=1))
    joint = link((first, second))
    counted = intervals_by_counting(joint.equations, joint.value, joint.hidden, least=1, most=30)
    found = infer(joint, np.ones(len(joint.value)), np.full(len(joint.value), np.inf), seconds=60)
    for cell, (low, high) in counted.items():
        assert (found.low[cell], min(found.high[cell], 30)) == (low, high), joint.key(cell)
        assert found.exact[cell] == (low == high)
