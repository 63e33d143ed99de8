"""Title indexes in their publishers' forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.adapters.mapping_files import load_mappings
from node.adapters.titles.indexes import own_titles, read_index, shipped_titles
from node.coding.correspondence import CorrespondenceLibrary, Kind
from node.coding.titles.text import title_words
from node.config import TitleIndexConfig
from node.errors import MappingError
from tests.support.tree import ROOT, SHARED

FORMS = {
    "isco-index": ("title_en,isco08,isco88\nAbbess,2636,2460\n", "Abbess", ("OC2636",)),
    "esco": (
        "conceptUri,iscoGroup,preferredLabel,altLabels\nu,2512,software developer,\"programmer\nsoftware engineer\"\n",
        "software engineer",
        ("OC2512",),
    ),
    "kbji": ("code,digits,parent,title_id\n2512.01,6,2512,Pengembang perangkat lunak\n",
             "Pengembang perangkat lunak", ("OC2512",)),
    "masco": ("code,level_name,parent,title_ms\n2351-01,occupation,2351,Guru Muzik\n",
              "Guru Muzik", ("OC2354",)),
    "ssoc": ("code,digits,title_en\n1111,4,Legislators\n", "Legislators", ("OC1111",)),
}  # fmt: skip


@pytest.fixture(scope="module")
def library() -> CorrespondenceLibrary:
    return load_mappings(ROOT / "mappings")


def index(folder: Path, text: str, form: str) -> TitleIndexConfig:
    file = folder / "index.csv"
    file.write_text(text, encoding="utf-8")
    return TitleIndexConfig(file, form, "en")


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_read_to_isco(tmp_path: Path, library: CorrespondenceLibrary, form: str) -> None:
    text, title, codes = FORMS[form]
    read = read_index(index(tmp_path, text, form), library)
    found = {known.text: known for known in read.titles}
    assert found[title].codes == codes
    assert not found[title].record
    assert read.unknown == 0


def test_false_friends_of_masco_go_where_its_table_says(tmp_path: Path, library: CorrespondenceLibrary) -> None:
    for code in sorted(
        library.table(
            Kind.OCCUPATION,
            next(table.scheme for table in library.of_kind(Kind.OCCUPATION) if table.scheme.name == "MASCO"),
        ).false_friends
    ):
        read = read_index(index(tmp_path, f"code,title_ms\n{code}-01,Jawatan\n", "masco"), library)
        assert f"OC{code}" not in read.titles[0].codes  # fmt: skip


def test_rows_without_a_known_code_are_counted(tmp_path: Path, library: CorrespondenceLibrary) -> None:
    read = read_index(index(tmp_path, "title_en,isco08\nAbbess,2636\nGhost,9999\n,2636\n", "isco-index"), library)
    assert [known.text for known in read.titles] == ["Abbess"]
    assert read.unknown == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title,code\na,2636\n", "has no column"),
        ("title_en,isco08\na,9999\n", "no row has a title and a code"),
        ('title_en,isco08\n"a,2636\n', "not valid CSV"),
    ],
)
def test_what_is_no_index_is_refused(tmp_path: Path, library: CorrespondenceLibrary, text: str, said: str) -> None:
    with pytest.raises(MappingError, match=said):
        read_index(index(tmp_path, text, "isco-index"), library)


def test_a_missing_or_foreign_file_is_named(tmp_path: Path, library: CorrespondenceLibrary) -> None:
    absent = TitleIndexConfig(tmp_path / "absent.csv", "kbji", "id")
    with pytest.raises(MappingError, match=r"absent\.csv cannot be read"):
        read_index(absent, library)
    absent.file.write_bytes("title_id,code\nJürgen,2512\n".encode("latin-1"))
    with pytest.raises(MappingError, match="not UTF-8"):
        read_index(absent, library)


def test_own_titles_are_of_unit_groups_that_there_are(library: CorrespondenceLibrary) -> None:
    own = list(own_titles())
    groups = {row.target for table in library.of_kind(Kind.OCCUPATION) for row in table.rows}
    assert len(own) > 500
    assert len({title.text for title in own}) >= len(own) - 5
    assert all(title.codes[0] in groups and len(title.codes[0]) == 6 for title in own)
    assert all(title_words(title.text) for title in own)
    assert any("\u0e00" < title.text[0] < "\u0e7f" for title in own)


def test_shipped_titles_are_those_of_the_tables(library: CorrespondenceLibrary) -> None:
    shipped = {(title.text, title.codes) for title in shipped_titles(library)}
    assert ("Software Developers", ("OC2512",)) in shipped
    assert ("Perwira Markas Besar TNI", ("OC0110",)) in shipped


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "form", "least"),
    [("isco08_index_titles_en.csv", "isco-index", 7_000), ("kbji2014.csv", "kbji", 2_700),
     ("masco2020_ms.csv", "masco", 4_800), ("ssoc2024.csv", "ssoc", 1_600)],
)  # fmt: skip
def test_the_publishers_own_files_are_read(library: CorrespondenceLibrary, name: str, form: str, least: int) -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared tables do not lie beside this checkout")
    read = read_index(TitleIndexConfig(SHARED / "reference" / name, form, "en"), library)
    assert len(read.titles) >= least
    assert read.unknown <= 6
