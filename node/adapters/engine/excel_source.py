"""Excel and OpenDocument workbooks: one sheet, its first filled row the header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from node.adapters.engine.intake import as_batch, batched, text_of_cell
from node.adapters.engine.mapping import require_columns
from node.errors import SourceUnreadable


def excel_batches(path: Path, sheet: str | None, wanted: tuple[str, ...], what: str) -> Iterator[pa.Table]:
    """The wanted columns of a sheet (the first where none is named) as text, in batches. Empty rows are not records.

    Raises: SourceUnreadable when it is no workbook, or has no such sheet or column.
    """
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            rows = _sheet(workbook, sheet, what).iter_rows()
            yield from _batches(rows, wanted, what)
    except (CalamineError, OSError, ValueError):
        raise SourceUnreadable(f"{what} is not a whole Excel or OpenDocument workbook; save it again") from None


def _sheet(workbook: CalamineWorkbook, sheet: str | None, what: str) -> CalamineSheet:
    names = workbook.sheet_names
    if not names:
        raise SourceUnreadable(f"{what} has no sheets")
    if sheet is not None and sheet not in names:
        raise SourceUnreadable(f"{what} has no sheet “{sheet}”; it has: {', '.join(names)}")
    return workbook.get_sheet_by_name(sheet if sheet is not None else names[0])


def _batches(rows: Iterator[Sequence[object]], wanted: tuple[str, ...], what: str) -> Iterator[pa.Table]:
    filled = (row for row in rows if any(cell != "" for cell in row))
    header = tuple((text_of_cell(cell) or "").strip() for cell in next(filled, ()))
    if not header:
        raise SourceUnreadable(f"{what} is empty: its sheet does not even have a header row")
    require_columns(wanted, header, what)
    if twice := [column for column in wanted if header.count(column) > 1]:
        raise SourceUnreadable(f"{what} has the column “{twice[0]}” twice; name each column once")
    places = [header.index(column) for column in wanted]
    for batch in batched([row[place] for place in places] for row in filled):
        yield as_batch(wanted, batch)
