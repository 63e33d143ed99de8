"""Two machines with the same records and profile make the same target, byte for byte."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tests.support.nodes import PERIOD, make_node

COMMAND = "from node.cli.main import main; main()"


def released(home: Path, **environment: str) -> dict[str, str]:
    """Release in a process of its own, under another time zone, locale and seed; digests of the data and structures."""
    subprocess.run(
        [sys.executable, "-c", COMMAND, "--home", str(home), "release", "VACANCIES", PERIOD],
        env={**os.environ, **environment}, check=True, capture_output=True,
    )  # fmt: skip
    files = [
        *(home / "feeds" / "targets").rglob("*.csv.gz"),
        *(home / "feeds" / "targets" / "structure").glob("*.json"),
    ]
    assert len(files) == 2
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_machine_the_order_of_rows_and_the_number_of_threads_leave_no_trace(tmp_path: Path) -> None:
    homes = [tmp_path / "one", tmp_path / "another" / "place"]
    for home in homes:
        make_node(home, "ID")
    header, *rows = (homes[1] / "vacancies.csv").read_text().splitlines()
    rows = sorted(rows, key=lambda row: hashlib.sha256(row.encode()).digest())
    (homes[1] / "vacancies.csv").write_text("\n".join([header, *rows]) + "\n")
    with (homes[1] / "node.toml").open("a") as file:
        file.write("\n[limits]\nengine_threads = 1\n")
    one = released(homes[0], TZ="Asia/Jakarta", PYTHONHASHSEED="1", LC_ALL="C")
    other = released(homes[1], TZ="America/New_York", PYTHONHASHSEED="2", LC_ALL="C.UTF-8")
    assert one == other
