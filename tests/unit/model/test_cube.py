from __future__ import annotations

import numpy as np
import pytest

from node.errors import NodeError
from node.model.cube import AuditResult, Cube, ProtectedCube, listed_cells
from node.model.period import TimePeriod
from tests.support.profiles import vacancies

STRUCTURE = vacancies().for_sender("IMTGT_ID")
PASSED = AuditResult(cells=60, suppressed=1, primary=1, exposed=0, method="test")


def protected(
    value: np.ndarray, status: np.ndarray, confidentiality: np.ndarray, audit: AuditResult = PASSED
) -> ProtectedCube:
    period = TimePeriod("2026-10")
    return ProtectedCube(vacancies(), STRUCTURE, period, value, status, confidentiality, audit, (), empty=False)


def arrays() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    shape = STRUCTURE.shape
    return np.full(shape, 7.0), np.full(shape, "A"), np.full(shape, "F")


def test_a_suppressed_cell_cannot_carry_its_value() -> None:
    value, status, confidentiality = arrays()
    status[0, 0, 0], confidentiality[0, 0, 0] = "Q", "A"
    with pytest.raises(NodeError, match="carries the value"):
        protected(value, status, confidentiality)
    value = value.copy()
    value[0, 0, 0] = np.nan
    assert np.isnan(protected(value, status, confidentiality).value[0, 0, 0])


def test_the_two_statuses_must_agree() -> None:
    value, status, confidentiality = arrays()
    confidentiality[0, 0, 0] = "D"
    with pytest.raises(NodeError, match="disagree"):
        protected(value, status, confidentiality)


def test_a_failed_audit_makes_no_protected_cube() -> None:
    with pytest.raises(NodeError, match="failed audit"):
        protected(*arrays(), AuditResult(cells=60, suppressed=1, primary=1, exposed=1, method="test"))


def test_arrays_are_read_only_and_shaped_as_the_structure_says() -> None:
    value, status, confidentiality = arrays()
    cube = protected(value, status, confidentiality)
    with pytest.raises(ValueError, match="read-only"):
        cube.value[0, 0, 0] = 1
    with pytest.raises(NodeError, match="shape"):
        protected(np.zeros((1, 1, 1)), status, confidentiality)


def test_a_cube_without_contributors_is_empty() -> None:
    zero, count, missing = (
        np.zeros(STRUCTURE.shape),
        np.zeros(STRUCTURE.shape, np.int64),
        np.zeros(STRUCTURE.shape, bool),
    )
    cube = Cube(vacancies(), STRUCTURE, TimePeriod("2026-10"), zero, count, zero, zero, missing, ())
    assert cube.empty


def test_a_zero_below_a_zero_is_not_listed_in_any_dimension() -> None:
    value = np.full(STRUCTURE.shape, 7.0)
    area, group = STRUCTURE.axis("REF_AREA").codelist.index, STRUCTURE.axis("OCCUPATION").codelist.index
    value[area["ID-JA"], group["OC2"]] = 0
    for part in ("OC22", "OC25", "OC2_X"):
        value[area["ID-JA"], group[part]] = 0
    value[area["ID-SU"], group["OC71"]] = 0
    listed = listed_cells(STRUCTURE, value == 0)
    unlisted = {
        (STRUCTURE.axes[0].codelist.ids[i], STRUCTURE.axes[1].codelist.ids[j]) for i, j, _ in np.argwhere(~listed)
    }
    assert unlisted == {("ID-JA", "OC22"), ("ID-JA", "OC25"), ("ID-JA", "OC2_X")}
    value[:, :, 0] = 0
    assert np.argwhere(listed_cells(STRUCTURE, value == 0)[:, :, 0]).tolist() == [[0, 0]], "only the grand total is"
    assert listed_cells(STRUCTURE, value == 0)[:, :, 1].sum() == listed[:, :, 1].sum(), "an indicator is no part of one"
