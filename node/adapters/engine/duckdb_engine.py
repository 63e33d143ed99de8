"""The embedded microdata engine: Ibis on DuckDB, within the node's limits of memory and threads."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from filelock import FileLock, Timeout
from ibis.backends.duckdb import Backend

from node.adapters.engine.diagnosis import refuse_invalid
from node.adapters.engine.duplicates import IS_DUPLICATE
from node.adapters.engine.failures import reading, working
from node.adapters.engine.intake import in_order
from node.adapters.engine.mapping import RECORD_KEY, FieldMapping, columns_read, map_fields
from node.adapters.engine.open_source import TAKEN_IN, describe, open_source
from node.adapters.engine.record_keys import RecordSecret, with_record_keys
from node.adapters.engine.records import (
    KEY_HASH,
    checks,
    counted_rows,
    grouped,
    in_scope,
    typed_rows,
    unrecognised_counts,
    without_settled_titles,
)
from node.adapters.engine.repeats import hashes_repeat
from node.config import LimitConfig, SourceConfig
from node.errors import ConfigurationError, StorageFull
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile
from node.model.records import OCCUPATION_WRITTEN, Scheme, UnitRecords
from node.ports import SettledCodes, none_settled

SCRATCH = "scratch"
_LOCK = "in-use.lock"


class DuckDBEngine:
    """A `ports.MicrodataEngine`. It opens when it is first asked for something; close it, or use `with`.

    What does not fit in memory is set aside in a folder of the node that only its owner can read, and that
    goes when the engine closes; folders that a killed process left behind go when the next engine opens.
    """

    def __init__(self, home: Path, limits: LimitConfig, record_secret: Callable[[], bytes] | None = None) -> None:
        self._home = home
        self._record_secret = record_secret
        self._limits = limits
        self._connection: Backend | None = None
        self._scratch: Path | None = None
        self._lock: FileLock | None = None
        self._kept = 0
        self._unused: list[str] = []

    def read(
        self, source: SourceConfig, profile: ExchangeProfile, period: TimePeriod, settled: SettledCodes = none_settled
    ) -> UnitRecords:
        """The source's records of the period, checked whole: also those that do not count in the period.

        Raises: SourceMissing, SourceUnreadable, RecordsInvalid, ConfigurationError, StorageFull, MachineError.
        """
        mapping = map_fields(source, profile)
        connection = self._open()
        with reading(describe(source)):
            table = open_source(connection, self._home, source, columns_read(source, mapping))
            try:
                counted = self._count(table, source, mapping, profile, period)
            except duckdb.Error:
                # DuckDB moves a cast into its CSV reader, where a cell that cannot be cast is an error even if no
                # condition lets its row through. Held as text, each cell is judged by itself.
                with in_order(connection):
                    table = self._hold(connection, table)
                counted = self._count(table, source, mapping, profile, period)
            found = connection.to_pyarrow(checks(counted, profile)).to_pylist()[0]
            if found["invalid"] or (mapping.record_key and self._repeats(counted, found["records"])):
                refuse_invalid(connection, table, source, mapping, profile)
            titled = self._unsettled(counted, settled) if source.title is not None else counted
            groups = self._hold(connection, grouped(titled, mapping, profile))
            # What the rows took up is given back before the groups are worked on.
            connection.raw_sql(f"DROP TABLE {counted.get_name()}")
            if source.kind in TAKEN_IN:
                connection.raw_sql(f"DROP TABLE {table.get_name()}")
        return UnitRecords(
            source=source.id,
            occupation_scheme=Scheme(source.occupation.scheme, source.occupation.edition),
            place_scheme=Scheme(source.place.scheme, source.place.edition),
            profile=profile,
            period=period,
            table=groups,
            duplicates=found.get(IS_DUPLICATE),
            unrecognised=unrecognised_counts(found),
        )

    def run(self, query: ir.Table) -> pa.Table:
        """The rows of a query, which must be aggregates. Raises: StorageFull, MachineError, NodeError."""
        with working():
            return self._open().to_pyarrow(query)

    def keep(self, query: ir.Table) -> ir.Table:
        """The query's result, held while anything refers to it. Raises: StorageFull, MachineError, NodeError."""
        with working():
            return self._hold(self._open(), query)

    def close(self) -> None:
        """Let go of all that is held and remove what was set aside."""
        if self._connection is not None:
            self._connection.disconnect()
            self._connection = None
            self._unused = []
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _count(
        self,
        table: ir.Table,
        source: SourceConfig,
        mapping: FieldMapping,
        profile: ExchangeProfile,
        period: TimePeriod,
    ) -> ir.Table:
        """`counted_rows` of a source, held: text is dear to read, so it is read once, then checked and grouped."""
        connection = self._open()
        # Ibis would fold the two steps into one, and DuckDB then parse each cell once for every use of it.
        rows = self._view(connection, typed_rows(in_scope(table, source.where), source, mapping))
        if profile.protection.perturbation is not None:
            rows = with_record_keys(rows, RECORD_KEY, self._secret(), connection.name)
        return self._hold(connection, counted_rows(rows, mapping, profile, period))

    def _secret(self) -> RecordSecret:
        if self._record_secret is None:
            raise ConfigurationError("this engine was opened without the secret that record keys are made with")
        return RecordSecret.of(self._record_secret())

    def _unsettled(self, counted: ir.Table, settled: SettledCodes) -> ir.Table:
        """`counted` with titles only where the written code does not settle the occupation."""
        written = self._open().to_pyarrow(counted.select(OCCUPATION_WRITTEN).distinct())
        codes = [code for code in written.column(OCCUPATION_WRITTEN).to_pylist() if code is not None]
        return without_settled_titles(counted, settled(codes))

    def _repeats(self, counted: ir.Table, records: int) -> bool:
        return hashes_repeat(self._open(), counted, KEY_HASH, records, self._limits.engine_threads)

    def _view(self, connection: Backend, query: ir.Table) -> ir.Table:
        """The query under a name of its own, which Ibis does not look into."""
        self._kept += 1
        name = f"view_{self._kept}"
        connection.raw_sql(f"CREATE TEMP VIEW {name} AS {connection.compile(query)}")
        return connection.table(name)

    def _hold(self, connection: Backend, query: ir.Table) -> ir.Table:
        """The query's result as a temporary table, which goes once no expression refers to it any more."""
        while self._unused:
            connection.raw_sql(f"DROP TABLE IF EXISTS {self._unused.pop()}")
        self._kept += 1
        table = connection.create_table(f"kept_{self._kept}", query, temp=True)
        # Only noted when it happens: a garbage collector may come at any time, also amid another query.
        weakref.finalize(table.op(), self._unused.append, table.get_name()).atexit = False
        return table

    def _open(self) -> Backend:
        if self._connection is None:
            self._scratch, self._lock = _make_scratch(self._home / SCRATCH)
            self._connection = ibis.duckdb.connect(
                threads=self._limits.engine_threads,
                memory_limit=f"{self._limits.engine_memory_mib}MiB",
                temp_directory=str(self._scratch),
                # Nothing is fetched from anywhere: extensions come as files or not at all.
                autoinstall_known_extensions=False,
                autoload_known_extensions=False,
                # Row order matters to row numbers only: see `in_order`.
                preserve_insertion_order=False,
            )
        return self._connection


def _make_scratch(parent: Path) -> tuple[Path, FileLock]:
    """A new folder for this engine alone (0700), with a lock that says it is in use. Raises: StorageFull."""
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in parent.iterdir():
            _remove_if_unused(left)
        folder = Path(tempfile.mkdtemp(prefix="engine-", dir=parent))
        lock = FileLock(folder / _LOCK, blocking=False)
        lock.acquire()
    except OSError as problem:
        raise StorageFull(f"{parent} cannot be written: {problem.strerror}") from problem
    return folder, lock


def _remove_if_unused(folder: Path) -> None:
    """Remove a folder whose engine is gone: its process was killed, or the lock would be held."""
    try:
        with FileLock(folder / _LOCK, blocking=False):
            shutil.rmtree(folder, ignore_errors=True)
    except (Timeout, OSError):
        return
