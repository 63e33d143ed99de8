"""Each check of the shipped tables, on a copy in which one thing is broken: it must fail, or it checks nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from node.adapters.mapping_files import load_mappings
from node.coding.correspondence import CorrespondenceLibrary, CorrespondenceTable, Kind
from node.errors import MappingError
from node.model.codelist import Codelist
from node.model.records import Scheme
from tests.unit.mappings import test_tables as checks

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CHECKOUT / "mappings", tmp_path / "mappings"))


def edit(copy: Path, name: str, before: str, after: str) -> None:
    path = copy / name
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{before!r} is {text.count(before)} times in {name}"
    path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "before", "after", "says"),
    [
        ("occupation/KBJI_2014.csv", "\n2512,OC2512,", "\n2512,OC2516,", "no group of ISCO 08.*2512 to OC2516"),
        ("occupation/KBJI_2014.csv", "\n2512,OC2512,", "\n2512,2512,", "target that is no occupation code"),
        ("occupation/KBJI_2014.csv", "\n2512,OC2512,exact", "\n2512,OC2512,split", "one row alone never is"),
        ("occupation/KBJI_2002.csv", "\n2511,2421,", "\n2511,2429x,", "goes to 2429x, which ISCO 88 lacks"),
        ("occupation/ISCO_88.yaml", "\ntarget: CL_OCCUPATION", "\ntarget: KBJI 2002", "in a circle"),
        ("occupation/KBJI_2002.yaml", "\ntarget: ISCO 88", "\ntarget: ISCO 68", "ISCO 68, for which there is no table"),
        ("occupation/MASCO_2020.csv", "\n2351,OC2354,", "\n2351,OC2351,", "2351 is a false friend"),
        ("occupation/ISCO_88.csv", "\n1314,OC1420,split,,", "\n1314,OC1420,split,0.5,", "all rows of a split a weight"),
        ("place/KEMENDAGRI_2022.csv", "\n12.75,ID-SU,", "\n12.71,ID-SU,", "12.71 (names a target twice|has 2 rows)"),
        ("place/NAMES_ID.csv", "\nKepri,ID-KR,", "\nKepri,,", "column target: empty"),
        ("place/NAMES_ID.yaml", "of: [KEMENDAGRI 2022,", "of: [KEMENDAGRI2022,", "NAMES_ID.yaml"),
    ],
)
def test_a_table_that_breaks_a_rule_is_not_loaded(copy: Path, name: str, before: str, after: str, says: str) -> None:
    edit(copy, name, before, after)
    with pytest.raises(MappingError, match=says):
        load_mappings(copy)


def test_weights_that_do_not_add_to_one_are_not_loaded(copy: Path) -> None:
    edit(copy, "occupation/ISCO_88.csv", "\n1314,OC1420,split,,", "\n1314,OC1420,split,0.7,")
    edit(copy, "occupation/ISCO_88.csv", "\n1314,OC5221,split,,", "\n1314,OC5221,split,0.4,")
    with pytest.raises(MappingError, match="must be positive and add to 1"):
        load_mappings(copy)


Check = Callable[[CorrespondenceTable], None]


@pytest.mark.parametrize(
    ("name", "before", "after", "check"),
    [
        ("KBJI_2014", "\n251,OC251,", "\n777,OC251,", checks.test_no_source_code_is_an_orphan),
        ("KBJI_2014", "\n2512,OC2512,", "\n2512,OC7111,", checks.test_a_group_is_true_of_all_that_it_holds),
        ("KBJI_2014", "\n2512,OC2512,", "\n2512,OC2511,", checks.test_an_exact_target_has_one_source_of_its_level),
    ],
)
def test_a_table_that_contradicts_itself_fails_its_check(
    copy: Path, name: str, before: str, after: str, check: Check
) -> None:
    edit(copy, f"occupation/{name}.csv", before, after)
    table = load_mappings(copy).table(Kind.OCCUPATION, Scheme(*name.split("_")))
    with pytest.raises(AssertionError):
        check(table)


def test_a_missing_code_fails_the_count(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(copy, "occupation/KBJI_2014.csv", "\n2512,OC2512,exact,,,Pengembang Perangkat Lunak", "")
    monkeypatch.setattr(checks, "OCCUPATIONS", load_mappings(copy).of_kind(Kind.OCCUPATION))
    with pytest.raises(AssertionError):
        checks.test_every_source_code_of_every_scheme_appears()


def test_a_scheme_that_is_taken_for_isco_fails_its_check(copy: Path) -> None:
    path = copy / "occupation" / "SSOC_2024.csv"
    rows = (copy / "occupation" / "ISCO_08.csv").read_text(encoding="utf-8")
    path.write_text(rows, encoding="utf-8")
    sidecar = path.with_suffix(".yaml")
    sidecar.write_text(
        "\n".join(line for line in sidecar.read_text("utf-8").splitlines() if not line.startswith("false_friends"))
    )
    table = load_mappings(copy).table(Kind.OCCUPATION, Scheme("SSOC", "2024"))
    with pytest.raises(AssertionError):
        checks.test_no_scheme_but_isco_08_is_mapped_by_its_digits_alone(table)


@pytest.mark.parametrize(
    ("target", "check"),
    [("ID-JB", "every_place_target_is_an_area_or_out"), ("ID-JA", "a_district_lies_in_the_area_of_its_province")],
)
def test_a_district_in_another_area_fails_its_check(copy: Path, areas: Codelist, target: str, check: str) -> None:
    edit(copy, "place/KEMENDAGRI_2022.csv", "\n12.75,ID-SU,", f"\n12.75,{target},")
    table = load_mappings(copy).table(Kind.PLACE, Scheme("KEMENDAGRI", "2022"))
    broken = getattr(checks, f"test_{check}")
    with pytest.raises(AssertionError):
        broken(table, areas) if "areas" in broken.__code__.co_varnames else broken(table)


def test_the_copy_itself_is_whole(copy: Path, library: CorrespondenceLibrary) -> None:
    assert load_mappings(copy).tables == library.tables
