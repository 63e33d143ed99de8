"""The shipped tables against reference tables that this project did not write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest

from node.coding.correspondence import OUT, CorrespondenceLibrary, Kind, Relation
from node.model.codelist import Codelist
from node.model.records import Scheme

pytestmark = pytest.mark.shared
Reference = Callable[[str], list[dict[str, str]]]
Targets = dict[str, set[str]]


def targets(library: CorrespondenceLibrary, kind: Kind, name: str, edition: str) -> Targets:
    """Targets by source code, as shipped."""
    table = library.table(kind, Scheme(name, edition))
    return {code: {row.target.removeprefix("OC") for row in rows} for code, rows in table.index.items()}


def grouped(rows: list[dict[str, str]], source: str, target: str) -> Targets:
    found: Targets = defaultdict(set)
    for row in rows:
        found[row[source]].add(row[target])
    return dict(found)


def of_length(found: Targets, length: int) -> Targets:
    return {code: to for code, to in found.items() if len(code) == length}


def test_occupations_are_the_619_groups_of_isco_08(reference: Reference, occupations: Codelist) -> None:
    expected = {f"OC{row['code']}": row["title_en"].strip() for row in reference("isco08.csv")}
    expected["OC522"] = "Shop Salespersons"  # misspelt in the reference
    shipped = {code.id: code.name for code in occupations.codes if code.id != "_T" and not code.id.endswith("_X")}
    assert shipped == expected
    assert len(shipped) == 619


def test_areas_are_the_32_sub_regions(reference: Reference, areas: Codelist) -> None:
    expected = {row["iso3166_2"]: row["name_en"] for row in reference("imtgt_regions.csv")}
    assert {code: areas.code(code).name for code in areas.leaves} == expected


def test_isco_08_is_itself(reference: Reference, library: CorrespondenceLibrary) -> None:
    expected = {row["code"]: {row["code"]} for row in reference("isco08.csv")}
    assert targets(library, Kind.OCCUPATION, "ISCO", "08") == expected


def test_kbji_2014(reference: Reference, library: CorrespondenceLibrary) -> None:
    shipped = targets(library, Kind.OCCUPATION, "KBJI", "2014")
    assert of_length(shipped, 4) == grouped(reference("kbji2014_isco08.csv"), "kbji2014", "isco08")
    codes = {row["code"]: row["title_id"].strip() for row in reference("kbji2014.csv")}
    assert set(shipped) == {code for code in codes if len(code) <= 4}
    table = library.table(Kind.OCCUPATION, Scheme("KBJI", "2014"))
    assert {row.source: row.title for row in table.rows} == {code: codes[code] for code in shipped}
    for job in codes:
        assert {row.target.removeprefix("OC") for row in table.find(job)} == shipped[job[:4]]


def test_kbji_2026_differs_from_2014_as_listed(reference: Reference, library: CorrespondenceLibrary) -> None:
    old = of_length(targets(library, Kind.OCCUPATION, "KBJI", "2014"), 4)
    new = of_length(targets(library, Kind.OCCUPATION, "KBJI", "2026"), 4)
    listed = {row["kbji2026"]: row for row in reference("kbji2026_vs_kbji2014_4digit.csv")}
    assert {code for code in old | new if old.get(code) != new.get(code)} == {
        code for code, row in listed.items() if row["change"] != "absent"
    }
    for code, row in listed.items():
        assert (code in new) == (row["change"] not in ("dropped", "absent"))
        if row["isco08_equivalent"]:
            assert new[code] == {row["isco08_equivalent"]}


def test_kbji_2002_diverges_from_isco_88_as_listed(reference: Reference, library: CorrespondenceLibrary) -> None:
    (table,) = (table for table in library.tables if table.scheme == Scheme("KBJI", "2002"))
    titles = {row["code"]: row["title_id"].strip() for row in reference("kbji2002.csv")}
    assert {row.source: row.title for row in table.rows} == titles
    shipped = {code: {row.target for row in rows} for code, rows in table.index.items()}
    isco = {row["code"] for row in reference("isco88.csv")}
    assert {target for to in shipped.values() for target in to} <= isco
    listed = {row["kbji2002"]: row["isco88"] for row in reference("kbji2002_isco88_gld.csv")}
    left_open = {code for code, target in listed.items() if target == "---"}
    assert left_open == {"014", "019"}
    # Group 0 holds the police too, so that it is coded one level up.
    assert {code: {target} for code, target in listed.items() if code not in left_open} == {
        code: shipped[code] for code in listed if code not in left_open
    } | {"01": {"01"}}
    for code, to in shipped.items():
        above = listed.get(code[:3])
        if len(code) == 4 and above is not None and code[:3] not in left_open:
            assert all(target.startswith(above) or above.startswith(target) for target in to), code


def test_kbji_2002_differs_from_isco_88_elsewhere_only_where_said(
    reference: Reference, library: CorrespondenceLibrary
) -> None:
    (table,) = (table for table in library.tables if table.scheme == Scheme("KBJI", "2002"))
    moved = {row.source for row in table.rows if row.source[0] not in "023" and row.target != row.source}
    assert moved == {"4213", "4214", "7438", "8123", "8124", "8125", "8126"}
    same = {row["code"] for row in reference("isco88.csv")}
    other = {code for code, rows in table.index.items() if code in same and all(row.target != code for row in rows)}
    assert other - {"01"} == table.false_friends


def test_ssoc_2024(reference: Reference, library: CorrespondenceLibrary) -> None:
    table = library.table(Kind.OCCUPATION, Scheme("SSOC", "2024"))
    titles = {row["code"]: row["title_en"] for row in reference("ssoc2024.csv") if not row["code"].startswith("X")}
    assert set(table.index) == {code for code in titles if len(code) <= 4}
    assert all(table.find(code) for code in titles)
    assert not any(row.title for row in table.rows)
    isco = {row["code"]: row["title_en"] for row in reference("isco08.csv")}
    for row in table.rows:
        if row.relation is Relation.EXACT:
            shared = words(titles[row.source]) & words(isco[row.target.removeprefix("OC")])
            assert shared, row.source


def words(title: str) -> set[str]:
    """The words of a title that say something, without their endings."""
    plain = "".join(letter if letter.isalpha() else " " for letter in title.casefold())
    return {word[:5] for word in plain.split() if len(word) > 3 and word not in {"related", "workers", "other"}}


def test_masco_2020(reference: Reference, library: CorrespondenceLibrary) -> None:
    draft = reference("masco2020_isco08_draft.csv")
    expected = grouped(draft, "masco2020", "isco08")
    shipped = targets(library, Kind.OCCUPATION, "MASCO", "2020")
    table = library.table(Kind.OCCUPATION, Scheme("MASCO", "2020"))
    undecided = {code for code, to in expected.items() if to == {""}}
    assert {code: to for code, to in of_length(shipped, 4).items() if code not in undecided} == {
        code: to for code, to in expected.items() if code not in undecided
    }
    for code in undecided:
        (row,) = table.find(code)
        assert row.note.startswith("judgement")
        assert len(row.target) < len("OC0000")
    friends = {row["masco2020"] for row in draft if row["false_friend"] == "1"}
    assert friends == table.false_friends
    assert all(code not in shipped[code] for code in friends)
    codes = {row["code"] for row in reference("masco2020_ms.csv")}
    assert set(shipped) == {code for code in codes if len(code) <= 4}
    assert all(table.find(code) for code in codes)


def test_masco_2020_ships_no_malay_title(reference: Reference, library: CorrespondenceLibrary) -> None:
    table = library.table(Kind.OCCUPATION, Scheme("MASCO", "2020"))
    titles = {row["title_ms"].casefold() for row in reference("masco2020_ms.csv")}
    assert not {row.note.casefold() for row in table.rows} & titles
    assert not any(row.title for row in table.rows)


def test_isco_88(reference: Reference, library: CorrespondenceLibrary) -> None:
    shipped = targets(library, Kind.OCCUPATION, "ISCO", "88")
    current = [row for row in reference("isco88_isco08.csv") if row["in_ilo_current"] == "1"]
    assert of_length(shipped, 4) == grouped(current, "isco88", "isco08") | {"3139": {"3"}}
    titles = {row["code"]: row["title_en"].strip() for row in reference("isco88.csv")}
    table = library.table(Kind.OCCUPATION, Scheme("ISCO", "88"))
    assert {row.source: row.title for row in table.rows} == titles


def test_indonesian_districts(reference: Reference, library: CorrespondenceLibrary) -> None:
    regions = {
        row["national_code"]: row["iso3166_2"] for row in reference("imtgt_regions.csv") if row["country"] == "ID"
    }
    districts = reference("indonesia_districts.csv")
    for name, edition, column in (("KEMENDAGRI", "2022", "kemendagri_code"), ("BPS", "2018", "bps_code_2018")):
        table = library.table(Kind.PLACE, Scheme(name, edition))
        shipped = {row.source: (row.target, row.title) for row in table.rows if len(row.source) > 2}
        assert shipped == {
            row[column]: (regions.get(row["province_code_kemendagri"], OUT), row["name"]) for row in districts
        }
        provinces = {row.source: row.target for row in table.rows if len(row.source) == 2}
        assert set(provinces) == {row[column][:2] for row in districts}
        assert {code: area for code, area in provinces.items() if area != OUT} == regions


def test_malaysian_districts(reference: Reference, library: CorrespondenceLibrary, areas: Codelist) -> None:
    expected = {}
    for row in reference("malaysia_districts.csv"):
        area = row["iso3166_2"] if row["iso3166_2"] in areas else OUT
        expected |= {row["dosm_state_code"]: {area}, row["dosm_district_code"]: {area}}
    assert targets(library, Kind.PLACE, "DOSM", "2020") == expected


def test_thai_districts(reference: Reference, library: CorrespondenceLibrary, areas: Codelist) -> None:
    expected = {}
    for row in reference("thailand_districts.csv"):
        area = row["iso3166_2"] if row["iso3166_2"] in areas else OUT
        expected |= {row["dopa_province_code"]: {area}, row["dopa_district_code"]: {area}}
    assert targets(library, Kind.PLACE, "DOPA", "2022") == expected


def test_iso_3166_2(reference: Reference, library: CorrespondenceLibrary) -> None:
    shipped = targets(library, Kind.PLACE, "ISO3166-2", "2024")
    inside = {row["iso3166_2"] for row in reference("imtgt_regions.csv")}
    assert {code for code, to in shipped.items() if to != {OUT}} == inside
    assert all(shipped[code] == {code} for code in inside)
    named = {
        row["iso3166_2"] for name in ("malaysia_districts.csv", "thailand_districts.csv") for row in reference(name)
    }
    assert set(shipped) >= named
    assert sum(code.startswith("ID-") for code in shipped) == 38
