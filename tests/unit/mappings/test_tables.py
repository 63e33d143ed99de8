"""Rules that every shipped correspondence table keeps, whatever its scheme."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from node.adapters.mapping_files import load_mappings
from node.coding.correspondence import OUT, CorrespondenceLibrary, CorrespondenceTable, Kind, Relation
from node.coding.occupation import common_ancestor, decide_occupation
from node.model.codelist import Codelist
from node.model.records import Scheme

CHECKOUT = Path(__file__).resolve().parents[3]
LIBRARY = load_mappings(CHECKOUT / "mappings")
OCCUPATIONS, PLACES = LIBRARY.of_kind(Kind.OCCUPATION), LIBRARY.of_kind(Kind.PLACE)
TABLES = (*OCCUPATIONS, *PLACES)
NAMED_PLACES = {"ISO3166-2", "ESTATE", "NAMES"}
"""Schemes whose codes are not made of their province's digits."""
every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.scheme))
every_occupation_table = pytest.mark.parametrize("table", OCCUPATIONS, ids=lambda table: str(table.scheme))
every_place_table = pytest.mark.parametrize("table", PLACES, ids=lambda table: str(table.scheme))


def test_the_schemes_of_the_three_countries_are_there() -> None:
    assert {str(table.scheme) for table in TABLES} >= {
        "KBJI 2002", "KBJI 2014", "KBJI 2026", "MASCO 2020", "ISCO 88", "ISCO 08", "SSOC 2024",
        "KEMENDAGRI 2022", "BPS 2018", "DOSM 2020", "DOPA 2022", "ISO3166-2 2024", "ESTATE 2026",
    }  # fmt: skip


@every_occupation_table
def test_every_occupation_target_is_an_isco_group(table: CorrespondenceTable, occupations: Codelist) -> None:
    groups = {code for code in occupations.ids if not code.endswith("_X") and code != "_T"}
    assert {row.target for row in table.rows} <= groups


@every_place_table
def test_every_place_target_is_an_area_or_out(table: CorrespondenceTable, areas: Codelist) -> None:
    assert {row.target for row in table.rows} <= {*areas.leaves, OUT}


@every_table
def test_an_exact_target_has_one_source_of_its_level(table: CorrespondenceTable) -> None:
    exact = Counter((row.target, len(row.source)) for row in table.rows if row.relation is Relation.EXACT)
    assert {target for target, sources in exact.items() if sources > 1} == set()
    claimed = {row.target: row.source for row in table.rows if row.relation is Relation.EXACT}
    for row in table.rows:
        exactly = claimed.get(row.target)
        if exactly is not None and row.relation is not Relation.EXACT:
            assert table.form.normal(row.source).startswith(table.form.normal(exactly)), row


def test_every_source_code_of_every_scheme_appears() -> None:
    """Groups by level as the classifications' publishers count them."""
    levels = {
        str(table.scheme): tuple(sum(len(code) == length for code in table.index) for length in (1, 2, 3, 4))
        for table in OCCUPATIONS
    }
    assert levels == {
        "ISCO 08": (10, 43, 130, 436),
        "ISCO 88": (10, 28, 116, 390),
        "KBJI 2002": (10, 33, 119, 407),
        "KBJI 2014": (10, 43, 130, 446),
        "KBJI 2026": (10, 43, 130, 447),
        "MASCO 2020": (10, 51, 148, 492),
        "SSOC 2024": (9, 42, 145, 414),
    }
    assert {str(table.scheme): len(table.index) for table in PLACES if table.scheme.name not in NAMED_PLACES} == {
        "BPS 2018": 34 + 514,
        "DOPA 2022": 77 + 928,
        "DOSM 2020": 16 + 160,
        "KEMENDAGRI 2022": 38 + 514,
    }


@every_occupation_table
def test_no_source_code_is_an_orphan(table: CorrespondenceTable) -> None:
    codes = set(table.index)
    assert {code for code in codes if len(code) > 1 and code[:-1] not in codes} == set()


@every_occupation_table
def test_a_group_is_true_of_all_that_it_holds(table: CorrespondenceTable) -> None:
    """What a group is coded to holds what each of its parts is coded to, unless a note says what it adds."""
    for code, rows in table.index.items():
        if rows[0].relation is Relation.BROADER:
            continue
        for part, parts in table.index.items():
            if len(part) > len(code) and part.startswith(code):
                whole = common_ancestor(row.target for row in rows) or "OC"
                assert all(row.target.startswith(whole) for row in parts), (code, part)


@every_occupation_table
def test_every_code_finds_a_leaf_on_every_axis(table: CorrespondenceTable, occupations: Codelist) -> None:
    for depth in (1, 2, 3, 4):
        axis = occupations.to_depth(depth)
        leaves = set(axis.leaves)
        found = {leaf for code in table.index for leaf, _ in decide_occupation(code, table, axis).leaves}
        assert found <= leaves


@pytest.mark.parametrize(
    "table",
    [table for table in PLACES if table.scheme.name not in NAMED_PLACES],
    ids=lambda table: str(table.scheme),
)
def test_a_district_lies_in_the_area_of_its_province(table: CorrespondenceTable) -> None:
    mark = table.form.separator
    for code, rows in table.index.items():
        province = code.split(mark)[0] if mark else code[:2]
        assert rows[0].target == table.index[province][0].target, code


@every_table
def test_a_table_says_where_it_comes_from(table: CorrespondenceTable) -> None:
    assert len(table.digest) == 64
    assert len(table.provenance.trust) > 40
    assert len(table.provenance.origin) > 40


def test_masco_ships_no_titles_and_knows_its_false_friends(library: CorrespondenceLibrary) -> None:
    masco = library.table(Kind.OCCUPATION, Scheme("MASCO", "2020"))
    assert not any(row.title for row in masco.rows)
    assert masco.false_friends == {"2351", "2352", "2353", "3151", "3152", "3153", "3154", "4226", "9321"}


@every_occupation_table
def test_no_scheme_but_isco_08_is_mapped_by_its_digits_alone(table: CorrespondenceTable) -> None:
    """A code whose digits ISCO-08 also has, with another meaning, would show here."""
    identical = all(row.target == f"OC{row.source}" for row in table.rows)
    assert identical == (table.scheme == Scheme("ISCO", "08"))


@pytest.mark.parametrize(
    ("scheme", "written", "code"),
    [
        ("KBJI 2014", "2512.03", "OC2512"),
        ("KBJI 2014", "0", "OC0"),
        ("KBJI 2014", "0113", "OC0110"),
        ("KBJI 2014", "0115", None),
        ("KBJI 2014", "0315", "OC5412"),
        ("KBJI 2014", "4213", "OC4213"),
        ("KBJI 2014", "5412", None),
        ("KBJI 2014", "25120", None),
        ("KBJI 2014", "4214", "OC4214"),
        ("KBJI 2026", "4212", "OC4213"),
        ("KBJI 2026", "4213.01", "OC4214"),
        ("KBJI 2026", "4214", None),
        ("KBJI 2026", "2515", "OC25"),
        ("KBJI 2026", "4219", "OC421"),
        ("KBJI 2014", "4219", None),
        ("MASCO 2020", "2351", "OC2354"),
        ("MASCO 2020", "2352-01", "OC2355"),
        ("MASCO 2020", "3151", "OC31"),
        ("MASCO 2020", "4226", "OC4227"),
        ("MASCO 2020", "9321", "OC9329"),
        ("MASCO 2020", "0131", "OC0"),
        ("MASCO 2020", "2", None),
        ("KBJI 2002", "2410", "OC23"),
        ("KBJI 2002", "2314", "OC2643"),
        ("KBJI 2002", "2511", "OC2611"),
        ("KBJI 2002", "4213", "OC4213"),
        ("KBJI 2002", "4214", "OC4214"),
        ("KBJI 2002", "2131", "OC25"),
        ("KBJI 2002", "7438", "OC7318"),
        ("KBJI 2002", "0120", "OC0"),
        ("KBJI 2002", "0140", None),
        ("KBJI 2002", "4215", None),
        ("SSOC 2024", "25121", "OC251"),
        ("SSOC 2024", "2330", "OC2320"),
        ("SSOC 2024", "3117", "OC3119"),
        ("SSOC 2024", "8122", "OC8121"),
        ("SSOC 2024", "23", "OC23"),
        ("SSOC 2024", "21", None),
        ("SSOC 2024", "X", None),
        ("ISCO 88", "2131", "OC25"),
        ("ISCO 88", "0110", "OC0"),
        ("ISCO 08", "2512", "OC2512"),
        ("ISCO 08", "9970", None),
    ],
)
def test_hand_checked_codes(library: CorrespondenceLibrary, scheme: str, written: str, code: str | None) -> None:
    table = library.table(Kind.OCCUPATION, Scheme(*scheme.split()))
    assert common_ancestor(row.target for row in table.find(written)) == code


def test_kbji_2002_is_carried_on_through_isco_88_and_says_so(library: CorrespondenceLibrary) -> None:
    written = {table.scheme: table for table in library.tables}
    kbji, isco = Scheme("KBJI", "2002"), Scheme("ISCO", "88")
    assert written[kbji].via == isco
    composed = library.table(Kind.OCCUPATION, kbji)
    assert set(composed.index) == set(written[kbji].index)
    assert composed.digests == ((str(kbji), written[kbji].digest), (str(isco), written[isco].digest))


def test_a_fourth_country_is_a_table_and_no_code() -> None:
    """SSOC is there (above) and nothing in the program has heard of it, but for the reader of title indexes, which
    knows in which form each publisher gives its own; no record is coded by that."""
    files = sorted((CHECKOUT / "node").rglob("*.py"))
    assert len(files) > 50
    heard = {file.relative_to(CHECKOUT).as_posix() for file in files if "SSOC" in file.read_text(encoding="utf-8")}
    assert heard <= {"node/adapters/titles/indexes.py"}


def test_estates_lie_in_all_three_countries_and_outside() -> None:
    (estates,) = (table for table in PLACES if table.scheme.name == "ESTATE")
    assert {row.target[:2] for row in estates.rows} == {"ID", "MY", "TH", "OU"}


def test_the_reference_page_lists_every_table_with_its_rows() -> None:
    page = (CHECKOUT / "docs" / "reference" / "mappings.md").read_text(encoding="utf-8")
    for table in LIBRARY.tables:
        assert f"| {table.scheme} | {len(table.rows):,} |" in page, table.scheme
