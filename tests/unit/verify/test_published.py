"""A published target, read back as what its readers hold."""

from __future__ import annotations

import numpy as np
import pytest

from node.errors import ReleaseRefused
from node.verify.published import published_table
from tests.support.made_releases import draft, empty_cube, protected_cube
from tests.support.profiles import jobseekers, vacancies

PROFILE = jobseekers()
STRUCTURE = PROFILE.for_sender("IMTGT_ID")
NAMES = {indicator.id: f"{indicator.id}_HERE" for indicator in PROFILE.indicators}


def test_readers_hold_what_was_published_and_know_what_was_not() -> None:
    cube = protected_cube(PROFILE, unobserved=("ID-JA",))
    release = draft(cube)
    table = published_table(release.files[release.key.path], PROFILE, STRUCTURE, "J", NAMES)
    assert np.array_equal(table.value, cube.value, equal_nan=True)
    assert np.array_equal(table.hidden, cube.status == "Q")
    assert {"A", "D"} < set(cube.confidentiality.ravel().tolist())
    assert np.array_equal(table.sensitive, cube.status == "Q")
    assert np.array_equal(table.width, np.where(table.hidden, 3.0, 0.0))
    assert np.array_equal(table.ceiling, np.where(table.hidden, 4.0, np.inf))
    assert np.isnan(table.value[(cube.status == "M")]).all()
    assert table.axes[-1].codelist.ids == tuple(NAMES.values())


def test_only_the_named_indicators_are_taken() -> None:
    cube = protected_cube(vacancies())
    release = draft(cube)
    data = release.files[release.key.path]
    table = published_table(data, cube.profile, cube.structure, "V", {"JV_NEW": "JV_NEW"})
    assert np.array_equal(table.value[..., 0], cube.value[..., 1], equal_nan=True)


def test_a_release_of_nothing_is_a_table_of_zeros() -> None:
    release = draft(empty_cube(PROFILE))
    table = published_table(release.files[release.key.path], PROFILE, STRUCTURE, "J", NAMES)
    assert not table.value.any()
    assert not table.hidden.any()


def test_a_target_that_does_not_fit_its_profile_any_more_is_told() -> None:
    release = draft(protected_cube(vacancies()))
    with pytest.raises(ReleaseRefused, match="release it anew"):
        published_table(release.files[release.key.path], PROFILE, STRUCTURE, "J", NAMES)
    other = draft(protected_cube(PROFILE, "IMTGT_MY"))
    with pytest.raises(ReleaseRefused, match="codes that its profile does not have"):
        published_table(other.files[other.key.path], PROFILE, STRUCTURE, "J", NAMES)
