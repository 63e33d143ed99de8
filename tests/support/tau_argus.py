"""tau-ARGUS run live beside the node, by pytauargus in a process of its own: a cross-check, never a dependency.

It is under the EUPL, a licence that this project does not take dependencies under, so it is in no extra and no lock.
Whoever wants the cross-check installs `pytauargus==0.6.0` in an environment of its own and names that environment's
Python in TAUARGUS_PYTHON.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass

VARIABLE = "TAUARGUS_PYTHON"
REASON = f"no {VARIABLE}: pip install pytauargus==0.6.0 in another environment, and name its Python"

_SCRIPT = """
import json, os, sys, tempfile, time
from pytauargus import protect
task = json.load(sys.stdin)
with tempfile.TemporaryDirectory() as folder:
    tree = os.path.join(folder, "occupation.hrc")
    with open(tree, "w") as file:
        file.write(task["tree"])
    data = {"area": [], "occupation": [], "persons": []}
    for area, occupation, count in task["counts"]:
        data["area"] += [area] * count
        data["occupation"] += [occupation] * count
        data["persons"] += [1.0] * count
    begun = time.perf_counter()
    made = protect(data, ["area", "occupation"], "persons", safety_rules=f"FREQ({task['threshold']},0)",
                   suppress=task["method"], hrc={"occupation": tree}, hierleadstring="@", workdir=folder)
    suppressed = time.perf_counter()
    rows = list(made.tables[0].rows)
    audited = made.engine.audit(0) if task["audit"] else []
    done = time.perf_counter()
hidden = [[row["area"], row["occupation"]] for row in rows if row["status"] in "UM"]
cells = [(rows[entry["cell"]], entry) for entry in audited]
bounds = [[row["area"], row["occupation"], entry["min"], entry["max"]] for row, entry in cells]
times = {"suppress": suppressed - begun, "audit": done - suppressed}
print("RESULT" + json.dumps({"hidden": hidden, "bounds": bounds, **times}))
"""


@dataclass(frozen=True, slots=True)
class TauArgusResult:
    """`hidden`: (area, occupation) of suppressed cells, `Total` for all; `bounds`: their intervals, lower bound 0."""

    hidden: frozenset[tuple[str, str]]
    bounds: dict[tuple[str, str], tuple[float, float]]
    suppress_seconds: float
    audit_seconds: float


def available() -> str | None:
    """The Python that has pytauargus."""
    return os.environ.get(VARIABLE)


def run_tau_argus(
    python: str,
    counts: Mapping[tuple[str, str], int],
    tree: str,
    *,
    threshold: int = 5,
    method: str = "OPT(1)",
    audit: bool = True,
    timeout_seconds: float = 600,
) -> TauArgusResult:
    """Protect a table of persons. `counts`: by (area, occupation) of leaf cells; `tree`: the occupations' hierarchy in
    its own .hrc format, `@` before a code for each level below the first."""
    task = {
        "counts": [[*cell, count] for cell, count in counts.items()],
        "tree": tree,
        "threshold": threshold,
        "method": method,
        "audit": audit,
    }
    with tempfile.TemporaryDirectory() as folder:  # it leaves its own logs where it runs
        done = subprocess.run(
            [python, "-c", _SCRIPT],
            input=json.dumps(task), capture_output=True, text=True, timeout=timeout_seconds, check=True, cwd=folder,
        )  # fmt: skip
    answer = json.loads(done.stdout.rpartition("RESULT")[2])
    return TauArgusResult(
        frozenset((area, occupation) for area, occupation in answer["hidden"]),
        {(area, occupation): (low, high) for area, occupation, low, high in answer["bounds"]},
        answer["suppress"],
        answer["audit"],
    )
