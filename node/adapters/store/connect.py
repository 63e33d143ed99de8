"""Engines, and what a driver's errors mean to the caller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from node.errors import Busy, ConfigurationError, NodeError, StorageFull, StoreOutdated

BUSY_SECONDS = 10.0
"""How long a connection waits for another's write to end."""

_FULL = ("disk is full", "disk i/o error", "readonly database", "no space left", "could not extend file")
_BUSY = (
    "is locked",
    "lock timeout",
    "could not obtain lock",
    "deadlock detected",
    "could not serialize",
    "duplicate key",
)
_OUTDATED = ("no such table", "no such column", "undefinedtable", "undefinedcolumn", "does not exist")


class _Cursor(Protocol):
    def execute(self, statement: str, /) -> object: ...
    def close(self) -> None: ...


class _DriverConnection(Protocol):
    isolation_level: str | None

    def cursor(self) -> _Cursor: ...


def open_engine(database_url: str, *, read_only: bool) -> sa.Engine:
    """An engine for SQLite or PostgreSQL; nothing is opened before its first use.

    A read-only engine cannot write, in a transaction or outside one, and all reads of one of its transactions see one
    state of the database.
    Raises: ConfigurationError when the URL is none, or its driver is not installed.
    """
    try:
        url = sa.make_url(database_url)
        backend = url.get_backend_name()
        if backend == "postgresql" and url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        engine = sa.create_engine(url, hide_parameters=True, **_options(backend, read_only=read_only))
    except (ArgumentError, NoSuchModuleError):
        # Not the driver's own message: it may repeat the URL, and with it the password.
        raise ConfigurationError("the store's database URL is not one of sqlite:/// or postgresql://") from None
    except ModuleNotFoundError as problem:
        raise ConfigurationError(f"the store's database driver {problem.name} is not installed") from None
    if backend == "sqlite":
        _prepare_sqlite(engine, read_only=read_only)
    elif read_only:
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


def _options(backend: str, *, read_only: bool) -> dict[str, dict[str, object]]:
    if backend == "sqlite":
        return {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    if backend == "postgresql":
        settings = {"lock_timeout": int(BUSY_SECONDS * 1000), "default_transaction_read_only": int(read_only)}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        return {"connect_args": {"connect_timeout": 10, "options": options}}
    raise ConfigurationError(f"the store runs on sqlite or postgresql, not on {backend}")


def _prepare_sqlite(engine: sa.Engine, *, read_only: bool) -> None:
    """WAL, so that readers and the writer do not wait for one another; transactions that begin when told to.

    Source: SQLAlchemy, SQLite dialect, "Enabling non-legacy SQLite transactional modes".
    """

    @event.listens_for(engine, "connect")
    def connect(connection: _DriverConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            cursor.execute(f"PRAGMA {pragma}")
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turns a driver's errors into this node's.

    Raises: Busy, StorageFull, StoreOutdated, ConfigurationError.
    """
    try:
        yield
    except DBAPIError as problem:
        raise _translated(problem) from problem


def _translated(problem: DBAPIError) -> NodeError:
    text = f"{type(problem.orig).__name__} {problem.orig}".lower()
    if any(sign in text for sign in _BUSY):
        return Busy(f"another process is writing to the store and did not finish within {BUSY_SECONDS:.0f} seconds")
    if any(sign in text for sign in _FULL):
        return StorageFull("the store cannot be written: the disk is full or not writable; nothing was stored")
    if any(sign in text for sign in _OUTDATED):
        return StoreOutdated("the store lacks a table or column of this program's version")
    if isinstance(problem, OperationalError):
        return ConfigurationError(f"the store cannot be opened: {str(problem.orig).strip()}")
    return NodeError(f"the store refused a statement: {type(problem.orig).__name__}")
