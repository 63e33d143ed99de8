"""Location text goes to an area where there is no doubt, and nowhere else."""

from __future__ import annotations

import pytest

from node.coding.correspondence import Correspondence, CorrespondenceLibrary, CorrespondenceTable, Kind, Relation
from node.coding.gazetteer import Gazetteer, places_of
from node.coding.names import NameRules
from node.coding.place import Scope, decide_place
from node.coding.suggest import hint
from node.errors import MappingError
from node.model.records import Scheme
from tests.unit.coding.conftest import PROVENANCE

CODES, NAMES = Scheme("DISTRICT", "1"), Scheme("NAMES", "XX")
AREAS = frozenset({"ID-SU", "ID-JA"})
RULES = NameRules(
    of=(CODES,),
    country=frozenset({"indonesia"}),
    before=(("kota", "kota"), ("kabupaten", "kabupaten"), ("kab", "kabupaten"), ("provinsi", "plain")),
    part_of="kota",
    parts=frozenset({"utara", "kota"}),
)


def table(
    scheme: Scheme, rows: tuple[tuple[str, str, str], ...], rules: NameRules | None = None
) -> CorrespondenceTable:
    made = tuple(Correspondence(source, target, Relation.NARROWER, title=title) for source, target, title in rows)
    return CorrespondenceTable(scheme, Kind.PLACE, made, str(scheme), PROVENANCE, names=rules)


@pytest.fixture(scope="module")
def library() -> CorrespondenceLibrary:
    codes = (
        ("12", "ID-SU", "Sumatera Utara"),
        ("12.71", "ID-SU", "Kota Medan"),
        ("12.75", "ID-SU", "Kota Binjai"),
        ("15.01", "ID-JA", "Kabupaten Twin"),
        ("12.99", "ID-SU", "Kota Twin"),
        ("32.16", "OUT", "Kabupaten Bekasi"),
        ("32.75", "OUT", "Kota Bekasi"),
    )
    names = (("Sumut", "ID-SU", ""), ("Kawasan Hijau", "ID-JA", "Kawasan Hijau (Twin)"), ("Perak", "MY-08", ""))
    return CorrespondenceLibrary((table(CODES, codes), table(NAMES, names, RULES)))


@pytest.fixture(scope="module")
def gazetteer(library: CorrespondenceLibrary) -> Gazetteer:
    found = places_of(library, NAMES)
    assert isinstance(found, Gazetteer)
    return found


@pytest.mark.parametrize(
    ("written", "area"),
    [
        ("Kota Binjai", "ID-SU"),
        ("binjai", "ID-SU"),
        ("Kabupaten Binjai", Scope.UNMAPPED),
        ("Twin", Scope.UNMAPPED),
        ("Kota Twin", "ID-SU"),
        ("Kab. Twin", "ID-JA"),
        ("Twin, Sumut", "ID-SU"),
        ("Bekasi", Scope.OUT),
        ("Provinsi Sumatera Utara", "ID-SU"),
        ("Provinsi Medan", Scope.UNMAPPED),
        ("Medan, Sumatera Utara, Indonesia", "ID-SU"),
        ("Medan, Bekasi", Scope.UNMAPPED),
        ("Nowhere, Medan", "ID-SU"),
        ("Medan, Nowhere", Scope.UNMAPPED),
        ("Medan Utara", "ID-SU"),
        ("Medan Kota", "ID-SU"),
        ("Sumut Utara", Scope.UNMAPPED),
        ("Kawasan Hijau", "ID-JA"),
        ("Perak", Scope.OUT),
        ("Indonesia", Scope.UNMAPPED),
        ("12.75", Scope.UNMAPPED),
        ("", Scope.UNMAPPED),
        ("Medan " * 2_000, Scope.UNMAPPED),
    ],
)
def test_a_location_is_placed_where_there_is_no_doubt(gazetteer: Gazetteer, written: str, area: str | Scope) -> None:
    assert decide_place(written, gazetteer, AREAS) == area


def test_all_tables_that_decide_are_in_the_digests(gazetteer: Gazetteer) -> None:
    assert gazetteer.digests == (("NAMES XX", "NAMES XX"), ("DISTRICT 1", "DISTRICT 1"))
    assert gazetteer.scheme == NAMES


def test_codes_where_text_was_declared_are_noticed_and_the_other_way_round(library: CorrespondenceLibrary) -> None:
    assert "looks like DISTRICT 1, not NAMES XX" in hint(library, Kind.PLACE, NAMES, {"12.75": 9, "Medan": 1})
    assert "looks like NAMES XX, not DISTRICT 1" in hint(library, Kind.PLACE, CODES, {"12.75": 1, "Medan": 9})


def test_a_table_of_names_builds_on_tables_of_codes() -> None:
    other = Scheme("NAMES", "YY")
    both = CorrespondenceLibrary(
        (
            table(NAMES, (("A", "ID-SU", ""),), NameRules(of=(other,))),
            table(other, (("B", "ID-SU", ""),), NameRules(of=(NAMES,))),
        )
    )
    with pytest.raises(MappingError, match="is itself a table of names"):
        places_of(both, NAMES)
    with pytest.raises(MappingError, match="unknown place scheme “DISTRICT 1”"):
        places_of(CorrespondenceLibrary((table(NAMES, (("A", "ID-SU", ""),), RULES),)), NAMES)


def test_only_places_have_names() -> None:
    row = Correspondence("2512", "OC2512", Relation.EXACT)
    with pytest.raises(MappingError, match="only a table of places"):
        CorrespondenceTable(CODES, Kind.OCCUPATION, (row,), "d", PROVENANCE, names=RULES)
