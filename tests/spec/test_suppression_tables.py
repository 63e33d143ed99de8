"""Small tables whose safe patterns were worked out by hand, among them known holes of other tools."""

from __future__ import annotations

import numpy as np
import pytest

from node.errors import TableInvalid
from node.feasible.linked import PublishedTable
from node.model.cube import ProtectedCube
from node.model.profile import ThresholdRule
from node.protect.protect import protect
from node.protect.vintages import Earlier
from tests.support.cubes import at, counted, flat, persons, tree, with_axes
from tests.support.profiles import employment, jobseekers, vacancies

AREA = flat("REF_AREA", "IMTGT_ID", ("A", "B", "C"))
OCCUPATION = flat("OCCUPATION", "_T", ("OC1", "OC2", "OC3"))
AXES = (AREA, OCCUPATION)


def statuses(release: ProtectedCube, *area: str) -> list[str]:
    """CONF_STATUS of an area's cells, in the order of the occupations."""
    return ["".join(str(code)) for code in release.confidentiality[at(release.structure.axes, *area)[0], :, 0]]


def test_a_single_small_cell_is_hidden_with_the_rectangle_that_covers_it() -> None:
    """One cell of 3 needs one more in its row, one in its column, and the fourth corner: the cheapest is hidden."""
    release = protect(
        persons(
            with_axes(jobseekers(), AXES),
            {("A", "OC1"): 3, ("A", "OC2"): 8, ("A", "OC3"): 90}
            | {("B", "OC1"): 9, ("B", "OC2"): 7, ("B", "OC3"): 80}
            | {("C", "OC1"): 70, ("C", "OC2"): 60, ("C", "OC3"): 50},
        )
    )
    assert statuses(release, "A") == ["F", "A", "D", "F"]
    assert statuses(release, "B") == ["F", "D", "D", "F"]
    assert statuses(release, "C") == ["F", "F", "F", "F"]
    assert release.audit.passed
    assert (release.audit.primary, release.audit.suppressed) == (1, 4)


def test_three_singletons_in_a_row_are_not_left_alone() -> None:
    """1 + 1 + 1 = 3 hides nothing from a reader who sees that no hidden cell is zero."""
    axes = (flat("REF_AREA", "IMTGT_ID", ("A", "B")), flat("OCCUPATION", "_T", ("OC1", "OC2", "OC3", "OC4", "OC5")))
    row = {("A", f"OC{place}"): 1 for place in (1, 2, 3)} | {("A", "OC4"): 9, ("A", "OC5"): 30}
    other = {("B", f"OC{place}"): 40 for place in (1, 2, 3, 4, 5)}
    release = protect(persons(with_axes(jobseekers(), axes), row | other))
    assert statuses(release, "A")[1:4] == ["A", "A", "A"]
    assert "D" in statuses(release, "A")


def test_two_singletons_do_not_hide_one_another() -> None:
    """Each of the two persons knows their own cell, and would read the other's off the total."""
    axes = (AREA, flat("OCCUPATION", "_T", ("OC1", "OC2", "OC3", "OC4")))
    profile = with_axes(vacancies(ThresholdRule(2, "contributors", (), "test")), axes)
    posts = [(("A", "OC1"), "E1", 500.0), (("A", "OC2"), "E2", 700.0)]
    posts += [(("A", code), who, 900.0) for code in ("OC3", "OC4") for who in ("E3", "E4")]
    posts += [((area, f"OC{place}"), who, 900.0) for area in "BC" for place in (1, 2, 3, 4) for who in ("E5", "E6")]
    release = protect(counted(profile, posts))
    row = statuses(release, "A")
    assert row[1:3] == ["A", "A"]
    assert len([status for status in row[1:] if status != "F"]) >= 3


def test_parent_and_only_child_are_hidden_together() -> None:
    """A level with a single child that anyone is in repeats its parent's number."""
    occupation = tree("OCCUPATION", (("_T", None), ("OC1", "_T"), ("OC2", "_T"), ("OC11", "OC1"), ("OC12", "OC1")))
    release = protect(
        persons(
            with_axes(jobseekers(), (AREA, occupation)),
            {("A", "OC11"): 2, ("A", "OC2"): 9, ("B", "OC11"): 20, ("B", "OC12"): 30, ("B", "OC2"): 40},
        )
    )
    axes = release.structure.axes
    assert release.confidentiality[at(axes, "A", "OC1")] == "A"
    assert release.confidentiality[at(axes, "A", "OC11")] == "A"
    assert release.value[at(axes, "A", "OC12")] == 0


def test_a_table_where_everything_is_sensitive_is_hidden_whole() -> None:
    cube = persons(with_axes(jobseekers(), AXES), {("A", "OC1"): 1, ("B", "OC2"): 1})
    release = protect(cube)
    assert np.array_equal(release.confidentiality == "A", cube.value > 0)
    assert np.array_equal(np.isnan(release.value), cube.value > 0)
    assert release.audit.passed


def test_one_employer_only_publishes_nothing_but_zeros() -> None:
    cube = counted(with_axes(vacancies(), AXES), ((("A", "OC1"), "E1", 50.0), (("B", "OC2"), "E1", 1_000_000.0)))
    release = protect(cube)
    assert np.nansum(release.value) == 0
    assert np.array_equal(release.status == "Q", cube.value > 0)


def test_a_million_posts_of_one_employer_are_not_given_away_by_any_margin() -> None:
    """What hides with them must leave a reader more than a tenth of their number to guess about."""
    posts = [(("A", "OC1"), "E0", 1_000_000.0)]
    posts += [
        ((area, code), f"E{number}", 200.0)
        for area in "ABC"
        for code in ("OC1", "OC2", "OC3")
        for number in range(1, 6)
        if (area, code) != ("A", "OC1")
    ]
    release = protect(counted(with_axes(vacancies(), AXES), posts))
    axes = release.structure.axes
    for cell in (("A", "OC1"), ("A", "_T"), ("IMTGT_ID", "OC1"), ("IMTGT_ID", "_T")):
        assert release.status[at(axes, *cell)] == "Q", cell
    assert release.status[at(axes, "B", "_T")] == "A"


def test_an_empty_period_is_a_release_of_nothing() -> None:
    release = protect(persons(with_axes(jobseekers(), AXES), {}))
    assert release.empty
    assert (release.confidentiality == "F").all()
    assert (release.audit.suppressed, release.audit.exposed) == (0, 0)


def test_missing_areas_carry_no_value_and_cover_nothing() -> None:
    """Area C and with it the country total are not observed; the small cell hides behind observed cells only."""
    cube = persons(
        with_axes(jobseekers(), AXES),
        {("A", "OC1"): 2, ("A", "OC2"): 20, ("A", "OC3"): 30, ("B", "OC1"): 7, ("B", "OC2"): 20},
        missing=("IMTGT_ID", "C"),
    )
    release = protect(cube)
    assert statuses(release, "A") == ["F", "A", "D", "F"]
    assert statuses(release, "B") == ["F"] * 4
    for area in ("IMTGT_ID", "C"):
        place = AREA.codelist.index[area]
        assert (release.status[place] == "M").all()
        assert np.isnan(release.value[place]).all()
        assert (release.confidentiality[place] == "F").all()


def test_a_rounded_zero_is_hidden_and_covered() -> None:
    """Four weights round to a cell of 0: it is no publishable zero, and 0 + 0 must not be all that is hidden."""
    axes = (AREA, OCCUPATION)
    survey = [(("A", "OC1"), "P0", 0.0)]
    survey += [((area, code), f"{area}{code}{n}", 10.0) for area in "ABC" for code in ("OC2", "OC3") for n in range(8)]
    survey += [(("B", "OC1"), f"B{n}", 10.0) for n in range(9)]
    release = protect(counted(with_axes(employment(), axes), survey))
    assert release.confidentiality[at(axes, "A", "OC1")] == "A"
    assert release.value[at(axes, "C", "OC1")] == 0
    assert "D" in statuses(release, "A")


@pytest.mark.parametrize(("change", "message"), [(1.0, "not the sum of their parts"), (-99.0, "negative")])
def test_a_table_that_does_not_add_up_is_refused_by_key_and_without_values(change: float, message: str) -> None:
    cube = persons(with_axes(jobseekers(), AXES), {("A", "OC1"): 37, ("B", "OC2"): 41})
    cube.value.setflags(write=True)
    cube.value[at(AXES, "A", "OC1")] += change
    with pytest.raises(TableInvalid, match=message) as refusal:
        protect(cube)
    assert "A." in str(refusal.value)
    assert "37" not in str(refusal.value)
    assert "38" not in str(refusal.value)


def test_tables_that_are_safe_alone_and_not_together_in_time() -> None:
    """A.OC1 is 3 and hidden; in a revision it is 8 and would be published, and who takes that for the old number
    subtracts it from the old margins. The revision hides it again, and what changed by it slightly.
    """
    counts = {(area, code): 20 for area in "ABC" for code in ("OC1", "OC2", "OC3")}
    before = protect(persons(with_axes(jobseekers(), AXES), counts | {("A", "OC1"): 3}))
    grown = persons(with_axes(jobseekers(), AXES), counts | {("A", "OC1"): 8})
    hidden = before.status == "Q"
    held = PublishedTable("v1", before.structure.axes, before.value, hidden, hidden, hidden * 0.0, hidden * 0.0)
    assert statuses(protect(grown), "A")[1] == "F", "alone it is safe"
    together = protect(grown, earlier=Earlier(vintage=held))
    assert statuses(together, "A")[1] == "D"
    assert (together.status[hidden] == "Q").all()
