"""tau-ARGUS run live (pytauargus, in a process of its own) and this node's audit of what it publishes, on one table.

Needs TAUARGUS_PYTHON, see tests/support/tau_argus.py. The table is T1 of the shared cases cut to its first areas,
since the whole takes tau-ARGUS ten minutes; `python -m benchmarks.crosscheck 32` takes them.
"""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path

import numpy as np

from node.feasible.inference import infer
from node.feasible.linked import PublishedTable, link
from node.model.codelist import Code, Codelist
from node.model.structure import Dimension
from tests.support.cubes import flat
from tests.support.tau_argus import REASON, available, run_tau_argus

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
AREAS = 8
THRESHOLD = 5


def main() -> None:
    """Print the times of both, and what a reader computes from the pattern."""
    python = available()
    if python is None or not CASES.is_dir():
        print(REASON if python is None else "cross-check: the shared tables do not lie beside this checkout")
        return
    most = int(sys.argv[1]) if len(sys.argv) > 1 else AREAS
    with (CASES / "T1.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["region"][1:]) <= most]
    counts = {(row["region"], row["isco"]): int(row["n"]) for row in rows}
    codes = sorted({code[:length] for _, code in counts for length in range(1, 5)})
    tree = "".join("@" * (len(code) - 1) + code + "\n" for code in codes)
    result = run_tau_argus(python, counts, tree, threshold=THRESHOLD, timeout_seconds=3600)
    occupations = Codelist("isco", (Code("Total", ""), *(Code(code, "", code[:-1] or "Total") for code in codes)))
    axes = (flat("area", "Total", sorted({area for area, _ in counts})), Dimension("isco", occupations))
    value = np.zeros(tuple(len(axis.codelist) for axis in axes))
    for (area, code), count in counts.items():
        for above in occupations.lineage(code):
            value[[axes[0].codelist.index[area], 0], occupations.index[above]] += count
    hidden = np.zeros(value.shape, np.bool_)
    for area, code in result.hidden:
        hidden[axes[0].codelist.index[area], occupations.index[code]] = True
    print(f"T1, {most} areas: tau-ARGUS hides {hidden.sum():,} cells in {result.suppress_seconds:.1f} s, "
          f"and audits them in {result.audit_seconds:.1f} s")  # fmt: skip
    for least in (0.0, 1.0):
        _attack(axes, value, hidden, least, result.bounds)


def _attack(
    axes: tuple[Dimension, Dimension],
    value: np.ndarray,
    hidden: np.ndarray,
    least: float,
    bounds: dict[tuple[str, str], tuple[float, float]],
) -> None:
    begun = time.perf_counter()
    none = np.zeros(value.shape)
    joint = link([PublishedTable("t", axes, np.where(hidden, np.nan, value), hidden, hidden, none, none)])
    found = infer(joint, np.full(value.size, least), np.full(value.size, np.inf), seconds=600)
    seconds = time.perf_counter() - begun
    at = joint.places[0]
    low, high = (side[at].reshape(value.shape) for side in (found.low, found.high))
    small = (value > 0) & (value < THRESHOLD)
    places = {cell: (axes[0].codelist.index[cell[0]], axes[1].codelist.index[cell[1]]) for cell in bounds}
    apart = sum(abs(low[at] - bounds[cell][0]) + abs(high[at] - bounds[cell][1]) > 1e-6 for cell, at in places.items())
    print(f"  this node, lower bound {least:.0f}: all intervals in {seconds:.1f} s; {(small & (low == high)).sum()} of "
          f"{small.sum():,} small counts are known exactly; {apart} intervals differ from tau-ARGUS's")  # fmt: skip


if __name__ == "__main__":
    main()
