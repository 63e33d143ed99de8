from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from node.errors import ReleaseRefused
from node.feasible.linked import PublishedTable
from node.model.cube import Cube, ProtectedCube
from node.protect.protect import protect
from node.protect.vintages import Comparison, Earlier, carried_over
from tests.support.cubes import at, flat, persons, with_axes
from tests.support.profiles import jobseekers

AXES = (flat("REF_AREA", "IMTGT_ID", ("A", "B", "C")), flat("OCCUPATION", "_T", ("OC1", "OC2", "OC3")))
COUNTS = {
    (area, code): 20 + 7 * place
    for place, (area, code) in enumerate((a, o) for a in "ABC" for o in ("OC1", "OC2", "OC3"))
}


def cube(**changed: int) -> Cube:
    """Counts of 20 to 76, some of them changed: `A_OC1=3`."""
    return persons(with_axes(jobseekers(), AXES), COUNTS | {tuple(key.split("_")): n for key, n in changed.items()})


def published(release: ProtectedCube) -> PublishedTable:
    hidden = release.status == "Q"
    none = np.zeros(hidden.shape)
    return PublishedTable("v1", release.structure.axes, release.value, hidden, hidden, none, none)


def hidden(release: ProtectedCube) -> set[str]:
    axes = release.structure.axes
    return {
        ".".join((axes[0].codelist.ids[a], axes[1].codelist.ids[b])) for a, b, _ in np.argwhere(release.status == "Q")
    }


def revised(before: Cube, after: Cube) -> ProtectedCube:
    return protect(after, earlier=Earlier(vintage=published(protect(before))))


def test_the_same_data_again_hide_the_same_cells() -> None:
    first = protect(cube(A_OC1=3))
    assert hidden(revised(cube(A_OC1=3), cube(A_OC1=3))) == hidden(first)


@pytest.mark.parametrize("seed", range(6))
def test_a_sparse_table_released_again_is_not_refused(seed: int) -> None:
    """What one vintage hid without need, a lone contributor may know: that is no reason to refuse the same again."""
    areas, jobs = tuple("ABCDEF"), tuple(f"OC{number}" for number in range(1, 8))
    axes = (flat("REF_AREA", "IMTGT_ID", areas), flat("OCCUPATION", "_T", jobs), flat("SEX", "_T", ("F", "M")))
    drawn = iter(np.random.default_rng(seed).poisson(4, 84).tolist())
    counts = {(area, job, sex): next(drawn) for area in areas for job in jobs for sex in "FM"}
    table = persons(with_axes(jobseekers(), axes), counts)
    assert (revised(table, table).status == protect(table).status).all()


def test_a_cell_that_was_hidden_stays_hidden_though_it_grew() -> None:
    """A reader who takes the new number for the old one would have the small count."""
    grown = revised(cube(A_OC1=3), cube(A_OC1=90))
    assert "A.OC1" in hidden(grown)
    assert hidden(protect(cube(A_OC1=3))) <= hidden(grown)


def test_a_cell_that_changes_slightly_is_hidden_with_all_totals_that_would_tell() -> None:
    """One person more in B.OC2: 49, 148, 141 and 432 beside 48, 147, 140 and 431 say so."""
    release = revised(cube(B_OC2=48), cube(B_OC2=49))
    assert hidden(release) >= {"B.OC2", "B._T", "IMTGT_ID.OC2", "IMTGT_ID._T"}
    assert release.audit.passed
    assert release.confidentiality[(*at(AXES, "B", "OC2"), 0)] == "D"


def test_a_change_of_the_threshold_is_published() -> None:
    assert hidden(revised(cube(B_OC2=48), cube(B_OC2=53))) == set()


def test_a_number_that_readers_hold_covers_nothing() -> None:
    """A.OC1 falls from 9 to 2, and nothing else changes: what stays as it was cannot hide it."""
    release = revised(cube(A_OC1=9), cube(A_OC1=2))
    assert hidden(release) <= {"A.OC1", "A._T", "IMTGT_ID.OC1", "IMTGT_ID._T"}


def test_what_was_published_and_is_sensitive_now_is_refused_by_key() -> None:
    held = published(protect(cube()))
    value = held.value.copy()
    value[at(AXES, "A", "OC1")] = 3
    small = replace(held, value=value)
    with pytest.raises(ReleaseRefused, match=r"cannot be protected any more.*A\.OC1"):
        protect(cube(A_OC1=3), earlier=Earlier(vintage=small))


def test_what_the_period_before_hides_is_preferred() -> None:
    last = published(protect(cube(A_OC1=3, C_OC1=2, C_OC3=3, A_OC3=4)))
    assert carried_over(cube(), last).sum() == last.hidden.sum()
    assert not carried_over(cube(), None).any()
    plain = protect(cube(A_OC1=2))
    sticky = protect(cube(A_OC1=2), earlier=Earlier(last=last))
    assert "C.OC3" in hidden(sticky)
    assert "C.OC3" not in hidden(plain)


def test_without_a_vintage_nothing_is_known() -> None:
    found = Comparison.of(cube(), None)
    assert not (found.known | found.slight | found.kept).any()
