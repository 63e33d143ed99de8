"""Tables as others write them, laid out over the hierarchies of their dimensions."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from node.adapters.profile_files import load_profile
from node.adapters.tables.attack import AuditVerdict, audit_tables
from node.adapters.tables.read import read_table
from node.adapters.tables.settings import TableSettings
from node.bootstrap import shipped
from node.errors import TableInvalid
from node.feasible.linked import PublishedTable
from node.release.structure_message import structure_message


def written(path: Path, text: str) -> Path:
    path.write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n", encoding="utf-8")
    return path


def codes(table: PublishedTable, dimension: str) -> tuple[str, ...]:
    return next(axis.codelist.ids for axis in table.axes if axis.id == dimension)


def value(table: PublishedTable, *cell: str) -> float:
    return float(table.value[tuple(axis.codelist.index[code] for axis, code in zip(table.axes, cell, strict=True))])


SDMX_2 = """STRUCTURE,STRUCTURE_ID,ACTION,FREQ: Frequency,AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS,NOTE
            dataflow,X:FLOW(1.0),I,M: Monthly,_T,2026-10,20,A,F,
            dataflow,X:FLOW(1.0),I,M: Monthly,A,2026-10,NaN,Q,A,few
            dataflow,X:FLOW(1.0),I,M: Monthly,B,2026-10,NaN,Q,D,
            dataflow,X:FLOW(1.0),I,M: Monthly,C,2026-10,NaN,M,F,no source"""


def test_sdmx_csv_2_with_labels_and_a_missing_cell(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "t.csv", SDMX_2), TableSettings(threshold=5))
    assert [axis.id for axis in table.axes] == ["FREQ", "AREA", "TIME_PERIOD"]
    assert codes(table, "FREQ") == ("M",)
    assert table.hidden.ravel().tolist() == [False, True, True, False]
    assert table.sensitive.ravel().tolist() == [False, True, False, False]
    assert table.width.ravel().tolist() == [0, 3, 0, 0]
    assert np.isnan(table.value.ravel()).tolist() == [False, True, True, True]


def test_sdmx_csv_1_with_semicolons_an_empty_value_and_no_confidentiality(tmp_path: Path) -> None:
    rows = ("X:F(1.0);_T;2026;20;A", "X:F(1.0);A;2026;;Q", "X:F(1.0);B;2026;12;A")
    text = "\n".join(("DATAFLOW;AREA;TIME_PERIOD;OBS_VALUE;OBS_STATUS", *rows))
    table = read_table(written(tmp_path / "t.csv", text), TableSettings(threshold=5))
    assert table.hidden.ravel().tolist() == [False, True, False]
    assert table.sensitive.ravel().tolist() == [False, True, False]
    assert table.ceiling.ravel().tolist() == [4, 4, 4]
    assert audit_tables([table], lower_bound=None, by_marks=False, seconds=10).verdict is AuditVerdict.UNSAFE


def test_a_value_that_is_said_to_be_confidential_and_shown_is_given_away(tmp_path: Path) -> None:
    text = "STRUCTURE,AREA,OBS_VALUE,CONF_STATUS\nx,_T,20,F\nx,A,3,A\nx,B,17,F"
    found = audit_tables([read_table(written(tmp_path / "t.csv", text), TableSettings())],
                         lower_bound=None, by_marks=False, seconds=10)  # fmt: skip
    assert found.inference.disclosed.tolist() == [False, True, False]


def test_a_gzipped_file_and_one_with_a_byte_order_mark_read_the_same(tmp_path: Path) -> None:
    plain = written(tmp_path / "t.csv", "area,value\nTotal,9\nA,4\nB,5")
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(b"\xef\xbb\xbf" + plain.read_bytes()))
    one, two = (read_table(path, TableSettings()) for path in (plain, tmp_path / "t.csv.gz"))
    assert np.array_equal(one.value, two.value)
    assert codes(one, "area") == codes(two, "area") == ("Total", "A", "B")


def test_marks_in_a_column_of_their_own(tmp_path: Path) -> None:
    file = written(tmp_path / "t.csv", "area,n,flag,note\nTotal,20,,\nA,,c1,few\nB,,c2,\nC,9,,")
    settings = TableSettings(
        value="n", status="flag", hidden=("c2",), primary=("c1",), ignored=frozenset({"note"}), threshold=5
    )
    table = read_table(file, settings)
    assert table.hidden.tolist() == [False, True, True, False]
    assert table.sensitive.tolist() == [False, True, False, False]
    with pytest.raises(TableInvalid, match=r"none of the marks.*row 4"):
        read_table(file, TableSettings(value="n", status="flag", hidden=("c1",), ignored=frozenset({"note"})))


def test_code_lengths_bring_the_levels_that_no_row_has(tmp_path: Path) -> None:
    file = written(tmp_path / "t.csv", "isco,value\nTotal,9\n2511,4\n2512,5\n2611,0")
    table = read_table(file, TableSettings(lengths={"isco": (1, 2, 4)}))
    assert set(codes(table, "isco")) == {"Total", "2", "25", "26", "2511", "2512", "2611"}
    assert np.isnan(value(table, "25"))
    with pytest.raises(TableInvalid, match="neither 1, 2 characters long"):
        read_table(file, TableSettings(lengths={"isco": (1, 2)}))


def test_a_detail_without_a_row_is_zero_and_a_total_without_one_is_unknown(tmp_path: Path) -> None:
    file = written(tmp_path / "t.csv", "area,job,value\nA,1,4\nA,2,5\nB,1,6\nTotal,Total,15")
    table = read_table(file, TableSettings())
    assert value(table, "B", "2") == 0
    assert np.isnan(value(table, "A", "Total"))
    assert np.isnan(value(read_table(file, TableSettings(absent_is_zero=False)), "B", "2"))


def test_codes_without_their_total_are_not_taken_for_all_there_are(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "t.csv", "job,value\n1,4\n2,5"), TableSettings())
    assert codes(table, "job") == ("1", "2")
    assert not table.axes[0].additive


def test_a_hierarchy_file_is_cut_to_what_the_table_is_about(tmp_path: Path) -> None:
    tree = written(tmp_path / "tree.csv", "child,parent\nID,T\nMY,T\nID-1,ID\nID-2,ID\nMY-1,MY\nMY-1a,MY-1")
    file = written(tmp_path / "t.csv", "area,value\nMY,9\nMY-1,9")
    assert codes(read_table(file, TableSettings(hierarchies={"area": tree})), "area") == ("MY", "MY-1")


def test_a_feed_is_recognised_and_so_are_its_thresholds(tmp_path: Path) -> None:
    """JOBSEEKERS by its profile: hierarchies, areas of one country, no sum over indicators, width 3 at threshold 5."""
    profile = load_profile(shipped("exchange_profiles") / "JOBSEEKERS.yaml")
    header = ",".join(profile.structure.columns)
    rows = [
        f"dataflow,IMTGT:JOBSEEKERS(1.0.0),I,M,{area},_T,_T,{code},2026-10,{end}"
        for area, end in (("IMTGT_MY", "50,A,F"), ("MY-07", "NaN,Q,A"), ("MY-08", "NaN,Q,D"))
        for code in ("JS_NEW", "JS_PLACED")
    ]
    file = written(tmp_path / "t.csv", "\n".join([header, *rows]))
    table = read_table(file, TableSettings(profiles=(profile,)))
    assert codes(table, "REF_AREA")[:2] == ("IMTGT_MY", "MY-02")
    assert {axis.id: axis.additive for axis in table.axes}["INDICATOR"] is False
    assert table.width.max() == 3
    (tmp_path / "s.json").write_bytes(structure_message(profile))
    same = read_table(file, TableSettings(structures=(tmp_path / "s.json",), threshold=5))
    assert np.array_equal(same.width, table.width)
    assert [axis.codelist.ids for axis in same.axes] == [axis.codelist.ids for axis in table.axes]


@pytest.mark.parametrize("text", ["{}", "not json", '{"data": {"dataStructures": []}}'])
def test_a_file_that_is_no_structure_message_is_refused(tmp_path: Path, text: str) -> None:
    written(tmp_path / "s.json", text)
    with pytest.raises(TableInvalid, match="is not an SDMX-JSON"):
        read_table(written(tmp_path / "t.csv", SDMX_2), TableSettings(structures=(tmp_path / "s.json",)))


def test_a_table_that_cannot_be_held_is_refused(tmp_path: Path) -> None:
    rows = [",".join([*(f"{column}{row}" for column in "abcd"), "1"]) for row in range(80)]
    rows.append("Total,Total,Total,Total,80")
    file = written(tmp_path / "t.csv", "\n".join(["a,b,c,d,value", *rows]))
    with pytest.raises(TableInvalid, match="more than the 20,000,000"):
        read_table(file, TableSettings())


def test_text_that_is_not_utf_8_is_refused_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"area,value\nTotal,9\n\xff,9\n")
    with pytest.raises(TableInvalid, match=r"not UTF-8 \(row 3\)"):
        read_table(tmp_path / "t.csv", TableSettings())
