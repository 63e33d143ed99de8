"""A table as rows of plain cells, a column for each thing that a cell says: what a worksheet holds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from node.compare.listing import plain_number
from node.errors import NodeError
from node.model.comparison import NOT_APPLICABLE, Measured, Signal
from node.model.period import TimePeriod
from node.model.table import Cell, Coded, Column, Kind, Table
from node.web.takeaway.words import SheetWords

INFINITE = "∞"

Plain = str | float | int | None
"""A cell of a worksheet: text, a number, or nothing."""


@dataclass(frozen=True, slots=True)
class PlainColumn:
    """A column of a worksheet. `decimals`: of its numbers; None where it is text."""

    heading: str
    decimals: int | None


def plain_columns(table: Table, headings: tuple[str, ...], words: SheetWords) -> tuple[PlainColumn, ...]:
    """The columns of a worksheet: a code and its name; a figure, its bounds and its sign; the ends of a range.

    `headings`: one for each column of the table, in the reader's language.
    Raises: NodeError where there are more or fewer headings than columns.
    """
    if len(headings) != len(table.columns):
        raise NodeError(f"table {table.id} has {len(table.columns)} columns and {len(headings)} headings")
    return tuple(
        plain
        for column, heading in zip(table.columns, headings, strict=True)
        for plain in _columns_of(column, heading, words)
    )


def plain_rows(table: Table, words: SheetWords) -> Iterator[tuple[Plain, ...]]:
    """The rows of a worksheet, each as wide as `plain_columns`.

    A figure that is not known is an empty cell, never 0; a bound without end is the sign ∞.
    Raises: NodeError where a cell is not of its column's kind.
    """
    for row in table.rows:
        cells: list[Plain] = []
        for column, cell in zip(table.columns, row, strict=True):
            cells.extend(_cells_of(column, cell, words))
        yield tuple(cells)


def _columns_of(column: Column, heading: str, words: SheetWords) -> tuple[PlainColumn, ...]:
    bounds = f"{heading}: {words.at_least}", f"{heading}: {words.at_most}"
    match column.kind:
        case Kind.AREA | Kind.OCCUPATION:
            return PlainColumn(f"{heading}: {words.code}", None), PlainColumn(heading, None)
        case Kind.FIGURE:
            figures = tuple(PlainColumn(text, column.decimals) for text in (heading, *bounds))
            return (*figures, PlainColumn(f"{heading}: {words.sign}", None))
        case Kind.RANGE:
            return tuple(PlainColumn(text, 0) for text in bounds)
        case Kind.COUNT:
            return (PlainColumn(heading, 0),)
        case _:
            return (PlainColumn(heading, None),)


def _cells_of(column: Column, cell: Cell, words: SheetWords) -> tuple[Plain, ...]:
    match cell:
        case Coded() if column.kind in (Kind.AREA, Kind.OCCUPATION):
            return cell.code, words.name(column.kind, cell)
        case Measured() if column.kind is Kind.FIGURE:
            return _figure(cell, words)
        case (int(), int()) if column.kind is Kind.RANGE:
            return cell
        case None:
            return _nothing(column, words)
        case _:
            return (_single(column, cell, words),)


def _single(column: Column, cell: Cell, words: SheetWords) -> Plain:
    """The cell of a column that stays one."""
    match cell:
        case Signal() if column.kind is Kind.SIGNAL:
            return words.signals[cell]
        case int() if column.kind is Kind.COUNT:
            return cell
        case TimePeriod() if column.kind is Kind.PERIOD:
            return cell.text
        case str() if column.kind is Kind.WORD:
            return words.word(column.id, cell)
        case str() if column.kind is Kind.TEXT:
            return cell
        case _:
            raise NodeError(f"column {column.id}: a cell of the kind “{column.kind.value}” is no {type(cell).__name__}")


def _nothing(column: Column, words: SheetWords) -> tuple[Plain, ...]:
    """What stands where a row has no cell; of a figure, that it does not apply."""
    if column.kind is Kind.FIGURE:
        return None, None, None, words.signs[NOT_APPLICABLE]
    return (None,) * (2 if column.kind in (Kind.AREA, Kind.OCCUPATION, Kind.RANGE) else 1)


def _figure(figure: Measured, words: SheetWords) -> tuple[Plain, ...]:
    interval = figure.interval
    low, high = (None, None) if interval is None else (interval.low, interval.high)
    return _number(figure.value), _number(low), _number(high), words.sign_of(figure)


def _number(value: float | None) -> Plain:
    """A number as every other file has it, and ∞ where they have a sign for programs."""
    return INFINITE if value == math.inf else plain_number(value)
