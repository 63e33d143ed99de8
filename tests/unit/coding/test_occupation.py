from __future__ import annotations

import pytest

from node.coding.correspondence import CorrespondenceTable
from node.coding.occupation import OccupationDecision, common_ancestor, decide_occupation, leaf_on_axis
from node.errors import MappingError
from node.model.codelist import Code, Codelist
from tests.support.profiles import OCCUPATIONS


@pytest.mark.parametrize(
    ("codes", "ancestor"),
    [
        (["OC2512"], "OC2512"),
        (["OC2511", "OC2512"], "OC251"),
        (["OC2511", "OC2521"], "OC25"),
        (["OC2511", "OC25"], "OC25"),
        (["OC1112", "OC5412"], None),
        ([], None),
    ],
)
def test_several_targets_go_to_what_is_true_of_all(codes: list[str], ancestor: str | None) -> None:
    assert common_ancestor(codes) == ancestor


@pytest.mark.parametrize(
    ("depth", "code", "leaf"),
    [
        (1, "OC2512", "OC2"),
        (1, "OC2", "OC2"),
        (2, "OC2512", "OC25"),
        (2, "OC25", "OC25"),
        (2, "OC2", "OC2_X"),
    ],
)
def test_a_group_finds_its_leaf_at_the_depth_of_the_axis(depth: int, code: str, leaf: str) -> None:
    assert leaf_on_axis(code, OCCUPATIONS.to_depth(depth)) == leaf


def test_a_group_that_the_axis_does_not_have_is_an_error() -> None:
    with pytest.raises(MappingError, match="CL_OCCUPATION has no code OC9111"):
        leaf_on_axis("OC9111", OCCUPATIONS)


def test_an_inner_group_without_residual_is_an_error() -> None:
    axis = Codelist("CL", (Code("_T", "t"), Code("OC2", "p", "_T"), Code("OC25", "i", "OC2")))
    with pytest.raises(MappingError, match="no residual OC2_X"):
        leaf_on_axis("OC2", axis)


@pytest.mark.parametrize(
    ("written", "decision"),
    [
        ("2512.03", OccupationDecision("OC2512", "OC25", 4)),
        ("25", OccupationDecision("OC25", "OC25", 2)),
        ("2519", OccupationDecision("OC25", "OC25", 2)),
        ("0115", OccupationDecision(None, "_X", 0)),
        ("9999", OccupationDecision(None, "_X", 0)),
        ("", OccupationDecision(None, "_X", 0)),
    ],
)
def test_decisions(kbji: CorrespondenceTable, written: str, decision: OccupationDecision) -> None:
    assert decide_occupation(written, kbji, OCCUPATIONS) == decision
