"""One scheme through another: relations, weights, and what has no way to ISCO-08."""

from __future__ import annotations

import pytest

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

PROVENANCE = Provenance("t", "x", "p", "a", "2026-01-01", "l", "o", "t")
EXACT, NARROWER, BROADER, SPLIT = Relation.EXACT, Relation.NARROWER, Relation.BROADER, Relation.SPLIT
OLD, MIDDLE, NEW = Scheme("OLD", "1"), Scheme("MIDDLE", "1"), Scheme("ISCO", "08")
Rows = tuple[Correspondence, ...]


def row(source: str, target: str, relation: Relation = EXACT, weight: float | None = None) -> Correspondence:
    return Correspondence(source, target, relation, weight, "also more" if relation is BROADER else "", f"t{source}")


def table(scheme: Scheme, rows: Rows, via: Scheme | None = None, friends: tuple[str, ...] = ()) -> CorrespondenceTable:
    return CorrespondenceTable(
        scheme, Kind.OCCUPATION, rows, f"d-{scheme.name}", PROVENANCE, via=via, false_friends=frozenset(friends)
    )


def composed(first: Rows, second: Rows) -> CorrespondenceTable:
    library = CorrespondenceLibrary((table(OLD, first, MIDDLE), table(MIDDLE, second)))
    return library.table(Kind.OCCUPATION, OLD)


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        (EXACT, EXACT, EXACT),
        (NARROWER, EXACT, NARROWER),
        (EXACT, NARROWER, NARROWER),
        (BROADER, EXACT, BROADER),
        (EXACT, BROADER, BROADER),
        (NARROWER, BROADER, BROADER),
    ],
)
def test_two_relations_make_one(first: Relation, second: Relation, relation: Relation) -> None:
    (found,) = composed((row("1", "A", first),), (row("A", "OC1", second),)).find("1")
    assert (found.source, found.target, found.relation, found.title) == ("1", "OC1", relation, "t1")
    assert bool(found.note) == (relation is BROADER)


def test_a_split_further_on_is_a_split() -> None:
    found = composed((row("1", "A", NARROWER),), (row("A", "OC1", SPLIT), row("A", "OC2", SPLIT))).find("1")
    assert {(step.target, step.relation, step.weight) for step in found} == {("OC1", SPLIT, None), ("OC2", SPLIT, None)}


def test_ways_that_meet_again_are_one_target() -> None:
    first = (row("1", "A", SPLIT, 0.5), row("1", "B", SPLIT, 0.5))
    found = composed(first, (row("A", "OC1", NARROWER), row("B", "OC1", NARROWER))).find("1")
    assert [(step.target, step.relation, step.weight) for step in found] == [("OC1", NARROWER, None)]


def test_weights_multiply_along_a_way_and_add_up_where_ways_meet() -> None:
    first = (row("1", "A", SPLIT, 0.6), row("1", "B", SPLIT, 0.4))
    second = (row("A", "OC1", SPLIT, 0.5), row("A", "OC2", SPLIT, 0.5), row("B", "OC2", NARROWER))
    weights = {step.target: step.weight for step in composed(first, second).find("1")}
    assert weights == pytest.approx({"OC1": 0.3, "OC2": 0.7})


@pytest.mark.parametrize("unknown", ["first", "second"])
def test_a_weight_that_is_not_known_leaves_all_unknown(unknown: str) -> None:
    known = unknown == "second"
    first = (row("1", "A", SPLIT, 0.6 if known else None), row("1", "B", SPLIT, 0.4 if known else None))
    shares = (None, None) if known else (0.5, 0.5)
    second = (row("A", "OC1", SPLIT, shares[0]), row("A", "OC2", SPLIT, shares[1]), row("B", "OC2", NARROWER))
    assert [step.weight for step in composed(first, second).find("1")] == [None, None]


def test_three_tables_in_a_row_and_all_their_digests() -> None:
    third = Scheme("OLDEST", "1")
    library = CorrespondenceLibrary(
        (table(third, (row("x", "1"),), OLD), table(OLD, (row("1", "A"),), MIDDLE), table(MIDDLE, (row("A", "OC1"),)))
    )
    composed_table = library.table(Kind.OCCUPATION, third)
    assert composed_table.find("X")[0].target == "OC1"
    assert composed_table.digests == (("OLDEST 1", "d-OLDEST"), ("OLD 1", "d-OLD"), ("MIDDLE 1", "d-MIDDLE"))
    assert library.tables[0].via == OLD


def test_a_false_friend_of_the_scheme_between_may_meet_its_like_at_the_end() -> None:
    old = table(OLD, (row("4213", "4214"),), MIDDLE, friends=("4213",))
    library = CorrespondenceLibrary((old, table(MIDDLE, (row("4214", "OC4213"),))))
    assert library.table(Kind.OCCUPATION, OLD).find("4213")[0].target == "OC4213"
    with pytest.raises(MappingError, match="4213 is a false friend"):
        table(OLD, (row("4213", "4213"),), MIDDLE, friends=("4213",))


def test_a_circle_is_refused_with_its_way() -> None:
    old, middle = table(OLD, (row("1", "A"),), MIDDLE), table(MIDDLE, (row("A", "1"),), OLD)
    with pytest.raises(MappingError, match="in a circle: OLD 1 to MIDDLE 1 to OLD 1"):
        CorrespondenceLibrary((old, middle))
    with pytest.raises(MappingError, match="in a circle: OLD 1 to OLD 1"):
        CorrespondenceLibrary((table(OLD, (row("1", "1"),), OLD),))


def test_a_scheme_between_that_is_not_there_is_named() -> None:
    with pytest.raises(MappingError, match="OLD 1: maps to MIDDLE 1, for which there is no table"):
        CorrespondenceLibrary((table(OLD, (row("1", "A"),), MIDDLE),))


def test_a_target_that_the_scheme_between_does_not_have_is_named() -> None:
    with pytest.raises(MappingError, match="OLD 1: code 1 goes to B, which MIDDLE 1 lacks"):
        composed((row("1", "B"),), (row("A", "OC1"),))


def test_a_target_that_is_no_group_of_isco_08_is_named() -> None:
    isco = table(NEW, (row("2", "OC2"), row("25", "OC25")))
    CorrespondenceLibrary((isco, table(OLD, (row("1", "OC25"),))))
    with pytest.raises(MappingError, match=r"OLD 1: codes go to what is no group of ISCO 08 \(1 to OC26\)"):
        CorrespondenceLibrary((isco, table(OLD, (row("1", "OC26"),))))


def test_a_place_is_not_mapped_through_another_scheme() -> None:
    with pytest.raises(MappingError, match="places are mapped to areas"):
        CorrespondenceTable(OLD, Kind.PLACE, (row("1", "12"),), "d", PROVENANCE, via=MIDDLE)
