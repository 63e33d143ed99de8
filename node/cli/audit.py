"""`lmis-node audit`: attack published tables, this node's or anybody's. Needs no node."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np

from node.adapters.profile_files import ProfileFolder
from node.adapters.tables.attack import METHOD, AuditVerdict, TableAudit, audit_tables
from node.adapters.tables.read import read_table
from node.adapters.tables.settings import USUAL_MARKS, TableSettings
from node.bootstrap import shipped
from node.cli.output import plain_errors, print_json, print_table, say
from node.model.release import Json

EXIT = {AuditVerdict.SAFE: 0, AuditVerdict.UNSAFE: 1, AuditVerdict.UNDECIDED: 3}
"""Exit codes; 2 is a wrong option, 65 a table that is none."""

SHOWN = 20
"""Cells that are listed without --all."""

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _pairs(_: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """`DIM=SOMETHING` options as a dictionary."""
    pairs = [text.partition("=") for text in given]
    for name, sign, value in pairs:
        if not (name and sign and value):
            raise click.BadParameter("write DIM=VALUE, for example isco=tree.csv", param=option)
    if len({name for name, _, _ in pairs}) < len(pairs):
        raise click.BadParameter("a dimension is there twice", param=option)
    return {name: value for name, _, value in pairs}


def _files(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, Path]:
    return {
        name: Path(str(_FILE.convert(value, option, context))) for name, value in _pairs(context, option, given).items()
    }


def _lengths(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    pairs = _pairs(context, option, given)
    if not all(part.isdigit() and int(part) > 0 for value in pairs.values() for part in value.split(",")):
        raise click.BadParameter("write lengths as isco=1,2,3,4", param=option)
    return {name: tuple(sorted({int(part) for part in value.split(",")})) for name, value in pairs.items()}


def _same(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """`DIM:CODE=CODE` options: in a dimension, a code and what it is to be read as."""
    found = []
    for text in given:
        place, _, name = text.partition("=")
        dimension, _, code = place.partition(":")
        if not (dimension and code and name):
            raise click.BadParameter("write DIM:CODE=CODE, for example INDICATOR:JS_OLD=JS_NEW", param=option)
        found.append((dimension, code, name))
    return tuple(found)


def _reading(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how a table is written."""
    for option in reversed(
        (
            click.option("--hierarchy", "hierarchies", multiple=True, callback=_files, metavar="DIM=FILE",
                         help="CSV of parts and wholes of a dimension: child,parent."),
            click.option("--levels", multiple=True, callback=_lengths, metavar="DIM=1,2,4",
                         help="Code lengths of a dimension whose longer codes begin with their parent."),
            click.option("--total", "totals", multiple=True, callback=_pairs, metavar="DIM=CODE",
                         help="The code that stands for all of a dimension.  [default: _T, Total, T or All]"),
            click.option("--same", multiple=True, callback=_same, metavar="DIM:CODE=CODE",
                         help="A code that means the same as another file's."),
            click.option("--separate", multiple=True, metavar="DIM", help="A dimension over which nothing is summed."),
            click.option("--ignore", multiple=True, metavar="COLUMN", help="A column that is no dimension."),
            click.option("--value", default="value", show_default=True, metavar="COLUMN",
                         help="The column of the number, in a plain table."),
            click.option("--status", metavar="COLUMN", help="The column of the marks, where it is another."),
            click.option("--hidden", multiple=True, metavar="MARK",
                         help=f"How a suppressed cell is marked.  [default: {' '.join(USUAL_MARKS[:4])} ... NaN]"),
            click.option("--primary", multiple=True, metavar="MARK",
                         help="A mark that says a cell is sensitive by itself."),
            click.option("--absent", type=click.Choice(["zero", "unknown"]), default="zero", show_default=True,
                         help="What a detail without a row is. A total without a row is unknown."),
            click.option("--structure", "structures", type=_FILE, multiple=True,
                         help="SDMX-JSON 2.0 structure message of a file's dataflow."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@_reading
@click.option("--threshold", type=click.IntRange(min=2), help="Cells of fewer persons than this are sensitive.")
@click.option("--profile", metavar="DATAFLOW", help="The exchange profile that names hierarchies and thresholds.")
@click.option("--lower-bound", type=click.IntRange(0, 1), help="What readers know a hidden cell to be at least."
              "  [default: 1, or 0 where 1 does not fit]")  # fmt: skip
@click.option("--marks/--no-marks", default=True, show_default=True,
              help="The reader also uses which hidden cells are marked small or secondary.")  # fmt: skip
@click.option("--limit-seconds", type=click.FloatRange(min=0), default=300.0, show_default=True,
              help="Time for the linear programmes.")  # fmt: skip
@click.option("--all", "show_all", is_flag=True, help="List every cell that fails, not only the first.")
@click.option("--intervals", is_flag=True, help="List also the suppressed cells that withstood, with their intervals.")
@click.option("--json", "as_json", is_flag=True, help="Machine output; lists every cell that fails.")
def audit(
    files: tuple[Path, ...], threshold: int | None, profile: str | None, lower_bound: int | None, marks: bool,
    limit_seconds: float, show_all: bool, intervals: bool, as_json: bool, **reading: object,
) -> None:  # fmt: skip
    """Attack published tables, and report every suppressed cell that can be computed or narrowed too far.

    FILE is SDMX-CSV (1.0 or 2.0) or any CSV with a column per dimension, plain or gzipped. Several files are attacked
    together: cells with the same codes are the same count. The values shown follow from the files alone.

    Exit code 0: safe; 1: unsafe; 3: not decided within the time, which is not safe; 65: no table, see the message.
    """
    with plain_errors():
        settings = _settings(reading, threshold, profile)
        tables = [read_table(path, settings) for path in files]
        found = audit_tables(tables, lower_bound=lower_bound, by_marks=marks, seconds=limit_seconds)
    if as_json:
        print_json(_as_json(found, intervals))
    else:
        _tell(found, None if show_all or intervals else SHOWN, intervals)
    sys.exit(EXIT[found.verdict])


def _settings(reading: dict[str, object], threshold: int | None, profile: str | None) -> TableSettings:
    library = ProfileFolder(shipped("exchange_profiles"))
    given = {name: value for name, value in reading.items() if name not in ("absent", "ignore", "separate", "levels")}
    return TableSettings(
        **{**given, "hidden": reading["hidden"] or USUAL_MARKS},  # type: ignore[arg-type]  # click's options, by name
        lengths=dict(reading["levels"]),  # type: ignore[call-overload]  # what _lengths made
        separate=frozenset(reading["separate"]),  # type: ignore[call-overload]  # texts
        ignored=frozenset(reading["ignore"]),  # type: ignore[call-overload]  # texts
        absent_is_zero=reading["absent"] == "zero",
        threshold=threshold,
        profile=library.profile(profile) if profile else None,
        profiles=tuple(library.profile(dataflow) for dataflow in library.dataflows()),
    )


def _kinds(found: TableAudit, intervals: bool) -> list[tuple[int, str]]:
    """Failing joint cells with how they fail: computable ones first, each group in the order of the table; with
    `intervals` the other suppressed cells too.
    """
    groups = (("computable", found.inference.exact), ("narrow", found.inference.narrow),
              ("undecided", found.inference.undecided))  # fmt: skip
    failing = [(cell, kind) for kind, cells in groups for cell in np.flatnonzero(cells).tolist()]
    if not intervals:
        return failing
    failed = {cell for cell, _ in failing}
    hidden = np.flatnonzero(found.linked.hidden).tolist()
    return [*failing, *((cell, "withstood") for cell in hidden if cell not in failed)]


def _number(value: float) -> int | float | None:
    if not np.isfinite(value):
        return None
    return int(value) if value == int(value) else round(float(value), 6)


def _as_json(found: TableAudit, intervals: bool) -> Json:
    linked, inference = found.linked, found.inference
    cells: list[Json] = [
        {
            "table": linked.tables[int(linked.home[cell])].name,
            "key": dict(zip(linked.dimensions(cell), linked.key(cell), strict=True)),
            "finding": kind,
            "sensitive": bool(linked.sensitive[cell]),
            "low": _number(inference.low[cell]),
            "high": _number(inference.high[cell]),
            "required_width": _number(linked.width[cell]),
        }
        for cell, kind in _kinds(found, intervals)
    ]  # fmt: skip
    return {
        "verdict": found.verdict.value,
        "tables": [table.name for table in linked.tables],
        **_counts(found),
        "lower_bound": int(found.lower_bound),
        "marks": found.by_marks,
        "method": METHOD,
        "seconds": round(found.seconds, 3),
        "findings": cells,
    }


def _counts(found: TableAudit) -> dict[str, Json]:
    linked, inference = found.linked, found.inference
    return {
        "cells": int((linked.hidden | ~np.isnan(linked.value)).sum()),
        "suppressed": int(linked.hidden.sum()),
        "sensitive": int(linked.sensitive.sum()),
        "computable": int(inference.exact.sum()),
        "computable_sensitive": int(inference.disclosed.sum()),
        "narrow": int(inference.narrow.sum()),
        "undecided": int(inference.undecided.sum()),
        "required_width": _number(float(linked.width.max(initial=0.0))),
    }


def _tell(found: TableAudit, most: int | None, intervals: bool) -> None:
    counts, linked = _counts(found), found.linked
    say(f"{', '.join(table.name for table in linked.tables)}: {found.verdict.value.upper()}")
    sensitive = f"{counts['sensitive']:,} of them sensitive, or not said not to be"
    say(f"  {counts['cells']:,} cells, {counts['suppressed']:,} suppressed, {sensitive}")
    say(f"  {counts['computable']:,} can be computed, {counts['computable_sensitive']:,} of them sensitive")
    if counts["required_width"]:
        say(f"  {counts['narrow']:,} more sensitive cells can be narrowed to less than their required width")
    else:
        say("  widths were not asked: give --threshold or --profile")
    if counts["undecided"]:
        say(f"  {counts['undecided']:,} could not be decided within the time, which counts as not safe")
    fallen = " (nothing fits 1)" if found.given_up else ""
    marks = ", and to be as its mark says" if found.by_marks else ""
    taken = f"at least {found.lower_bound:.0f}{fallen}{marks}"
    say(f"  a hidden cell was taken to be {taken}; {METHOD}; {found.seconds:.1f} s")
    kinds = _kinds(found, intervals)
    if kinds:
        print_table("What a reader gets", ["cell", "finding", "at least", "at most"],
                    [_row(found, cell, kind) for cell, kind in kinds[:most]], numeric=2)  # fmt: skip
    if most is not None and len(kinds) > most:
        say(f"and {len(kinds) - most:,} more; --all lists them")


def _row(found: TableAudit, cell: int, kind: str) -> list[str]:
    low, high = (_number(float(side[cell])) for side in (found.inference.low, found.inference.high))
    return [found.linked.name(cell), kind, "" if low is None else f"{low:,}", "" if high is None else f"{high:,}"]
