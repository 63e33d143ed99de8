"""`lmis-node audit` on tables of any origin, as somebody without a node types it."""

from __future__ import annotations

import csv
import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from node.cli.main import main
from tests.support.nodes import PERIOD, make_node

CASES = Path(__file__).resolve().parents[3] / ".." / "shared" / "cases"


def run(*arguments: str | Path) -> Result:
    result = CliRunner(env={"LMIS_NODE_HOME": None}).invoke(main, ["audit", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def told(*arguments: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json").stdout)
    return found


def table(path: Path, text: str) -> Path:
    path.write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def leaking(tmp_path: Path) -> Path:
    """Three persons, each alone in a cell of a row whose total is published."""
    return table(
        tmp_path / "leaking.csv",
        """area,job,value
           A,1,x
           A,2,x
           A,3,x
           A,4,9
           A,Total,12""",
    )


def test_what_can_be_computed_is_listed_with_its_value(leaking: Path) -> None:
    result = run(leaking, "--threshold", "5")
    assert result.exit_code == 1
    assert "leaking.csv: UNSAFE" in result.stdout
    found = told(leaking, "--threshold", "5")
    assert (found["verdict"], found["computable"], found["lower_bound"]) == ("unsafe", 3, 1)
    assert [(cell["key"]["job"], cell["low"], cell["high"]) for cell in found["findings"]] == [
        ("1", 1, 1), ("2", 1, 1), ("3", 1, 1)
    ]  # fmt: skip


def test_a_reader_who_does_not_see_the_zeros_learns_less(leaking: Path) -> None:
    found = told(leaking, "--lower-bound", "0", "--intervals")
    assert (found["verdict"], found["computable"]) == ("safe", 0)
    assert [(cell["low"], cell["high"], cell["finding"]) for cell in found["findings"]] == [(0, 3, "withstood")] * 3


def test_what_is_narrow_is_listed_with_its_interval(tmp_path: Path) -> None:
    file = table(tmp_path / "t.csv", "job,value\n1,x\n2,x\n3,9\nTotal,13")
    assert run(file).exit_code == 0
    found = told(file, "--threshold", "5")
    assert (found["verdict"], found["computable"], found["narrow"], found["required_width"]) == ("unsafe", 0, 2, 3)
    assert {(cell["low"], cell["high"]) for cell in found["findings"]} == {(1, 3)}


def test_a_wide_table_is_safe(tmp_path: Path) -> None:
    file = table(tmp_path / "t.csv", "job,value\n1,x\n2,x\n3,9\nTotal,14")
    assert run(file, "--threshold", "5").exit_code == 0


def test_what_time_does_not_suffice_for_is_not_safe(tmp_path: Path) -> None:
    rows = [f"{area},{job},x" for area in "ABC" for job in "123"]
    rows += [f"{area},Total,30" for area in "ABC"] + [f"Total,{job},30" for job in "123"] + ["Total,Total,90"]
    file = table(tmp_path / "t.csv", "\n".join(["area,job,value", *rows]))
    assert run(file, "--threshold", "5").exit_code == 0
    late = run(file, "--threshold", "5", "--limit-seconds", "0")
    assert late.exit_code == 3
    assert "could not be decided" in late.stdout


def test_the_marks_themselves_tell_who_uses_them_more(tmp_path: Path) -> None:
    """Two hidden cells sum to 6. If one is small and the other is not, they are 1 and 5."""
    file = table(tmp_path / "t.csv", "job,value\n1,p\n2,x\n3,9\nTotal,15")
    usual = ("--threshold", "5", "--primary", "p")
    assert run(file, *usual, "--no-marks").exit_code == 0
    found = told(file, *usual)
    assert (found["marks"], found["computable"]) == (True, 2)
    assert {(cell["key"]["job"], cell["low"]) for cell in found["findings"]} == {("1", 1), ("2", 5)}


def test_two_files_are_attacked_together(tmp_path: Path) -> None:
    one = table(tmp_path / "one.csv", "area,job,value\nA,1,x\nA,2,x\nA,3,30\nA,Total,42")
    two = table(tmp_path / "two.csv", "area,job,sex,value\nA,1,F,2\nA,1,M,3\nA,1,Total,5")
    assert run(one).exit_code == run(two).exit_code == 0
    found = told(one, two)
    assert found["tables"] == ["one.csv", "two.csv"]
    assert {(cell["key"]["job"], cell["low"]) for cell in found["findings"]} == {("1", 5), ("2", 7)}


def test_a_hidden_zero_makes_the_bound_fall_to_0_unless_it_was_asked_for(tmp_path: Path) -> None:
    file = table(tmp_path / "t.csv", "job,value\n1,x\n2,x\n3,9\nTotal,10")
    found = told(file)
    assert (found["lower_bound"], found["verdict"]) == (0, "safe")
    assert "nothing fits 1" in run(file).stdout
    refused = run(file, "--lower-bound", "1")
    assert refused.exit_code == 65
    assert "nothing fits" in refused.stderr


BAD = {
    "margins": ("area,value\nA,4\nB,5\nTotal,10", "1 totals are not the sum of their parts", "Total"),
    "duplicate": ("area,value\nA,4\nA,5\nTotal,9", "same codes as an earlier row", "row 3"),
    "negative": ("area,value\nA,-4\nTotal,9", "value is negative", "row 2"),
    "mark": ("area,value\nA,secret?\nTotal,9", "neither a number nor a mark", "row 2"),
    "empty": ("area,value\nA,\nTotal,9", "neither a number nor a mark", "row 2"),
    "no value": ("area,amount\nA,4", "has no column value", "amount"),
    "no rows": ("area,value", "has no rows", "bad.csv"),
    "ragged": ("area,value\nA,4,5\nTotal,9", "is not a table", "bad.csv"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_tables_are_refused_and_named(tmp_path: Path, what: str) -> None:
    text, message, place = BAD[what]
    result = run(table(tmp_path / "bad.csv", text))
    assert result.exit_code == 65
    assert message in result.stderr
    assert place in result.stderr


HIERARCHIES = {
    "cycle": ("child,parent\nA,B\nB,A", "runs in a circle"),
    "gap": ("child,parent\nA,P\nB,Q", "has a gap"),
    "two parents": ("child,parent\nA,P\nA,Q", "is there twice"),
    "unknown code": ("child,parent\nB,Total", "does not have: A"),
    "columns": ("part,whole\nA,Total", "unknown columns"),
}


@pytest.mark.parametrize("what", HIERARCHIES)
def test_bad_hierarchies_are_refused_and_named(tmp_path: Path, what: str) -> None:
    text, message = HIERARCHIES[what]
    file = table(tmp_path / "t.csv", "area,value\nA,4\nTotal,4")
    result = run(file, "--hierarchy", f"area={table(tmp_path / 'tree.csv', text)}")
    assert result.exit_code == 65
    assert message in result.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--hierarchy", "area"),
        ("--levels", "area=x"),
        ("--same", "area=x"),
        ("--threshold", "1"),
        ("--hierarchy", "area=no.csv"),
    ],
)
def test_a_wrong_option_is_told(tmp_path: Path, options: tuple[str, str]) -> None:
    assert run(table(tmp_path / "t.csv", "area,value\nA,4\nTotal,4"), *options).exit_code == 2


# What attacks.json describes in words, as files: the suppressed cells in its order, and the rows.
ATTACKS: dict[str, tuple[tuple[str, ...], str]] = {
    "ones_15_10_3_x_x_lb0": (("1", "2"), "c,value\n1,x\n2,x\n3,10\n4,3\nTotal,15"),
    "ones_15_10_3_x_x_lb1": (("1", "2"), "c,value\n1,x\n2,x\n3,10\n4,3\nTotal,15"),
    "single_in_row": (("1",), "c,value\n1,x\n2,7\nTotal,10"),
    "parent_of_published_children": (("P",), "c,value\nP,x\nPa,2\nPb,7"),
    "issue135_lb0": (
        ("1A", "1B", "1M", "2A", "2M"),
        """r,c,value
           1,A,x
           1,B,x
           1,M,x
           1,Total,3
           2,A,x
           2,B,0
           2,M,x
           2,Total,3
           Total,A,x
           Total,B,x
           Total,M,3
           Total,Total,6""",
    ),
    "rect_01_02_11_12": (
        ("02", "03", "12", "13"),
        """r,c,value
           0,1,20
           0,2,x
           0,3,x
           0,Total,30
           1,1,4
           1,2,x
           1,3,x
           1,Total,40
           2,1,9
           2,2,8
           2,3,40
           2,Total,57
           Total,1,33
           Total,2,41
           Total,3,53
           Total,Total,127""",
    ),
}


def by_key(found: dict[str, Any]) -> dict[str, list[int]]:
    return {"".join(cell["key"].values()): [cell["low"], cell["high"]] for cell in found["findings"]}


@pytest.mark.shared
@pytest.mark.parametrize("name", ATTACKS)
def test_the_attacks_with_known_intervals(tmp_path: Path, name: str) -> None:
    case = known_attacks()[name]
    cells, text = ATTACKS[name]
    options = ["--levels", "c=1,2"] if name == "parent_of_published_children" else []
    file = table(tmp_path / "t.csv", text)
    found = by_key(told(file, "--intervals", "--lower-bound", str(case["lb"]), *options))
    assert [found[cell] for cell in cells] == case["expected"]


@pytest.mark.shared
def test_the_cube_whose_margins_are_all_published(tmp_path: Path) -> None:
    case = known_attacks()["cube222_lb0"]
    cells = [f"{number:03b}" for number in range(8)]
    values = dict(zip(cells, case["cells"], strict=True))

    def matching(key: str) -> int:
        return sum(
            value for cell, value in values.items() if all(a in ("T", b) for a, b in zip(key, cell, strict=True))
        )

    keys = [a + b + c for a in "01T" for b in "01T" for c in "01T"]
    rows = [",".join([*key, "x" if key in values else str(matching(key))]) for key in keys]
    found = by_key(
        told(table(tmp_path / "t.csv", "\n".join(["a,b,c,value", *rows])), "--intervals", "--lower-bound", "0")
    )
    assert [found[cell] for cell in cells] == case["expected"]


def known_attacks() -> dict[str, Any]:
    path = CASES / "attacks.json"
    if not path.exists():
        pytest.skip(f"{path.name} does not lie beside the checkout")
    cases: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert set(cases) == {*ATTACKS, "cube222_lb0"}
    return cases


@pytest.mark.shared
@pytest.mark.parametrize(
    ("pattern", "computable", "narrow"), [("tau_opt", 235, 1355), ("gauss_none", 218, 1277), ("gauss_anysum", 0, 1279)]
)
def test_the_leaks_in_the_fields_patterns(tmp_path: Path, pattern: str, computable: int, narrow: int) -> None:
    """T1 as three published methods suppress it, written as a feed would be, in a few seconds each."""
    path = CASES / "T1_field_patterns.csv"
    if not path.exists():
        pytest.skip(f"{path.name} does not lie beside the checkout")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = ["DATAFLOW,isco,region,OBS_VALUE,OBS_STATUS,CONF_STATUS"]
    for row in rows:
        end = f"{row['n']},A,F" if row[pattern] == "0" else f"NaN,Q,{'A' if row['primary'] == '1' else 'D'}"
        lines.append(f"X:T1(1.0),{row['isco']},{row['region']},{end}")
    published = tmp_path / "t1.csv.gz"
    published.write_bytes(gzip.compress("\n".join(lines).encode() + b"\n"))
    begun = time.perf_counter()
    found = told(published, "--levels", "isco=1,2,3,4", "--threshold", "5", "--no-marks")
    assert time.perf_counter() - begun < 30
    assert (found["computable_sensitive"], found["narrow"], found["undecided"]) == (computable, narrow, 0)
    assert (found["sensitive"], found["verdict"]) == (5116, "unsafe")


def test_this_nodes_own_targets_are_safe_and_their_structure_is_known(tmp_path: Path) -> None:
    home = tmp_path / "id"
    make_node(home, "ID")
    released = CliRunner(env={"LMIS_NODE_HOME": None}).invoke(
        main, ["--home", str(home), "release", "VACANCIES", PERIOD]
    )
    assert released.exit_code == 0, released.output
    (target,) = (home / "feeds/targets/VACANCIES").glob("*.csv.gz")
    found = told(target)
    assert (found["verdict"], found["undecided"], found["marks"]) == ("safe", 0, False)
    assert found["sensitive"] == found["suppressed"]
    assert found["cells"] > 1000


def test_marks_that_fit_no_table_are_given_up_and_said_so(tmp_path: Path) -> None:
    """An office whose covers may be small: two cells sum to 4, one marked small and one a cover."""
    file = table(tmp_path / "t.csv", "job,value\n1,p\n2,x\n3,9\nTotal,13")
    found = told(file, "--threshold", "5", "--primary", "p")
    assert (found["marks"], found["lower_bound"]) == (False, 1)


def test_the_marks_of_posts_bound_no_small_count_from_above(tmp_path: Path) -> None:
    """A status A says that a cell has fewer than three employers, who may have any number of posts."""
    rows = [("OC2", "NaN,Q,A"), ("OC7", "NaN,Q,D"), ("_T", "90,A,F")]
    lines = ["DATAFLOW,FREQ,REF_AREA,OCCUPATION,INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS"]
    lines += [f"IMTGT:VACANCIES(1.0),M,ID-SU,{code},JV_OPEN,2026-10,{end}" for code, end in rows]
    found = told(table(tmp_path / "v.csv", "\n".join(lines)), "--intervals")
    held = {cell["key"]["OCCUPATION"]: (cell["low"], cell["high"]) for cell in found["findings"]}
    assert found["marks"] is True
    assert (held["OC2"], held["OC7"]) == ((1, 87), (3, 89))
