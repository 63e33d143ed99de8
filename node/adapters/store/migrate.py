"""Bringing a database to this program's version, and checking that it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from node.adapters.store.connect import open_engine, told_plainly
from node.errors import StoreOutdated


def upgrade_database(database_url: str) -> None:
    """Run the migrations that a database lacks, in one transaction; creates the tables of a new one.

    Raises: StoreOutdated when the database is newer than this program; ConfigurationError, Busy, StorageFull.
    """
    engine = open_engine(database_url, read_only=False)
    try:
        with told_plainly(), engine.begin() as connection:
            _refuse_unknown(connection)
            config = _config()
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
            found, expected = _version(connection), ScriptDirectory.from_config(_config()).get_current_head()
    finally:
        engine.dispose()
    if found != expected:
        raise StoreOutdated(f"the store has version {found or 'none'}, this program needs {expected}")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "node.adapters.store:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _version(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_unknown(connection: sa.Connection) -> None:
    found = _version(connection)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise StoreOutdated(f"the store has version {found}, which is newer than this program; install that version")
