"""Bringing a database to this program's version, and checking that it is."""

from __future__ import annotations

import pkgutil
import re

import sqlalchemy as sa

from node.adapters.store.connect import open_engine, told_plainly
from node.adapters.store.migrations import versions
from node.errors import StoreOutdated

VERSION = sa.table("alembic_version", sa.column("version_num"))
"""Where Alembic keeps a database's version. Source: Alembic, MigrationContext."""


def upgrade_database(database_url: str) -> None:
    """Run the migrations that a database lacks, in one transaction; creates the tables of a new one.

    Raises: StoreOutdated when the database is newer than this program; ConfigurationError, Busy, StorageFull.
    """
    from alembic import command  # noqa: PLC0415  # 11 MiB that a process without anything to migrate does without
    from alembic.config import Config  # noqa: PLC0415  # as said

    engine = open_engine(database_url, read_only=False)
    try:
        with told_plainly(), engine.begin() as connection:
            _refuse_unknown(connection)
            config = Config()
            config.set_main_option("script_location", "node.adapters.store:migrations")
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def check_version(database_url: str) -> None:
    """Raises: StoreOutdated when a database is not of exactly this program's version; ConfigurationError, Busy."""
    engine = open_engine(database_url, read_only=True)
    try:
        with told_plainly(), engine.begin() as connection:
            _refuse_unknown(connection)
            found, expected = _version(connection), _known()[-1]
    finally:
        engine.dispose()
    if found != expected:
        raise StoreOutdated(f"the store has version {found or 'none'}, this program needs {expected}")


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(VERSION.name):
        return None
    found: str | None = connection.execute(sa.select(VERSION.c.version_num)).scalar_one_or_none()
    return found


def _known() -> list[str]:
    """The versions that this program knows, oldest first: each migration has its own in its name, `v0005_bounds`."""
    found = (re.match(r"v(\d{4})_", module.name) for module in pkgutil.iter_modules(versions.__path__))
    return sorted(match[1] for match in found if match)


def _refuse_unknown(connection: sa.Connection) -> None:
    found, known = _version(connection), _known()
    if found is not None and found not in known:
        raise StoreOutdated(f"the store has version {found}, which is newer than this program; install that version")
