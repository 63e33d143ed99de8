"""Protection beside linked tables: what must be kept, what is known, and whose records count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from node.feasible.linked import PublishedTable
from node.model.codelist import Code, Codelist
from node.model.cube import Cube, ProtectedCube
from node.model.structure import Dimension
from node.protect.linked import LinkedCube, linked_cube, protect_together
from node.protect.linked_state import LinkedState, keep_hidden
from node.protect.primary import primary_suppression
from node.protect.protect import protect
from tests.support.cubes import at, flat, persons, with_axes
from tests.support.profiles import jobseekers

AXES = (flat("REF_AREA", "T", ("A", "B", "C")), flat("OCCUPATION", "_T", ("1", "2", "3")))
X = np.nan


def one(cube: Cube, state: LinkedState) -> ProtectedCube:
    return protect(cube, linked=state)


@pytest.fixture
def cube() -> Cube:
    counts = {("A", "1"): 3, ("A", "2"): 8, ("A", "3"): 90, ("B", "1"): 9, ("B", "2"): 7, ("B", "3"): 80}
    return persons(with_axes(jobseekers(), AXES), counts | {("C", "1"): 70, ("C", "2"): 60, ("C", "3"): 50})


def told(cube: Cube, **cells: float) -> PublishedTable:
    """A table that another dataflow has published: one area's counts by occupation (NaN: suppressed)."""
    area = next(iter(cells))[0]
    groups = tuple(name[1:] for name in cells)
    axis = Dimension("OCCUPATION", Codelist("O", tuple(Code(group, group) for group in groups)), additive=False)
    value = np.array([[[number] for number in cells.values()]])
    hidden = np.isnan(value)
    axes = (flat("REF_AREA", area, ()), axis, cube.structure.axes[2])
    return PublishedTable("told", axes, value, hidden, hidden, np.zeros(value.shape), np.full(value.shape, np.inf))


def hidden(release: ProtectedCube) -> set[str]:
    axes = release.structure.axes
    return {
        area + group for area in AXES[0].codelist.ids for group in AXES[1].codelist.ids
        if release.status[at(axes, area, group)] == "Q"
    }  # fmt: skip


def test_a_cube_with_nothing_linked_is_protected_as_it_is(cube: Cube) -> None:
    (release,) = protect_together([LinkedCube.of(cube)], [], one)
    assert hidden(release) == hidden(protect(cube)) == {"A1", "A2", "B1", "B2"}


def test_what_is_published_elsewhere_covers_nothing_here(cube: Cube) -> None:
    """Another table publishes A2 and B1: the usual rectangle would be open, so another one is hidden."""
    (release,) = protect_together([LinkedCube.of(cube)], [told(cube, A2=8), told(cube, B1=9)], one)
    assert {"A2", "B1"}.isdisjoint(hidden(release))
    assert hidden(release) == {"A1", "A3", "C1", "C3"}


def test_what_is_hidden_elsewhere_stays_hidden_here_and_is_covered(cube: Cube) -> None:
    (release,) = protect_together([LinkedCube.of(cube)], [told(cube, C3=X)], one)
    assert "C3" in hidden(release)
    assert release.confidentiality[at(release.structure.axes, "C", "3")] == "D"
    assert len([cell for cell in hidden(release) if cell[0] == "C"]) >= 2


def test_a_published_table_of_other_records_keeps_what_it_hides_and_is_not_reckoned_with(cube: Cube) -> None:
    """C1 was 71 there: its numbers are of an older register. Its C3 stays hidden; no equation is drawn from it."""
    (release,) = protect_together([LinkedCube.of(cube)], [told(cube, C1=71, C3=X)], one)
    assert "C3" in hidden(release)
    assert release.audit.passed


def test_indicators_are_named_as_the_first_cube_names_them(cube: Cube) -> None:
    other = linked_cube(cube, {"JS_REGISTERED": "JS_ELSEWHERE"})
    assert other.axes[2].codelist.ids == ("JS_ELSEWHERE",)
    assert linked_cube(cube, {}).axes[2].codelist.ids == ("JOBSEEKERS:JS_REGISTERED",)
    assert other.axes[:2] == cube.structure.axes[:2]


def test_kept_cells_are_as_sensitive_as_covers_are(cube: Cube) -> None:
    kept = LinkedState.free(cube.value.shape).kept.copy()
    cell = at(cube.structure.axes, "C", "3")
    kept[cell] = "D"
    state = LinkedState(kept, np.zeros(kept.shape, np.bool_))
    primary = keep_hidden(primary_suppression(cube), state)
    assert (primary.confidentiality[cell], primary.width[cell]) == ("D", 1.0)
    assert keep_hidden(primary, None) is primary
    assert primary.confidentiality[at(cube.structure.axes, "A", "1")] == "A"
    assert replace(primary).sensitive.sum() == 2
