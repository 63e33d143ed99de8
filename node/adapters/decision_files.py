"""Decisions and what is open as a sheet for reviewers: CSV that spreadsheets open and save without harm.

Ids, editions and codes stand behind an apostrophe, since a spreadsheet takes the zeros from the front of a number and
reads 12e3456789 as one; so does a text that it would take for a formula. What is read may have lost the apostrophe,
have semicolons for commas, or a byte order mark. The sheet may hold titles: it is for people of this node.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from node.coding.decisions import Decision
from node.coding.review import OpenEntry, Review, State
from node.errors import OperatorError

SHEET_FORMAT = "imtgt-decisions/1"
COLUMNS = (
    "format", "id", "matter", "scheme", "edition", "source", "written", "records", "weight", "suggestions",
    "target", "author", "reason", "decided", "retired", "retired_by", "retired_reason",
)  # fmt: skip
NEEDED = ("format", "matter", "scheme", "edition", "source", "written", "target", "author", "reason")
"""What an expert's own sheet must have; the rest may be left away."""
_TEXTS = (
    "id", "matter", "scheme", "edition", "source", "written", "target", "author", "reason", "retired_by",
    "retired_reason",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "'")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a reviewed sheet, with its line. Nothing is checked but that it is there."""

    line: int
    id: str
    matter: str
    scheme: str
    edition: str
    source: str
    written: str = field(repr=False)
    target: str
    author: str
    reason: str = field(repr=False)
    retired_by: str
    retired_reason: str = field(repr=False)


def decisions_sheet(decisions: Iterable[Decision]) -> str:
    """Decisions, also retired ones, one row each."""
    return _sheet(_decision_row(decision) for decision in decisions)


def open_sheet(review: Review, of_one_source: Callable[[OpenEntry], bool]) -> str:
    """What is open in a review, heaviest first, with the columns that a reviewer fills in: target, author, reason.

    `of_one_source`: whether an entry can be decided for its source alone, which its row then names.
    """
    return _sheet(_open_rows(review, of_one_source))


def read_sheet(text: str, where: str) -> tuple[SheetRow, ...]:
    """The rows of a sheet. `where` names it in messages.

    Raises: OperatorError for an unknown or missing column, a row of another length, or another format.
    """
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=";" if ";" in first else ",")
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, where)
        rows = [_read_row(header, row, where, reader.line_num) for row in reader if any(map(str.strip, row))]
    except csv.Error as problem:
        raise OperatorError(f"{where}, row {reader.line_num}: not valid CSV: {problem}") from None
    return tuple(rows)


def _check_header(header: list[str], where: str) -> None:
    if unknown := [name for name in header if name not in COLUMNS]:
        raise OperatorError(f"{where}, row 1: unknown columns; there are {', '.join(COLUMNS)}", places=tuple(unknown))
    if missing := [name for name in NEEDED if name not in header]:
        raise OperatorError(f"{where}, row 1: columns are missing", places=tuple(missing))
    if len(set(header)) < len(header):
        raise OperatorError(f"{where}, row 1: a column is there twice")


def _read_row(header: list[str], values: list[str], where: str, line: int) -> SheetRow:
    if len(values) != len(header):
        raise OperatorError(f"{where}, row {line}: {len(values)} values for {len(header)} columns")
    row = {name: value.strip().removeprefix("'") for name, value in zip(header, values, strict=True)}
    if row["format"] != SHEET_FORMAT:
        raise OperatorError(f"{where}, row {line}, column format: this program reads {SHEET_FORMAT} and nothing else")
    return SheetRow(line, **{name: row.get(name, "") for name in _TEXTS})


def _decision_row(decision: Decision) -> dict[str, str]:
    subject, ending = decision.subject, decision.retirement
    row = {
        "id": f"'{decision.id}",
        "matter": subject.matter.value,
        "scheme": subject.scheme.name if subject.scheme else "",
        "edition": f"'{subject.scheme.edition}" if subject.scheme else "",
        "source": subject.source or "",
        "written": f"'{subject.written}",
        "target": decision.target,
        "author": _harmless(decision.author),
        "reason": _harmless(decision.reason),
        "decided": decision.decided.isoformat(),
    }
    if ending is not None:
        row |= {"retired": ending.at.isoformat(), "retired_by": _harmless(ending.by)}
        row["retired_reason"] = _harmless(ending.reason)
    return row


def _open_rows(review: Review, of_one_source: Callable[[OpenEntry], bool]) -> Iterator[dict[str, str]]:
    for entry in review.entries:
        if entry.state is State.SETTLED:
            continue
        suggested = " | ".join(f"{one.target} {one.name}: {'; '.join(one.reasons)}" for one in entry.suggestions)
        yield {
            "matter": entry.matter.value,
            "scheme": entry.scheme.name if entry.scheme else "",
            "edition": f"'{entry.scheme.edition}" if entry.scheme else "",
            "source": review.source if of_one_source(entry) else "",
            "written": f"'{entry.label}",
            "records": str(entry.amount.records),
            "weight": f"{entry.amount.weight:.0f}",
            "suggestions": _harmless(suggested),
        }


def _sheet(rows: Iterable[dict[str, str]]) -> str:
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({"format": SHEET_FORMAT, **row})
    return "\ufeff" + sink.getvalue()


def _harmless(text: str) -> str:
    """A text that a spreadsheet takes for a text. Source: OWASP, CSV injection."""
    return f"'{text}" if text.startswith(_FORMULA) else text
