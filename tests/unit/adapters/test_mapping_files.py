from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from node.adapters.mapping_files import load_mappings, load_table
from node.coding.codes import CodeForm, PrefixRule
from node.coding.correspondence import Correspondence, Kind, Relation
from node.coding.names import NameRules
from node.errors import MappingError
from node.model.records import Scheme

ROWS = "source,target,relation,weight,note,title\n25,OC25,exact,,,IT\n9,OC1,split,0.25,n,\n9,OC2,split,0.75,n,\n"
SIDECAR = """\
scheme: KBJI
edition: "2014"
kind: occupation
target: CL_OCCUPATION
title: t
publisher: p
author: a
date: "2026-11-22"
licence: l
provenance: o
trust: good
"""
EXTRAS = 'prefix: {unit: 4, lengths: [6]}\nseparator: "_"\nfalse_friends: ["25"]\n'


def write(folder: Path, rows: str | bytes = ROWS, sidecar: str = SIDECAR, name: str = "KBJI_2014") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.csv"
    path.write_bytes(rows.encode() if isinstance(rows, str) else rows)
    path.with_suffix(".yaml").write_text(sidecar, encoding="utf-8")
    return path


def test_a_table_is_read_with_all_it_says(tmp_path: Path) -> None:
    table = load_table(write(tmp_path, ROWS.replace("25,OC25", "25,OC26"), SIDECAR + EXTRAS))
    assert (table.scheme, table.kind) == (Scheme("KBJI", "2014"), Kind.OCCUPATION)
    assert table.rows[0] == Correspondence("25", "OC26", Relation.EXACT, None, "", "IT")
    assert table.rows[1] == Correspondence("9", "OC1", Relation.SPLIT, 0.25, "n", "")
    assert (table.form, table.prefix) == (CodeForm("_"), PrefixRule(4, (6,)))
    assert table.false_friends == {"25"}
    assert table.provenance.origin == "o"


def test_the_digest_is_of_both_files(tmp_path: Path) -> None:
    path = write(tmp_path)
    both = path.read_bytes() + path.with_suffix(".yaml").read_bytes()
    assert load_table(path).digest == hashlib.sha256(both).hexdigest()
    assert load_table(write(tmp_path, sidecar=SIDECAR + "# x\n")).digest != hashlib.sha256(both).hexdigest()


def test_a_table_of_names_says_how_they_are_read(tmp_path: Path) -> None:
    names = (
        "names:\n  of: [KEMENDAGRI 2022]\n  country: [Indonesia]\n"
        "  before: {kota: [Kota, Kota Adm.], plain: [Prov]}\n  part_of: kota\n  parts: [Utara]\n"
    )
    sidecar = SIDECAR.replace("KBJI", "NAMES").replace('"2014"', "ID").replace("occupation", "place")
    sidecar = sidecar.replace("CL_OCCUPATION", "CL_AREA")
    rows = "source,target,relation,weight,note\nSumut,ID-SU,narrower,,\n"
    table = load_table(write(tmp_path, rows, sidecar + names, "NAMES_ID"))
    assert table.names == NameRules(
        of=(Scheme("KEMENDAGRI", "2022"),),
        country=frozenset({"indonesia"}),
        before=(("kota adm", "kota"), ("kota", "kota"), ("prov", "plain")),
        part_of="kota",
        parts=frozenset({"utara"}),
    )
    with pytest.raises(MappingError, match="names"):
        load_table(write(tmp_path, rows, sidecar + names.replace("country", "countri"), "NAMES_ID"))


def test_titles_may_be_left_out(tmp_path: Path) -> None:
    assert load_table(write(tmp_path, "source,target,relation,weight,note\n25,OC25,exact,,\n")).rows[0].title == ""


def test_a_folder_is_read_with_the_folders_below_it(tmp_path: Path) -> None:
    write(tmp_path / "occupation")
    write(tmp_path / "more", sidecar=SIDECAR.replace("2014", "2026"), name="KBJI_2026")
    library = load_mappings(tmp_path)
    assert [str(table.scheme) for table in library.of_kind(Kind.OCCUPATION)] == ["KBJI 2014", "KBJI 2026"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (ROWS.replace("weight", "share"), "KBJI_2014.csv, row 1: unknown columns: 'share'"),
        (ROWS.replace("weight", "note"), "KBJI_2014.csv, row 1: columns are there twice: note"),
        (ROWS.replace("0.25", "a lot"), "KBJI_2014.csv, row 3, column weight: “a lot” is no number"),
        (ROWS.replace("0.25", "nan"), "KBJI_2014.csv: .*add to 1"),
        (
            ROWS.replace("exact", "same"),
            "KBJI_2014.csv, row 2, column relation: “same”; expected one of exact, narrower",
        ),
        (ROWS.replace("25,OC25", ",OC25"), "KBJI_2014.csv, row 2, column source: empty"),
        (ROWS.replace("25,OC25", "25,"), "KBJI_2014.csv, row 2, column target: empty"),
        (ROWS.replace("0.25", "0.5"), "KBJI_2014.csv: .*code 9: weights"),
        (b"source,target,relation,weight,note\n\xff", "KBJI_2014.csv is not UTF-8"),
    ],
)
def test_a_wrong_row_is_refused_with_its_place(tmp_path: Path, rows: str | bytes, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        load_table(write(tmp_path, rows))


@pytest.mark.parametrize(
    ("sidecar", "message"),
    [
        (SIDECAR + "colour: red\n", "KBJI_2014.yaml: .*colour: .*Unknown field"),
        (SIDECAR + "title: again\n", "KBJI_2014.yaml, line 12: .*“title” is there twice"),
        (SIDECAR.replace("licence: l\n", ""), "licence: .*Missing data"),
        (SIDECAR.replace('"2014"', "2014"), "edition: .*Not a valid string"),
        (SIDECAR.replace('"2026-11-22"', '"soon"'), "date: "),
        (SIDECAR.replace("CL_OCCUPATION", "CL_AREA"), "target: .*must be CL_OCCUPATION"),
        (SIDECAR.replace("occupation\n", "colour\n"), "kind: "),
        (SIDECAR.replace("KBJI", "MASCO"), "KBJI_2014.csv: the sidecar speaks of MASCO 2014"),
        (SIDECAR + "prefix: {unit: 6, lengths: [4]}\n", "KBJI_2014.csv: a prefix rule"),
        (SIDECAR + "separator: x\n", "KBJI_2014.csv: a separator"),
        (SIDECAR + 'false_friends: ["25"]\n', "25 is a false friend"),
        ("- a list\n", "KBJI_2014.yaml"),
        ("", "KBJI_2014.yaml"),
    ],
)
def test_a_wrong_sidecar_is_refused_with_its_place(tmp_path: Path, sidecar: str, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        load_table(write(tmp_path, sidecar=sidecar))


@pytest.mark.parametrize("suffix", [".csv", ".yaml"])
def test_half_a_table_is_refused(tmp_path: Path, suffix: str) -> None:
    write(tmp_path, sidecar=SIDECAR.replace("2014", "2026"), name="KBJI_2026")
    write(tmp_path).with_suffix(suffix).unlink()
    with pytest.raises(MappingError, match="KBJI_2014: a table is two files"):
        load_mappings(tmp_path)


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="holds no correspondence tables"):
        load_mappings(tmp_path)


THROUGH = SIDECAR.replace("CL_OCCUPATION", "ISCO 88").replace("2014", "2002")


def test_a_table_may_map_to_another_occupation_scheme(tmp_path: Path) -> None:
    write(tmp_path, "source,target,relation,weight,note\n24,23,exact,,\n", THROUGH, "KBJI_2002")
    isco = SIDECAR.replace("KBJI", "ISCO").replace("2014", "88")
    write(tmp_path, "source,target,relation,weight,note\n23,OC23,exact,,\n", isco, "ISCO_88")
    library = load_mappings(tmp_path)
    assert {table.via for table in library.tables} == {None, Scheme("ISCO", "88")}
    assert library.table(Kind.OCCUPATION, Scheme("KBJI", "2002")).find("24")[0].target == "OC23"


@pytest.mark.parametrize(
    ("kind", "target"),
    [("occupation", "CL_AREA"), ("occupation", "ISCO"), ("occupation", "a b c"), ("place", "BPS 2018")],
)
def test_a_target_that_is_neither_codelist_nor_scheme_is_refused(tmp_path: Path, kind: str, target: str) -> None:
    sidecar = SIDECAR.replace("kind: occupation", f"kind: {kind}").replace("CL_OCCUPATION", target)
    with pytest.raises(MappingError, match="target: "):
        load_table(write(tmp_path, sidecar=sidecar))


def test_tables_that_map_in_a_circle_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "source,target,relation,weight,note\n1,1,exact,,\n", THROUGH, "KBJI_2002")
    back = THROUGH.replace("ISCO 88", "KBJI 2002").replace("scheme: KBJI", "scheme: ISCO").replace('"2002"', '"88"')
    write(tmp_path, "source,target,relation,weight,note\n1,1,exact,,\n", back, "ISCO_88")
    with pytest.raises(MappingError, match="in a circle"):
        load_mappings(tmp_path)
