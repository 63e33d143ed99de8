"""The shipped names: as the national classifications have them, complete for areas, and as the reference page says."""

from __future__ import annotations

from collections import defaultdict

import pytest

from node.adapters.mapping_files import load_mappings
from node.adapters.name_files import load_names
from node.coding.correspondence import Correspondence, CorrespondenceLibrary, Kind, Relation
from node.model.codelist import Codelist
from node.model.names import SHORT_WIDTH, NameEntry, Names, NameTable, width
from node.model.records import Scheme
from node.model.structure import RESIDUAL
from tests.unit.mappings.conftest import CHECKOUT, Reference

LANGUAGES = ("en", "id", "ms", "th")


@pytest.fixture(scope="module")
def names(areas: Codelist, occupations: Codelist) -> Names:
    return load_names(CHECKOUT / "mappings" / "names", (areas, occupations))


def table(names: Names, codelist: str, language: str) -> NameTable:
    return next(table for table in names.tables if (table.codelist, table.language) == (codelist, language))


def groups(occupations: Codelist) -> list[str]:
    """ISCO-08's own: without residuals and the total."""
    return [code for code in occupations.ids if not code.endswith(RESIDUAL) and not code.startswith("_")]


def units(occupations: Codelist) -> dict[str, set[str]]:
    """The unit groups that each group holds."""
    held: dict[str, set[str]] = defaultdict(set)
    for code in groups(occupations):
        if len(code) == len("OC2512"):
            for above in occupations.lineage(code):
                held[above].add(code)
    return held


def exact(library: CorrespondenceLibrary, scheme: str, edition: str) -> dict[str, Correspondence]:
    """Rows by source."""
    rows = library.table(Kind.OCCUPATION, Scheme(scheme, edition)).rows
    return {row.source: row for row in rows if row.relation is Relation.EXACT}


def test_every_file_is_loaded(names: Names) -> None:
    assert names.languages == LANGUAGES
    loaded = {f"{table.codelist}_{table.language}.csv" for table in names.tables}
    assert loaded == {path.name for path in (CHECKOUT / "mappings" / "names").glob("*.csv")}
    assert len(loaded) == 7


def test_correspondence_tables_load_beside_them() -> None:
    assert not {"CL_AREA", "CL_OCCUPATION"} & {
        table.scheme.name for table in load_mappings(CHECKOUT / "mappings").tables
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_area_has_a_name_and_fits_a_tile(names: Names, areas: Codelist, language: str) -> None:
    assert len(areas) == 36
    shown = set()
    for code in areas.codes:
        assert names.name("CL_AREA", code.id, language, code.name).official, code
        short = names.short("CL_AREA", code.id, language, code.name)
        assert short.official
        assert width(short.text) <= SHORT_WIDTH, short
        shown.add(short.text)
    assert len(shown) == 36


def test_latin_names_of_thai_provinces_are_those_of_the_codelist(names: Names, areas: Codelist) -> None:
    for language in ("id", "ms"):
        for code in areas.children("IMTGT_TH"):
            assert names.name("CL_AREA", code, language, "").text == areas.code(code).name


@pytest.mark.shared
def test_thai_names_of_thai_provinces(names: Names, reference: Reference) -> None:
    rows = {row["iso3166_2"]: row["name_th"] for row in reference("imtgt_regions.csv") if row["name_th"]}
    assert len(rows) == 14
    assert {code: names.name("CL_AREA", code, "th", "").text for code in rows} == rows


@pytest.mark.shared
def test_own_names_of_indonesian_provinces_and_malaysian_states(names: Names, reference: Reference) -> None:
    rows = {row["iso3166_2"]: row for row in reference("imtgt_regions.csv") if row["country"] in ("ID", "MY")}
    assert len(rows) == 18
    for code, row in rows.items():
        for language in ("id", "ms"):
            assert names.name("CL_AREA", code, language, "").text == row["name_pycountry"]


def test_indonesian_titles_are_those_of_kbji_where_the_group_is_the_same(
    names: Names, library: CorrespondenceLibrary
) -> None:
    titles = {row.target: row.title for row in exact(library, "KBJI", "2014").values()}
    taken = {code: entry.name for code, entry in table(names, "CL_OCCUPATION", "id").index.items()}
    assert titles.items() - taken.items() == {("OC833", titles["OC832"])}
    assert taken.items() <= titles.items()


@pytest.mark.shared
def test_indonesian_titles_are_those_of_the_reference_table(names: Names, reference: Reference) -> None:
    rows = {f"OC{row['code']}": row["title_id"] for row in reference("kbji2014.csv")}
    for code, entry in table(names, "CL_OCCUPATION", "id").index.items():
        assert entry.name == rows[code]


@pytest.mark.shared
def test_malay_titles_are_those_of_groups_above_units_that_are_the_same(
    names: Names, library: CorrespondenceLibrary, occupations: Codelist, reference: Reference
) -> None:
    official = {row["code"]: row["title_ms"].casefold() for row in reference("masco2020_ms.csv")}
    rows = [row for row in exact(library, "MASCO", "2020").values() if len(row.source) < 4]
    held = units(occupations)
    for code, entry in table(names, "CL_OCCUPATION", "ms").index.items():
        same = {row.source for row in rows if held[row.target] == held[code]}
        assert entry.name.casefold() in {official[source] for source in same}, entry


@pytest.mark.shared
def test_malay_titles_are_few_of_those_that_there_are(names: Names, reference: Reference) -> None:
    """MASCO is all rights reserved: facts are taken, not the table."""
    there = reference("masco2020_ms.csv")
    taken = {entry.name.casefold() for entry in table(names, "CL_OCCUPATION", "ms").entries}
    assert len(taken) < len({row["title_ms"] for row in there}) / 30


@pytest.mark.parametrize("false_friend", ["2351", "2352", "2353", "3151", "3152", "3153", "3154", "4226", "9321"])
@pytest.mark.shared
def test_no_false_friend_lends_its_title(names: Names, reference: Reference, false_friend: str) -> None:
    official = {row["code"]: row["title_ms"].casefold() for row in reference("masco2020_ms.csv")}
    entry = table(names, "CL_OCCUPATION", "ms").index.get(f"OC{false_friend}", NameEntry("OC0", "none"))
    assert entry.name.casefold() != official[false_friend]


def test_thai_titles_are_of_major_groups(names: Names, occupations: Codelist) -> None:
    index = table(names, "CL_OCCUPATION", "th").index
    assert set(index) == {f"OC{digit}" for digit in "123456789"}
    assert index["OC4"].name == "เสมียน"
    assert index["OC9"].name == "ผู้ประกอบอาชีพงานพื้นฐาน"
    assert all("\u0e00" <= char <= "\u0e7f" or char == " " for entry in index.values() for char in entry.name)


def test_the_reference_page_says_how_many_have_a_title(names: Names, occupations: Codelist) -> None:
    page = (CHECKOUT / "docs/reference/mappings.md").read_text(encoding="utf-8")
    codes = groups(occupations)
    assert len(codes) == 619
    for language in LANGUAGES:
        titled = sum(names.name("CL_OCCUPATION", code, language, "English").official for code in codes)
        assert f"(`{language}`) | 36 | {titled} |" in page
    for language, said in (("id", "3 and 5 are English in Indonesian"), ("ms", "1, 2, 3, 5, 7, 8 and 9 in Malay")):
        majors = [f"OC{digit}" for digit in "123456789"]
        without = [code[2:] for code in majors if not names.name("CL_OCCUPATION", code, language, "English").official]
        assert f"{', '.join(without[:-1])} and {without[-1]}" in said
        assert said in " ".join(page.split())
