"""A configured source as a table of the engine, whatever kind it is."""

from __future__ import annotations

import glob
from pathlib import Path

import duckdb
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from node.adapters.engine.csv_source import open_csv
from node.adapters.engine.excel_source import excel_batches
from node.adapters.engine.intake import take_in
from node.adapters.engine.mapping import require_columns
from node.adapters.engine.sql_source import sql_batches
from node.config import SourceConfig
from node.errors import SourceMissing, SourceUnreadable

TAKEN_IN = ("excel", "sql")
"""Kinds that DuckDB does not read itself: their rows are held in a table of the engine."""


def describe(source: SourceConfig) -> str:
    """The source as messages name it. A database's address is left out: it may hold a password."""
    where = f"table {source.table}" if source.kind == "sql" else source.location
    return f"source {source.id} ({where})"


def open_source(connection: Backend, home: Path, source: SourceConfig, wanted: tuple[str, ...]) -> ir.Table:
    """The wanted columns of the source, with the names they have there.

    Raises: SourceMissing, SourceUnreadable, ConfigurationError.
    """
    what = describe(source)
    if source.kind == "sql":
        return take_in(connection, wanted, sql_batches(source, home, wanted, what))
    path = _file(home, source.location, what)
    if source.kind == "excel":
        return take_in(connection, wanted, excel_batches(path, source.sheet, wanted, what))
    if source.kind == "parquet":
        return _open_parquet(connection, path, wanted, what)
    return open_csv(connection, path, source.delimiter, wanted, what)


def _open_parquet(connection: Backend, path: Path, wanted: tuple[str, ...], what: str) -> ir.Table:
    try:
        table = connection.read_parquet(glob.escape(str(path)))
    except duckdb.Error:
        raise SourceUnreadable(f"{what} is not a whole Parquet file; export it again") from None
    require_columns(wanted, tuple(table.columns), what)
    return table.select(*wanted)


def _file(home: Path, location: str, what: str) -> Path:
    path = home / location
    if not path.exists():
        raise SourceMissing(f"{what} is not there: {path} does not exist")
    if not path.is_file():
        raise SourceUnreadable(f"{what} is not a file: {path}")
    if path.stat().st_size == 0:
        raise SourceUnreadable(f"{what} is empty (0 bytes): it does not even have a header")
    return path
