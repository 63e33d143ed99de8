"""Orders that people expect, whatever order a codelist has."""

from __future__ import annotations

from node.compare.reading import occupation_parts, tree_order
from node.model.codelist import Code, Codelist


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
