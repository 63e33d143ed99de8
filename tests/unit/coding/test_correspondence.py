from __future__ import annotations

import pytest

from node.coding.codes import PrefixRule
from node.coding.correspondence import (
    Correspondence,
    CorrespondenceLibrary,
    CorrespondenceTable,
    Kind,
    Provenance,
    Relation,
)
from node.errors import MappingError
from node.model.records import Scheme

PROVENANCE = Provenance("t", "CL_OCCUPATION", "p", "a", "2026-01-01", "l", "o", "t")


def table(
    *rows: Correspondence, kind: Kind = Kind.OCCUPATION, friends: frozenset[str] = frozenset()
) -> CorrespondenceTable:
    return CorrespondenceTable(Scheme("S", "1"), kind, rows, "d", PROVENANCE, false_friends=friends)


def row(source: str, target: str, relation: Relation = Relation.EXACT, weight: float | None = None) -> Correspondence:
    return Correspondence(source, target, relation, weight)


SPLIT = Relation.SPLIT


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((), "no rows"),
        ((row("1", ""),), "no source or no target"),
        ((row(" .", "OC1"),), "no source or no target"),
        ((row("1", "OC1", SPLIT), row("1", "OC1", SPLIT)), "a target twice"),
        ((row("25-12", "OC2"), row("2512", "OC2")), "same code written in two ways"),
        ((row("1", "OC1"), row("1", "OC2")), "has 2 rows"),
        ((row("1", "OC1", SPLIT), row("1", "OC2")), "has 2 rows"),
        ((row("1", "OC1", SPLIT),), "has 1 rows"),
        ((row("1", "OC1", Relation.BROADER),), "note must say what else"),
        ((row("1", "1"),), "no occupation code"),
        ((row("1", "OUT"),), "no occupation code"),
        ((row("1", "OC1", SPLIT, 0.5), row("1", "OC2", SPLIT)), "all rows of a split a weight"),
        ((row("1", "OC1", weight=1.0),), "all rows of a split a weight"),
        ((row("1", "OC1", SPLIT, 0.5), row("1", "OC2", SPLIT, 0.4)), "add to 1"),
        ((row("1", "OC1", SPLIT, 1.5), row("1", "OC2", SPLIT, -0.5)), "add to 1"),
    ],
)
def test_rows_that_contradict_are_refused(rows: tuple[Correspondence, ...], message: str) -> None:
    with pytest.raises(MappingError, match=message):
        table(*rows)


def test_a_place_is_never_split() -> None:
    with pytest.raises(MappingError, match="cannot be split"):
        table(row("1", "ID-SU", SPLIT), row("1", "ID-JA", SPLIT), kind=Kind.PLACE)


def test_weights_that_add_to_one_are_taken() -> None:
    thirds = table(*(row("1", f"OC{n}", SPLIT, 1 / 3) for n in (1, 2, 3)))
    assert [found.weight for found in thirds.find("1")] == [1 / 3] * 3


def test_a_false_friend_is_never_its_own_target() -> None:
    with pytest.raises(MappingError, match="2351 is a false friend"):
        table(row("2351", "OC2351"), friends=frozenset({"2351"}))
    with pytest.raises(MappingError, match="has no row"):
        table(row("2354", "OC2354"), friends=frozenset({"2351"}))
    assert table(row("2351", "OC2354"), friends=frozenset({"2351"})).find("2351")[0].target == "OC2354"


@pytest.mark.parametrize("written", ["2512", " 2512 ", "25.12", "2512.0", "2512.03", "2512-03", "251203"])
def test_a_code_is_found_however_it_is_written(kbji: CorrespondenceTable, written: str) -> None:
    assert [found.target for found in kbji.find(written)] == ["OC2512"]


@pytest.mark.parametrize("written", ["", "9999", "999901", "25120", "2512031", "115", "tukang"])
def test_a_code_that_the_scheme_does_not_have_is_not_found(kbji: CorrespondenceTable, written: str) -> None:
    assert kbji.find(written) == ()


def test_without_a_prefix_rule_a_longer_code_is_not_found() -> None:
    assert table(row("2512", "OC2512")).find("251203") == ()


def test_a_prefix_rule_never_overrides_a_row_of_its_own() -> None:
    rows = (row("2512", "OC2512"), row("2512.03", "OC2513"))
    both = CorrespondenceTable(Scheme("S", "1"), Kind.OCCUPATION, rows, "d", PROVENANCE, prefix=PrefixRule(4, (6,)))
    assert both.find("251203")[0].target == "OC2513"


def test_an_unknown_edition_is_named_with_those_that_are_known(library: CorrespondenceLibrary) -> None:
    with pytest.raises(MappingError, match="unknown occupation scheme “KBJI 2013”; known: KBJI 2014, MASCO 2020"):
        library.table(Kind.OCCUPATION, Scheme("KBJI", "2013"))
    with pytest.raises(MappingError, match="known: DOSM 2020, KEMENDAGRI 2022"):
        library.table(Kind.PLACE, Scheme("KBJI", "2014"))


def test_two_tables_of_one_scheme_are_refused(kbji: CorrespondenceTable) -> None:
    with pytest.raises(MappingError, match="two occupation tables for KBJI 2014"):
        CorrespondenceLibrary((kbji, kbji))
