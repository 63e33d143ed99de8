"""What a review tells of a source: sums, and what is open by how much it matters."""

from __future__ import annotations

import ibis
import pyarrow as pa
import pytest

from node.coding.coder import decide_source, settled_codes
from node.coding.coverage import coverage_of
from node.coding.decisions import Matter
from node.coding.review import (
    Amount,
    State,
    Suggestion,
    UnitsRead,
    review,
    review_of_coverage,
    same_counts,
    weighed_codes,
)
from node.coding.titling import NO_TITLES
from node.config import CodedColumn, SourceConfig
from node.model.period import TimePeriod
from node.model.profile import AREA, SplitPolicy
from node.model.records import UnitRecords
from tests.support.profiles import vacancies
from tests.support.reviewing import KBJI, KEMENDAGRI, NOW, SCHEMES, decision, in_force, shipped_library

ROWS = (
    # occupation, place, title, records, posts
    ("2512", "12.75", None, 4, 40),
    ("25", "12.75", None, 2, 3),
    ("2515", "12.75", None, 1, 30),
    ("9998", "12.75", "Perawat gigi", 5, 5),
    (None, "12.75", "Sopir truk", 2, 9),
    (None, "12.75", "Kasir", 3, 3),
    ("2512", "99.01", None, 6, 6),
    ("2512", "32.16", None, 7, 70),
    ("Siti Aminah", "12.75", None, 8, 8),
)


@pytest.fixture
def made():
    return taken()


def decided_source(*decisions):
    profile, library, held = vacancies(), shipped_library(), in_force(*decisions)
    names = ("occupation_written", "place_written", "title_written", "records", "JV_OPEN")
    table = pa.table(dict(zip(names, zip(*ROWS, strict=True), strict=True)))
    structure = profile.for_sender("IMTGT_ID")
    records = UnitRecords("sisnaker", KBJI, KEMENDAGRI, profile, TimePeriod("2026-10"), ibis.memtable(table))
    connection = ibis.duckdb.connect()
    written = connection.to_pyarrow(weighed_codes(records))
    connection.disconnect()
    areas = frozenset(structure.axis(AREA).codelist.leaves)
    decided = decide_source(records, written, library, structure, areas, NO_TITLES, held)
    return decided, written, held.of_source("sisnaker", library, SCHEMES)


def taken(*decisions, suggest=lambda entry, titles: ()):
    decided, written, rulings = decided_source(*decisions)
    hints = coverage_of(decided, shipped_library()).hints
    return review(decided, written, rulings, suggest, hints, taken=NOW, taken_by="code")


def entries(review_, matter):
    return [(one.label, one.amount.records, one.amount.weight) for one in review_.entries if one.matter is matter]


def test_records_and_weight_stand_beside_each_other(made):
    assert made.total == Amount(38, 174.0)
    assert (made.out_of_scope, made.place_unmapped) == (Amount(7, 70.0), Amount(6, 6.0))
    assert made.levels == (Amount(19, 55.0), Amount(), Amount(2, 3.0), Amount(), Amount(4, 40.0))
    assert made.coded_share == pytest.approx(43 / 98)


def test_what_weighs_most_is_first(made):
    assert entries(made, Matter.OCCUPATION) == [("2515", 1, 30.0), ("9998", 5, 5.0)]
    assert entries(made, Matter.PLACE) == [("9901", 6, 6.0)]


def test_titles_that_few_records_have_and_texts_for_codes_are_only_counted(made):
    assert entries(made, Matter.TITLE) == [("perawat gigi", 5, 5.0), ("kasir", 3, 3.0)]
    assert made.untold["title"] == Amount(2, 9.0)
    assert made.untold["occupation"].records == 8
    assert "siti" not in str([(one.label, one.written) for one in made.entries]).lower()
    assert "perawat" not in repr(made)


def test_what_was_decided_is_no_longer_open():
    made = taken(decision("2515", "OC2512"), decision("9901", "ID-SU", matter=Matter.PLACE, scheme=KEMENDAGRI))
    assert entries(made, Matter.OCCUPATION) == [("9998", 5, 5.0)]
    assert entries(made, Matter.PLACE) == []
    assert made.levels[4].weight == 40.0 + 30.0 + 6.0


def test_conflicts_and_what_is_not_codable_are_said_to_be():
    made = taken(decision("2515", "OC2512"), decision("2515", "OC2513", "Budi"), decision("9998", "_X"))
    states = {one.written: one.state for one in made.entries if one.matter is Matter.OCCUPATION}
    assert states == {"2515": State.CONFLICT, "9998": State.SETTLED}


def test_a_title_that_is_decided_codes_its_records():
    made = taken(decision("gigi perawat", "OC2221", matter=Matter.TITLE))
    assert made.by_title[4] == Amount(5, 5.0)
    assert [label for label, _, _ in entries(made, Matter.OCCUPATION)] == ["2515"]


def test_suggestions_are_asked_with_the_titles_beside_a_code():
    asked = {}

    def suggest(entry, titles):
        asked[entry.written] = list(titles)
        return (Suggestion("OC2", "Professionals", ("so",)),)

    made = taken(suggest=suggest)
    assert asked["9998"] == ["Perawat gigi"]
    assert all(one.suggestions for one in made.entries)


def test_what_a_decision_settles_needs_no_title_beside_it():
    column = CodedColumn("KBJI", "2014", "job", None)
    source = SourceConfig("sisnaker", "VACANCIES", "csv", "x", None, None, ",", (), column, column, (), ())
    held = in_force(decision("2515", "OC2512"), decision("2512", "_X"))
    settled = settled_codes(shipped_library(), source, SplitPolicy.COMMON_ANCESTOR, held)
    assert settled(["2515", "2512", "2513", "9998"]) == {"2515", "2513"}


def test_a_release_leaves_records_behind_without_weights():
    full = taken()
    decided, _, rulings = decided_source()
    coverage = coverage_of(decided, shipped_library())
    units = UnitsRead("VACANCIES", full.period, "JV_OPEN", full.schemes)
    made = review_of_coverage(coverage, units, lambda entry, titles: (), rulings, taken=NOW, taken_by="release")
    assert same_counts(made, full)
    assert made.in_scope == Amount(25, 0.0)
    assert made.coded_share == pytest.approx(6 / 25)
    assert "Siti" not in str([one.label for one in made.entries])
    assert not same_counts(made, taken(decision("2515", "OC2512")))
