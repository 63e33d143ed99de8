from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from node.errors import OperatorError, ProfileError
from node.model.period import TimePeriod
from node.model.profile import DominanceRule, PPercentRule, Protection, ThresholdRule
from tests.support.profiles import vacancies


def test_a_sender_has_only_its_own_areas() -> None:
    structure = vacancies().for_sender("IMTGT_ID")
    assert structure.axis("REF_AREA").codelist.ids == ("IMTGT_ID", "ID-SU", "ID-JA")
    assert structure.shape == (3, 10, 2)


def test_a_period_of_another_frequency_is_refused() -> None:
    vacancies().check_period(TimePeriod("2026-10"), date(2026, 10, 1))
    with pytest.raises(OperatorError, match="like 2026-10, not like 2026-Q3"):
        vacancies().check_period(TimePeriod("2026-Q3"), date(2026, 10, 1))


def test_a_period_that_has_not_begun_is_refused() -> None:
    with pytest.raises(OperatorError, match="2026-11 has not begun"):
        vacancies().check_period(TimePeriod("2026-11"), date(2026, 10, 31))


def test_an_unknown_authority_says_what_to_add() -> None:
    with pytest.raises(ProfileError, match="no code IMTGT_SG"):
        vacancies().for_sender("IMTGT_SG")


def test_columns_of_a_target_are_those_of_sdmx_csv_in_key_order() -> None:
    assert vacancies().structure.columns == (
        "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "OCCUPATION", "INDICATOR", "TIME_PERIOD",
        "OBS_VALUE", "OBS_STATUS", "CONF_STATUS",
    )  # fmt: skip


@pytest.mark.parametrize(
    "build",
    [
        lambda: ThresholdRule(1, "contributors", (), "why"),
        lambda: ThresholdRule(3, "employers", (), "why"),
        lambda: DominanceRule(3, 80, (), "why"),
        lambda: DominanceRule(1, 100, (), "why"),
        lambda: PPercentRule(0, (), "why"),
        lambda: Protection("employer", ()),
    ],
)
def test_a_rule_that_protects_nobody_is_refused(build: object) -> None:
    with pytest.raises(ProfileError):
        build()  # type: ignore[operator]  # each is a callable of no arguments


def test_names_that_do_not_exist_are_refused() -> None:
    profile = vacancies()
    with pytest.raises(ProfileError, match="unknown indicators"):
        replace(profile, protection=Protection("employer", (ThresholdRule(3, "contributors", ("JV_X",), "why"),)))
    with pytest.raises(ProfileError, match="contributor"):
        replace(profile, protection=Protection("person", profile.protection.rules))
    with pytest.raises(ProfileError, match="which is not declared"):
        replace(profile, fields=profile.fields[:-1])
    with pytest.raises(ProfileError, match="differ"):
        replace(profile, indicators=profile.indicators[:1])
