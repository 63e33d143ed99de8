"""Orders that people expect, and what a merged cube says of a series."""

from __future__ import annotations

import pytest

from node.compare.reading import lineages, measured, occupation_parts, tree_order
from node.errors import NotPublished
from node.model.codelist import Code, Codelist
from node.model.comparison import NOT_REPORTED, Measured, SeriesKey
from tests.support.profiles import vacancies
from tests.support.web_world import cube, posts


def test_parts_follow_their_whole_where_the_codelist_lists_levels() -> None:
    codes = Codelist(
        "CL", (Code("R", ""), Code("A", "", "R"), Code("B", "", "R"), Code("b", "", "B"), Code("a", "", "A"))
    )
    assert tree_order(codes, "R") == ("R", "A", "a", "B", "b")
    assert tree_order(codes, "B") == ("B", "b")


def test_the_armed_forces_come_last_and_after_them_what_is_not_known() -> None:
    groups = ("OC0", "OC1", "OC9", "_X")
    codes = Codelist("CL", (Code("_T", ""), *(Code(group, "", "_T") for group in groups)))
    assert occupation_parts(codes, "_T") == ("OC1", "OC9", "OC0", "_X")


def test_a_series_below_a_published_zero_is_zero_and_one_below_a_gap_is_not_reported() -> None:
    profile = vacancies()
    figures: dict[SeriesKey, float | str] = {
        posts("IMTGT_ID", "_T"): 12,
        posts("ID-JA", "OC2"): 0,
        posts("IMTGT_ID", "OC71"): 0,
        posts("ID-SU", "OC2"): "Q",
    }
    merged = cube("VACANCIES", "2026-10", figures)
    zero, unreported = Measured(0.0), Measured(None, NOT_REPORTED)
    assert measured(merged, posts("ID-JA", "OC25"), profile) == zero, "its group is 0 there"
    assert measured(merged, posts("ID-JA", "OC71"), profile) == zero, "its country's is 0"
    assert measured(merged, posts("ID-SU", "OC25"), profile) == unreported
    assert measured(merged, posts("ID-JA", "OC72"), profile) == unreported
    assert measured(merged, posts("MY-07", "OC71"), profile) == unreported, "another country's 0 says nothing"


def test_what_is_read_holds_all_that_an_occupation_is_part_of() -> None:
    assert lineages(vacancies(), ["OC25", "OC2"]) == ("OC25", "OC2", "_T")
    with pytest.raises(NotPublished, match="OC99"):
        lineages(vacancies(), ["OC99"])
