"""What is suggested for what no table maps, and why, with the tables that come with the program."""

import pytest

from node.coding.decisions import Matter
from node.coding.suggestions import MOST, Suggester
from node.coding.titles.decision import TitleCandidate
from tests.support.reviewing import AREAS, decision, entry, in_force, shipped_library


class Model:
    """A title model that knows one title."""

    def candidates(self, title, n=3):
        return (TitleCandidate("OC2261", 0.9, ("dokter gigi",)),) if "gigi" in title else ()


def suggest(written, *titles, matter=Matter.OCCUPATION, decisions=(), model=None, label=None):
    suggester = Suggester(shipped_library(), in_force(*decisions), AREAS, model)
    return suggester.suggest(entry(written, matter=matter, label=label), titles)


def reasons(written, target, **options):
    return next("; ".join(one.reasons) for one in suggest(written, **options) if one.target == target)


def test_the_same_code_of_another_edition_comes_first():
    first = suggest("4219")[0]
    assert first.target == "OC421"
    assert first.reasons[0].startswith("KBJI 2026 has this code")
    assert first.name


def test_a_lost_leading_zero_is_put_back_to_look():
    assert "with its lost leading zero it is 0113" in reasons("113", "OC0110")


def test_a_code_that_is_too_long_has_its_group():
    assert reasons("25120", "OC2512").startswith("its group 2512 is mapped")


def test_codes_beside_it_show_where_their_group_goes():
    assert "codes beside it" in reasons("2517", "OC251")


def test_another_scheme_is_named_as_what_may_mean_something_else():
    found = {one.target: "; ".join(one.reasons) for one in suggest("2515")}
    assert "where it may mean something else" in found["OC2519"]
    assert list(found).index("OC2519") > 0


def test_an_unknown_district_has_its_province():
    (first, *_) = suggest("1298", matter=Matter.PLACE)
    assert (first.target, first.name) == ("ID-SU", "North Sumatra")
    assert "its group 12 is mapped" in first.reasons[0]


def test_a_places_name_in_the_column_of_codes_is_known_by_its_name():
    assert "knows a place of this name" in "".join(suggest("KOTAMEDAN", matter=Matter.PLACE)[0].reasons)


def test_a_title_has_the_models_candidates_with_known_titles():
    (first,) = suggest("gigi perawat", matter=Matter.TITLE, model=Model(), label="perawat gigi")
    assert first.target == "OC2261"
    assert "dokter gigi" in first.reasons[0]
    assert suggest("gigi perawat", matter=Matter.TITLE) == ()


def test_a_code_is_helped_by_the_titles_of_its_records():
    found = {one.target: "; ".join(one.reasons) for one in suggest("9998", "dokter gigi", model=Model())}
    assert "records with it have titles" in found["OC2261"]


def test_what_was_decided_elsewhere_is_a_reason():
    held = (decision("9998", "OC5412", "Budi", source="dinas"),)
    assert "Budi decided so for source dinas" in reasons("9998", "OC5412", decisions=held)


@pytest.mark.parametrize("written", ["2515", "110", "25120", "9999"])
def test_there_are_at_most_three_and_each_has_a_reason(written):
    found = suggest(written)
    assert 0 < len(found) <= MOST
    assert all(one.reasons and one.name for one in found)
    assert len({one.target for one in found}) == len(found)


def test_where_nothing_speaks_for_anything_nothing_is_suggested():
    assert suggest("9901", matter=Matter.PLACE) == ()
