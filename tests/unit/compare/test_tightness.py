"""Vacancies beside job seekers, cell by cell, with answers worked by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from node.compare.indicators import THRESHOLDS
from node.compare.tightness import Tightness, read_tightness
from node.errors import NotPublished
from node.model.comparison import (
    MISSING,
    NOT_APPLICABLE,
    NOT_REPORTED,
    PROVISIONAL,
    SUPPRESSED,
    Measured,
    Signal,
    SignalThresholds,
)
from node.model.interval import Interval
from node.model.merged import MergedCube, SeriesKey
from node.model.perturbation import Method, Perturbed
from tests.support.profiles import vacancies
from tests.support.web_world import Figure, cube, persons, posts

INF = math.inf
Figures = Mapping[SeriesKey, Figure]
VACANT: Figures = {
    posts("IMTGT_ID", "_T"): 100,
    posts("IMTGT_MY", "_T"): 50,
    posts("IMTGT_ID", "OC2"): 40,
    posts("IMTGT_MY", "OC2"): "Q",
    posts("IMTGT_ID", "OC7"): 60,
    posts("IMTGT_MY", "OC7"): 45,
    posts("ID-SU", "_T"): 90,
    posts("ID-SU", "OC2"): "Q",
    posts("ID-JA", "OC2"): "M",
    posts("MY-07", "OC2"): 0,
    posts("MY-08", "OC2"): "P30",
}
SEEKING: Figures = {
    persons("IMTGT_ID", "_T"): 400,
    persons("IMTGT_MY", "_T"): 100,
    persons("IMTGT_ID", "OC2"): 80,
    persons("IMTGT_MY", "OC2"): 20,
    persons("IMTGT_ID", "OC7"): 300,
    persons("IMTGT_MY", "OC7"): 0,
    persons("ID-SU", "_T"): 300,
    persons("ID-SU", "OC2"): 60,
    persons("ID-JA", "OC2"): 20,
    persons("MY-07", "OC2"): 10,
    persons("MY-08", "OC2"): 10,
}


def read(vacant: Figures = VACANT, seeking: Figures = SEEKING, thresholds: SignalThresholds = THRESHOLDS) -> Tightness:
    cubes = cube("VACANCIES", "2026-10", vacant), cube("JOBSEEKERS", "2026-10", seeking)
    return read_tightness(*cubes, vacancies(), ("OC2", "OC7"), thresholds)


def row(now: Tightness, area: str, occupation: str) -> tuple[Measured, Measured, Measured, Measured]:
    place = now.place(area, occupation)
    vacant, seeking, tight, relative = (
        grid.at(*place) for grid in (now.vacancies, now.jobseekers, now.tight, now.relative)
    )
    return vacant, seeking, tight, relative


def signal(now: Tightness, area: str, occupation: str) -> Signal | None:
    return now.signal_at(*now.place(area, occupation))


def test_the_total_that_relative_tightness_needs_is_always_there() -> None:
    assert set(read().occupations) == {"OC2", "OC7", "_T"}
    nothing = cube("VACANCIES", "2026-10", {})
    with pytest.raises(NotPublished, match="OC99"):
        read_tightness(nothing, nothing, vacancies(), ("OC99",), THRESHOLDS)


def test_a_country_s_figures_and_its_position_against_its_own_total() -> None:
    """Indonesia: 100 vacancies, 400 seekers, 25 per 100; professionals 40 and 80, 50 per 100, twice its own."""
    now = read()
    assert row(now, "IMTGT_ID", "OC2") == (Measured(40.0), Measured(80.0), Measured(50.0), Measured(2.0))
    assert signal(now, "IMTGT_ID", "OC2") is Signal.SHORTAGE
    assert row(now, "IMTGT_ID", "OC7")[2:] == (Measured(20.0), Measured(0.8))
    assert signal(now, "IMTGT_ID", "OC7") is Signal.BALANCED


def test_an_area_is_set_against_its_country_not_against_itself() -> None:
    """North Sumatra over all occupations: 90 for 300 is 30 per 100, its country has 25."""
    assert row(read(), "ID-SU", "_T")[2:] == (Measured(30.0), Measured(1.2))


def test_suppressed_missing_and_not_reported_are_three_signs_and_none_is_zero() -> None:
    now = read()
    for area, occupation, sign in (
        ("ID-SU", "OC2", SUPPRESSED),
        ("ID-JA", "OC2", MISSING),
        ("MY-07", "OC7", NOT_REPORTED),
    ):
        vacant, _, tight, relative = row(now, area, occupation)
        assert (vacant.sign, tight.sign, relative.sign) == (sign, sign, sign)
        assert (vacant.value, tight.value, relative.value) == (None, None, None)
    vacant, _, tight, relative = row(now, "MY-07", "OC2")
    assert (vacant, tight, relative) == (Measured(0.0), Measured(0.0), Measured(0.0))
    assert signal(now, "MY-07", "OC2") is Signal.SURPLUS


def test_nothing_is_signalled_where_nothing_is_observed_and_it_is_open_where_figures_are_hidden() -> None:
    now = read()
    assert signal(now, "ID-JA", "OC2") is None
    assert signal(now, "MY-07", "OC7") is None
    assert signal(now, "ID-SU", "OC2") is Signal.UNDETERMINED


def test_a_hidden_figure_leaves_an_interval_and_may_still_signal_for_certain() -> None:
    """North Sumatra hides 24 to 30 posts for 60 seekers: 40 to 50 per 100, 1.6 to 2 times Indonesia's 25."""
    now = read({**VACANT, posts("ID-SU", "OC2"): (24, 30)})
    _, _, tight, relative = row(now, "ID-SU", "OC2")
    assert tight == Measured(None, SUPPRESSED, (), Interval(40, 50))
    assert relative == Measured(None, SUPPRESSED, (), Interval(1.6, 2))
    assert signal(now, "ID-SU", "OC2") is Signal.SHORTAGE
    open_ = read({**VACANT, posts("ID-SU", "OC2"): (21, 30)})
    assert row(open_, "ID-SU", "OC2")[3].interval == Interval(1.4, 2)
    assert signal(open_, "ID-SU", "OC2") is Signal.UNDETERMINED


def test_a_wholly_hidden_cell_is_undetermined_from_nothing_to_no_end() -> None:
    now = read()
    vacant, _, tight, relative = row(now, "ID-SU", "OC2")
    assert {figure.interval for figure in (vacant, tight, relative)} == {Interval(0, INF)}
    assert signal(now, "ID-SU", "OC2") is Signal.UNDETERMINED


def test_a_hidden_total_leaves_positions_open_but_no_tightness() -> None:
    """Malaysia hides 40 to 60 posts in all: Perak's 30 for 10 are 5 to 7.5 times as tight."""
    now = read({**VACANT, posts("IMTGT_MY", "_T"): (40, 60)})
    assert row(now, "MY-08", "OC2")[2:] == (
        Measured(300.0, PROVISIONAL),
        Measured(None, SUPPRESSED, (), Interval(5, 7.5)),
    )
    assert signal(now, "MY-08", "OC2") is Signal.SHORTAGE


def test_a_missing_total_leaves_no_position() -> None:
    now = read({**VACANT, posts("IMTGT_MY", "_T"): "M"})
    assert row(now, "MY-08", "OC2")[3] == Measured(None, MISSING)
    assert signal(now, "MY-08", "OC2") is None


def test_provisional_figures_stay_marked() -> None:
    assert row(read(), "MY-08", "OC2") == (
        Measured(30.0, PROVISIONAL),
        Measured(10.0),
        Measured(300.0, PROVISIONAL),
        Measured(6.0, PROVISIONAL),
    )
    seeking = {**SEEKING, persons("IMTGT_ID", "_T"): "P400"}
    assert row(read(seeking=seeking), "IMTGT_ID", "OC2")[2:] == (Measured(50.0), Measured(2.0, PROVISIONAL))


def test_posts_without_job_seekers_are_endlessly_tight_and_short() -> None:
    now = read()
    assert row(now, "IMTGT_MY", "OC7")[2:] == (Measured(INF), Measured(INF))
    assert signal(now, "IMTGT_MY", "OC7") is Signal.SHORTAGE


def test_nothing_over_nothing_does_not_apply() -> None:
    now = read({**VACANT, posts("IMTGT_MY", "OC7"): 0})
    assert row(now, "IMTGT_MY", "OC7")[2:] == (Measured(None, NOT_APPLICABLE), Measured(None, NOT_APPLICABLE))
    assert signal(now, "IMTGT_MY", "OC7") is None


def test_a_suppressed_figure_over_zero_stays_suppressed() -> None:
    """0 over 0 or endless: not even an interval can be told."""
    now = read({**VACANT, posts("IMTGT_MY", "OC7"): "Q"})
    assert row(now, "IMTGT_MY", "OC7")[2:] == (Measured(None, SUPPRESSED), Measured(None, SUPPRESSED))
    assert signal(now, "IMTGT_MY", "OC7") is Signal.UNDETERMINED


def test_a_country_without_vacancies_at_all_has_no_positions() -> None:
    now = read({posts("IMTGT_MY", "_T"): 0})
    assert row(now, "MY-07", "OC2")[3] == Measured(None, NOT_APPLICABLE)


def test_the_sub_region_is_the_sum_of_its_countries_and_has_no_position() -> None:
    now = read()
    assert row(now, "IMTGT", "_T") == (
        Measured(150.0),
        Measured(500.0),
        Measured(30.0),
        Measured(None, NOT_APPLICABLE),
    )
    assert signal(now, "IMTGT", "_T") is None


def test_the_sub_region_over_a_hidden_country_lies_between_bounds() -> None:
    """Malaysia hides 10 to 20 professional posts: 50 to 60 posts stand beside 100 job seekers."""
    now = read({**VACANT, posts("IMTGT_MY", "OC2"): (10, 20)})
    assert row(now, "IMTGT", "OC2")[:3] == (
        Measured(None, SUPPRESSED, (), Interval(50, 60)),
        Measured(100.0),
        Measured(None, SUPPRESSED, (), Interval(50, 60)),
    )


def test_the_same_countries_stand_above_and_below_the_line() -> None:
    """Malaysia's posts are missing: the tightness is Indonesia's alone, 40 for 80, not 40 for 100."""
    now = read({**VACANT, posts("IMTGT_MY", "OC2"): "M"})
    assert row(now, "IMTGT", "OC2")[:3] == (
        Measured(40.0, "", ("IMTGT_MY",)),
        Measured(100.0),
        Measured(50.0, "", ("IMTGT_MY",)),
    )


def test_without_a_country_that_has_both_there_is_no_tightness_of_the_sub_region() -> None:
    now = read({posts("IMTGT_ID", "_T"): 100}, {persons("IMTGT_MY", "_T"): 100})
    assert row(now, "IMTGT", "_T")[:3] == (
        Measured(100.0, "", ("IMTGT_MY",)),
        Measured(100.0, "", ("IMTGT_ID",)),
        Measured(None, NOT_REPORTED),
    )


def noisy(merged: MergedCube, noise: int) -> MergedCube:
    kept = [replace(one.custom, perturbation=Perturbed(Method.CELL_KEY, noise)) for one in merged.vintages]
    vintages = (replace(one, custom=custom) for one, custom in zip(merged.vintages, kept, strict=True))
    return replace(merged, vintages=tuple(vintages))


def test_noise_on_job_seekers_widens_what_is_made_of_them() -> None:
    """80 professionals are 75 to 85, and 400 are 395 to 405: 40 posts are 47.06 to 53.33 for a hundred."""
    seeking = noisy(cube("JOBSEEKERS", "2026-10", SEEKING), 5)
    now = read_tightness(cube("VACANCIES", "2026-10", VACANT), seeking, vacancies(), ("OC2",), THRESHOLDS)
    _, registered, tight, relative = row(now, "IMTGT_ID", "OC2")
    assert registered == Measured(80.0, "", (), Interval(75, 85))
    assert tight == Measured(50.0, "", (), Interval(4000 / 85, 4000 / 75))
    assert relative == Measured(2.0, "", (), Interval(40 * 395 / (85 * 100), 40 * 405 / (75 * 100)))


def test_where_noise_may_hide_somebody_a_published_nothing_over_nothing_does_not_apply() -> None:
    now = read_tightness(
        noisy(cube("VACANCIES", "2026-10", {**VACANT, posts("IMTGT_MY", "OC7"): 0}), 2),
        noisy(cube("JOBSEEKERS", "2026-10", SEEKING), 5),
        vacancies(),
        ("OC7",),
        THRESHOLDS,
    )
    assert row(now, "IMTGT_MY", "OC7") == (
        Measured(0.0, "", (), Interval(0, 2)),
        Measured(0.0, "", (), Interval(0, 5)),
        Measured(None, NOT_APPLICABLE),
        Measured(None, NOT_APPLICABLE),
    )


def test_other_thresholds_give_other_signals() -> None:
    now = read(thresholds=SignalThresholds("2", shortage=2.5, surplus=0.8))
    assert signal(now, "IMTGT_ID", "OC2") is Signal.BALANCED
    assert signal(now, "IMTGT_ID", "OC7") is Signal.SURPLUS


def test_nothing_merged_is_all_gaps() -> None:
    now = read({}, {})
    assert row(now, "IMTGT", "_T") == (*[Measured(None, NOT_REPORTED)] * 3, Measured(None, NOT_APPLICABLE))
    assert row(now, "ID-SU", "OC2") == (*[Measured(None, NOT_REPORTED)] * 4,)
