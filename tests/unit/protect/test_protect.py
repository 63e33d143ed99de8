from __future__ import annotations

import numpy as np
import pytest

from node.errors import ReleaseRefused, TableInvalid
from node.feasible.certify import Certificate, Witnesses
from node.feasible.insiders import Claims
from node.model.cube import Cube
from node.protect import protect as stage
from node.protect.protect import protect
from node.protect.room import Table
from node.protect.widths import Pattern
from tests.support.cubes import at, counted, flat, persons, with_axes
from tests.support.profiles import jobseekers, vacancies

AXES = (flat("REF_AREA", "IMTGT_ID", ("A", "B", "C")), flat("OCCUPATION", "_T", ("OC1", "OC2", "OC3")))
COUNTS = {
    (area, code): 41 + 3 * place for place, (area, code) in enumerate((a, c) for a in "ABC" for c in ("OC1", "OC2"))
}


def test_a_table_without_small_cells_is_published_as_it_is() -> None:
    cube = persons(with_axes(jobseekers(), AXES), COUNTS)
    release = protect(cube)
    assert np.array_equal(release.value, cube.value)
    assert (release.status == "A").all()
    assert (release.confidentiality == "F").all()
    assert (release.audit.cells, release.audit.suppressed) == (16, 0)


def test_what_is_published_is_true_and_what_is_hidden_is_nan() -> None:
    cube = persons(with_axes(jobseekers(), AXES), {**COUNTS, ("B", "OC3"): 2, ("C", "OC3"): 30})
    release = protect(cube)
    hidden = release.status == "Q"
    assert hidden[at(AXES, "B", "OC3")].all()
    assert np.array_equal(release.value[~hidden], cube.value[~hidden])
    assert np.isnan(release.value[hidden]).all()
    assert (release.audit.suppressed, release.audit.primary) == (hidden.sum(), 1)


def test_indicators_are_tables_of_their_own() -> None:
    """A small cell in one indicator hides nothing in the other."""
    posts = [
        ((area, occupation, "JV_OPEN"), f"E{number}", 9.0)
        for area in ("ID-SU", "ID-JA")
        for occupation in ("OC22", "OC25", "OC71")
        for number in range(6)
    ]
    posts += [(("ID-SU", "OC22", "JV_NEW"), "E1", 9.0)]
    release = protect(counted(vacancies(), posts))
    assert (release.status[..., 0] == "A").all()
    assert (release.status[..., 1] == "Q").any()


def test_the_same_cube_gives_the_same_pattern() -> None:
    counts = {
        (area, code): int(n)
        for (area, code), n in zip(
            ((a, c) for a in "ABC" for c in ("OC1", "OC2", "OC3")), (1, 7, 7, 7, 4, 9, 7, 9, 2), strict=True
        )
    }
    profile = with_axes(jobseekers(), AXES)
    first = protect(persons(profile, counts))
    again = protect(persons(profile, dict(reversed(counts.items()))))
    assert np.array_equal(first.confidentiality, again.confidentiality)


def test_a_release_that_fails_its_audit_is_refused_by_key_and_without_values(monkeypatch: pytest.MonkeyPatch) -> None:
    cube = persons(with_axes(jobseekers(), AXES), {**COUNTS, ("B", "OC3"): 3})
    exposed = np.zeros(cube.structure.shape, np.bool_)
    exposed[at(AXES, "B", "OC3")] = True
    monkeypatch.setattr(stage, "exposed_cells", lambda *published: exposed)
    with pytest.raises(
        ReleaseRefused, match=r"JOBSEEKERS 2026-10: 1 suppressed .*\(B\.OC3\.JS_REGISTERED\)"
    ) as refusal:
        protect(cube)
    assert refusal.value.places == ("B.OC3.JS_REGISTERED",)


def test_the_audit_sees_only_what_a_reader_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = stage.exposed_cells
    monkeypatch.setattr(stage, "exposed_cells", lambda *published: seen.append(published) or real(*published))
    release = protect(persons(with_axes(jobseekers(), AXES), {**COUNTS, ("B", "OC3"): 3}))
    _, value, status, lower = seen[-1]
    assert np.array_equal(value, release.value, equal_nan=True)
    assert np.array_equal(status, release.status)
    assert set(lower.ravel().tolist()) == {1.0}


def test_a_value_without_contributors_is_refused() -> None:
    cube = persons(with_axes(jobseekers(), AXES), COUNTS)
    cube.contributors.setflags(write=True)
    cube.contributors[at(AXES, "A", "OC1")] = 0
    with pytest.raises(TableInvalid, match=r"no contributor.*A\.OC1\.JS_REGISTERED"):
        protect(cube)


def small() -> Cube:
    return persons(with_axes(jobseekers(), AXES), {**COUNTS, ("B", "OC3"): 3})


def test_a_release_says_how_many_intervals_were_certified_and_how_wide() -> None:
    audit = protect(small()).audit
    assert (audit.primary, audit.certified, audit.narrow, audit.undecided) == (2, 2, 0, 0)
    assert audit.required_width == 3
    assert "linear programme" in audit.method


@pytest.mark.parametrize(("which", "message"), [("narrow", "narrowed further"), ("undecided", "not decided within")])
def test_a_cell_that_is_narrow_or_undecided_refuses_the_release(
    which: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cube = small()
    failing = np.zeros(cube.value.size, np.bool_)
    failing[np.ravel_multi_index(at(AXES, "B", "OC3") + (0,) * (cube.value.ndim - 2), cube.value.shape)] = True
    none = np.zeros_like(failing)
    found = Certificate(failing, none) if which == "narrow" else Certificate(none, failing)
    monkeypatch.setattr(stage, "certified", lambda *table: found)
    with pytest.raises(ReleaseRefused, match=message) as refusal:
        protect(cube)
    assert refusal.value.places == ("B.OC3.JS_REGISTERED",)


def test_witnesses_are_checked_by_the_audit_and_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern that hides nothing beside the sensitive cells, vouched for by a witness that does not fit."""

    def careless(table: Table, axes: object, deadline: float) -> Pattern:
        cell = np.flatnonzero(table.sensitive)
        claim = Witnesses(len(cell), np.arange(len(cell)), cell, np.full(len(cell), 3.0))
        claims = Claims(cell, np.arange(len(cell)))
        return Pattern(table.sensitive.copy(), claim, claim, claims, np.zeros(len(table.value), np.bool_))

    monkeypatch.setattr(stage, "suppress_for_width", careless)
    release = protect(small())
    assert release.audit.certified == release.audit.primary == 2
    assert release.audit.suppressed > 2, "the audit found the cell exposed and hid more"


def test_time_that_is_up_refuses_the_release_with_the_cells_that_were_not_decided() -> None:
    with pytest.raises(ReleaseRefused, match="2 hidden cells were not decided within 0 seconds") as refusal:
        protect(small(), seconds=0.0)
    assert len(refusal.value.places) == 2
    assert "B.OC3.JS_REGISTERED" in refusal.value.places


def test_parts_with_more_contributors_than_their_total_are_refused() -> None:
    cube = persons(with_axes(jobseekers(), AXES), COUNTS)
    cube.contributors.setflags(write=True)
    cube.contributors[at(AXES, "A", "OC2")] = 10_000
    with pytest.raises(TableInvalid, match=r"more contributors than their total.*A\.OC2"):
        protect(cube)


def test_the_pattern_does_not_depend_on_how_the_machine_was_doing() -> None:
    """A limit that suffices changes nothing."""
    assert np.array_equal(protect(small(), seconds=60.0).status, protect(small(), seconds=6000.0).status)
