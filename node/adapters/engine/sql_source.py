"""Tables and views of any database that SQLAlchemy reaches, streamed in bounded batches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import exc

from node.adapters.engine.intake import BATCH_ROWS, as_batch
from node.adapters.engine.mapping import require_columns
from node.config import SourceConfig
from node.errors import ConfigurationError, SourceMissing, SourceUnreadable


def sql_batches(source: SourceConfig, home: Path, wanted: tuple[str, ...], what: str) -> Iterator[pa.Table]:
    """The wanted columns of the source's table or view as text, in batches, read in one transaction.

    Raises: ConfigurationError for an address nothing can reach by, SourceMissing, SourceUnreadable. No message
    holds the address, which may hold a password, nor a text of the database, which may quote rows.
    """
    engine = _engine(source, home, what)
    try:
        with engine.connect().execution_options(stream_results=True, max_row_buffer=BATCH_ROWS) as connection:
            selected = _select(connection, source, wanted, what)
            for batch in connection.execute(selected).partitions(BATCH_ROWS):
                yield as_batch(wanted, batch)
    except exc.DBAPIError as problem:
        refused = "refused the connection or the query" if problem.connection_invalidated else "refused"
        raise SourceUnreadable(
            f"{what}: the database {refused} ({type(problem.orig).__name__}); check its address, that it runs, "
            "and that this node's user may read the table"
        ) from None
    except exc.SQLAlchemyError as problem:
        raise SourceUnreadable(f"{what}: the database could not be read ({type(problem).__name__})") from None
    finally:
        engine.dispose()


def _engine(source: SourceConfig, home: Path, what: str) -> sa.Engine:
    try:
        url = sa.make_url(source.location)
        if url.get_backend_name() == "sqlite":
            url = _sqlite(url, home, what)
        return sa.create_engine(url)
    except exc.NoSuchModuleError:
        raise ConfigurationError(f"{what}: no driver for this kind of database is installed here") from None
    except exc.ArgumentError:
        raise ConfigurationError(
            f"{what}: its location is not a database address such as postgresql+psycopg://user@host/name"
        ) from None
    except ImportError as problem:
        raise ConfigurationError(f"{what}: the database driver {problem.name} is not installed here") from None


def _sqlite(url: sa.URL, home: Path, what: str) -> sa.URL:
    """The address of an SQLite file, which is not made when it is not there."""
    if not url.database or url.database == ":memory:":
        raise ConfigurationError(f"{what}: an SQLite address names its file, as in sqlite:///records.db")
    path = home / url.database
    if not path.is_file():
        raise SourceMissing(f"{what} is not there: {path} does not exist")
    return url.set(database=str(path))


def _select(
    connection: sa.Connection, source: SourceConfig, wanted: tuple[str, ...], what: str
) -> sa.Select[tuple[object, ...]]:
    schema, _, name = (source.table or "").rpartition(".")
    try:
        columns = sa.inspect(connection).get_columns(name, schema=schema or None)
    except exc.NoSuchTableError:
        raise SourceMissing(f"{what} is not there: the database has no such table or view") from None
    require_columns(wanted, tuple(str(column["name"]) for column in columns), what)
    table = sa.table(name, *(sa.column(column) for column in wanted), schema=schema or None)
    return sa.select(*(table.c[column] for column in wanted))
