"""Disclosure control on the shared tables, beside what the field's own tools reach on them.

The field's figures are known results on these very tables, not measured here: R GaussSuppression 1.2.3, tau-ARGUS by
pytauargus 0.6.0 with a limit of five minutes. Everything else is measured in this run.
"""

from __future__ import annotations

import csv
import resource
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from node.errors import ReleaseRefused
from node.feasible.audit import exposed_cells
from node.feasible.bounds import propagate
from node.feasible.certify import Need
from node.feasible.exact import determined
from node.feasible.intervals import intervals
from node.feasible.linked import PublishedTable
from node.feasible.margins import margins
from node.feasible.network import network
from node.model.codelist import Code, Codelist
from node.model.cube import BoolArray, Cube, FloatArray
from node.model.period import TimePeriod
from node.model.structure import Dimension
from node.protect.primary import primary_suppression
from node.protect.proofs import Proofs, Start
from node.protect.protect import SECONDS, protect
from node.protect.room import Table
from node.protect.rules import hidden_width
from node.protect.vintages import Earlier
from node.protect.widths import CELL_COST, SECOND_COST, SECOND_ROUND, need_of, slack_of
from tests.support.cubes import counted, with_axes
from tests.support.profiles import jobseekers, vacancies

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
TOTAL = "Total"
FIELD = (
    "T1 in the field, not certified: GaussSuppression 1,462 to 1,550 secondary, 45.7 s; "
    "tau-ARGUS 1,448 to 1,451, 392 to 615 s"
)


def main() -> None:
    """Print the table; the largest tables take half a minute to some minutes each, the others seconds."""
    if not CASES.is_dir():
        print("protection: the shared tables do not lie beside this checkout")
        return
    print(FIELD)
    protect(_persons("T1.csv"))  # translates the search, once for each installation
    _leaks()
    _intervals()
    _before_certification()
    _measure("T1", _persons("T1.csv"), "at most 2,005 secondary, 1.84 % of value, under 12 s, then 5 s (without c)")
    _measure("T3", _persons("T3.csv"), "at most 9,644 secondary, under 45 s (without c)")
    for name in ("T1", "T3"):
        _marked(_persons(f"{name}.csv"), name)
    _measure("V1", _posts(), "every cell at its p% protection levels")
    _months()
    _measure("T4", _persons("T4.csv"), "no failure left undecided, under 300 s; not achieved by anyone before")
    _measure("T2", _persons("T2.csv"), "no failure left undecided, under 300 s; not achieved by anyone before")
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
    table, axes = _table(cube), cube.structure.axes
    public = _suppress(table, axes, need_of(table))
    print(
        f"{name}: {(cube.value > 0).sum():,} cells, {release.audit.primary:,} primary, {secondary.sum():,} secondary, "
        f"{share:.2f} % of value, {release.audit.certified:,} certified (a, b and c), {seconds:.1f} s; "
        f"for readers alone, without c or covers that may be small counts {_told(table, public)}; target: {target}"
    )


def _marked(cube: Cube, name: str) -> None:
    """What marks of small counts and covers would tell if published: with all cells hidden, so under any pattern."""
    value, small = cube.value.ravel(), primary_suppression(cube).sensitive.ravel()
    most = value[small].max()
    least = np.where(small, 1.0, np.where(value > 0, most + 1.0, 0.0))
    low, high = propagate(margins(cube.structure.axes), least, np.where(small, most, np.where(value > 0, np.inf, 0.0)))
    width = (high - low)[small]
    print(
        f"{name} were small counts and covers marked apart, and all cells hidden: of {small.sum():,} primary "
        f"{(width == 0).sum():,} known exactly, {(width < most - 1).sum():,} narrower than {most - 1:.0f}"
    )


def _suppress(table: Table, axes: Sequence[Dimension], need: Need) -> BoolArray:
    """The pattern for readers who are no contributors, by the search alone, in two rounds as releases are made."""
    cost = np.where(table.value > 0, table.value, 1e15) + CELL_COST
    first = _round(table, axes, need, cost, 1)
    if np.count_nonzero(table.coverable) > SECOND_ROUND:
        return first
    second = _round(table, axes, need, np.where(first, cost * SECOND_COST, cost), -1)
    return second if np.count_nonzero(second) < np.count_nonzero(first) else first


def _round(table: Table, axes: Sequence[Dimension], need: Need, cost: FloatArray, step: int) -> BoolArray:
    start = Start(network(tuple(axes), table.coverable, table.value), table.sensitive, slack_of(table), cost)
    proofs = Proofs(start, need, time.monotonic() + SECONDS)
    sensitive = np.flatnonzero(table.sensitive)
    proofs.prove(sensitive[np.argsort(table.value[sensitive], kind="stable")][::step])
    spare = np.flatnonzero(proofs.hidden & ~table.sensitive)
    proofs.spare(table.sensitive, spare[np.argsort(-table.value[spare], kind="stable")])
    return proofs.hidden


def _told(table: Table, hidden: BoolArray) -> str:
    secondary = hidden & ~table.sensitive
    return f"{secondary.sum():,} secondary, {100 * table.value[secondary].sum() / table.value.sum():.2f} % of value"


def _table(cube: Cube) -> Table:
    primary = primary_suppression(cube)
    one = np.ones(cube.value.size)
    none = np.zeros(cube.value.size, np.bool_)
    return Table(
        equations=margins(cube.structure.axes),
        value=cube.value.ravel(),
        coverable=(cube.contributors > 0).ravel(),
        lower=one,
        share=cube.largest.ravel(),
        sensitive=primary.sensitive.ravel(),
        width=primary.width.ravel(),
        upper=primary.upper.ravel(),
        cover=hidden_width(cube).ravel(),
        alone=(cube.contributors == 1).ravel(),
        preferred=none,
        guarded=none,
    )


def _before_certification() -> None:
    """What the field's tools aim at: no cell exactly known to readers who take hidden cells to be 0 or more."""
    cube = _persons("T1.csv")
    table = _table(cube)
    for lower in (0.0, 1.0):
        begun = time.perf_counter()
        asked = replace(table, lower=table.lower * lower, width=np.where(table.sensitive, 1.0, 0.0))
        hidden = _suppress(asked, cube.structure.axes, need_of(asked))
        seconds = time.perf_counter() - begun
        exact = determined(table.equations, hidden)[table.sensitive].sum()
        print(
            f"T1 before certification, lower bound {lower:.0f}: {_told(asked, hidden)}, {exact} known exactly, "
            f"{seconds:.2f} s; target: at most 1,451 secondary, under 1 s"
        )


def _intervals() -> None:
    cube = _persons("T1.csv")
    equations, value = margins(cube.structure.axes), cube.value.ravel()
    hidden = _marks(cube.structure.axes, _rows("T1_field_patterns.csv"), "tau_opt").ravel()
    begun = time.perf_counter()
    found = intervals(equations, np.where(hidden, 0.0, value), np.where(hidden, np.inf, value), hidden, seconds=SECONDS)
    seconds = time.perf_counter() - begun
    print(
        f"T1, all {hidden.sum():,} intervals of tau_opt, lower bound 0: {(hidden & ~found.decided).sum()} undecided, "
        f"{seconds:.2f} s; the field: 144 to 170 s; target: under 1.5 s"
    )


def _months() -> None:
    """What who carries the numbers of the next month over to this one pins, before and after stickiness."""
    names = ("T1.csv", "T1_next_month.csv")
    now, later = (_persons(name, *names) for name in names)
    release, sensitive = protect(now), primary_suppression(now).sensitive
    hidden, none = release.status == "Q", np.zeros(now.value.shape)
    last = PublishedTable("T1", now.structure.axes, release.value, hidden, sensitive, none, none)
    for name, earlier in (("apart", Earlier()), ("with what was hidden preferred", Earlier(last=last))):
        after = protect(later, earlier=earlier)
        still = hidden & (after.status == "Q")
        pinned = determined(margins(now.structure.axes), still.ravel()) & (sensitive & still).ravel()
        print(
            f"T1 and its next month {name}: {100 * (sensitive & ~still).sum() / sensitive.sum():.1f} % of the first "
            f"month's primary cells appear in the second; carrying over pins {pinned.sum()} of {sensitive.sum():,} "
            f"more; {(after.confidentiality == 'D').sum():,} secondary (known, protected apart: 5.4 %, 125)"
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
    """ISCO groups are prefixes of one another; a district (`R01D00`) lies in the region it begins with."""
    if name.startswith("isco"):
        above = {code[:length]: code[: length - 1] for code in codes for length in range(1, len(code) + 1)}
    else:
        above = {code: code.partition("D")[0] if "D" in code else "" for code in codes}
        above |= {parent: "" for parent in above.values() if parent}
    ordered = sorted(above, key=lambda code: (len(code), code))
    return Codelist(name, (Code(TOTAL, ""), *(Code(code, "", above[code] or TOTAL) for code in ordered)))


def _persons(name: str, *others: str) -> Cube:
    """A table of persons, with codes for all that the other tables have too."""
    rows = _rows(name)
    names = [column for column in rows[0] if column != "n"]
    profile = with_axes(jobseekers(), _axes([*rows, *(row for other in others for row in _rows(other))], names))
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
