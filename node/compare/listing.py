"""A comparison as flat records, the same for pages, CSV, JSON and the command line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from node.model.comparison import ComparisonMatrix, ComparisonRow, ComparisonTable, FigureTable, Measured
from node.model.release import Json

FIGURES = ("VACANCIES", "JOBSEEKERS", "VACANCIES_PER_100_JOBSEEKERS", "RELATIVE_TO_COUNTRY")
COLUMNS = (
    "TIME_PERIOD",
    "REF_AREA",
    "AREA_NAME",
    "OCCUPATION",
    "OCCUPATION_NAME",
    *(name for figure in FIGURES for name in (figure, f"{figure}_SIGN", f"{figure}_LACKING")),
    "SIGNAL",
    "SYNTHETIC",
)
"""`_SIGN`: empty, P provisional, Q suppressed, M missing, - not reported, _Z not applicable; `_LACKING`: countries
whose figure a sum is without."""

FIGURE_COLUMNS = (
    "DATAFLOW",
    *COLUMNS[:5],
    "INDICATOR",
    "INDICATOR_NAME",
    "OBS_VALUE",
    "SIGN",
    "LACKING",
    "UNIT",
    "SYNTHETIC",
)

DECIMALS = 4
"""Decimals of a ratio. Finer would be noise: the counts it is made of are whole."""

Record = dict[str, str | float | None]


def matrix_records(matrix: ComparisonMatrix, *, synthetic: bool) -> list[Record]:
    """One record a cell, areas in order, and within an area its occupations."""
    return [
        _record(str(matrix.period), (row.code, row.name), (cell.code, cell.name), cell, synthetic)
        for row in matrix.rows
        for cell in row.cells
    ]


def table_records(table: ComparisonTable, *, synthetic: bool) -> list[Record]:
    """One record a row."""
    by_area = table.by == "area"
    return [
        _record(
            str(table.period),
            (row.code, row.name) if by_area else table.area,
            table.occupation if by_area else (row.code, row.name),
            row,
            synthetic,
        )
        for row in table.rows
    ]


def figure_records(table: FigureTable, *, synthetic: bool) -> list[Record]:
    """One record a figure: rows in order, and within a row its indicators."""
    by_area = table.by == "area"
    records: list[Record] = []
    for row in table.rows:
        area = (row.code, row.name) if by_area else table.area
        occupation = table.occupation if by_area else (row.code, row.name)
        for (indicator, name), figure in zip(table.indicators, row.figures, strict=True):
            values = (table.dataflow, str(table.period), *area, *occupation, indicator, name, plain_number(figure))
            mark = "true" if synthetic else "false"
            rest = (figure.sign, " ".join(figure.lacking), table.unit, mark)
            records.append(dict(zip(FIGURE_COLUMNS, (*values, *rest), strict=True)))
    return records


def to_csv(records: Iterable[Record], columns: Sequence[str] = COLUMNS) -> str:
    """RFC 4180 text with a header; a gap is an empty field beside its sign, never 0."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


def to_json(records: Sequence[Record]) -> Json:
    """The same records as a JSON array."""
    return [dict(record) for record in records]


def _record(
    period: str, area: tuple[str, str], occupation: tuple[str, str], row: ComparisonRow, synthetic: bool
) -> Record:
    record: Record = dict(zip(COLUMNS, (period, *area, *occupation), strict=False))
    for figure, measured in zip(FIGURES, (row.vacancies, row.jobseekers, row.tightness, row.relative), strict=True):
        record[figure] = plain_number(measured)
        record[f"{figure}_SIGN"] = measured.sign
        record[f"{figure}_LACKING"] = " ".join(measured.lacking)
    record["SIGNAL"] = row.signal.value
    record["SYNTHETIC"] = "true" if synthetic else "false"
    return record


def plain_number(measured: Measured) -> float | int | None:
    """A figure as machines read it: a count whole, a ratio to DECIMALS places, a gap None."""
    if measured.value is None:
        return None
    return int(measured.value) if measured.value == int(measured.value) else round(measured.value, DECIMALS)
