"""Random small tables with random hierarchies: nothing that is hidden can be computed from the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from node.feasible.exact import determined
from node.feasible.margins import margins
from node.model.codelist import Code, Codelist
from node.model.cube import Cube
from node.model.profile import DominanceRule, PPercentRule, ProtectionRule, ThresholdRule
from node.model.structure import Dimension
from node.protect.primary import primary_suppression
from node.protect.protect import protect
from tests.support.cubes import Contribution, counted, with_axes
from tests.support.profiles import jobseekers, vacancies
from tests.support.rational import rational_determined

NAMES = ("REF_AREA", "OCCUPATION", "SEX")
POSTS: tuple[ProtectionRule, ...] = (
    ThresholdRule(3, "contributors", (), "test"),
    DominanceRule(1, 75.0, (), "test"),
    DominanceRule(2, 90.0, (), "test"),
    PPercentRule(10.0, (), "test"),
)


@st.composite
def trees(draw: st.DrawFn, name: str, most: int) -> Dimension:
    """A dimension of up to `most` codes under one root; single children and uneven depths included."""
    parents = [draw(st.integers(0, place)) for place in range(draw(st.integers(1, most - 1)))]
    codes = (Code("c0", ""), *(Code(f"c{place + 1}", "", f"c{parent}") for place, parent in enumerate(parents)))
    return Dimension(name, Codelist(f"CL_{name}", codes))


@st.composite
def axes_of(draw: st.DrawFn) -> tuple[Dimension, ...]:
    dimensions = draw(st.integers(1, 3))
    return tuple(draw(trees(name, 9 if dimensions < 3 else 5)) for name in NAMES[:dimensions])


@st.composite
def person_cubes(draw: st.DrawFn) -> Cube:
    """Persons in leaf cells, many of them few, some none."""
    axes = draw(axes_of())
    people: list[Contribution] = []
    for leaf in np.ndindex(*(len(axis.codelist.leaves) for axis in axes)):
        codes = tuple(axis.codelist.leaves[at] for axis, at in zip(axes, leaf, strict=True))
        people += [
            (codes, f"{leaf}-{number}", 1.0) for number in range(draw(st.sampled_from((0, 0, 1, 2, 4, 5, 9, 30))))
        ]
    return counted(with_axes(jobseekers(), axes), people)


@st.composite
def post_cubes(draw: st.DrawFn) -> Cube:
    """Posts of a few employers, who may be in several cells, under all rules; some post none."""
    axes = draw(axes_of())
    leaf = st.tuples(*(st.sampled_from(axis.codelist.leaves) for axis in axes))
    employer = st.sampled_from([f"E{number}" for number in range(6)])
    posts = draw(st.lists(st.tuples(leaf, employer, st.sampled_from((0.0, 1.0, 3.0, 40.0, 900.0))), max_size=40))
    return counted(with_axes(vacancies(*POSTS), axes), posts)


CUBES = st.one_of(person_cubes(), post_cubes())


@settings(max_examples=150, deadline=None)
@given(cube=CUBES)
def test_no_suppressed_cell_is_a_linear_consequence(cube: Cube) -> None:
    release = protect(cube)
    hidden = (release.status == "Q").ravel()
    equations = margins(cube.structure.axes)
    assert not rational_determined(equations, hidden).any()


@settings(max_examples=100, deadline=None)
@given(cube=CUBES)
def test_every_sensitive_cell_is_hidden_nothing_published_is_changed_and_zeros_stay(cube: Cube) -> None:
    release = protect(cube)
    hidden = release.status == "Q"
    sensitive = primary_suppression(cube).sensitive
    assert hidden[sensitive].all()
    assert np.array_equal(release.confidentiality == "D", hidden & ~sensitive)
    assert np.array_equal(release.value[~hidden], cube.value[~hidden])
    assert np.isnan(release.value[hidden]).all()
    assert not hidden[cube.contributors == 0].any()
    if not sensitive.any():
        assert not hidden.any()


@settings(max_examples=50, deadline=None)
@given(cube=CUBES)
def test_no_equation_of_persons_in_ones_is_left_with_its_total(cube: Cube) -> None:
    """Where a total is published, its hidden parts sum to more than one each: three singletons in a row."""
    release = protect(cube)
    hidden = (release.status == "Q").ravel()
    value = cube.value.ravel()
    equations = margins(cube.structure.axes).within(cube.contributors.ravel() > 0)
    for row in range(equations.count):
        mine = equations.rows == row
        total = equations.cells[mine & (equations.signs > 0)]
        parts = equations.cells[mine & (equations.signs < 0)]
        secret = parts[hidden[parts]]
        if len(secret) and not hidden[total].any() and (value[secret] >= 1).all():
            assert value[secret].sum() > len(secret)


@settings(max_examples=50, deadline=None)
@given(cube=CUBES)
def test_the_same_cube_gives_the_same_release(cube: Cube) -> None:
    first, second = protect(cube), protect(cube)
    assert np.array_equal(first.confidentiality, second.confidentiality)
    assert first.audit == second.audit


@settings(max_examples=50, deadline=None)
@given(cube=person_cubes())
def test_a_code_in_which_nobody_is_changes_no_guarantee(cube: Cube) -> None:
    """Which covers are hidden may differ: a total with one part is that part, and with an empty one beside it a sum."""
    axis = cube.structure.axes[0]
    longer = Codelist(axis.codelist.id, (*axis.codelist.codes, Code("empty", "", "c0")))
    structure = cube.structure.with_axis(axis.id, longer)
    size = ((0, 1), *([(0, 0)] * (len(cube.structure.axes) - 1)))
    wider = Cube(
        replace(cube.profile, structure=structure),
        structure,
        cube.period,
        *(np.pad(numbers, size) for numbers in (cube.value, cube.contributors, cube.largest, cube.second)),
        np.pad(cube.missing, size),
        (),
    )
    release, narrower = protect(wider), protect(cube)
    sensitive = [np.isin(made.confidentiality, ("F", "D"), invert=True) for made in (release, narrower)]
    assert np.array_equal(sensitive[0][:-1], sensitive[1])
    assert release.audit.passed
    assert (release.audit.certified, release.audit.exposed) == (narrower.audit.certified, 0)
    assert (release.value[-1] == 0).all()


@settings(max_examples=150, deadline=None)
@given(axes=axes_of(), data=st.data())
def test_exact_disclosure_agrees_with_rational_elimination(axes: tuple[Dimension, ...], data: st.DataObject) -> None:
    equations = margins(axes)
    unknown = np.array(data.draw(st.lists(st.booleans(), min_size=equations.size, max_size=equations.size)), np.bool_)
    assert np.array_equal(determined(equations, unknown), rational_determined(equations, unknown))
