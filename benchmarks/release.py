"""A whole release of vacancies, from the source to the signed target, as a ratio to its floor.

The floor, measured in the same run: DuckDB reads the same CSV file and groups it by area, occupation and employer
with the same threads and memory limit, and the result is discarded. Each measurement is a process of its own;
its imports are not counted, its peak memory is all of it.

The rows are generated and the release is marked so. Its audit is then the exact one; what certification costs a
release of real records, `benchmarks.protection` measures on tables with known answers.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.generate import OCCUPATIONS, PERIOD, PLACES, write_vacancies
from node.bootstrap import create_node, first_settings, open_services
from node.config import PASSPHRASE_VARIABLE, NodeConfig, load_config
from node.model.period import TimePeriod
from node.pipeline import release_dataflow

ROUNDS = 3
ENVIRONMENT = {PASSPHRASE_VARIABLE: "benchmark"}
CSV = "vacancies.csv"
_SYNTHETIC = "synthetic = true\n"
_SOURCE = f"""
[[source]]
id = "generated"
dataflow = "VACANCIES"
kind = "csv"
location = "../{CSV}"
occupation = {{scheme = "{OCCUPATIONS.name}", edition = "{OCCUPATIONS.edition}", column = "kbji"}}
place = {{scheme = "{PLACES.name}", edition = "{PLACES.edition}", column = "place"}}

[source.fields]
record = {{column = "id"}}
employer = {{column = "employer"}}
opened = {{column = "opened"}}
closed = {{column = "closed"}}
posts = {{column = "posts"}}
"""


def main(rows: int) -> None:
    """Print the release of `rows` generated vacancies."""
    home = Path(tempfile.mkdtemp(prefix="release-benchmark-"))
    try:
        write_vacancies(home / CSV, rows)
        size = (home / CSV).stat().st_size / 2**20
        print(f"release: {rows:,} vacancies ({size:,.0f} MiB of CSV), median of {ROUNDS} rounds")
        results: dict[str, list[tuple[float, float]]] = {"floor": [], "release": []}
        for number in range(ROUNDS):
            # A node of its own each round, since a release whose bytes are published already is not signed again.
            node = home / f"node-{number}"
            node.mkdir()
            create_node(node, first_settings("ID", "IMTGT_ID", "Benchmark", None) + _SYNTHETIC + _SOURCE, ENVIRONMENT)
            for name, runs in results.items():
                runs.append(_in_process(name, node))
        for name, runs in results.items():
            seconds = [run[0] for run in runs]
            spread = f"{min(seconds):.2f} to {max(seconds):.2f} s"
            peak = max(run[1] for run in runs)
            print(f"  {name}: {statistics.median(seconds):.2f} s ({spread}), peak memory {peak:,.0f} MiB")
        ratio = statistics.median(r[0] for r in results["release"]) / statistics.median(r[0] for r in results["floor"])
        print(f"  ratio to the floor: {ratio:.2f} (target: at most 2.0), peak memory target: under 2,048 MiB")
    finally:
        shutil.rmtree(home)


def _in_process(name: str, home: Path) -> tuple[float, float]:
    """Seconds and peak memory in MiB of one measurement in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.release", name, str(home)]
    done = subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).resolve().parents[1])
    measured = json.loads(done.stdout)
    return measured["seconds"], measured["mebibytes"]


def _floor(config: NodeConfig) -> None:
    limits = config.limits
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": limits.engine_threads,
        "memory_limit": f"{limits.engine_memory_mib}MiB",
    }
    with duckdb.connect(config=settings) as engine:
        engine.execute(
            "SELECT count(*), sum(posts) FROM (SELECT left(place, 2) AS area, kbji, employer, sum(posts) AS posts "
            "FROM read_csv($1, types = {'kbji': 'VARCHAR', 'place': 'VARCHAR'}) GROUP BY ALL)",
            [str(config.home.parent / CSV)],
        ).fetchall()


def _release(config: NodeConfig) -> None:
    with open_services(config) as services:
        outcome = release_dataflow(services.node, "VACANCIES", TimePeriod(PERIOD))
    if outcome.signed is None or not outcome.signed.changed:
        raise RuntimeError("the benchmark's release was not signed")


def _measure(name: str, home: Path) -> None:
    config = load_config(home, os.environ | ENVIRONMENT)
    begun = time.perf_counter()
    if name == "floor":
        _floor(config)
    else:
        _release(config)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mebibytes": peak}))


if __name__ == "__main__":
    _measure(sys.argv[1], Path(sys.argv[2]))
