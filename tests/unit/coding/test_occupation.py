from __future__ import annotations

import pytest

from node.coding.correspondence import Correspondence, CorrespondenceTable, Kind, Provenance, Relation
from node.coding.occupation import NOT_CODED, OccupationDecision, common_ancestor, decide_occupation, leaf_on_axis
from node.errors import MappingError
from node.model.codelist import Code, Codelist
from node.model.profile import SplitPolicy
from node.model.records import Scheme
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
        ("2512.03", OccupationDecision(("OC2512",), (("OC25", 1.0),), 4)),
        ("25", OccupationDecision(("OC25",), (("OC25", 1.0),), 2)),
        ("2519", OccupationDecision(("OC25",), (("OC25", 1.0),), 2)),
        ("0115", NOT_CODED),
        ("9999", NOT_CODED),
        ("", NOT_CODED),
    ],
)
def test_decisions(kbji: CorrespondenceTable, written: str, decision: OccupationDecision) -> None:
    assert decide_occupation(written, kbji, OCCUPATIONS) == decision


ANCESTOR, PROPORTIONAL, LARGEST = SplitPolicy.COMMON_ANCESTOR, SplitPolicy.PROPORTIONAL, SplitPolicy.LARGEST


@pytest.mark.parametrize(
    ("written", "splits", "codes", "leaves", "level"),
    [
        # Weights 0.7 and 0.3, in two sub-major groups of one major group.
        ("1", ANCESTOR, ("OC2",), {"OC2_X": 1.0}, 1),
        ("1", PROPORTIONAL, ("OC2512", "OC22"), {"OC25": 0.7, "OC22": 0.3}, 2),
        ("1", LARGEST, ("OC2512",), {"OC25": 1.0}, 4),
        # Several targets in one leaf of the axis are one.
        ("2", PROPORTIONAL, ("OC2511", "OC2521"), {"OC25": 1.0}, 4),
        # Equal weights: neither is the largest.
        ("3", LARGEST, ("OC71",), {"OC71": 1.0}, 2),
        ("4", LARGEST, (), {"_X": 1.0}, 0),
        ("4", PROPORTIONAL, ("OC2512", "OC7111"), {"OC25": 0.5, "OC71": 0.5}, 4),
        # No weights: no proportion and no largest.
        ("5", PROPORTIONAL, ("OC25",), {"OC25": 1.0}, 2),
        ("5", LARGEST, ("OC25",), {"OC25": 1.0}, 2),
        ("6", PROPORTIONAL, (), {"_X": 1.0}, 0),
        # What is known to two digits is never spread below them.
        ("7", PROPORTIONAL, ("OC25",), {"OC25": 1.0}, 2),
        ("7", LARGEST, ("OC25",), {"OC25": 1.0}, 2),
        ("8", PROPORTIONAL, ("OC2",), {"OC2_X": 1.0}, 1),
        ("9", LARGEST, (), {"_X": 1.0}, 0),
    ],
)
def test_the_policy_decides_on_a_split(
    written: str, splits: SplitPolicy, codes: tuple[str, ...], leaves: dict[str, float], level: int
) -> None:
    decision = decide_occupation(written, weighted(), OCCUPATIONS, splits)
    assert decision.codes == codes
    assert dict(decision.leaves) == pytest.approx(leaves)
    assert decision.level == level


def weighted() -> CorrespondenceTable:
    """Codes that are spread in all the ways there are."""
    targets: dict[str, tuple[tuple[str, float | None], ...]] = {
        "1": (("OC2512", 0.7), ("OC22", 0.3)),
        "2": (("OC2511", 0.6), ("OC2521", 0.4)),
        "3": (("OC7111", 0.4), ("OC7121", 0.4), ("OC2512", 0.2)),
        "4": (("OC2512", 0.5), ("OC7111", 0.5)),
        "5": (("OC2511", None), ("OC2521", None)),
        "6": (("OC2511", None), ("OC7111", None)),
        "7": (("OC25", None),),
        "8": (("OC2", None),),
    }
    rows = tuple(
        Correspondence(source, target, Relation.SPLIT if len(to) > 1 else Relation.NARROWER, weight)
        for source, to in targets.items()
        for target, weight in to
    )
    provenance = Provenance("t", "CL_OCCUPATION", "p", "a", "2026-01-01", "l", "o", "t")
    return CorrespondenceTable(Scheme("W", "1"), Kind.OCCUPATION, rows, "d", provenance)
