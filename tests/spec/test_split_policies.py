"""Weights from table to published figure: what each policy makes of one code, as docs/reference/mappings.md says.

The code is ISCO-88 1314 (general managers in wholesale and retail trade), which ISCO-08 divides between 1420 and 5221.
A node's own table gives them a quarter and three quarters.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from node.cli.main import main
from node.config import PASSPHRASE_VARIABLE

ROOT = Path(__file__).resolve().parents[2]
SOURCES = """
[folders]
mappings = "mappings"
profiles = "exchange_profiles"

[[source]]
id = "survey"
dataflow = "EMPLOYMENT"
kind = "csv"
location = "survey.csv"
areas = ["ID-JA"]
occupation = { scheme = "ISCO", edition = "88", column = "job" }
place = { scheme = "BPS", edition = "2018", constant = "15" }
where = [{ column = "working", operator = "=", value = "1" }]
[source.fields]
reference = { constant = "2026-08-15" }
weight = { column = "weight" }
SEX = { column = "sex" }

[[source]]
id = "register"
dataflow = "VACANCIES"
kind = "csv"
location = "register.csv"
areas = ["ID-JA"]
occupation = { scheme = "ISCO", edition = "88", column = "job" }
place = { scheme = "BPS", edition = "2018", constant = "15" }
[source.fields]
employer = { column = "employer" }
opened = { constant = "2026-10-01" }
posts = { constant = "3" }
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("weights") / "id"
    run(home, "init", "--country", "ID", "--name", "Weights")
    shutil.copytree(ROOT / "mappings", home / "mappings")
    shutil.copytree(ROOT / "exchange_profiles", home / "exchange_profiles")
    table = home / "mappings" / "occupation" / "ISCO_88.csv"
    text = table.read_text(encoding="utf-8")
    for target, weight in (("OC1420", "0.25"), ("OC5221", "0.75")):
        assert f"\n1314,{target},split,," in text
        text = text.replace(f"\n1314,{target},split,,", f"\n1314,{target},split,{weight},")
    table.write_text(text, encoding="utf-8")
    with (home / "node.toml").open("a", encoding="utf-8") as settings:
        settings.write(SOURCES)
    # 0 stands for no work at all with `working` 0, and for the armed forces with 1.
    persons = [("1314", 1)] * 40 + [("0", 1)] * 60 + [("0", 0)] * 50
    lines = [f"{job},{working},100,{'FM'[n % 2]}" for n, (job, working) in enumerate(persons)]
    (home / "survey.csv").write_text("\n".join(["job,working,weight,sex", *lines]) + "\n", encoding="utf-8")
    posts = [f"{job},E{employer}" for job in ("1314", "2131") for employer in range(20)]
    (home / "register.csv").write_text("\n".join(["job,employer", *posts]) + "\n", encoding="utf-8")
    return home


def run(home: Path, *arguments: str) -> Result:
    result = CliRunner(env={PASSPHRASE_VARIABLE: "for this test only"}).invoke(main, ["--home", str(home), *arguments])
    assert result.exit_code == 0, result.output
    return result


def published(home: Path, dataflow: str, period: str, policy: str) -> dict[str, float]:
    """Figures of Jambi by major group under a policy, where they are not 0."""
    path = home / "exchange_profiles" / f"{dataflow}.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    (at,) = (number for number, line in enumerate(lines) if line.startswith("  policy:"))
    lines[at] = f"  policy: {policy}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    run(home, "release", dataflow, period)
    shown = run(
        home, "compare", "--dataflow", dataflow, "--period", period, "--by", "occupation", "--area", "ID-JA",
        "--format", "json",
    )  # fmt: skip
    figure = "EMP" if dataflow == "EMPLOYMENT" else "JV_OPEN"
    return {row["OCCUPATION"]: row[figure] for row in json.loads(shown.stdout) if row[figure]}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("common_ancestor", {"_T": 10_000, "OC0": 6000, "_X": 4000}),
        ("largest", {"_T": 10_000, "OC0": 6000, "OC5": 4000}),
        ("proportional", {"_T": 10_000, "OC0": 6000, "OC1": 1000, "OC5": 3000}),
    ],
)
def test_a_survey_under_each_policy(home: Path, policy: str, expected: dict[str, float]) -> None:
    """0 is the armed forces of those who work; who has no work is left out by the source's `where`."""
    assert published(home, "EMPLOYMENT", "2026-Q3", policy) == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("common_ancestor", {"_T": 120, "OC2": 60, "_X": 60}),
        ("largest", {"_T": 120, "OC2": 60, "OC5": 60}),
    ],
)
def test_counted_posts_under_each_policy(home: Path, policy: str, expected: dict[str, float]) -> None:
    """2131 has no weights, so that it stays with its common ancestor, OC25, also where the largest would take all."""
    assert published(home, "VACANCIES", "2026-10", policy) == expected


def test_posts_are_never_divided(home: Path) -> None:
    """A fraction of a post is no count."""
    result = CliRunner(env={PASSPHRASE_VARIABLE: "for this test only"})
    path = home / "exchange_profiles" / "VACANCIES.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^  policy: .*$", "  policy: proportional", text), encoding="utf-8")
    refused = result.invoke(main, ["--home", str(home), "release", "VACANCIES", "2026-10", "--dry-run"])
    path.write_text(text, encoding="utf-8")
    assert refused.exit_code == 78
    assert "only weighted estimates" in " ".join(refused.output.split())
