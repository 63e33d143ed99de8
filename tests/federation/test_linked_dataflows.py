"""Two dataflows of one node that count the same persons: released one by one, and attacked together."""

from __future__ import annotations

import json
import shutil
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from node.bootstrap import create_node, first_settings, shipped
from node.cli.main import main
from tests.support.nodes import PERIOD, PHRASE

PLACES = ("2", "3", "7", "8")
JOBS = ("2111", "2211", "2511", "7111", "7211", "9111")
PROFILE = """
dataflow: {name}
name: Job seekers
agency: IMTGT
version: 1.0.0
unit: persons
frequency: M
audience: public
axes:
  - {{id: REF_AREA, codelist: CL_AREA}}
  - {{id: OCCUPATION, codelist: CL_OCCUPATION, depth: {depth}}}
{axis}
  - {{id: INDICATOR, indicators: true}}
fields:
  - {{name: record, kind: key, required: false}}
  - {{name: registered, kind: date, required: true}}
  - {{name: SEX, kind: code, required: true, codelist: CL_SEX, unknown: _U}}
indicators:
  - {{id: {indicator}, name: Registered, timing: stock, dated: registered}}
protection:
  contributor: record
  rules:
    - {{rule: threshold, minimum: 5, counted: contributors, why: groups of fewer than five are known}}
plausibility: {{highest_value: 50000000, why: more than the labour force of all}}
coverage: {{minimum: 0.5, why: most must be coded to be of any use}}
splits: {{policy: common_ancestor, why: the group that holds all is true}}
calendar: {{release_day: 15, why: five days for review of the register}}
{linked}
"""
LINKED = """linked:
  - dataflow: BY_GROUP
    indicators: {JS_BY_SEX: JS_BY_GROUP}
    period: same
    why: the same register, by sex and major group there, by finer groups here
"""
SOURCE = """
[[source]]
id = "{source}"
dataflow = "{name}"
kind = "csv"
location = "jobseekers.csv"
occupation = {{ scheme = "ISCO", edition = "08", column = "job" }}
place = {{ scheme = "DOSM", edition = "2020", column = "place" }}
[source.fields]
record = {{ column = "id" }}
registered = {{ column = "registered" }}
SEX = {{ column = "sex" }}
"""


def make(home: Path, *, linked: bool, seed: int) -> None:
    """Malaysia's node with two dataflows over one register: finer groups by area, and major groups by area and sex."""
    home.mkdir(parents=True)
    profiles = home / "profiles"
    shutil.copytree(shipped("exchange_profiles") / "codelists", profiles / "codelists")
    by_sex = "  - {id: SEX, codelist: CL_SEX}"
    (profiles / "BY_GROUP.yaml").write_text(
        PROFILE.format(name="BY_GROUP", depth=2, axis="", indicator="JS_BY_GROUP", linked=""), encoding="utf-8"
    )
    (profiles / "BY_SEX.yaml").write_text(
        PROFILE.format(name="BY_SEX", depth=1, axis=by_sex, indicator="JS_BY_SEX", linked=LINKED if linked else ""),
        encoding="utf-8",
    )
    (home / "phrase").write_text(PHRASE, encoding="utf-8")
    settings = first_settings("MY", "IMTGT_MY", "Node of MY", home / "phrase")
    sources = "".join(
        SOURCE.format(name=name, source=name.lower().replace("_", "-")) for name in ("BY_GROUP", "BY_SEX")
    )
    create_node(home, settings + '[folders]\nprofiles = "profiles"\n' + sources, {})
    random = np.random.default_rng(seed)
    rows = [
        f"{place}{job}{sex}{number},{job},{place},{sex},2026-09-15"
        for place, job, sex in product(PLACES, JOBS, "FM")
        for number in range(int(random.choice([0, 1, 2, 3, 8, 15])))
    ]
    (home / "jobseekers.csv").write_text("\n".join(["id,job,place,sex,registered", *rows]) + "\n", encoding="utf-8")


def release(home: Path, dataflow: str) -> None:
    result = CliRunner(env={"LMIS_NODE_HOME": None}).invoke(main, ["--home", str(home), "release", dataflow, PERIOD])
    assert result.exit_code == 0, result.output


def attack(home: Path, *dataflows: str) -> dict[str, Any]:
    """What `lmis-node audit` finds in published targets, told that their indicators count the same."""
    arguments = ["--same", "INDICATOR:JS_BY_GROUP=JS_BY_SEX", "--threshold", "5", "--json"]
    for dataflow in dataflows:
        (target,) = (home / "feeds/targets" / dataflow).glob("*.csv.gz")
        (message,) = (home / "feeds/targets/structure").glob(f"*.{dataflow}.json")
        arguments += [str(target), "--structure", str(message)]
    result = CliRunner().invoke(main, ["audit", *arguments])
    assert result.exit_code in (0, 1), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_two_dataflows_that_are_safe_alone_give_one_another_away(tmp_path: Path) -> None:
    """Nothing says that they count the same persons, so each is protected alone."""
    make(tmp_path / "my", linked=False, seed=3)
    for dataflow in ("BY_GROUP", "BY_SEX"):
        release(tmp_path / "my", dataflow)
        assert attack(tmp_path / "my", dataflow)["verdict"] == "safe"
    together = attack(tmp_path / "my", "BY_GROUP", "BY_SEX")
    assert together["verdict"] == "unsafe"
    assert together["computable_sensitive"] > 0
    assert together["narrow"] > 0


@pytest.mark.parametrize("order", [("BY_GROUP", "BY_SEX"), ("BY_SEX", "BY_GROUP")])
def test_linked_dataflows_are_safe_together_whichever_comes_first(tmp_path: Path, order: tuple[str, str]) -> None:
    make(tmp_path / "my", linked=True, seed=3)
    for dataflow in order:
        release(tmp_path / "my", dataflow)
    found = attack(tmp_path / "my", *order)
    assert found["verdict"] == "safe"
    # Without marks that tell them apart, every hidden cell is asked for what a small count must have.
    assert found["suppressed"] == found["sensitive"] > 0
