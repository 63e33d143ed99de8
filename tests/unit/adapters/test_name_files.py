"""The files of names: read as written, and refused with file and row where they are wrong."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from node.adapters.codelist_files import load_codelist
from node.adapters.name_files import load_names
from node.errors import MappingError
from node.model.codelist import Codelist
from node.model.names import Name

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def codelists() -> tuple[Codelist, ...]:
    folder = CHECKOUT / "exchange_profiles" / "codelists"
    return tuple(load_codelist(folder / f"{name}.csv") for name in ("CL_AREA", "CL_OCCUPATION"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CHECKOUT / "mappings" / "names", tmp_path / "names"))


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{before!r} is {text.count(before)} times in {path.name}"
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_what_is_read(folder: Path, codelists: tuple[Codelist, ...]) -> None:
    names = load_names(folder, codelists)
    assert names.languages == ("en", "id", "ms", "th")
    assert names.name("CL_AREA", "ID-SU", "id", "North Sumatra") == Name("Sumatera Utara")
    assert names.short("CL_AREA", "ID-SU", "id", "North Sumatra") == Name("Sumut")
    assert names.name("CL_OCCUPATION", "OC2512", "id", "Software Developers") == Name("Pengembang Perangkat Lunak")
    thai = next(table for table in names.tables if (table.codelist, table.language) == ("CL_OCCUPATION", "th"))
    assert thai.about.author == "IMT-GT exchange"
    assert "labour force survey" in thai.about.title
    assert thai.about.digest == hashlib.sha256((folder / "CL_OCCUPATION_th.csv").read_bytes()).hexdigest()


def test_a_further_language_is_a_file_and_lines_of_yaml(folder: Path, codelists: tuple[Codelist, ...]) -> None:
    (folder / "CL_OCCUPATION_zh.csv").write_text("code,name\nOC1,经理\n", encoding="utf-8")
    change(folder / "names.yaml", "languages: [en,", "languages: [zh, en,")
    with (folder / "names.yaml").open("a", encoding="utf-8") as file:
        file.write("  CL_OCCUPATION_zh: {title: Chinese titles, licence: facts, provenance: a book, trust: good}\n")
    assert load_names(folder, codelists).name("CL_OCCUPATION", "OC1", "zh", "Managers") == Name("经理")


@pytest.mark.parametrize(
    ("name", "before", "after", "says"),
    [
        (
            "CL_OCCUPATION_th.csv",
            "OC4,",
            "OC4444,",
            "CL_OCCUPATION_th.csv, row 5, column code: “OC4444” is not in CL_OC",
        ),
        ("CL_OCCUPATION_th.csv", "OC4,", "ID-SU,", "row 5, column code: “ID-SU” is not in CL_OCCUPATION"),
        ("CL_OCCUPATION_th.csv", "OC4,", "OC3,", "CL_OCCUPATION_th.csv, row 5: OC3 is there twice"),
        ("CL_OCCUPATION_th.csv", "OC4,", "OC4_X,", "row 5: “OC4_X” takes no name"),
        ("CL_OCCUPATION_th.csv", "OC4,", "_T,", "row 5: “_T” takes no name"),
        ("CL_OCCUPATION_th.csv", "เสมียน", "", "CL_OCCUPATION_th.csv, row 5: the name of OC4 is empty"),
        ("CL_OCCUPATION_th.csv", "เสมียน", "<i>เสมียน</i>", "row 5: the name of OC4 holds the markup character “<”"),
        ("CL_OCCUPATION_th.csv", "เสมียน", "เสมียน & ช่าง", "row 5: the name of OC4 holds the markup character “&”"),
        ("CL_OCCUPATION_th.csv", "เสมียน", "เส\u200bมียน", r"row 5: the name of OC4 holds the unseen character U\+200B"),
        ("CL_OCCUPATION_th.csv", "เสมียน", "เส\x00มียน", r"row 5: the name of OC4 holds the unseen character U\+0000"),
        ("CL_OCCUPATION_th.csv", "เสมียน", " เสมียน", "row 5, column name: spaces around the value"),
        ("CL_OCCUPATION_th.csv", "เสมียน", "เสมียน,short", "row 5: 3 values for 2 columns"),
        ("CL_OCCUPATION_th.csv", "เสมียน", "ผู้ประกอบอาชีพงานพื้นฐาน", "row 10, column name: OC9 is called like OC4"),
        ("CL_OCCUPATION_th.csv", "code,name", "code,title", "row 1: unknown columns: 'title'"),
        (
            "CL_AREA_id.csv",
            "ID-SB,Sumatera Barat,Sumbar",
            "ID-SB,Sumatera Barat,Sumut",
            "row 15, column short: ID-SU is called like ID-SB",
        ),
        ("CL_AREA_id.csv", ",Sumbar", ",Sumatera Brt.", "row 13: the short name of ID-SB has 13 characters"),
        ("CL_AREA_id.csv", "Sumatera Barat,Sumbar", "Sumbar,Sumbar", "row 13: the short name of ID-SB is its name"),
        ("CL_AREA_en.csv", "West Sumatra", "Sumatra, West", "row 7: 4 values"),
        ("CL_AREA_en.csv", "West Sumatra", "Western Sumatra", "row 7, column name: CL_AREA calls ID-SB “West Sumatra”"),
        (
            "names.yaml",
            "[en, id, ms, th]",
            "[en, id, th]",
            "CL_AREA_ms.csv: “ms” is none of the languages in names.yaml",
        ),
        ("names.yaml", "[en, id, ms, th]", "[en, id, ms, thai]", "names.yaml: wrong keys.*languages.*two-letter"),
        ("names.yaml", "[en, id, ms, th]", "[en, id, ms, th, th]", "names.yaml: a language is there twice"),
        ("names.yaml", "[en, id, ms, th]", "[]", "names.yaml: wrong keys.*languages"),
        ("names.yaml", "  CL_AREA_th:", "  CL_AREA_my:", "do not name the same tables.*CL_AREA_my; CL_AREA_th"),
        ("names.yaml", "  CL_AREA_th:", "  CL_AREA_ms:", "“CL_AREA_ms” is there twice"),
        ("names.yaml", "title: Names of the areas in Thai", "name: Names", "names.yaml: wrong keys.*tables"),
        ("names.yaml", "title: Names of the areas in Thai", "title: ''", "names.yaml: wrong keys.*tables"),
        ("names.yaml", 'date: "2026-11-29"', 'date: "2026"', "names.yaml: wrong keys.*date"),
        ("names.yaml", "author: IMT-GT exchange\n", "", "names.yaml: wrong keys.*author"),
        ("names.yaml", "author:", "owner: us\nauthor:", "names.yaml: wrong keys.*owner"),
    ],
)
def test_a_file_that_is_wrong(
    folder: Path, codelists: tuple[Codelist, ...], name: str, before: str, after: str, says: str
) -> None:
    change(folder / name, before, after)
    with pytest.raises(MappingError, match=says):
        load_names(folder, codelists)


def test_a_table_of_an_unknown_codelist(folder: Path, codelists: tuple[Codelist, ...]) -> None:
    (folder / "CL_AREA_th.csv").rename(folder / "CL_PLACE_th.csv")
    change(folder / "names.yaml", "  CL_AREA_th:", "  CL_PLACE_th:")
    with pytest.raises(MappingError, match=r"CL_PLACE_th.csv: “CL_PLACE” is no codelist; .*CL_AREA, CL_OCCUPATION"):
        load_names(folder, codelists)


def test_a_group_and_its_only_part_may_share_a_name(folder: Path, codelists: tuple[Codelist, ...]) -> None:
    malay = load_names(folder, codelists)
    shared = {malay.name("CL_OCCUPATION", code, "ms", "Assemblers") for code in ("OC82", "OC821")}
    assert shared == {Name("Pemasang")}


def test_a_file_that_cannot_be_read(folder: Path, codelists: tuple[Codelist, ...]) -> None:
    (folder / "CL_AREA_th.csv").write_bytes(b"code,name\n\xff")
    with pytest.raises(MappingError, match=r"CL_AREA_th\.csv is not UTF-8 at byte 10"):
        load_names(folder, codelists)
    (folder / "CL_AREA_th.csv").unlink()
    with pytest.raises(MappingError, match=r"do not name the same tables.*CL_AREA_th"):
        load_names(folder, codelists)
    (folder / "names.yaml").unlink()
    with pytest.raises(MappingError, match=r"names\.yaml cannot be read"):
        load_names(folder, codelists)
