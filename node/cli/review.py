"""`lmis-node code`: how far a source is coded, and what is open."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from node.adapters.decision_files import open_sheet
from node.adapters.trust.files import PRIVATE_FILE, write_whole
from node.bootstrap import Services
from node.cli.output import print_json, print_table, say, warn, with_services
from node.coding.codes import shown
from node.coding.decisions import Matter
from node.coding.proposal import of_one_source
from node.coding.review import Amount, OpenEntry, Review, State
from node.model.period import TimePeriod
from node.model.records import Coverage
from node.model.release import Json
from node.reviewing import take_review

LEVELS = ("not coded", "major group (1 digit)", "sub-major (2)", "minor (3)", "unit group (4)")
SHOWN = 20
"""Open entries of each kind that the command prints; `--limit` changes it."""


@click.command()
@click.argument("source_id", metavar="SOURCE")
@click.argument("period")
@click.option("--limit", type=click.IntRange(min=1), default=SHOWN, show_default=True, help="Open entries a kind.")
@click.option("--sheet", type=click.Path(dir_okay=False, path_type=Path), default=None,
              help="Also write what is open as CSV, for an expert to fill in and `decisions import`.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def code(services: Services, source_id: str, period: str, limit: int, sheet: Path | None, as_json: bool) -> None:
    """How well SOURCE is coded to ISCO-08 and the IMT-GT areas in PERIOD, and what is open, with suggestions.

    What is found is kept as sums for the operator's pages. Titles that fewer than three records have are only counted.
    """
    coverage, review = take_review(services, source_id, TimePeriod(period))
    if sheet is not None:
        text = open_sheet(review, partial(of_one_source, services.node.correspondences))
        write_whole(sheet, text.encode(), mode=PRIVATE_FILE)
        warn(f"what is open was written to {sheet}; titles may be in it, so it stays within this node")
    if as_json:
        print_json(_review_json(coverage, review))
        return
    _print_levels(review)
    for hint in review.hints:
        say(f"  NOTE: {hint}")
    for matter in Matter:
        _print_open(review, matter, limit)


def _print_levels(review: Review) -> None:
    titled = bool(review.by_title)
    columns = ["", "records", review.indicator, *(["of them by title"] if titled else [])]
    rows = [[name, *_numbers(amount)] for name, amount in zip(LEVELS, review.levels, strict=True)]
    if titled:
        rows = [[*row, f"{amount.records:,}"] for row, amount in zip(rows, review.by_title, strict=True)]
    rest = [
        ("out of scope (outside the IMT-GT areas)", review.out_of_scope),
        ("place not mapped", review.place_unmapped),
        ("all records", review.total),
    ]
    filler = [""] if titled else []
    rows += [[name, *_numbers(amount), *filler] for name, amount in rest]
    if review.duplicates:
        rows.append(["set aside: advertised again, counted once", f"{review.duplicates:,}", "", *filler])
    schemes = ", ".join(str(scheme) for scheme in review.schemes.values())
    title = f"Coding of {review.source}, {review.period}: {review.coded_share:.1%} coded, by weight ({schemes})"
    print_table(title, columns, rows, numeric=len(columns) - 1)


def _print_open(review: Review, matter: Matter, limit: int) -> None:
    entries = [entry for entry in review.entries if entry.matter is matter]
    rows = [
        [entry.heading, *_numbers(entry.amount), entry.state.value, "\n".join(_suggested(entry))]
        for entry in entries[:limit]
    ]
    if rows:
        columns = [matter.value, "records", review.indicator, "state", "may be, and why"]
        print_table(f"Unmapped {matter.value}s, heaviest first", columns, rows)
    if len(entries) > limit:
        say(f"and {len(entries) - limit:,} more; --limit shows them, --sheet writes them")
    if rest := review.untold.get(matter.value):
        say(
            f"{matter.value}: {rest.records:,} more records have none, a text in place of a code, or one too rare to "
            "be shown"
        )


def _suggested(entry: OpenEntry) -> list[str]:
    return [f"{one.target} {one.name}: {'; '.join(one.reasons)}" for one in entry.suggestions]


def _numbers(amount: Amount) -> list[str]:
    return [f"{amount.records:,}", f"{amount.weight:,.0f}"]


def _amount_json(amount: Amount) -> dict[str, Json]:
    return {"records": amount.records, "weight": amount.weight}


def _review_json(coverage: Coverage, review: Review) -> dict[str, Json]:
    return {
        "source": coverage.source,
        "period": str(review.period),
        "records": coverage.records,
        "out_of_scope": coverage.out_of_scope,
        "place_unmapped": coverage.place_unmapped,
        "by_level": list(coverage.by_level),
        "by_title": list(coverage.by_title),
        "by_decision": list(coverage.by_decision),
        "duplicates": coverage.duplicates,
        "unrecognised": {entry.name: entry.records for entry in coverage.unrecognised},
        "hints": list(coverage.hints),
        "coded_share": round(coverage.coded_share, 6),
        "unmapped": [{"code": shown(entry.written), "records": entry.records} for entry in coverage.unmapped],
        "unmapped_places": [
            {"code": shown(entry.written), "records": entry.records} for entry in coverage.unmapped_places
        ],
        "indicator": review.indicator,
        "weight_by_level": [amount.weight for amount in review.levels],
        "coded_share_of_weight": round(review.coded_share, 6),
        "open": [_entry_json(entry) for entry in review.entries],
        "untold": {matter: _amount_json(amount) for matter, amount in review.untold.items()},
    }


def _entry_json(entry: OpenEntry) -> dict[str, Json]:
    return {
        "on": entry.matter.value,
        "scheme": str(entry.scheme) if entry.scheme else None,
        "written": entry.written,
        **_amount_json(entry.amount),
        "state": entry.state.value,
        "conflict": entry.state is State.CONFLICT,
        "suggestions": [
            {"target": one.target, "name": one.name, "reasons": list(one.reasons)} for one in entry.suggestions
        ],
    }
