from __future__ import annotations

import pytest

from node.demo.calendar import demo_calendar
from node.errors import OperatorError
from node.model.period import TimePeriod


def test_twelve_months_end_with_the_fixed_last_one() -> None:
    calendar = demo_calendar(12)
    assert [str(month) for month in calendar.months][::11] == ["2025-11", "2026-10"]
    assert len(calendar.months) == 12
    assert [str(quarter) for quarter in calendar.quarters] == ["2026-Q1", "2026-Q2", "2026-Q3"]


def test_a_single_month_still_has_the_last_quarter_that_had_ended() -> None:
    assert [str(quarter) for quarter in demo_calendar(1).quarters] == ["2026-Q3"]
    assert [str(quarter) for quarter in demo_calendar(3, TimePeriod("2026-09")).quarters] == ["2026-Q3"]


def test_stocks_are_fed_by_months_before_the_first() -> None:
    assert [str(month) for month in demo_calendar(1).since(2)] == ["2026-08", "2026-09", "2026-10"]


@pytest.mark.parametrize("periods", [0, -1, 121])
def test_a_number_of_months_that_makes_no_demo_is_refused(periods: int) -> None:
    with pytest.raises(OperatorError, match="1 to 120 months"):
        demo_calendar(periods)
