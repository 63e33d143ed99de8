"""Observations in columns are the same as observations one by one."""

from __future__ import annotations

import math

import pytest

from node.model.merged import Observation, Observations, SeriesKey

BY_SERIES: dict[SeriesKey, Observation] = {
    ("ID-SU", "OC2", "_Z", "JV_OPEN"): Observation(12.0, "A", "F", "ID"),
    ("ID-SU", "_T", "_Z", "JV_OPEN"): Observation(None, "Q", "C", "ID", 3.0, math.inf),
    ("MY-07", "OC2", "_T", "JS_NEW"): Observation(None, "Q", "C", "MY"),
    ("TH-90", "OC2", "F", "JS_NEW"): Observation(None, "M", "F", "TH"),
    ("TH-91", "OC2", "F", "JS_NEW"): Observation(0.0, "P", "F", "TH"),
}


def test_each_is_what_it_was() -> None:
    held = Observations.of(BY_SERIES)
    assert dict(held) == BY_SERIES
    assert held == BY_SERIES
    assert held == Observations.of(BY_SERIES)
    assert held["ID-SU", "_T", "_Z", "JV_OPEN"] == Observation(None, "Q", "C", "ID", 3.0, math.inf)


def test_what_is_not_there_is_not_found() -> None:
    held = Observations.of(BY_SERIES)
    assert held.get(("ID-SU", "OC2", "_Z", "JV_NEW")) is None
    with pytest.raises(KeyError):
        held["ID-SU", "OC9", "_Z", "JV_OPEN"]


def test_another_number_or_mark_is_another_cube() -> None:
    held = Observations.of(BY_SERIES)
    key = ("ID-SU", "OC2", "_Z", "JV_OPEN")
    for other in (
        Observation(13.0, "A", "F", "ID"),
        Observation(12.0, "P", "F", "ID"),
        Observation(12.0, "A", "F", "MY"),
    ):
        assert held != Observations.of({**BY_SERIES, key: other})


def test_columns_are_in_one_order_and_none_is_nan() -> None:
    held = Observations.of(BY_SERIES)
    for place, (key, one) in enumerate(BY_SERIES.items()):
        assert (held.areas[place], held.occupations[place], held.sexes[place], held.indicators[place]) == key
        assert (held.statuses[place], held.senders[place]) == (one.status, one.sender)
        for column, number in ((held.value, one.value), (held.low, one.low), (held.high, one.high)):
            assert math.isnan(column[place]) if number is None else column[place] == number


def test_nothing_is_said_of_nothing_and_little_in_a_traceback() -> None:
    nothing = Observations.of({})
    assert (len(nothing), list(nothing), nothing.value.shape) == (0, [], (0,))
    assert nothing == {}
    assert repr(Observations.of(BY_SERIES)) == "<5 observations>"
