"""What decisions in force say of what a source wrote."""

import hashlib

import pytest

from node.coding.correspondence import Kind
from node.coding.decisions import NO_DECISIONS, NOT_CODABLE, Matter
from node.coding.occupation import NOT_CODED, OccupationDecision
from node.coding.place import Scope
from node.model.records import Scheme
from tests.support.profiles import OCCUPATIONS
from tests.support.reviewing import KBJI, KEMENDAGRI, SCHEMES, decision, in_force, shipped_library

AREAS = frozenset({"ID-SU", "ID-JA"})


def of_source(*decisions, source="sisnaker", schemes=SCHEMES):
    return in_force(*decisions).of_source(source, shipped_library(), schemes)


def test_a_decision_codes_what_no_table_maps():
    rulings = of_source(decision("2515", "OC2512"))
    assert rulings.occupation(" 2515 ", OCCUPATIONS) == OccupationDecision(("OC2512",), (("OC25", 1.0),), 4)
    assert rulings.occupation("2516", OCCUPATIONS) is None


def test_a_decision_goes_before_the_table_and_the_table_stays():
    table = shipped_library().table(Kind.OCCUPATION, KBJI)
    before = table.find("2512")
    assert of_source(decision("2512", "OC22")).occupation("2512", OCCUPATIONS).codes == ("OC22",)
    assert table.find("2512") == before


def test_what_holds_for_a_unit_holds_for_its_jobs_but_not_for_jobs_that_are_decided_themselves():
    rulings = of_source(decision("2515", "OC2512"), decision("251501", "OC2221"))
    assert rulings.occupation("2515.02", OCCUPATIONS).codes == ("OC2512",)
    assert rulings.occupation("2515.01", OCCUPATIONS).codes == ("OC2221",)
    assert rulings.occupation("25151", OCCUPATIONS) is None


def test_a_decision_for_one_source_goes_before_one_for_all_and_leaves_others_alone():
    held = (decision("2515", "OC2512"), decision("2515", "OC2221", source="sisnaker"))
    assert of_source(*held).occupation("2515", OCCUPATIONS).codes == ("OC2221",)
    assert of_source(*held, source="dinas").occupation("2515", OCCUPATIONS).codes == ("OC2512",)
    assert in_force(*held).conflicts == ()


def test_the_edition_is_part_of_the_scheme():
    schemes = SCHEMES | {Kind.OCCUPATION: Scheme("KBJI", "2026")}
    assert of_source(decision("9998", "OC2512"), schemes=schemes).occupation("9998", OCCUPATIONS) is None


def test_people_who_agree_do_not_contradict_one_another():
    rulings = of_source(decision("2515", "OC2512"), decision("2515", "OC2512", "Budi"))
    assert rulings.occupation("2515", OCCUPATIONS).codes == ("OC2512",)
    assert rulings.held.conflicts == ()


def test_what_is_contested_is_unmapped_even_where_the_table_maps_it():
    rulings = of_source(decision("2512", "OC2512"), decision("2512", "OC2221", "Budi"))
    assert rulings.occupation("2512", OCCUPATIONS) == NOT_CODED
    assert rulings.settles("2512") is False
    (ruling,) = rulings.held.conflicts
    assert (ruling.target, ruling.conflict, ruling.coded) == (None, True, False)
    assert {one.author for one in ruling.decisions} == {"Sari", "Budi"}


def test_retiring_one_side_settles_it():
    rulings = of_source(decision("2515", "OC2512"), decision("2515", "OC2221", "Budi", retired=True))
    assert rulings.occupation("2515", OCCUPATIONS).codes == ("OC2512",)


def test_what_is_not_codable_stays_uncoded_and_leaves_the_title_to_speak():
    rulings = of_source(decision("9999", NOT_CODABLE))
    assert rulings.occupation("9999", OCCUPATIONS) == NOT_CODED
    assert rulings.settles("9999") is False
    assert rulings.settles("2512") is None


@pytest.mark.parametrize(
    ("target", "area"),
    [("ID-SU", "ID-SU"), ("OUT", Scope.OUT), (NOT_CODABLE, Scope.UNMAPPED), ("ID-AC", Scope.OUT)],
)
def test_places_are_decided_too(target, area):
    rulings = of_source(decision("9901", target, matter=Matter.PLACE, scheme=KEMENDAGRI))
    assert rulings.place("99.01", AREAS) == area
    assert rulings.place("99.02", AREAS) is None


def test_a_places_name_is_decided_as_people_write_it():
    names = Scheme("NAMES", "ID")
    made = decision("gedangan", "OUT", matter=Matter.PLACE, scheme=names)
    rulings = of_source(made, schemes=SCHEMES | {Kind.PLACE: names})
    assert rulings.place(" GEDANGAN", AREAS) is Scope.OUT
    assert rulings.place("Kota Binjai", AREAS) is None


def test_titles_are_found_by_their_words_in_any_order_and_dress():
    rulings = of_source(decision("gigi perawat", "OC2221", matter=Matter.TITLE))
    found = rulings.titles(["PERAWAT GIGI (Medan) - URGENT!!", "perawat", ""], OCCUPATIONS)
    assert {title: one.codes for title, one in found.items()} == {"PERAWAT GIGI (Medan) - URGENT!!": ("OC2221",)}


def test_the_digest_is_of_what_is_in_force_for_the_scheme():
    one, other = decision("2515", "OC2512", identifier="a"), decision("2516", "OC2513", identifier="b")
    alone = in_force(one).digest(Matter.OCCUPATION, KBJI)
    assert alone is not None
    assert len(alone) == len(hashlib.sha256().hexdigest())
    assert in_force(one, other).digest(Matter.OCCUPATION, KBJI) == in_force(other, one).digest(Matter.OCCUPATION, KBJI)
    assert in_force(one, other).digest(Matter.OCCUPATION, KBJI) != alone
    gone = decision("2516", "OC2513", identifier="b", retired=True)
    assert in_force(one, gone).digest(Matter.OCCUPATION, KBJI) == alone
    elsewhere = decision("2515", "OC2512", scheme=Scheme("KBJI", "2026"))
    assert in_force(one, elsewhere).digest(Matter.OCCUPATION, KBJI) == alone
    assert NO_DECISIONS.digest(Matter.OCCUPATION, KBJI) is None


def test_the_digests_of_a_source_name_only_what_bears_on_it():
    title = decision("gigi perawat", "OC2221", matter=Matter.TITLE)
    rulings = of_source(decision("2515", "OC2512"), title)
    assert [name for name, _ in rulings.digests(titled=True)] == ["KBJI 2014 decisions", "title decisions"]
    assert [name for name, _ in rulings.digests(titled=False)] == ["KBJI 2014 decisions"]
    assert of_source().digests(titled=True) == ()


def test_no_title_is_in_a_representation():
    rulings = of_source(decision("perawat rahasia", "OC2221", matter=Matter.TITLE))
    assert "rahasia" not in repr(rulings)
    assert "rahasia" not in repr(decision("perawat rahasia", "OC2221", matter=Matter.TITLE, identifier="x"))
