"""Tables as an XLSX workbook, with a sheet of sources and methods at its end."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

from node.errors import NodeError, OperatorError
from node.model.table import Table
from node.web.takeaway.cells import Plain, PlainColumn, plain_columns, plain_rows
from node.web.takeaway.sources import Source, SourceHeadings
from node.web.takeaway.widths import display_length, longest, unbreakable
from node.web.takeaway.words import SheetWords
from node.web.takeaway.worksheet import MAX_COLUMNS, MAX_ROWS, add_worksheet

if TYPE_CHECKING:
    from xlsxwriter import Workbook

MAX_NAME_CHARACTERS = 31
FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
RESERVED_NAMES = ("history",)
"""What the name of a worksheet may be. Source: Microsoft, Rename a worksheet."""

WIDTH_ROWS = 500
"""Rows that a column's width is taken from; the rest of a long table looks alike."""
MIN_WIDTH, MAX_WIDTH = 9, 48
"""Characters."""
ABOUT_WIDTHS = (26, 48, 20, 10, 26, 32, 68)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with its title and the headings of its columns, in the reader's language."""

    title: str
    table: Table
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What a workbook says of itself, in the reader's language.

    `sheet`: the title of the sheet of sources and methods; `lines`: label and text; `banner`: a line that every
    printed sheet carries, empty for none.
    """

    title: str
    subject: str
    author: str
    sheet: str
    lines: tuple[tuple[str, str], ...]
    headings: SourceHeadings
    sources: tuple[Source, ...]
    banner: str = ""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A worksheet before it is written."""

    name: str
    sheet: Sheet
    columns: tuple[PlainColumn, ...]


def workbook(sheets: Sequence[Sheet], about: About, words: SheetWords, *, created: datetime) -> bytes:
    """The bytes of an XLSX file, the same for the same input. `created`: aware; kept as the time of its making.

    Numbers are numbers and all else is text: nothing becomes a formula, a date or a link. Rows go through temporary
    files, so that memory does not grow with them.
    Raises: OperatorError where a table is longer or wider than a worksheet can be, or a text longer than a cell;
    NodeError for what `plain_columns` and `plain_rows` refuse, or a workbook without a table.
    """
    import xlsxwriter  # noqa: PLC0415 (a process that writes no workbook does not load it)

    if not sheets:
        raise NodeError("a workbook without a table says nothing: give at least one")
    names = sheet_names([*(sheet.title for sheet in sheets), about.sheet])
    plans = [_plan(name, sheet, words) for name, sheet in zip(names, sheets, strict=False)]
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        book.set_properties(
            {
                "title": about.title,
                "subject": about.subject,
                "author": about.author,
                "comments": about.banner,
                "created": created.astimezone(UTC).replace(tzinfo=None),
            }
        )
        for plan in plans:
            _write_table(book, plan, about, words)
        _write_about(book, names[-1], about)
    return file.getvalue()


def sheet_names(titles: Sequence[str]) -> tuple[str, ...]:
    """Names that a workbook accepts: at most 31 characters, without those it forbids, none twice."""
    names: list[str] = []
    taken = set(RESERVED_NAMES)
    for title in titles:
        plain = " ".join(FORBIDDEN_IN_NAMES.sub(" ", title).split()).strip("' ") or "-"
        for number in count(1):
            mark = f" ({number})" if number > 1 else ""
            name = plain[: MAX_NAME_CHARACTERS - len(mark)].rstrip("' ") + mark
            if name.casefold() not in taken:
                break
        names.append(name)
        taken.add(name.casefold())
    return tuple(names)


def _plan(name: str, sheet: Sheet, words: SheetWords) -> _Plan:
    columns, rows = plain_columns(sheet.table, sheet.headings, words), len(sheet.table.rows)
    if rows >= MAX_ROWS or len(columns) > MAX_COLUMNS:
        raise OperatorError(
            f"“{sheet.title}” has {rows:,} rows and {len(columns):,} columns, and a worksheet holds {MAX_ROWS - 1:,} "
            f"and {MAX_COLUMNS:,}: narrow the view, or take the table as CSV"
        )
    return _Plan(name, sheet, columns)


def _write_table(book: Workbook, plan: _Plan, about: About, words: SheetWords) -> None:
    table = plan.sheet.table
    written = add_worksheet(book, plan.name, header=(plan.sheet.title, about.banner), footer=about.author)
    written.inner.freeze_panes(1, 0)
    written.inner.repeat_rows(0)
    written.inner.autofilter(0, 0, len(table.rows), len(plan.columns) - 1)
    for place, width in enumerate(_widths(plan, words)):
        written.inner.set_column(place, place, width)
    formats = [None if column.decimals is None else written.number_format(column.decimals) for column in plan.columns]
    for place, column in enumerate(plan.columns):
        written.put(0, place, column.heading, written.heading)
    for number, row in enumerate(plain_rows(table, words), 1):
        for place, cell in enumerate(row):
            written.put(number, place, cell, formats[place])


def _write_about(book: Workbook, name: str, about: About) -> None:
    written = add_worksheet(book, name, header=(about.title, about.banner), footer=about.author)
    for place, width in enumerate(ABOUT_WIDTHS):
        written.inner.set_column(place, place, width)
    for row, (label, text) in enumerate(about.lines):
        written.put(row, 0, label, written.heading)
        written.put(row, 1, text, written.wrapped)
    top = len(about.lines) + 1
    for place, heading in enumerate(about.headings.cells):
        written.put(top, place, heading, written.heading)
    for row, source in enumerate(about.sources, top + 1):
        for place, cell in enumerate(source.cells):
            written.put(row, place, cell, written.wrapped)


def _widths(plan: _Plan, words: SheetWords) -> Iterator[int]:
    """A width for each column: of its content, and of the longest word of its heading, which wraps."""
    table = plan.sheet.table
    rows = list(plain_rows(Table(table.id, table.columns, table.rows[:WIDTH_ROWS]), words))
    for place, column in enumerate(plan.columns):
        content = longest(_shown(row[place], column) for row in rows)
        heading = max(unbreakable(column.heading) + 4, display_length(column.heading) // 3)
        yield min(max(content + 2, heading, MIN_WIDTH), MAX_WIDTH)


def _shown(cell: Plain, column: PlainColumn) -> str:
    if cell is None or isinstance(cell, str):
        return cell or ""
    return f"{cell:,.{column.decimals or 0}f}"
