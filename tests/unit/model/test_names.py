"""Names of codes: which language they are in, what stands in for a missing one, and what no name may hold."""

from __future__ import annotations

import pytest

from node.errors import MappingError
from node.model.names import Name, NameEntry, NameProvenance, Names, NameTable, width

ABOUT = NameProvenance("Titles", "IMT-GT exchange", "2026-11-29", "facts", "a book", "good", "0" * 64)


def table(codelist: str, language: str, *entries: NameEntry) -> NameTable:
    return NameTable(codelist, language, entries, ABOUT)


NAMES = Names(
    ("en", "id", "th"),
    (
        table("CL_OCCUPATION", "id", NameEntry("OC2", "Profesional"), NameEntry("OC25", "Profesional TIK")),
        table("CL_OCCUPATION", "th", NameEntry("OC2", "ผู้ประกอบวิชาชีพ")),
        table("CL_AREA", "en", NameEntry("TH-80", "Nakhon Si Thammarat", "Nakhon Si T.")),
        table("CL_AREA", "th", NameEntry("TH-80", "นครศรีธรรมราช", "นครศรีฯ"), NameEntry("TH-81", "กระบี่")),
    ),
)


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [
        ("OC2", "id", Name("Profesional")),
        ("OC2", "th", Name("ผู้ประกอบวิชาชีพ")),
        ("OC25", "th", Name("English", official=False)),
        ("OC1", "id", Name("English", official=False)),
        ("OC2", "en", Name("English")),
        ("OC9", "en", Name("English")),
        ("OC2", "ms", Name("English", official=False)),
    ],
)
def test_english_stands_in_and_says_so(code: str, language: str, expected: Name) -> None:
    assert NAMES.name("CL_OCCUPATION", code, language, "English") == expected


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [
        ("OC25_X", "id", Name("ICT, not further specified", official=False, group="Profesional TIK")),
        ("OC25_X", "th", Name("ICT, not further specified", official=False)),
        ("OC25_X", "en", Name("ICT, not further specified")),
        ("_X", "id", Name("ICT, not further specified", official=False)),
        ("_T", "id", Name("ICT, not further specified", official=False)),
    ],
)
def test_a_residual_has_no_name_but_that_of_its_group(code: str, language: str, expected: Name) -> None:
    assert NAMES.name("CL_OCCUPATION", code, language, "ICT, not further specified") == expected


def test_a_code_of_one_codelist_is_none_of_another() -> None:
    assert NAMES.name("CL_AREA", "OC2", "id", "Professionals") == Name("Professionals", official=False)


@pytest.mark.parametrize(
    ("code", "language", "english", "expected"),
    [
        ("TH-80", "th", "Nakhon Si Thammarat", Name("นครศรีฯ")),
        ("TH-81", "th", "Krabi", Name("กระบี่")),
        ("TH-80", "en", "Nakhon Si Thammarat", Name("Nakhon Si T.")),
        ("TH-81", "en", "Krabi", Name("Krabi")),
        ("TH-80", "id", "Nakhon Si Thammarat", Name("Nakhon Si T.", official=False)),
        ("TH-81", "id", "Krabi", Name("Krabi", official=False)),
    ],
)
def test_short_names(code: str, language: str, english: str, expected: Name) -> None:
    assert NAMES.short("CL_AREA", code, language, english) == expected


@pytest.mark.parametrize(
    ("text", "characters"), [("", 0), ("Trang", 5), ("กระบี่", 4), ("พังงา", 4), ("อำ", 2), ("นครศรีธรรมราช", 12)]
)
def test_marks_above_and_below_letters_take_no_room(text: str, characters: int) -> None:
    assert width(text) == characters


@pytest.mark.parametrize(
    ("code", "name", "short", "says"),
    [
        ("OC2", "", "", "name of OC2 is empty"),
        ("OC2", "<b>Managers</b>", "", "OC2 holds the markup character “<”"),
        ("OC2", "Managers > all", "", "“>”"),
        ("OC2", "Research & development", "", "“&”"),
        ("OC2", "Research", "R&D", "“&”"),
        ("OC2", "Mana\x07gers", "", r"U\+0007"),
        ("OC2", "Mana\ngers", "", r"U\+000A"),
        ("OC2", "Mana\u200bgers", "", r"U\+200B"),
        ("OC2", "\u202eManagers", "", r"U\+202E"),
        ("OC2", "Mana\u2028gers", "", r"U\+2028"),
        ("OC2", "Cafe\u0301", "", "not Unicode NFC"),
        ("OC2", "Managers", "Managers", "short name of OC2 is its name"),
        ("OC2", "Professionals", "Professional.", "has 13 characters; a tile has room for 12"),
        ("_T", "All", "", "“_T” takes no name"),
        ("_X", "Unknown", "", "“_X” takes no name"),
        ("OC25_X", "ICT, else", "", "“OC25_X” takes no name"),
    ],
)
def test_what_no_name_holds(code: str, name: str, short: str, says: str) -> None:
    with pytest.raises(MappingError, match=says):
        NameEntry(code, name, short)


def test_a_short_name_may_fill_the_tile() -> None:
    assert NameEntry("ID-SS", "Sumatera Selatan", "Sum. Selatan").short == "Sum. Selatan"


@pytest.mark.parametrize("language", ["", "i", "ind", "ID", "i-", "id\n"])
def test_a_language_is_two_small_letters(language: str) -> None:
    with pytest.raises(MappingError, match="is no language"):
        table("CL_AREA", language)


def test_one_name_a_code_and_one_table_a_language() -> None:
    with pytest.raises(MappingError, match=r"one name in a language.*OC2"):
        table("CL_OCCUPATION", "id", NameEntry("OC2", "Profesional"), NameEntry("OC2", "Ahli"))
    with pytest.raises(MappingError, match=r"CL_AREA has two tables of names in the language “th”"):
        Names(("en", "th"), (table("CL_AREA", "th"), table("CL_AREA", "th")))


def test_the_languages_hold_english_once_and_those_of_the_tables() -> None:
    with pytest.raises(MappingError, match="the languages lack en"):
        Names(("id", "th"), ())
    with pytest.raises(MappingError, match="twice: en, id, id"):
        Names(("en", "id", "id"), ())
    with pytest.raises(MappingError, match="“th” is none of the languages: en, id"):
        Names(("en", "id"), (table("CL_AREA", "th"),))
