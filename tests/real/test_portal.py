"""A real portal's advertisements, which have no code at all, from its file to a release.

Skipped where the file does not lie beside the checkout. No row of it is printed or kept: the node lives in pytest's
temporary folder and sees the file where it is.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from node.cli.main import main
from node.config import PASSPHRASE_VARIABLE

PORTAL = Path(__file__).resolve().parents[2].parent / "shared" / "real" / "vacancies_id_jobstreet2024.csv"
ROWS, JOBS = 32_976, 10_715
"""Rows of the file, and how many of them differ in company, title and location."""

SOURCE = f"""
[[source]]
id = "portal"
dataflow = "VACANCIES"
kind = "csv"
location = {json.dumps(str(PORTAL))}
title = {{ column = "title" }}
place = {{ text = "location" }}
duplicates = ["company", "title", "location"]
where = [{{ column = "company", operator = "!=", value = "" }}]
[source.fields]
employer = {{ column = "company" }}
opened = {{ constant = "2026-10-01" }}
posts = {{ constant = "1" }}
"""

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PORTAL.is_file(), reason="the portal's file does not lie beside the checkout"),
]


def run(home: Path, *arguments: str, code: int = 0) -> Result:
    result = CliRunner(env={PASSPHRASE_VARIABLE: "for this test only"}).invoke(main, ["--home", str(home), *arguments])
    assert result.exit_code == code, result.output
    return result


def test_a_portal_without_codes_is_placed_counted_once_and_said_to_need_a_model(tmp_path: Path) -> None:
    run(tmp_path, "init", "--country", "ID", "--name", "Portal")
    with (tmp_path / "node.toml").open("a", encoding="utf-8") as settings:
        settings.write(SOURCE)
    coverage = json.loads(run(tmp_path, "code", "portal", "2026-10", "--json").stdout)
    assert coverage["records"] + coverage["duplicates"] <= ROWS
    assert abs(coverage["records"] - JOBS) < 100
    in_scope = sum(coverage["by_level"])
    assert in_scope == sum(coverage["by_title"]) > 800
    assert coverage["place_unmapped"] / coverage["records"] < 0.03
    assert any("no title model" in hint for hint in coverage["hints"])
    refused = run(tmp_path, "release", "VACANCIES", "2026-10", "--dry-run", code=77)
    assert "lmis-node titles train" in " ".join(refused.output.split())


def test_its_titles_are_coded_and_the_report_names_the_model(tmp_path: Path) -> None:
    run(tmp_path, "init", "--country", "ID", "--name", "Portal")
    with (tmp_path / "node.toml").open("a", encoding="utf-8") as settings:
        settings.write(SOURCE)
    model = json.loads(run(tmp_path, "titles", "train", "--json").stdout)
    released = json.loads(run(tmp_path, "release", "VACANCIES", "2026-10", "--json").stdout)
    (source,) = released["sources"]
    assert source["coded_share"] > 0.6
    assert source["by_title"][0] == round((1 - source["coded_share"]) * sum(source["by_title"]))
    (path,) = (tmp_path / "feeds" / "targets" / "VACANCIES").glob("*2026-10.report.json")
    report = json.loads(path.read_text(encoding="utf-8"))
    assert model["digest"] in report["mappings"].values()
    assert {"NAMES ID", "KEMENDAGRI 2022", "BPS 2018", "ESTATE 2026"} < set(report["mappings"])
    assert report["coverage"]["duplicates"] == "set aside"
