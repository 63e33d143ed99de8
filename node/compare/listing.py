"""A table as flat records for programs: the same for CSV, JSON and the command line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence

from node.model.comparison import NOT_APPLICABLE, Measured, Signal
from node.model.period import TimePeriod
from node.model.profile import AREA
from node.model.release import Json
from node.model.table import Cell, Coded, Column, Kind, Table

DECIMALS = 4
"""Decimals of a ratio. Finer would be noise: the counts it is made of are whole."""
ENDLESS = "INF"
"""A bound that nothing bounds, and a ratio over 0. Source: XML Schema Part 2, 3.2.5, as SDMX writes numbers."""

TIME_PERIOD, FEED_STATE, SYNTHETIC = "TIME_PERIOD", "FEED_STATE", "SYNTHETIC"

Record = dict[str, str | float | None]

_FIELDS = {
    Kind.AREA: ("", "_NAME"),
    Kind.OCCUPATION: ("", "_NAME"),
    Kind.FIGURE: ("", "_LOW", "_HIGH", "_SIGN", "_LACKING"),
    Kind.RANGE: ("_LOW", "_HIGH"),
}
"""The fields of a column, as suffixes of its id. `_SIGN`: empty, P provisional, Q suppressed, M missing, - not
reported, _Z not applicable; `_LOW`, `_HIGH`: what the figure certainly lies between; `_LACKING`: countries whose
figure a sum is without."""


def fields(table: Table) -> tuple[str, ...]:
    """The names of a record's fields."""
    own = [column.id + suffix for column in table.columns for suffix in _FIELDS.get(column.kind, ("",))]
    period = () if TIME_PERIOD in own else (TIME_PERIOD,)
    places = (FEED_STATE,) if _places(table) or _area(table) else ()
    return (*period, *(name for name, _ in table.about), *own, *places, SYNTHETIC)


def records(
    table: Table, period: TimePeriod, *, synthetic: bool, states: Mapping[str, str] | None = None
) -> list[Record]:
    """One record a row. `states`: REF_AREA code to the state of the feed it comes from, where that is not fresh."""
    names = fields(table)
    lead = (str(period),) if names[0] == TIME_PERIOD and table.columns[0].id != TIME_PERIOD else ()
    places, of_all = _places(table), _area(table)
    found: list[Record] = []
    for row in table.rows:
        values: list[str | float | None] = [*lead, *(code for _, code in table.about)]
        for column, cell in zip(table.columns, row, strict=True):
            values += _values(column, cell)
        if places or of_all:
            codes = [*of_all, *(cell.code for cell in (row[place] for place in places) if isinstance(cell, Coded))]
            values.append(" ".join(dict.fromkeys(state for code in codes if (state := (states or {}).get(code)))))
        found.append(dict(zip(names, (*values, "true" if synthetic else "false"), strict=True)))
    return found


def to_csv(rows: Iterable[Record], names: Sequence[str]) -> str:
    """RFC 4180 text with a header; a gap is an empty field beside its sign, never 0."""
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def to_json(rows: Sequence[Record]) -> Json:
    """The same records as a JSON array."""
    return [dict(record) for record in rows]


def plain_number(value: float | None) -> float | int | str | None:
    """A figure as programs read it: a count whole, a ratio to DECIMALS places, a gap None."""
    if value is None:
        return None
    if math.isinf(value):
        return ENDLESS
    return int(value) if value == int(value) else round(value, DECIMALS)


def _places(table: Table) -> list[int]:
    return [place for place, column in enumerate(table.columns) if column.kind is Kind.AREA]


def _area(table: Table) -> list[str]:
    """The area that a table without a column of areas is of."""
    return [code for name, code in table.about if name == AREA]


def _values(column: Column, cell: Cell) -> tuple[str | float | None, ...]:
    if isinstance(cell, Measured):
        return _figure(cell)
    if isinstance(cell, Coded):
        return cell.code, cell.name
    if isinstance(cell, tuple):
        return cell
    if cell is None:
        nothing = _figure(Measured(None, NOT_APPLICABLE)), (None, None), (None,)
        return nothing[0] if column.kind is Kind.FIGURE else nothing[1 if column.kind is Kind.RANGE else 2]
    return (cell.value if isinstance(cell, Signal) else str(cell) if isinstance(cell, TimePeriod) else cell,)


def _figure(cell: Measured) -> tuple[str | float | None, ...]:
    low, high = (None, None) if cell.interval is None else (cell.interval.low, cell.interval.high)
    return plain_number(cell.value), plain_number(low), plain_number(high), cell.sign, " ".join(cell.lacking)
