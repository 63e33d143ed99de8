"""What each row of a table's file says: a number, suppressed (and whether for its own sake), or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from node.adapters.tables.settings import TableSettings
from node.adapters.tables.text import Column, Sheet
from node.errors import MAX_PLACES, TableInvalid
from node.model.cube import BoolArray, FloatArray
from node.model.structure import (
    CONF_CONFIDENTIAL,
    CONF_FREE,
    CONF_MILITARY,
    CONF_SECONDARY,
    CONF_SMALL,
    CONF_STATUS,
    MEASURE,
    OBS_STATUS,
    STATUS_SUPPRESSED,
)

FIRST_ROW = 2
"""The first row below the header, as an editor counts."""

_NO_NUMBER = ("", "NaN", "nan")


@dataclass(frozen=True, slots=True, eq=False)
class RowCells:
    """Per row, shape (rows,). `value`: NaN where there is no number; `hidden`: suppressed; `sensitive`: of these,
    those suppressed for their own sake, or all where the file does not say (`marked` is False then, as in targets of
    this exchange); `small`: those of them that a threshold made sensitive, as far as the file says.
    """

    value: FloatArray
    hidden: BoolArray
    sensitive: BoolArray
    small: BoolArray
    marked: bool


def sdmx_cells(sheet: Sheet) -> RowCells:
    """Rows of SDMX-CSV: a number is hidden where OBS_STATUS is Q or CONF_STATUS is not F.

    Source: SDMX CL_OBS_STATUS, CL_CONF_STATUS; SDMX-CSV 2.0, section 2 (no number is NaN or empty).
    """
    rows = sheet.rows
    value = _numbers(sheet, MEASURE, _NO_NUMBER)
    free = _is(sheet.columns.get(CONF_STATUS), (CONF_FREE, ""), rows)
    suppressed = _is(sheet.columns.get(OBS_STATUS), (STATUS_SUPPRESSED,), rows)
    told = CONF_STATUS in sheet.columns
    hidden = suppressed | ~free if told else suppressed
    neutral = _is(sheet.columns.get(CONF_STATUS), (CONF_CONFIDENTIAL, CONF_MILITARY), rows)
    marked = told and not (free & hidden).any() and not neutral[hidden].all()
    secondary = _is(sheet.columns.get(CONF_STATUS), (CONF_SECONDARY,), rows)
    small = _is(sheet.columns.get(CONF_STATUS), (CONF_SMALL,), rows)
    return RowCells(value, hidden, hidden & ~secondary if marked else hidden, small if marked else hidden, marked)


def plain_cells(sheet: Sheet, settings: TableSettings) -> RowCells:
    """Rows of a plain table: marks stand in the value's column, or in one of their own."""
    marks = (*settings.hidden, *settings.primary)
    place = settings.status or settings.value
    if place not in sheet.columns:
        raise TableInvalid(f"{sheet.name} has no column {place}; it has {', '.join(sheet.columns)}")
    value = _numbers(sheet, settings.value, (*marks, *_NO_NUMBER) if settings.status else marks)
    hidden = _is(sheet.columns[place], marks, sheet.rows)
    marked = bool(settings.primary)
    sensitive = _is(sheet.columns[place], settings.primary, sheet.rows) if marked else hidden
    if settings.status and (unsaid := np.isnan(value) & ~hidden).any():
        raise TableInvalid(
            f"{sheet.name}: no number and none of the marks {', '.join(map(repr, marks))} in {place}; name the mark "
            "with --hidden",
            places=rows_named(unsaid),
        )
    return RowCells(value, hidden, sensitive, sensitive, marked)


def rows_named(rows: BoolArray) -> tuple[str, ...]:
    return tuple(f"row {row + FIRST_ROW}" for row in np.flatnonzero(rows).tolist())


def _is(column: Column | None, texts: Sequence[str], rows: int) -> BoolArray:
    if column is None:
        return np.zeros(rows, np.bool_)
    return column.where(tuple(text in texts for text in column.texts))


def _numbers(sheet: Sheet, name: str, no_number: Sequence[str]) -> FloatArray:
    """A column's numbers, NaN for the texts that are none. Raises: TableInvalid for negative and other values."""
    if name not in sheet.columns:
        raise TableInvalid(
            f"{sheet.name} has no column {name}; name the column of the numbers with --value "
            f"(there is {', '.join(sheet.columns)})"
        )
    column = sheet.columns[name]
    numbers = np.array([np.nan if text in no_number else _number(text) for text in column.texts], np.float64)
    strange = column.where(tuple(np.isinf(numbers).tolist()))
    if strange.any():
        shown = [repr(text[:20]) for text, number in zip(column.texts, numbers, strict=True) if np.isinf(number)]
        raise TableInvalid(
            f"{sheet.name}: {name} is neither a number nor a mark of suppression ({', '.join(shown[:MAX_PLACES])}); "
            "name marks with --hidden",
            places=rows_named(strange),
        )
    value = numbers[column.positions]
    if (value < 0).any():
        raise TableInvalid(
            f"{sheet.name}: {name} is negative; counts and totals of them are not", places=rows_named(value < 0)
        )
    return np.asarray(value, np.float64)


def _number(text: str) -> float:
    """The number in a text; infinite where it is none."""
    try:
        number = float(text) if "_" not in text else np.inf
    except ValueError:
        return np.inf
    return np.inf if np.isnan(number) else number
