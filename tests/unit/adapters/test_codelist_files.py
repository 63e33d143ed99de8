from __future__ import annotations

from pathlib import Path

import pytest

from node.adapters.codelist_files import load_codelist
from node.errors import MappingError
from node.model.codelist import Code


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "CL_X.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_codelist_is_read_and_named_after_its_file(tmp_path: Path) -> None:
    codelist = load_codelist(written(tmp_path, 'code,parent,name\n_T,,Total\nA,_T,"Arts, crafts"\n'))
    assert codelist.id == "CL_X"
    assert codelist.codes == (Code("_T", "Total"), Code("A", "Arts, crafts", "_T"))


def test_the_order_of_columns_is_free(tmp_path: Path) -> None:
    assert load_codelist(written(tmp_path, "name,code,parent\nTotal,_T,\n")).codes == (Code("_T", "Total"),)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "columns are missing: code, parent, name"),
        ("code,name\n", "CL_X.csv, row 1: columns are missing: parent"),
        ("code,parent,name,colour\n", "CL_X.csv, row 1: unknown columns: 'colour'"),
        ("code,parent,name,name\n", "CL_X.csv, row 1: columns are there twice: name"),
        ("code,parent,name\nA,\n", "CL_X.csv, row 2: 2 values for 3 columns"),
        ("code,parent,name\nA,,a\n\nB,,b\n", "CL_X.csv, row 3: 0 values for 3 columns"),
        ("code,parent,name\nA,,\n", "CL_X.csv, row 2, column name: empty"),
        ("code,parent,name\n,,a\n", "CL_X.csv, row 2, column code: empty"),
        ("code,parent,name\nA ,,a\n", "CL_X.csv, row 2, column code: spaces"),
        ("code,parent,name\nA,,a\nA,,b\n", "CL_X.csv: .*A is there twice"),
        ("code,parent,name\nA,B,a\nB,,b\n", "CL_X.csv: .*names the parent B"),
        ('code,parent,name\nA,,"a\n', "not valid CSV"),
        (b"code,parent,name\nA,,\xe9\n", "CL_X.csv is not UTF-8 at byte 20"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        load_codelist(written(tmp_path, content))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"CL_NONE\.csv cannot be read"):
        load_codelist(tmp_path / "CL_NONE.csv")
