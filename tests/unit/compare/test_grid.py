"""What a merged cube says of an indicator, as arrays: values, bounds, signs; zeros that are not listed; sums."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from node.compare.grid import Grid, read_grid, with_sum
from node.model.comparison import MISSING, NOT_REPORTED, PROVISIONAL, SUPPRESSED, Measured
from node.model.interval import Interval
from node.model.merged import MergedCube, Observations, SeriesKey
from node.model.perturbation import Method, Perturbed
from node.model.profile import ExchangeProfile
from tests.support.profiles import AREAS, OCCUPATIONS, employment, jobseekers, vacancies
from tests.support.web_world import Figure, cube, persons, posts

INF = math.inf
ZERO, UNREPORTED = Measured(0.0), Measured(None, NOT_REPORTED)
COUNTRIES = ("IMTGT_ID", "IMTGT_MY")


Figures = Mapping[SeriesKey, Figure]


def read(figures: Figures) -> Grid:
    return grid_of(cube("VACANCIES", "2026-10", figures))


def grid_of(merged: MergedCube, profile: ExchangeProfile | None = None, indicator: str = "JV_OPEN") -> Grid:
    return read_grid(merged, profile or vacancies(), indicator, AREAS.ids, OCCUPATIONS.ids)


def at(grid: Grid, area: str, occupation: str) -> Measured:
    return grid.at(grid.areas.index(area), grid.occupations.index(occupation))


def perturbed(merged: MergedCube, method: Method, noise: int, sender: str = "ID") -> MergedCube:
    """The same cube, where the figures of one sender carry noise."""
    vintages = tuple(
        replace(one, custom=replace(one.custom, perturbation=Perturbed(method, noise))) if one.sender == sender else one
        for one in merged.vintages
    )
    return replace(merged, vintages=vintages)


def test_each_cell_has_its_value_or_the_sign_of_its_gap() -> None:
    grid = read(
        {
            posts("IMTGT_ID", "_T"): 100,
            posts("ID-SU", "OC2"): "P30",
            posts("ID-JA", "OC2"): "Q",
            posts("MY-07", "OC2"): "M",
            posts("MY-08", "OC2"): 0,
        }
    )
    assert at(grid, "IMTGT_ID", "_T") == Measured(100.0)
    assert at(grid, "ID-SU", "OC2") == Measured(30.0, PROVISIONAL)
    assert at(grid, "ID-JA", "OC2") == Measured(None, SUPPRESSED, (), Interval(0, INF))
    assert at(grid, "MY-07", "OC2") == Measured(None, MISSING)
    assert at(grid, "MY-08", "OC2") == ZERO
    assert at(grid, "IMTGT_MY", "OC7") == UNREPORTED
    assert at(grid, "IMTGT", "_T") == UNREPORTED


def test_a_suppressed_cell_has_the_bounds_that_its_release_leaves_and_never_a_value() -> None:
    grid = read({posts("ID-SU", "OC2"): (2, 9)})
    assert at(grid, "ID-SU", "OC2") == Measured(None, SUPPRESSED, (), Interval(2, 9))
    assert np.count_nonzero(grid.value == 0) == 0


def test_other_statuses_without_a_value_tell_nothing() -> None:
    assert at(read({posts("ID-SU", "OC2"): "L"}), "ID-SU", "OC2") == UNREPORTED


def test_a_series_below_a_published_zero_is_zero_and_one_below_a_gap_is_not_reported() -> None:
    grid = read(
        {
            posts("IMTGT_ID", "_T"): 12,
            posts("ID-JA", "OC2"): 0,
            posts("IMTGT_ID", "OC71"): 0,
            posts("ID-SU", "OC2"): "Q",
        }
    )
    assert at(grid, "ID-JA", "OC25") == ZERO, "its group is 0 there"
    assert at(grid, "ID-JA", "OC71") == ZERO, "its country's is 0"
    assert at(grid, "ID-SU", "OC71") == ZERO
    assert at(grid, "ID-SU", "OC25") == UNREPORTED
    assert at(grid, "ID-JA", "OC72") == UNREPORTED
    assert at(grid, "MY-07", "OC71") == UNREPORTED, "another country's 0 says nothing"


def test_a_zero_reaches_down_both_trees_at_once_and_over_levels_that_are_not_listed() -> None:
    grid = read({posts("IMTGT_ID", "_T"): 0, posts("IMTGT_MY", "_T"): 7})
    assert at(grid, "ID-SU", "OC25") == ZERO
    assert at(grid, "ID-SU", "_T") == ZERO
    assert at(grid, "MY-07", "OC25") == UNREPORTED


def test_a_listed_gap_below_a_zero_stays_a_gap() -> None:
    grid = read({posts("IMTGT_ID", "_T"): 0, posts("ID-SU", "OC2"): "M"})
    assert at(grid, "ID-SU", "OC2") == Measured(None, MISSING)


def test_a_zero_below_a_provisional_zero_is_provisional() -> None:
    grid = read({posts("IMTGT_ID", "OC2"): "P0", posts("IMTGT_MY", "OC2"): 0})
    assert at(grid, "ID-SU", "OC22") == Measured(0.0, PROVISIONAL)
    assert at(grid, "MY-07", "OC22") == ZERO


def test_only_the_codes_asked_for_are_read_and_levels_between_may_be_left_out() -> None:
    merged = cube("VACANCIES", "2026-10", {posts("IMTGT_ID", "_T"): 0, posts("ID-SU", "OC2"): 5})
    grid = read_grid(merged, vacancies(), "JV_OPEN", ("IMTGT_ID", "ID-JA"), ("_T", "OC25"))
    assert (grid.areas, grid.occupations) == (("IMTGT_ID", "ID-JA"), ("_T", "OC25"))
    assert grid.value.tolist() == [[0, 0], [0, 0]]


def test_other_indicators_and_single_sexes_are_not_read() -> None:
    figures: Figures = {
        persons("ID-SU", "_T"): 9,
        ("ID-SU", "OC2", "_T", "JS_NEW"): 4,
        ("ID-SU", "OC2", "F", "JS_REGISTERED"): 5,
    }
    grid = grid_of(cube("JOBSEEKERS", "2026-10", figures), jobseekers(), "JS_REGISTERED")
    assert at(grid, "ID-SU", "_T") == Measured(9.0)
    assert at(grid, "ID-SU", "OC2") == UNREPORTED


def test_noise_widens_each_figure_of_its_sender_and_of_no_other() -> None:
    merged = cube("JOBSEEKERS", "2026-10", {persons("ID-SU", "_T"): 20, persons("ID-SU", "OC2"): 3,
                                             persons("MY-07", "_T"): 20})  # fmt: skip
    grid = grid_of(perturbed(merged, Method.CELL_KEY, 5), jobseekers(), "JS_REGISTERED")
    assert at(grid, "ID-SU", "_T") == Measured(20.0, "", (), Interval(15, 25))
    assert at(grid, "ID-SU", "OC2") == Measured(3.0, "", (), Interval(1, 8))
    assert at(grid, "MY-07", "_T") == Measured(20.0)


def test_a_figure_has_the_noise_of_its_own_release_alone() -> None:
    """Senders speak for areas of their own; were one cell told twice, the bounds would be those of the figure shown."""
    twice = {persons("ID-SU", "_T"): 2, ("ID-SU", "_T", "_Z", "JS_REGISTERED"): 100}
    merged = perturbed(cube("JOBSEEKERS", "2026-10", twice), Method.CELL_KEY, 5)
    of_two = dict(merged.observations)
    last = ("ID-SU", "_T", "_Z", "JS_REGISTERED")
    of_two[last] = replace(of_two[last], sender="MY")
    grid = grid_of(replace(merged, observations=Observations.of(of_two)), jobseekers(), "JS_REGISTERED")
    assert at(grid, "ID-SU", "_T") == Measured(100.0)


def test_below_a_zero_with_noise_there_may_be_as_many_as_the_noise_hides() -> None:
    merged = cube("JOBSEEKERS", "2026-10", {persons("ID-SU", "OC2"): 0, persons("MY-07", "OC2"): 0})
    grid = grid_of(perturbed(merged, Method.CELL_KEY, 5), jobseekers(), "JS_REGISTERED")
    assert at(grid, "ID-SU", "OC2") == Measured(0.0, "", (), Interval(0, 5))
    assert at(grid, "ID-SU", "OC25") == Measured(0.0, "", (), Interval(0, 5))
    assert at(grid, "MY-07", "OC25") == ZERO


def test_a_margin_of_rounded_counts_has_the_noise_of_all_cells_that_it_is_the_sum_of() -> None:
    """Three codes of SEX without parts (F, M, _U), three parts of OC2, two areas of Indonesia."""
    figures: Figures = {
        persons("ID-SU", "OC22"): 30,
        persons("ID-SU", "OC2"): 100,
        persons("IMTGT_ID", "OC2"): 100,
    }
    merged = perturbed(cube("JOBSEEKERS", "2026-10", figures), Method.ROUNDING, 4)
    grid = grid_of(merged, jobseekers(), "JS_REGISTERED")
    assert at(grid, "ID-SU", "OC22").interval == Interval(30 - 12, 30 + 12)
    assert at(grid, "ID-SU", "OC2").interval == Interval(100 - 36, 100 + 36)
    assert at(grid, "IMTGT_ID", "OC2").interval == Interval(100 - 72, 100 + 72)


def test_a_zero_below_several_is_within_the_noise_of_the_narrowest() -> None:
    """Of rounding: 36 of OC2 in one area, 72 of OC2 in both."""
    figures: Figures = {persons("ID-SU", "OC2"): 0, persons("IMTGT_ID", "OC2"): 0}
    grid = grid_of(perturbed(cube("JOBSEEKERS", "2026-10", figures), Method.ROUNDING, 4), jobseekers(), "JS_REGISTERED")
    assert at(grid, "ID-SU", "OC25") == Measured(0.0, "", (), Interval(0, 36))
    assert at(grid, "ID-JA", "OC25") == Measured(0.0, "", (), Interval(0, 72))


def test_where_there_is_no_dimension_of_sex_a_rounded_count_has_its_own_noise() -> None:
    merged = perturbed(cube("VACANCIES", "2026-10", {posts("ID-SU", "OC22"): 30}), Method.ROUNDING, 4)
    assert at(grid_of(merged), "ID-SU", "OC22").interval == Interval(26, 34)


def test_a_sum_holds_all_parts_and_is_as_certain_as_the_least_of_them() -> None:
    grid = with_sum(read({posts("IMTGT_ID", "_T"): 100, posts("IMTGT_MY", "_T"): "P50"}), "IMTGT", COUNTRIES)
    assert at(grid, "IMTGT", "_T") == Measured(150.0, PROVISIONAL)
    assert at(grid, "IMTGT_MY", "_T") == Measured(50.0, PROVISIONAL)


def test_a_sum_over_a_hidden_part_is_hidden_within_bounds() -> None:
    cases: tuple[tuple[Figure, Interval], ...] = ((3, 8), Interval(43, 48)), ("Q", Interval(40, INF))
    for what, interval in cases:
        grid = with_sum(read({posts("IMTGT_ID", "OC2"): 40, posts("IMTGT_MY", "OC2"): what}), "IMTGT", COUNTRIES)
        assert at(grid, "IMTGT", "OC2") == Measured(None, SUPPRESSED, (), interval)


def test_a_sum_without_a_part_is_partial_and_names_it() -> None:
    missing = read({posts("IMTGT_ID", "OC2"): 40, posts("IMTGT_MY", "OC2"): "M", posts("IMTGT_MY", "_T"): 9})
    grid = with_sum(missing, "IMTGT", COUNTRIES)
    assert at(grid, "IMTGT", "OC2") == Measured(40.0, "", ("IMTGT_MY",))
    assert at(grid, "IMTGT", "_T") == Measured(9.0, "", ("IMTGT_ID",))


def test_a_sum_of_nothing_has_the_sign_of_which_the_least_is_known() -> None:
    grid = with_sum(read({posts("IMTGT_ID", "OC2"): "M", posts("IMTGT_MY", "OC7"): "M",
                          posts("IMTGT_ID", "OC7"): "M"}), "IMTGT", COUNTRIES)  # fmt: skip
    assert at(grid, "IMTGT", "OC2") == UNREPORTED
    assert at(grid, "IMTGT", "OC7") == Measured(None, MISSING)


def test_only_the_counted_parts_are_summed() -> None:
    grid = read({posts("IMTGT_ID", "_T"): 100, posts("IMTGT_MY", "_T"): 50})
    counted = np.ones((2, len(OCCUPATIONS)), np.bool_)
    counted[1] = False
    assert at(with_sum(grid, "IMTGT", COUNTRIES, counted), "IMTGT", "_T") == Measured(100.0, "", ("IMTGT_MY",))


def test_a_sum_leaves_what_it_was_made_of() -> None:
    grid = read({posts("IMTGT_ID", "_T"): 100})
    with_sum(grid, "IMTGT", COUNTRIES)
    assert at(grid, "IMTGT", "_T") == UNREPORTED


def test_groups_that_another_dataflow_does_not_have_are_not_reported_in_it() -> None:
    """EMPLOYMENT has major groups alone: a 0 there says nothing of groups that nobody counts."""
    grid = grid_of(cube("EMPLOYMENT", "2026-Q3", {("ID-SU", "OC2", "_T", "EMP"): 0}), employment(), "EMP")
    assert at(grid, "ID-SU", "OC2") == ZERO
    assert at(grid, "ID-SU", "OC25") == UNREPORTED
