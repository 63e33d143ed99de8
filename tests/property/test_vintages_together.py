"""Two vintages of one period, side by side: every table that fits both is enumerated."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from node.errors import ReleaseRefused
from node.feasible.linked import PublishedTable
from node.model.cube import Cube, ProtectedCube
from node.protect.primary import primary_suppression
from node.protect.protect import protect
from node.protect.vintages import Earlier
from tests.property.test_certified_widths import WIDTH, cubes, fitting
from tests.support.cubes import counted

THRESHOLD = 5


@st.composite
def revisions(draw: st.DrawFn) -> tuple[Cube, Cube]:
    """A cube, and the same with the counts of a few leaf cells changed."""
    before = draw(cubes())
    axes = before.structure.axes[:-1]
    leaves = [codes for codes in np.ndindex(*before.structure.shape[:-1]) if _is_leaf(before, codes)]
    changes = draw(st.dictionaries(st.sampled_from(leaves), st.sampled_from((-9, -3, -1, 1, 2, 6, 30)), max_size=3))
    people = [
        (tuple(axis.codelist.ids[at] for axis, at in zip(axes, codes, strict=True)), f"{codes}-{number}", 1.0)
        for codes in leaves
        for number in range(max(0, int(before.value[(*codes, 0)]) + changes.get(codes, 0)))
    ]
    return before, counted(before.profile, people)


def _is_leaf(cube: Cube, codes: tuple[int, ...]) -> bool:
    return all(
        axis.codelist.ids[at] in axis.codelist.leaves for axis, at in zip(cube.structure.axes[:-1], codes, strict=True)
    )


def published(release: ProtectedCube) -> PublishedTable:
    hidden = release.status == "Q"
    none = np.zeros(hidden.shape)
    sensitive = hidden & (release.confidentiality != "D")
    return PublishedTable("v1", release.structure.axes, release.value, hidden, sensitive, none, none)


def revised(after: Cube, first: ProtectedCube) -> ProtectedCube | None:
    """None where it is refused, as when nothing is left to hide that readers do not hold already."""
    try:
        return protect(after, earlier=Earlier(vintage=published(first)))
    except ReleaseRefused:
        event("refused")
        return None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(pair=revisions())
def test_two_vintages_tell_no_small_difference_and_narrow_nothing(pair: tuple[Cube, Cube]) -> None:
    before, after = pair
    first = protect(before)
    second = revised(after, first)
    if second is None:
        return
    hidden = (second.status == "Q").ravel()
    shown_first = ~np.isnan(first.value).ravel()
    change = np.abs(after.value - before.value).ravel()
    both = shown_first & ~hidden
    assert ((change[both] == 0) | (change[both] >= THRESHOLD)).all()
    assert not ((first.status == "Q").ravel() & ~hidden & (after.value.ravel() > 0)).any()
    unchanged = shown_first & (change == 0)
    tables = fitting(after, hidden & ~unchanged)
    sensitive = primary_suppression(after).sensitive.ravel()
    assert (np.ptp(tables[:, sensitive], axis=0) >= WIDTH).all()
    slight = shown_first & (change > 0) & (change < THRESHOLD)
    assert (np.ptp(tables[:, slight], axis=0) >= WIDTH).all()


@settings(max_examples=100, deadline=None)
@given(before=cubes())
def test_the_same_table_again_is_released_as_it_was(before: Cube) -> None:
    first = protect(before)
    assume((first.status == "Q").any())
    again = protect(before, earlier=Earlier(vintage=published(first)))
    assert np.array_equal(first.status, again.status)
    assert np.array_equal(first.confidentiality, again.confidentiality)
