from __future__ import annotations

import json
from dataclasses import replace

import pytest

from node.model.release import Json
from node.verify.report import check_report
from tests.support.made_releases import draft, protected_cube
from tests.support.profiles import vacancies

RELEASE = draft(protected_cube(vacancies(), seed=0, hide=0.06))


def findings(synthetic: bool, **audit: Json) -> tuple[str, ...]:
    report = json.loads(RELEASE.files[RELEASE.key.report_path])
    report["synthetic"] = synthetic
    report["audit"].update(audit)
    custom = replace(RELEASE.custom, synthetic=synthetic)
    return check_report(json.dumps(report).encode(), custom, {})


@pytest.mark.parametrize("name", ["narrow", "undecided", "exposed"])
@pytest.mark.parametrize("count", [1, True, None])
def test_a_report_with_failed_cells_is_refused(name: str, count: Json) -> None:
    assert findings(True, **{name: count}) == ("the report does not say that the audit passed",)


def test_true_data_need_an_interval_for_every_primary_cell_and_generated_data_do_not() -> None:
    assert findings(True, primary=5, certified=0) == ()
    assert findings(False, primary=5, certified=5) == ()
    assert findings(False, primary=5, certified=4) == (
        "the report does not certify the interval of every primary cell",
    )
