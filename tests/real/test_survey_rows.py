"""The main job on a real labour force survey, from its file to a partner's merged comparison.

Skipped where the survey does not lie beside the checkout. No row of it is printed or kept: the nodes live in
pytest's temporary folder and see the file where it is.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from node.cli.main import main
from node.config import PASSPHRASE_VARIABLE

SURVEY = Path(__file__).resolve().parents[2].parent / "shared" / "real" / "sakernas2020aug_jambi.csv"
EMPLOYED = 1_739_003
"""Weighted employed persons of the file: the sum of `weight` where `status_r12a` is above 0."""

SOURCE = f"""
[[source]]
id = "sakernas"
dataflow = "EMPLOYMENT"
kind = "csv"
location = {json.dumps(str(SURVEY))}
areas = ["ID-JA"]
occupation = {{ scheme = "KBJI", edition = "2014", column = "kbji2014_1d_r13b" }}
place = {{ scheme = "BPS", edition = "2018", column = "bps_prov" }}
where = [{{ column = "status_r12a", operator = ">", value = "0" }}]

[source.fields]
record = {{ column = "rec" }}
reference = {{ constant = "2020-08-15" }}
weight = {{ column = "weight" }}
SEX = {{ column = "sex_1m_2f", codes = {{ "1" = "M", "2" = "F" }} }}
"""

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SURVEY.is_file(), reason="the survey file does not lie beside the checkout"),
]


def run(home: Path, *arguments: str) -> Result:
    result = CliRunner(env={PASSPHRASE_VARIABLE: "for this test only"}).invoke(main, ["--home", str(home), *arguments])
    assert result.exit_code == 0, result.output
    return result


def init(home: Path, country: str) -> str:
    run(home, "init", "--country", country, "--name", f"Node of {country}")
    pinned = json.loads(run(home, "peer", "list", "--json").stdout)
    return str(pinned[0]["fingerprint"])


def test_the_survey_reaches_a_partner_with_its_known_total(tmp_path: Path) -> None:
    indonesia, malaysia = tmp_path / "id", tmp_path / "my"
    fingerprint = init(indonesia, "ID")
    init(malaysia, "MY")
    with (indonesia / "node.toml").open("a", encoding="utf-8") as settings:
        settings.write(SOURCE)

    released = json.loads(run(indonesia, "release", "EMPLOYMENT", "2020-Q3", "--json").stdout)
    assert released["exposed"] == 0
    (source,) = released["sources"]
    assert (source["source"], source["records"], source["coded_share"]) == ("sakernas", 10_641, 1.0)

    run(malaysia, "peer", "add", str(indonesia / "feeds"), "--fingerprint", fingerprint)
    run(malaysia, "peer", "pull", "ID")
    shown = run(malaysia, "compare", "--dataflow", "EMPLOYMENT", "--period", "2020-Q3", "--format", "json")
    records = {row["REF_AREA"]: row for row in json.loads(shown.stdout)}
    assert records["ID-JA"]["EMP"] == EMPLOYED
    assert records["ID-SU"]["EMP_SIGN"] == "M", "an area that the survey does not observe is missing, not zero"
    assert records["IMTGT_ID"]["EMP_SIGN"] == "M", "a country of which one province was asked has no total"
    assert records["MY-07"]["EMP_SIGN"] == "-", "Malaysia has not reported"

    groups = run(malaysia, "compare", "--dataflow", "EMPLOYMENT", "--period", "2020-Q3", "--by", "occupation",
                 "--area", "ID-JA", "--format", "json")  # fmt: skip
    figures = {row["OCCUPATION"]: row["EMP"] for row in json.loads(groups.stdout)}
    published = [value for code, value in figures.items() if code != "_T" and value is not None]
    assert figures["_T"] == EMPLOYED
    assert sum(published) <= EMPLOYED
    assert len(published) >= 8
