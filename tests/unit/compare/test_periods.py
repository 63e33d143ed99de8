from __future__ import annotations

import pytest

from node.compare.periods import choose_period
from node.errors import NotPublished
from node.model.period import TimePeriod

AUGUST, SEPTEMBER, OCTOBER = (TimePeriod(f"2026-{month}") for month in ("08", "09", "10"))


def test_the_newest_period_that_all_dataflows_have_is_shown_first() -> None:
    periods = choose_period({AUGUST, SEPTEMBER, OCTOBER}, {AUGUST, SEPTEMBER}, wanted=None)
    assert periods is not None
    assert periods.chosen == SEPTEMBER
    assert periods.offered == (OCTOBER, SEPTEMBER, AUGUST)


def test_without_a_common_period_the_newest_of_any_is_shown() -> None:
    periods = choose_period({AUGUST}, {OCTOBER}, wanted=None)
    assert periods is not None
    assert periods.chosen == OCTOBER


def test_a_period_that_one_dataflow_has_may_be_asked_for() -> None:
    periods = choose_period({AUGUST, OCTOBER}, {AUGUST}, wanted=OCTOBER)
    assert periods is not None
    assert periods.chosen == OCTOBER


def test_nothing_merged_is_no_period_and_an_unknown_one_names_the_range() -> None:
    assert choose_period((), (), wanted=None) is None
    with pytest.raises(NotPublished, match="there is 2026-08 to 2026-10"):
        choose_period({AUGUST, OCTOBER}, {AUGUST}, wanted=SEPTEMBER)
    with pytest.raises(NotPublished, match=r"2026-09 has been merged here$"):
        choose_period((), (), wanted=SEPTEMBER)
