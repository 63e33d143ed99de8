from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from node.errors import NodeError, ReleaseRefused, TableInvalid
from node.model.perturbation import CellKey
from node.protect.perturbation.perturb import bounds, perturb
from node.protect.perturbation.ptable import perturbation_table
from node.protect.primary import primary_suppression
from tests.support.cubes import persons
from tests.support.perturbed import CELL_KEY, ROUNDING, person_cube, perturbing, some_persons, unobserved
from tests.support.profiles import jobseekers

WEAK = CellKey(1, 0.5, 0, None, 2, "a noise of one hides nothing")


@pytest.mark.parametrize("method", [CELL_KEY, ROUNDING], ids=lambda method: method.method.value)
def test_every_cell_is_published_and_none_is_hidden(method) -> None:
    cube = some_persons(method)
    release = perturb(cube)
    assert set(release.status.ravel().tolist()) == {"A"}
    assert set(release.confidentiality.ravel().tolist()) == {"F"}
    assert release.audit.passed
    assert (release.value[cube.value == 0] == 0).all()
    assert (release.value != cube.value).any()
    low, high = bounds(release.value.astype(np.int64), release.structure, method)
    assert ((cube.value >= low) & (cube.value <= high)).all()


def test_noise_is_at_most_d_and_no_figure_is_under_js() -> None:
    cube = some_persons()
    release = perturb(cube)
    assert np.abs(release.value - cube.value).max() <= 5
    assert not np.isin(release.value, (1, 2)).any()


def test_cells_of_the_same_persons_have_the_same_noise() -> None:
    """Everybody is in one leaf cell: each of its margins holds the same persons."""
    profile = perturbing()
    structure = profile.for_sender("IMTGT_ID")
    counts = np.zeros(structure.shape, np.int64)
    place = tuple(
        axis.codelist.index[code] for axis, code in zip(structure.axes, ("ID-SU", "OC22", "F", "JS_NEW"), strict=True)
    )
    counts[place] = 7
    release = perturb(person_cube(profile, counts))
    assert len(set(release.value[release.value > 0].tolist())) == 1


def test_missing_areas_stay_missing() -> None:
    release = perturb(unobserved(some_persons(), "ID-JA"))
    area = release.structure.axis("REF_AREA").codelist.index
    assert set(release.status[[area["IMTGT_ID"], area["ID-JA"]]].ravel().tolist()) == {"M"}
    assert np.isnan(release.value[area["ID-JA"]]).all()
    assert set(release.status[area["ID-SU"]].ravel().tolist()) == {"A"}


def test_a_release_that_gives_a_small_count_away_is_refused_with_the_cells_named_and_no_value() -> None:
    """A single person whose own cell and all whose margins say 2 at most, while no zero may be anything else."""
    profile = perturbing(WEAK)
    refused = []
    for seed in range(30):
        cube = some_persons(WEAK, seed)
        try:
            perturb(replace(cube, profile=profile))
        except ReleaseRefused as problem:
            refused.append(problem)
    assert refused
    for problem in refused:
        assert "JS_" in problem.places[0]
        assert "counts under 2 follow from what would be published" in str(problem)


def test_a_cube_without_keys_or_of_something_else_than_persons_is_refused() -> None:
    cube = some_persons()
    with pytest.raises(TableInvalid, match="no cell keys"):
        perturb(replace(cube, key=None))
    with pytest.raises(TableInvalid, match="not numbers of persons"):
        perturb(replace(cube, value=cube.value * 3))
    wrong = cube.value.copy()
    wrong.flat[0] += 1
    with pytest.raises(TableInvalid, match="sum of their parts"):
        perturb(replace(cube, value=wrong, contributors=wrong.astype(np.int64)))


def test_the_two_ways_of_protection_do_not_stand_in_for_one_another() -> None:
    with pytest.raises(NodeError, match="by suppression"):
        primary_suppression(some_persons())
    with pytest.raises(NodeError, match="by suppression"):
        perturb(persons(jobseekers(), {("ID-SU", "OC22", "F"): 3}))


def test_the_table_serves_every_count() -> None:
    counts = np.arange(0, 5000)
    published = perturbation_table(CELL_KEY).publish(counts, np.full(5000, 0.999999))
    assert (np.abs(published - counts) <= 5).all()
