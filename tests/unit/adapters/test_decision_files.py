"""Sheets for reviewers: what a spreadsheet may do to them, and what is refused."""

import csv
import io

import pytest

from node.adapters.decision_files import COLUMNS, SHEET_FORMAT, decisions_sheet, open_sheet, read_sheet
from node.coding.decisions import Matter
from node.coding.review import State, Suggestion
from node.errors import OperatorError
from node.model.records import Scheme
from tests.support.reviewing import decision, entry, review

HEAD = "format,matter,scheme,edition,source,written,target,author,reason"


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_decisions_come_back_as_they_went():
    held = (
        decision("0110", "OC0110", identifier="a"),
        decision("gigi perawat", "OC2261", matter=Matter.TITLE, identifier="b", retired=True),
    )
    read = read_sheet(decisions_sheet(held), "x.csv")
    assert [(row.id, row.matter, row.written, row.target, row.retired_by) for row in read] == [
        ("a", "occupation", "0110", "OC0110", ""),
        ("b", "title", "gigi perawat", "OC2261", "Budi"),
    ]
    assert (read[0].scheme, read[0].edition, read[0].author) == ("KBJI", "2014", "Sari")


def test_leading_zeros_are_kept_from_spreadsheets():
    held = decision("0110", "OC0110", scheme=Scheme("ISCO", "08"), identifier="12e3456789")
    (row,) = rows_of(decisions_sheet((held,)))
    assert (row["written"], row["edition"], row["id"]) == ("'0110", "'08", "'12e3456789")
    (back,) = read_sheet(decisions_sheet((held,)), "x.csv")
    assert (back.written, back.edition, back.id) == ("0110", "08", "12e3456789")
    assert row["format"] == SHEET_FORMAT


def test_no_text_is_a_formula():
    (row,) = rows_of(decisions_sheet((decision("0110", "OC0110", "=cmd()"),)))
    assert row["author"] == "'=cmd()"
    (back,) = read_sheet(decisions_sheet((decision("0110", "OC0110", "=cmd()"),)), "x")
    assert back.author == "=cmd()"


def test_what_is_open_has_its_weight_and_suggestions_and_room_for_a_decision():
    suggestion = Suggestion("OC2512", "Software developers", ("its group is mapped", "so say others"))
    made = review("sisnaker", "2026-10", entry("2515", suggestion), entry("9999", state=State.SETTLED))
    (row,) = rows_of(open_sheet(made, lambda _: False))
    assert (row["written"], row["records"], row["weight"]) == ("'2515", "50", "100")
    assert row["suggestions"] == "OC2512 Software developers: its group is mapped; so say others"
    assert (row["target"], row["author"], row["reason"]) == ("", "", "")
    assert tuple(row) == COLUMNS


def test_a_sheet_saved_with_semicolons_and_without_apostrophes_is_read():
    text = f"\ufeff{HEAD.replace(',', ';')}\r\n{SHEET_FORMAT};occupation;KBJI;2014;;2515;OC2512;Sari;a; b\r\n"
    with pytest.raises(OperatorError, match="row 2: 10 values for 9 columns"):
        read_sheet(text, "x.csv")
    (row,) = read_sheet(text.replace("a; b", "a, b"), "x.csv")
    assert (row.written, row.reason, row.line) == ("2515", "a, b", 2)


def test_empty_rows_say_nothing():
    assert read_sheet(f"{HEAD}\n,,,,,,,,\n", "x") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "columns are missing"),
        (f"{HEAD},colour\n", "unknown columns"),
        (f"{HEAD},author\n", "there twice"),
        (f"{HEAD}\nimtgt-decisions/9,occupation,KBJI,2014,,2515,OC2512,Sari,r\n", "row 2, column format"),
        (f'{HEAD}\n"{SHEET_FORMAT}', "not valid CSV"),
    ],
)
def test_what_is_no_such_sheet_is_refused(text, message):
    with pytest.raises(OperatorError, match=message):
        read_sheet(text, "x.csv")
