"""Groups that are always confidential: hidden whatever their size, and protected as far as the profile asks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from node.feasible.intervals import intervals
from node.feasible.margins import margins
from node.model.cube import Cube
from node.model.profile import RECORD, ConfidentialGroup, ExchangeProfile, Protection, ThresholdRule
from node.protect.primary import primary_suppression
from node.protect.protect import protect
from tests.support.cubes import at, flat, persons, tree, with_axes
from tests.support.profiles import jobseekers

ARMED = ConfidentialGroup("OCCUPATION", ("OC0",), "X", 10.0, "a reason for a test")
OCCUPATION = tree(
    "OCCUPATION",
    (("_T", None), ("OC0", "_T"), ("OC01", "OC0"), ("OC02", "OC0"), ("OC1", "_T"), ("OC2", "_T"), ("OC3", "_T")),
)
AREA = flat("REF_AREA", "ALL", "ABCD")


def profile() -> ExchangeProfile:
    made = with_axes(jobseekers(), (AREA, OCCUPATION))
    return replace(made, protection=Protection(RECORD, (ThresholdRule(5, "contributors", (), "test"),), (ARMED,)))


def cube() -> Cube:
    sizes = {"OC01": 30, "OC02": 12, "OC1": 60, "OC2": 80, "OC3": 100}
    counts = {(area, code): size + place for place, area in enumerate("ABCD") for code, size in sizes.items()}
    counts["A", "OC01"], counts["D", "OC01"], counts["D", "OC02"] = 2, 0, 0
    return persons(profile(), counts)


def test_every_cell_of_the_group_and_below_is_sensitive_and_its_status_does_not_tell_its_size() -> None:
    found = primary_suppression(cube())
    group = [OCCUPATION.codelist.index[code] for code in ("OC0", "OC01", "OC02")]
    statuses = found.confidentiality[:, group, 0]
    assert (statuses[:4] == "X").all()
    assert found.upper[at((AREA, OCCUPATION), "ALL", "OC0")] == np.ceil(
        cube().value[at((AREA, OCCUPATION), "ALL", "OC0")] / 10
    )
    assert found.upper[at((AREA, OCCUPATION), "A", "OC01")] == 1


def test_nobody_in_the_group_is_published_as_nobody() -> None:
    found = primary_suppression(cube())
    assert found.confidentiality[at((AREA, OCCUPATION), "D", "OC0")] == "F"
    assert protect(cube()).value[at((AREA, OCCUPATION), "D", "OC0")] == 0


def test_no_reader_tells_the_group_to_within_its_percentage() -> None:
    """By linear programme over the published table, blind to how the pattern came about."""
    true, release = cube(), protect(cube())
    hidden = release.status == "Q"
    low = np.where(hidden, 1.0, np.nan_to_num(release.value)).ravel()
    high = np.where(hidden, np.inf, np.nan_to_num(release.value)).ravel()
    found = intervals(margins(true.structure.axes), low, high, hidden.ravel(), seconds=60)
    group = np.zeros(true.structure.shape, np.bool_)
    group[:, [OCCUPATION.codelist.index[code] for code in ("OC0", "OC01", "OC02")]] = True
    asked = (group & hidden).ravel()
    assert asked.sum() == 3 * 4
    reach = np.maximum(np.ceil(true.value.ravel() / 10), 1)
    assert (found.high - true.value.ravel() >= reach)[asked].all()
    assert (true.value.ravel() - found.low >= np.minimum(reach, true.value.ravel() - 1))[asked].all()
    assert release.value[at((AREA, OCCUPATION), "ALL", "_T")] == true.value[at((AREA, OCCUPATION), "ALL", "_T")]
