from __future__ import annotations

import json

import pytest

from node.model.release import Json
from node.verify.report import check_report
from tests.support.made_releases import draft, protected_cube
from tests.support.profiles import vacancies

RELEASE = draft(protected_cube(vacancies(), seed=0, hide=0.06))


def findings(**audit: Json) -> tuple[str, ...]:
    report = json.loads(RELEASE.files[RELEASE.key.report_path])
    report["audit"].update(audit)
    return check_report(json.dumps(report).encode(), RELEASE.custom, {})


@pytest.mark.parametrize("name", ["narrow", "undecided", "exposed"])
@pytest.mark.parametrize("count", [1, True, None])
def test_a_report_with_failed_cells_is_refused(name: str, count: Json) -> None:
    assert findings(**{name: count}) == ("the report does not say that the audit passed",)


@pytest.mark.parametrize("certified", [False, None, 1, 5])
def test_every_release_is_certified_generated_data_too(certified: Json) -> None:
    assert RELEASE.custom.synthetic
    assert findings(certified=True) == ()
    assert findings(certified=certified) == ("the report does not certify the intervals of all sensitive cells",)


@pytest.mark.parametrize("count", ["primary", "secondary"])
def test_a_report_that_counts_the_sensitive_cells_is_refused(count: str) -> None:
    assert findings(**{count: 5}) == ("the report has 1 undeclared fields in audit",)
