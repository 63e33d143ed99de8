"""Rule tables with hand-checked answers. Source: Hundepool et al. (2012), chapter 4."""

from __future__ import annotations

import numpy as np
import pytest

from node.errors import ProfileError, TableInvalid
from node.model.profile import DominanceRule, PPercentRule, ProtectionRule, ThresholdRule
from node.protect.primary import primary_suppression
from tests.support.cubes import at, counted, flat, persons, with_axes
from tests.support.profiles import employment, jobseekers, vacancies

AXES = (flat("REF_AREA", "IMTGT_ID", ("ID-SU",)), flat("OCCUPATION", "_T", ("OC1",)))
THREE = ThresholdRule(3, "contributors", (), "test")
ONE_75 = DominanceRule(1, 75.0, (), "test")
TWO_90 = DominanceRule(2, 90.0, (), "test")
P_10 = PPercentRule(10.0, (), "test")


@pytest.mark.parametrize(
    ("rules", "amounts", "status", "width", "upper"),
    [
        # threshold on employers: two are too few, three are enough
        ((THREE,), (40, 60), "A", 1.0, 0.0),
        ((THREE,), (1, 1, 1), "F", 0.0, 0.0),
        # (1, 75): 76 of 100 is more than three quarters, 75 is not; upper level 76 * 100/75 - 100
        ((ONE_75,), (76, 12, 12), "O", 0.0, 76 * 100 / 75 - 100),
        ((ONE_75,), (75, 13, 12), "F", 0.0, 0.0),
        # (2, 90): 50 + 41 of 100 is more than nine tenths, 50 + 40 is not
        ((TWO_90,), (50, 41, 9), "T", 0.0, 91 * 100 / 90 - 100),
        ((TWO_90,), (50, 40, 10), "F", 0.0, 0.0),
        # p% 10: the rest (9) is less than a tenth of the largest (100): the second knows it within 9 percent
        ((P_10,), (100, 50, 9), "G", 0.0, 1.0),
        ((P_10,), (100, 50, 10), "F", 0.0, 0.0),
        # one employer alone breaks every rule; the first rule of the profile names the status
        ((THREE, ONE_75, TWO_90, P_10), (50,), "A", 1.0, 50 * 100 / 75 - 50),
        ((P_10, THREE), (50,), "G", 1.0, 5.0),
        ((ONE_75, P_10), (50,), "O", 0.0, 50 * 100 / 75 - 50),
        # a million posts of one employer; a million posts of many
        ((THREE, P_10), (1_000_000,), "A", 1.0, 100_000.0),
        ((THREE, P_10), (250_000,) * 4, "F", 0.0, 0.0),
    ],
)
def test_a_cell_is_sensitive_as_its_rules_say(
    rules: tuple[ProtectionRule, ...], amounts: tuple[float, ...], status: str, width: float, upper: float
) -> None:
    cell = ("ID-SU", "OC1")
    cube = counted(
        with_axes(vacancies(*rules), AXES), ((cell, f"E{place}", amount) for place, amount in enumerate(amounts))
    )
    found = primary_suppression(cube)
    where = at(cube.structure.axes, *cell)
    assert found.confidentiality[where] == status
    assert found.width[where] == pytest.approx(width)
    assert found.upper[where] == pytest.approx(upper)


@pytest.mark.parametrize(("count", "status"), [(0, "F"), (1, "A"), (4, "A"), (5, "F")])
def test_the_threshold_of_five_persons(count: int, status: str) -> None:
    cube = persons(with_axes(jobseekers(), AXES), {("ID-SU", "OC1"): count})
    assert (primary_suppression(cube).confidentiality == status).all()


def test_a_threshold_may_count_the_value_itself() -> None:
    """A centre with 4 trainees is protected, one with 5 or with none is not: nobody is there to protect."""
    rule = ThresholdRule(5, "value", (), "test")
    axes = (flat("REF_AREA", "IMTGT_ID", ("A", "B", "C")), AXES[1])
    trainees = ((("A", "OC1"), "E1", 4.0), (("B", "OC1"), "E1", 5.0), (("C", "OC1"), "E1", 0.0))
    cube = counted(with_axes(vacancies(rule), axes), trainees)
    found = primary_suppression(cube).confidentiality[..., 0]
    assert found[:, 1].tolist() == ["F", "A", "F", "F"]


def test_a_rounded_zero_of_few_persons_is_sensitive_and_an_empty_cell_is_not() -> None:
    axes = (flat("REF_AREA", "IMTGT_ID", ("A", "B")), AXES[1])
    cube = counted(with_axes(employment(), axes), ((("A", "OC1"), "P1", 0.0),))
    assert primary_suppression(cube).confidentiality[:, 1, 0].tolist() == ["A", "A", "F"]


def test_a_rule_concerns_its_indicators_only() -> None:
    rule = ThresholdRule(3, "contributors", ("JV_NEW",), "test")
    profile = vacancies(rule)
    cube = counted(profile, ((("ID-SU", "OC22", "JV_OPEN"), "E1", 9.0), (("ID-SU", "OC22", "JV_NEW"), "E1", 9.0)))
    sensitive = primary_suppression(cube).sensitive
    assert not sensitive[..., 0].any()
    assert np.array_equal(sensitive[..., 1], cube.contributors[..., 1] > 0)


def test_dominance_among_records_is_a_contradiction_and_is_refused() -> None:
    cube = persons(with_axes(jobseekers(P_10), AXES), {("ID-SU", "OC1"): 3})
    with pytest.raises(ProfileError, match=r"JOBSEEKERS.*each record is one"):
        primary_suppression(cube)


def test_a_cube_without_its_largest_contributions_is_refused() -> None:
    cube = persons(with_axes(vacancies(P_10), AXES), {("ID-SU", "OC1"): 3})
    cube.largest.setflags(write=True)
    cube.largest[:] = 0
    with pytest.raises(TableInvalid, match="no largest contribution"):
        primary_suppression(cube)
