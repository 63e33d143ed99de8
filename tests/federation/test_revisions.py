"""A revision that a few late records make gives nothing away beside the release that it replaces."""

import csv
import gzip
from pathlib import Path

from click.testing import CliRunner

from node.cli.main import main
from tests.support.nodes import PERIOD, make_node

DATAFLOW = "VACANCIES"
THRESHOLD = 3
"""Of the shipped profile of vacancies, on employers; the smallest difference that may be told."""


def released(home: Path) -> dict[tuple[str, ...], str]:
    result = CliRunner(env={"LMIS_NODE_HOME": None}).invoke(main, ["--home", str(home), "release", DATAFLOW, PERIOD])
    assert result.exit_code == 0, result.output
    target = max((home / "feeds" / "targets" / DATAFLOW).glob("*.csv.gz"), key=lambda file: file.stat().st_mtime_ns)
    with gzip.open(target, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["REF_AREA"], row["OCCUPATION"], row["INDICATOR"]): row["OBS_VALUE"] for row in rows}


def test_what_was_hidden_stays_hidden_and_no_difference_is_small(tmp_path: Path) -> None:
    home = tmp_path / "id"
    make_node(home, "ID", posts=1)
    source = home / "vacancies.csv"
    header, *rows = source.read_text(encoding="utf-8").splitlines()
    source.write_text("\n".join([header, *rows[8:]]) + "\n", encoding="utf-8")
    before = released(home)
    source.write_text("\n".join([header, *rows[8:-1]]) + "\n", encoding="utf-8")
    after = released(home)
    assert before != after, "a record less is a revision"
    hidden = {key for key, value in before.items() if value == "NaN"}
    assert hidden
    assert all(after.get(key, "0") in ("NaN", "0") for key in hidden)
    told = [
        abs(int(after.get(key, "0")) - int(value))
        for key, value in before.items()
        if value != "NaN" and after.get(key, "0") != "NaN"
    ]
    assert told
    assert all(difference == 0 or difference >= THRESHOLD for difference in told)
