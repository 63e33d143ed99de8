"""Rows that come from outside the engine, batch by batch, into a table of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from decimal import Decimal
from itertools import count
from math import isfinite

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

BATCH_ROWS = 50_000
"""Rows held in Python at once."""

_NUMBERS = count(1)


@contextmanager
def in_order(connection: Backend) -> Iterator[None]:
    """Rows keep the order of their source, so that they can be numbered. It costs memory on large sources."""
    connection.raw_sql("SET preserve_insertion_order = true")
    try:
        yield
    finally:
        connection.raw_sql("SET preserve_insertion_order = false")


def take_in(connection: Backend, names: Sequence[str], batches: Iterable[pa.Table]) -> ir.Table:
    """A temporary table of text columns `names`, filled with `batches` in their order."""
    name = f"taken_in_{next(_NUMBERS)}"
    schema = ibis.schema(dict.fromkeys(names, "string"))
    table = connection.create_table(name, schema=schema, temp=True)
    with in_order(connection):
        for batch in batches:
            connection.con.register(f"{name}_batch", batch)
            connection.raw_sql(f"INSERT INTO {table.get_name()} SELECT * FROM {name}_batch")
            connection.con.unregister(f"{name}_batch")
    return table


def as_batch(names: Sequence[str], rows: Sequence[Sequence[object]]) -> pa.Table:
    """Rows as text columns, null where a cell is empty."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pa.table({name: _text_column(list(column)) for name, column in zip(names, columns, strict=True)})


def batched(rows: Iterator[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    """Rows in lists of at most BATCH_ROWS."""
    batch: list[Sequence[object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def _text_column(values: list[object]) -> pa.Array:
    return pa.array([text_of_cell(value) for value in values], pa.string())


def text_of_cell(value: object) -> str | None:
    """A cell as the text a CSV export would hold: dates as ISO 8601, whole numbers without a decimal point."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, float | Decimal) and isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)
