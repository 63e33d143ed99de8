from __future__ import annotations

import pytest

from node.errors import MappingError
from node.model.codelist import Code, Codelist
from tests.support.profiles import AREAS, OCCUPATIONS


def test_a_duplicate_code_is_refused() -> None:
    with pytest.raises(MappingError, match="OC1 is there twice"):
        Codelist("CL", (Code("OC1", "a"), Code("OC1", "b")))


def test_a_cycle_or_an_orphan_cannot_be_written() -> None:
    with pytest.raises(MappingError, match="names the parent b"):
        Codelist("CL", (Code("a", "a", "b"), Code("b", "b", "a")))


def test_an_empty_codelist_is_refused() -> None:
    with pytest.raises(MappingError, match="no codes"):
        Codelist("CL", ())


def test_parents_and_depths_are_positions_in_the_list() -> None:
    assert OCCUPATIONS.parents.tolist() == [-1, 0, 1, 1, 1, 0, 5, 5, 5, 0]
    assert OCCUPATIONS.depths.tolist() == [0, 1, 2, 2, 2, 1, 2, 2, 2, 1]


def test_leaves_and_roots() -> None:
    assert OCCUPATIONS.leaves == ("OC22", "OC25", "OC2_X", "OC71", "OC72", "OC7_X", "_X")
    assert AREAS.subtree("IMTGT_MY").ids == ("IMTGT_MY", "MY-07", "MY-08")
    assert AREAS.subtree("IMTGT_MY").roots == ("IMTGT_MY",)


def test_the_common_ancestor_is_the_deepest_group_that_is_true_for_all() -> None:
    assert OCCUPATIONS.common_ancestor(["OC22", "OC25"]) == "OC2"
    assert OCCUPATIONS.common_ancestor(["OC22", "OC71"]) == "_T"
    assert OCCUPATIONS.common_ancestor(["OC22"]) == "OC22"
    assert OCCUPATIONS.common_ancestor([]) is None


def test_cutting_at_a_depth_keeps_the_residual_of_that_level_only() -> None:
    assert OCCUPATIONS.to_depth(1).ids == ("_T", "OC2", "OC7", "_X")
