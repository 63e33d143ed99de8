"""Orders that people expect, and codes that are not there."""

from __future__ import annotations

import pytest

from node.compare.reading import (
    groups_at,
    known_code,
    level_of,
    occupation_parts,
    tree_order,
    tree_order_of_occupations,
    upwards,
)
from node.errors import NotPublished
from node.model.codelist import Code, Codelist
from tests.support.profiles import AREAS, OCCUPATIONS

ISCO = Codelist(
    "CL",
    (
        Code("_T", ""),
        *(Code(group, "", "_T") for group in ("OC0", "OC1", "OC9", "_X")),
        *(Code(group, "", group[:3]) for group in ("OC01", "OC11", "OC0_X", "OC12", "OC1_X", "OC91")),
    ),
)


def test_parts_follow_their_whole_where_the_codelist_lists_levels() -> None:
    codes = Codelist(
        "CL", (Code("R", ""), Code("A", "", "R"), Code("B", "", "R"), Code("b", "", "B"), Code("a", "", "A"))
    )
    assert tree_order(codes, "R") == ("R", "A", "a", "B", "b")
    assert tree_order(codes, "B") == ("B", "b")


def test_the_armed_forces_come_last_and_after_them_what_is_not_known() -> None:
    assert occupation_parts(ISCO, "_T") == ("OC1", "OC9", "OC0", "_X")
    assert occupation_parts(ISCO, "OC1") == ("OC11", "OC12", "OC1_X")
    assert tree_order_of_occupations(ISCO, "_T") == (
        *("_T", "OC1", "OC11", "OC12", "OC1_X", "OC9", "OC91", "OC0", "OC01", "OC0_X", "_X"),
    )


def test_groups_of_so_many_digits_leave_out_what_is_known_no_further() -> None:
    assert groups_at(ISCO, 1) == ("OC1", "OC9", "OC0")
    assert groups_at(ISCO, 2) == ("OC11", "OC12", "OC91", "OC01")


def test_levels_are_steps_from_the_root() -> None:
    assert [level_of(AREAS, code) for code in ("IMTGT", "IMTGT_MY", "MY-07")] == [0, 1, 2]
    assert [level_of(OCCUPATIONS, code) for code in ("_T", "OC2", "OC25", "OC2_X")] == [0, 1, 2, 2]


def test_what_is_read_holds_all_that_an_occupation_is_part_of() -> None:
    assert upwards(OCCUPATIONS, ["OC25", "OC2"]) == ("OC25", "OC2", "_T")
    with pytest.raises(NotPublished, match="OC99"):
        upwards(OCCUPATIONS, ["OC2", "OC99"])


def test_an_unknown_code_is_refused_by_name_with_what_knows_it_not() -> None:
    assert known_code(AREAS, "ID-SU", "area") == "ID-SU"
    with pytest.raises(NotPublished, match=r"“ID-JK” is no area of this exchange \(CL_AREA 1.0\)"):
        known_code(AREAS, "ID-JK", "area")
