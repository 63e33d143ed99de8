from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.errors import OperatorError
from node.model.period import TimePeriod


def test_a_month_runs_to_the_first_day_of_the_next() -> None:
    december = TimePeriod("2026-12")
    assert (december.frequency, december.start, december.end) == ("M", date(2026, 12, 1), date(2027, 1, 1))


def test_a_quarter_has_three_months() -> None:
    third = TimePeriod("2026-Q3")
    assert (third.frequency, third.start, third.end) == ("Q", date(2026, 7, 1), date(2026, 10, 1))


@pytest.mark.parametrize(
    "text", ["2026", "2026-13", "2026-00", "2026-Q5", "26-01", "2026-1", "0001-01", "2026-10 ", "", "２０２６-10"]
)
def test_what_is_no_period_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(OperatorError, match="is not a period"):
        TimePeriod(text)


@given(st.dates(date(1930, 1, 1), date(2960, 12, 31)), st.integers(-24, 24))
def test_shifting_there_and_back_is_the_same_period(day: date, by: int) -> None:
    for period in (TimePeriod.month_of(day), TimePeriod.quarter_of(day)):
        assert period.start <= day < period.end
        assert period.shifted(by).shifted(-by) == period


def test_periods_are_ordered_by_time() -> None:
    periods = [TimePeriod(text) for text in ("2026-10", "2026-Q1", "2025-12", "2026-01")]
    assert [str(period) for period in sorted(periods)] == ["2025-12", "2026-01", "2026-Q1", "2026-10"]
