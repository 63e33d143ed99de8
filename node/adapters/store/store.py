"""The observation store on SQLite or PostgreSQL. Vintages are added and never changed or erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from copy import copy
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from node.adapters.store import tables
from node.adapters.store.database import Database
from node.adapters.store.reading import Filters, read_cubes, read_newest, read_state
from node.adapters.store.rows import (
    OBSERVATION_COLUMNS,
    QuarantineRecord,
    RunRecord,
    observation_rows,
    observation_table,
    quarantine_of,
    quarantine_values,
    vintage_of,
    vintage_values,
)
from node.adapters.store.views import verdict_values, verdicts
from node.merge.plan import in_force
from node.model.merged import MergedCube
from node.model.period import TimePeriod
from node.model.release import MergePlan, TargetIdentity, TargetKey, VerifiedTarget, Vintage
from node.model.split_view import Verdict

if TYPE_CHECKING:
    import pyarrow as pa

RELEASED, DISCARDED = "released", "discarded"
"""What an operator can make of a quarantined target."""

ROWS_AT_ONCE = 20_000
"""Observations in one executemany: more hold more memory and are no faster."""

STATEMENT = ("sender", "dataflow", "period", "revision", "sha256", "report_sha256")
REFUSAL = ("sender", "path", "revision", "sha256", "report_sha256")
"""What identifies a vintage and a refusal: the columns of their unique constraints."""


Reader = Callable[[], AbstractContextManager[sa.Connection]]


class SqlObservationStore:
    """`node.ports.ObservationStore` on a database that `upgrade_database` has brought up to date.

    Every read is one read-only transaction, unless it is `at_once` with others; every write is one that waits its turn.
    Raises (any method): Busy, StorageFull, StoreOutdated, ConfigurationError.
    """

    def __init__(self, database_url: str) -> None:
        self._database = Database(database_url)
        self._ask: Reader = self._database.ask
        self._read: Reader = self._database.read
        self._write = self._database.write

    @contextmanager
    def at_once(self) -> Iterator[SqlObservationStore]:
        with self._read() as connection:
            held = copy(self)
            held._ask = held._read = lambda: nullcontext(connection)
            yield held

    def close(self) -> None:
        """Give back all connections."""
        self._database.close()

    def known_targets(self, sender: str) -> frozenset[TargetIdentity]:
        column = tables.vintage.c
        query = sa.select(column.path, column.revision, column.sha256, column.report_sha256)
        with self._read() as connection:
            rows = connection.execute(query.where(column.sender == sender))
            return frozenset(TargetIdentity(*row) for row in rows) | _decided(connection, sender, DISCARDED)

    def vintages(self, sender: str) -> tuple[Vintage, ...]:
        order = (tables.vintage.c.accepted_at, tables.vintage.c.id)
        query = sa.select(tables.vintage).where(tables.vintage.c.sender == sender).order_by(*order)
        with self._read() as connection:
            return tuple(vintage_of(row) for row in connection.execute(query).mappings())

    def apply(self, plan: MergePlan) -> None:
        with self._write() as connection:
            for target in plan.new:
                self._add(connection, target)
            for refused in plan.quarantined:
                values = quarantine_values(plan.sender, refused, plan.at)
                same = [tables.quarantine.c[name] == values[name] for name in REFUSAL]
                kept = connection.execute(sa.select(tables.quarantine).where(*same)).mappings().first()
                if kept is None:
                    connection.execute(tables.quarantine.insert().values(values))
                elif kept["held"] != refused.held:  # the profile has changed, and with it what may be done
                    told = {name: values[name] for name in ("reason", "findings", "held")}
                    connection.execute(tables.quarantine.update().where(*same).values(told))

    def cube(
        self,
        dataflow: str,
        period: TimePeriod,
        *,
        as_of: datetime | None = None,
        occupations: Sequence[str] | None = None,
        areas: Sequence[str] | None = None,
        indicators: Sequence[str] | None = None,
        sexes: Sequence[str] | None = None,
    ) -> MergedCube:
        (one,) = self.cubes(
            dataflow,
            (period,),
            as_of=as_of,
            occupations=occupations,
            areas=areas,
            indicators=indicators,
            sexes=sexes,
        )
        return one

    def cubes(
        self,
        dataflow: str,
        periods: Sequence[TimePeriod],
        *,
        as_of: datetime | None = None,
        occupations: Sequence[str] | None = None,
        areas: Sequence[str] | None = None,
        indicators: Sequence[str] | None = None,
        sexes: Sequence[str] | None = None,
    ) -> tuple[MergedCube, ...]:
        with self._read() as connection:
            return read_cubes(connection, dataflow, periods, as_of, Filters(occupations, areas, indicators, sexes))

    def newest(self) -> dict[str, tuple[Vintage, ...]]:
        with self._ask() as connection:
            return read_newest(connection)

    def state(self) -> str:
        with self._ask() as connection:
            return read_state(connection)

    def periods(self, dataflow: str) -> tuple[TimePeriod, ...]:
        query = sa.select(tables.vintage.c.period).where(tables.vintage.c.dataflow == dataflow).distinct()
        with self._ask() as connection:
            return tuple(sorted(TimePeriod(text) for text in connection.execute(query).scalars()))

    def quarantined(self, sender: str | None = None) -> tuple[QuarantineRecord, ...]:
        """Refused targets of one sender or of all, newest first."""
        query = sa.select(tables.quarantine).order_by(tables.quarantine.c.at.desc(), tables.quarantine.c.id.desc())
        if sender is not None:
            query = query.where(tables.quarantine.c.sender == sender)
        with self._read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(map(quarantine_of, rows))

    def decide(self, quarantine_id: int, verdict: Verdict) -> None:
        """Keep an operator's decision on a quarantined target; the latest counts."""
        table = tables.quarantine
        with self._write() as connection:
            connection.execute(tables.verdict.insert().values(quarantine_id=quarantine_id, **verdict_values(verdict)))
            connection.execute(table.update().where(table.c.id == quarantine_id).values(decided=verdict.verdict))

    def verdicts(self, quarantine_id: int) -> tuple[Verdict, ...]:
        """The decisions on a quarantined target, oldest first."""
        with self._read() as connection:
            return verdicts(connection, tables.verdict.c.quarantine_id, quarantine_id)

    def released_targets(self, sender: str) -> frozenset[TargetIdentity]:
        with self._read() as connection:
            return _decided(connection, sender, RELEASED)

    def in_force(self, sender: str, key: TargetKey, at_least: float) -> tuple[Vintage, pa.Table] | None:
        column = tables.vintage.c
        same = (column.sender == sender, column.dataflow == key.dataflow, column.period == str(key.period))
        with self._read() as connection:
            rows = connection.execute(sa.select(tables.vintage).where(*same)).mappings().all()
            identifiers = {vintage_of(row): int(row["id"]) for row in rows}
            if not identifiers:
                return None
            (valid,) = in_force(identifiers)
            cell = tables.observation.c
            query = sa.select(*(cell[name.lower()] for name in OBSERVATION_COLUMNS)).where(
                cell.vintage_id == identifiers[valid], (cell.obs_value >= at_least) | cell.obs_value.is_(None)
            )
            return valid, observation_table(connection.execute(query).all())

    def record_run(self, record: RunRecord) -> None:
        """Keep what a release or pull came to."""
        values = {name: getattr(record, name) for name in RunRecord.__dataclass_fields__}
        with self._write() as connection:
            connection.execute(tables.run.insert().values(values))

    def runs(self, limit: int = 100) -> tuple[RunRecord, ...]:
        """The last `limit` runs, newest first."""
        query = sa.select(tables.run).order_by(tables.run.c.id.desc()).limit(limit)
        with self._read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            RunRecord(
                row["what"],
                row["about"],
                row["period"],
                row["outcome"],
                row["message"],
                row["started"],
                row["seconds"],
            )
            for row in rows
        )

    def _add(self, connection: sa.Connection, target: VerifiedTarget) -> None:
        """A vintage with its observations. One that another process added in the meantime is left as it is."""
        values = vintage_values(target.vintage)
        same = [tables.vintage.c[name] == values[name] for name in STATEMENT]
        if connection.execute(sa.select(tables.vintage.c.id).where(*same)).first() is not None:
            return
        identifier = connection.execute(
            tables.vintage.insert().values(values).returning(tables.vintage.c.id)
        ).scalar_one()
        names = [column.name for column in tables.observation.columns]
        places = ", ".join(["?" if connection.dialect.name == "sqlite" else "%s"] * len(names))
        statement = f"INSERT INTO observation ({', '.join(names)}) VALUES ({places})"
        for rows in observation_rows(int(identifier), target.observations, ROWS_AT_ONCE):
            connection.exec_driver_sql(statement, rows)


def _decided(connection: sa.Connection, sender: str, verdict: str) -> frozenset[TargetIdentity]:
    column = tables.quarantine.c
    query = sa.select(column.path, column.revision, column.sha256, column.report_sha256)
    rows = connection.execute(query.where(column.sender == sender, column.decided == verdict))
    return frozenset(TargetIdentity(*row) for row in rows)
