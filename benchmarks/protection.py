"""Disclosure control on the shared tables, beside what the field's own tools reach on them.

The field's figures are known results on these very tables, not measured here: R GaussSuppression 1.2.3, tau-ARGUS by
pytauargus 0.6.0 with a limit of five minutes. Everything else is measured in this run.
"""

from __future__ import annotations

import csv
import resource
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from node.errors import ReleaseRefused
from node.feasible.audit import exposed_cells
from node.model.codelist import Code, Codelist
from node.model.cube import BoolArray, Cube
from node.model.period import TimePeriod
from node.model.structure import Dimension
from node.protect.protect import protect
from tests.support.cubes import counted, with_axes
from tests.support.profiles import jobseekers, vacancies

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
TOTAL = "Total"
FIELD = (
    "T1 in the field, not certified: GaussSuppression 1,462 to 1,550 secondary, 45.7 s; "
    "tau-ARGUS 1,448 to 1,451, 392 to 615 s"
)


def main() -> None:
    """Print the table; T3 takes about half a minute, the others a few seconds to a minute each."""
    if not CASES.is_dir():
        print("protection: the shared tables do not lie beside this checkout")
        return
    print(FIELD)
    _leaks()
    _measure("T1", _persons("T1.csv"), "at most 2,005 secondary, 1.84 % of value, under 12 s, then 5 s (without c)")
    _measure("T3", _persons("T3.csv"), "at most 9,644 secondary, under 45 s (without c)")
    _measure("V1", _posts(), "every cell at its p% protection levels")
    print("T2 and T4 are not run: under 300 s was not reached by anyone yet; such releases are refused when undecided")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB (target: under 1,536)")


def _measure(name: str, cube: Cube, target: str) -> None:
    begun = time.perf_counter()
    try:
        release = protect(cube)
    except ReleaseRefused as refusal:
        seconds = time.perf_counter() - begun
        print(f"{name}: refused after {seconds:.1f} s: {len(refusal.places)} cells failed; target: {target}")
        return
    seconds = time.perf_counter() - begun
    secondary = release.confidentiality == "D"
    share = 100 * cube.value[secondary].sum() / cube.value.sum()
    print(
        f"{name}: {(cube.value > 0).sum():,} cells, {release.audit.primary:,} primary, {secondary.sum():,} secondary, "
        f"{share:.2f} % of value, {release.audit.certified:,} certified (a, b and c), {seconds:.1f} s; target: {target}"
    )


def _leaks() -> None:
    """What the audit finds in the field's published patterns on T1."""
    cube = _persons("T1.csv")
    axes = cube.structure.axes
    rows = _rows("T1_field_patterns.csv")
    for name in ("gauss_none", "gauss_anysum", "tau_opt"):
        hidden, primary = (_marks(axes, rows, column) for column in (name, "primary"))
        begun = time.perf_counter()
        published = np.where(hidden, np.nan, cube.value)
        found = exposed_cells(axes, published, np.where(hidden, "Q", "A"), np.ones(hidden.shape))
        seconds = time.perf_counter() - begun
        print(f"T1 as {name} hides it: {(found & primary).sum()} sensitive cells are known exactly ({seconds:.2f} s)")


def _marks(axes: Sequence[Dimension], rows: list[dict[str, str]], column: str) -> BoolArray:
    marked = np.zeros(tuple(len(axis.codelist) for axis in axes), np.bool_)
    for row in rows:
        codes = [axis.codelist.index[row[axis.id]] for axis in axes if axis.additive]
        marked[(*codes, 0)] = row[column] == "1"
    return marked


def _rows(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _axes(rows: list[dict[str, str]], names: Sequence[str]) -> tuple[Dimension, ...]:
    return tuple(Dimension(name, _codelist(name, {row[name] for row in rows})) for name in names)


def _codelist(name: str, codes: set[str]) -> Codelist:
    if name != "isco":
        return Codelist(name, (Code(TOTAL, ""), *(Code(code, "", TOTAL) for code in sorted(codes))))
    groups = {code[:length] for code in codes for length in range(1, len(code) + 1)}
    ordered = sorted(groups, key=lambda code: (len(code), code))
    return Codelist(name, (Code(TOTAL, ""), *(Code(code, "", code[:-1] or TOTAL) for code in ordered)))


def _persons(name: str) -> Cube:
    rows = _rows(name)
    names = [column for column in rows[0] if column != "n"]
    profile = with_axes(jobseekers(), _axes(rows, names))
    axes = profile.structure.axes
    value = np.zeros(profile.structure.shape)
    for row in rows:
        value[(*(axis.codelist.index[row[axis.id]] for axis in axes[:-1]), 0)] += int(row["n"])
    for place, axis in enumerate(axes[:-1]):
        view = np.moveaxis(value, place, 0)
        for code in range(len(axis.codelist) - 1, 0, -1):
            view[axis.codelist.parents[code]] += view[code]
    none = np.zeros(value.shape)
    missing = np.zeros(value.shape, np.bool_)
    return Cube(
        profile, profile.structure, TimePeriod("2026-10"), value, value.astype(np.int64), none, none.copy(), missing, ()
    )


def _posts() -> Cube:
    rows = _rows("V1.csv")
    profile = with_axes(vacancies(), _axes(rows, ("region", "isco")))
    return counted(profile, (((row["region"], row["isco"]), row["employer"], float(row["n"])) for row in rows))


if __name__ == "__main__":
    main()
