"""What can be decided, and what becomes of it in a ledger."""

import pytest

from node.coding.decisions import NOT_CODABLE, Matter
from node.coding.proposal import enter, groups_of
from node.errors import MappingError, OperatorError
from node.model.records import Scheme
from tests.support.reviewing import KEMENDAGRI, NOW, decision, in_force, proposal, shipped_library


@pytest.mark.parametrize("target", ["OC2512", "2512", "oc2512", " 2512 "])
def test_a_group_is_named_with_or_without_its_letters(target):
    assert proposal("2515", target).target == "OC2512"


@pytest.mark.parametrize("target", ["OC88", "OC251299", "_T", "OC2_X", "", "ID-SU", "x" * 500])
def test_a_group_that_there_is_not_is_refused(target):
    with pytest.raises(OperatorError, match="no group of ISCO-08"):
        proposal("2515", target)


def test_places_go_to_the_nodes_own_areas_or_out():
    made = [proposal("99.01", target, matter=Matter.PLACE, scheme=KEMENDAGRI) for target in ("id-su", "OUT", "_X")]
    assert [(one.subject.written, one.target) for one in made] == [("9901", "ID-SU"), ("9901", "OUT"), ("9901", "_X")]
    with pytest.raises(OperatorError, match="none of this node's areas; there are ID-JA, ID-SU, OUT"):
        proposal("99.01", "MY-07", matter=Matter.PLACE, scheme=KEMENDAGRI)


@pytest.mark.parametrize(("author", "reason"), [("", "r"), ("  ", "r"), ("a", ""), ("a", "\n"), ("a" * 300, "r")])
def test_nobody_decides_without_a_name_and_a_reason(author, reason):
    with pytest.raises(OperatorError, match=r"author|reason"):
        proposal("2515", "OC2512", author, reason=reason)


def test_codes_are_kept_in_the_form_in_which_they_are_looked_up():
    assert {proposal(written, "OC2512").subject.written for written in ("2515", " 2515 ", "25-15", "2515.0")} == {
        "2515"
    }


@pytest.mark.parametrize("written", ["25", "251", "2515", "251501"])
def test_codes_of_the_schemes_lengths_are_its_codes(written):
    assert proposal(written, "OC2512").subject.source is None


@pytest.mark.parametrize("written", ["25150", "A515", "25A5"])
def test_a_code_of_another_form_is_one_sources_own(written):
    with pytest.raises(OperatorError, match="has not the form of a code of KBJI 2014"):
        proposal(written, "OC2512")
    assert proposal(written, "OC2512", source="dinas").subject.source == "dinas"


def test_words_in_place_of_a_code_are_a_matter_for_titles_and_are_not_quoted():
    with pytest.raises(OperatorError) as problem:
        proposal("Perawat Siti Aminah", "OC2221", source="dinas")
    assert "decide on it as a title" in str(problem.value)
    assert "Siti" not in str(problem.value)


@pytest.mark.parametrize("written", ["", " ", "--", "."])
def test_nothing_is_no_code(written):
    with pytest.raises(OperatorError, match="holds no code"):
        proposal(written, NOT_CODABLE)


def test_a_title_is_kept_as_its_words_without_places_firms_and_numbers():
    made = proposal("Perawat Gigi, PT Sehat, Medan 0812345678", "OC2221", matter=Matter.TITLE, scheme=None)
    assert set(made.subject.written.split()) <= {"perawat", "gigi", "sehat"}
    assert made.subject.scheme is None
    with pytest.raises(OperatorError, match="nothing of this title"):
        proposal("081234", "OC2221", matter=Matter.TITLE, scheme=None)


def test_an_unknown_scheme_is_named_with_those_there_are():
    with pytest.raises(MappingError, match="KBJI 2014"):
        proposal("2515", "OC2512", scheme=Scheme("KBJI", "1999"))


def test_a_false_friend_is_not_decided_into_an_identity():
    masco = Scheme("MASCO", "2020")
    with pytest.raises(OperatorError, match="false friend"):
        proposal("2351", "OC2351", scheme=masco)
    assert proposal("2351", "OC2354", scheme=masco).target == "OC2354"


def test_a_new_decision_is_entered_beside_what_others_say():
    held = in_force(decision("2515", "OC2512", "Budi"))
    entered = enter(held, proposal("2515", "OC2513"), "n1", NOW)
    assert (entered.new, entered.decision.id, entered.replaced) == (True, "n1", ())
    assert [one.author for one in entered.against] == ["Budi"]
    assert enter(held, proposal("2515", "OC2512"), "n1", NOW).against == ()
    assert enter(held, proposal("2515", "OC2513", source="dinas"), "n1", NOW).against == ()


def test_who_changes_their_mind_retires_what_they_said():
    held = in_force(decision("2515", "OC2512", identifier="old"))
    entered = enter(held, proposal("2515", "OC2513"), "n1", NOW)
    assert [(one.id, one.retirement.by) for one in entered.replaced] == [("old", "Sari")]
    assert entered.against == ()


def test_saying_it_twice_is_one_decision():
    held = in_force(decision("2515", "OC2512", identifier="old"))
    entered = enter(held, proposal("2515", "OC2512", reason="again"), "n1", NOW)
    assert (entered.new, entered.decision.id) == (False, "old")


def test_the_groups_are_those_of_isco_08_with_titles():
    groups = groups_of(shipped_library())
    assert groups["OC2512"]
    assert {len(code) for code in groups} == {3, 4, 5, 6}
