"""Whatever the cube: its bytes are stable, they pass the check that partners make, and a changed field does not."""

import gzip
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.errors import ReleaseRefused
from node.model.period import TimePeriod
from node.verify.conformance import verify_draft, verify_feed
from tests.support.made_releases import NOW, as_previous, draft, feed, protected_cube, with_text
from tests.support.profiles import employment, jobseekers, vacancies

PERIODS = {"M": TimePeriod("2026-10"), "Q": TimePeriod("2026-Q3")}
UNOBSERVED = {"IMTGT_ID": "ID-JA", "IMTGT_MY": "MY-07"}


@st.composite
def cubes(draw, hide=None):
    profile = draw(st.sampled_from([vacancies(), jobseekers(), employment()]))
    authority = draw(st.sampled_from(sorted(UNOBSERVED)))
    return protected_cube(
        profile,
        authority,
        period=PERIODS[profile.frequency],
        seed=draw(st.integers(0, 10_000)),
        hide=draw(st.sampled_from([0.0, 0.005, 0.02, 0.1])) if hide is None else hide,
        unobserved=(UNOBSERVED[authority],) if hide is None and draw(st.booleans()) else (),
    )


def authority_of(cube):
    return cube.structure.axis("REF_AREA").codelist.roots[0]


@settings(max_examples=40, deadline=None)
@given(cubes())
def test_a_draft_passes_the_check_that_partners_make(cube):
    release = draft(cube)
    verify_draft(release, cube.profile, authority_of(cube))
    checked = verify_feed(feed([release]), {cube.profile.dataflow: cube.profile}, authority_of(cube))
    (accepted,) = checked.accepted
    total = np.nansum(accepted.observations.column("OBS_VALUE").to_numpy(zero_copy_only=False).astype(float))
    assert total == np.nansum(cube.value)


@settings(max_examples=20, deadline=None)
@given(cubes(), st.integers(0, 1_000))
def test_bytes_depend_on_the_cube_alone(cube, hours):
    first = draft(cube)
    later = NOW + timedelta(hours=hours)
    assert draft(cube, now=later).files == first.files
    assert draft(cube, as_previous(first), now=later) == first


@settings(max_examples=20, deadline=None)
@given(cubes())
def test_a_revision_is_the_same_rows_with_another_action(cube):
    before = draft(replace(cube, value=np.where(np.isnan(cube.value), np.nan, 0.0)))
    revised = draft(cube, as_previous(before))
    if revised == before:
        return
    text = gzip.decompress(revised.files[revised.key.path])
    assert text.replace(b",R,", b",I,") == gzip.decompress(draft(cube).files[revised.key.path])


WRONG = {
    "STRUCTURE": ["", "DATAFLOW", "dataflow "],
    "STRUCTURE_ID": ["", "IMTGT:OTHER(1.0.0)"],
    "ACTION": ["", "R", "A", "M", "D"],
    "FREQ": ["", "A", "m"],
    "TIME_PERIOD": ["", "2026-13", "2025-10", "2025-Q3"],
    "REF_AREA": ["", "_T", "IMTGT", "IMTGT_ID", "ID-SU", "MY-08", "id-su", "SG"],
    "OCCUPATION": ["", "_T", "OC2", "OC7", "OC25", "2512"],
    "SEX": ["", "_T", "F", "M", "_U", "X"],
    "INDICATOR": ["", "JV_NEW", "JV_OPEN", "JS_NEW", "EMP", "JS_REGISTERED"],
    "OBS_VALUE": ["", "NaN", "-3", "0.5", "1e3", "999999", "9999999", "twelve", "1,000"],
    "OBS_STATUS": ["", "Q", "M", "F"],
    "CONF_STATUS": ["", "A", "D", "Q"],
}


@settings(max_examples=150, deadline=None)
@given(cubes(hide=0.0), st.sampled_from(sorted(WRONG)), st.data())
def test_one_changed_field_is_always_caught(cube, column, data):
    structure = cube.structure
    if column not in structure.columns:
        return
    release = draft(cube)
    lines = gzip.decompress(release.files[release.key.path]).decode().splitlines()
    place = structure.columns.index(column)
    number = data.draw(st.integers(1, len(lines) - 1))
    fields = lines[number].split(",")
    fields[place] = data.draw(st.sampled_from([value for value in WRONG[column] if value != fields[place]]))
    lines[number] = ",".join(fields)
    changed = with_text(release, ("\n".join(lines) + "\n").encode())
    with pytest.raises(ReleaseRefused):
        verify_draft(changed, cube.profile, authority_of(cube))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1_000), st.data())
def test_a_flipped_bit_is_caught_or_without_effect(seed, data):
    cube = protected_cube(vacancies(), seed=seed)
    release = draft(cube)
    raw = bytearray(release.files[release.key.path])
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    damaged = replace(release, files={**release.files, release.key.path: bytes(raw)})
    try:
        verify_draft(damaged, cube.profile, "IMTGT_ID")
    except ReleaseRefused:
        return
    assert gzip.decompress(bytes(raw)) == gzip.decompress(release.files[release.key.path])
