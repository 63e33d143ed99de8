"""One database of the node, for reading and for writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from node.adapters.store.connect import open_engine, told_plainly


class Database:
    """Transactions on a database that `upgrade_database` has brought up to date.

    Raises (on entry or leave of either transaction): Busy, StorageFull, StoreOutdated, ConfigurationError.
    """

    def __init__(self, database_url: str) -> None:
        self._writer = open_engine(database_url, read_only=False)
        self._reader = open_engine(database_url, read_only=True)

    def close(self) -> None:
        """Give back all connections."""
        self._writer.dispose()
        self._reader.dispose()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A read-only transaction: all its reads see one state."""
        with told_plainly(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def ask(self) -> Iterator[sa.Connection]:
        """For one read-only statement, which sees one state by itself. On PostgreSQL a transaction around it would cost
        two more messages, and such questions are asked by every reader of a page."""
        with told_plainly(), self._reader.connect() as connection:
            alone = {"isolation_level": "AUTOCOMMIT"} if connection.dialect.name == "postgresql" else {}
            yield connection.execution_options(**alone)

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that waits its turn and is committed at the end, or leaves nothing."""
        with told_plainly(), self._writer.begin() as connection:
            yield connection
