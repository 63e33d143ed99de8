"""The observation store on SQLite or PostgreSQL. Vintages are added and never changed or erased."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from node.adapters.store import tables
from node.adapters.store.connect import open_engine, told_plainly
from node.adapters.store.rows import (
    QuarantineRecord,
    RunRecord,
    observation_rows,
    quarantine_values,
    vintage_of,
    vintage_values,
)
from node.merge.plan import in_force
from node.model.comparison import MergedCube, Observation, SeriesKey
from node.model.period import TimePeriod
from node.model.release import MergePlan, TargetIdentity, VerifiedTarget, Vintage

ROWS_AT_ONCE = 20_000
"""Observations in one executemany: more hold more memory and are no faster."""

STATEMENT = ("sender", "dataflow", "period", "revision", "sha256", "report_sha256")
REFUSAL = ("sender", "path", "revision", "sha256", "report_sha256")
"""What identifies a vintage and a refusal: the columns of their unique constraints."""


class SqlObservationStore:
    """`node.ports.ObservationStore` on a database that `upgrade_database` has brought up to date.

    Every read is one read-only transaction, every write one transaction that waits its turn.
    Raises (any method): Busy, StorageFull, StoreOutdated, ConfigurationError.
    """

    def __init__(self, database_url: str) -> None:
        self._writer = open_engine(database_url, read_only=False)
        self._reader = open_engine(database_url, read_only=True)

    def close(self) -> None:
        """Give back all connections."""
        self._writer.dispose()
        self._reader.dispose()

    def known_targets(self, sender: str) -> frozenset[TargetIdentity]:
        column = tables.vintage.c
        query = sa.select(column.path, column.revision, column.sha256, column.report_sha256)
        with self._read() as connection:
            rows = connection.execute(query.where(column.sender == sender))
            return frozenset(TargetIdentity(*row) for row in rows)

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
                if connection.execute(sa.select(tables.quarantine.c.id).where(*same)).first() is None:
                    connection.execute(tables.quarantine.insert().values(values))

    def cube(
        self,
        dataflow: str,
        period: TimePeriod,
        *,
        as_of: datetime | None = None,
        occupations: Sequence[str] | None = None,
        areas: Sequence[str] | None = None,
    ) -> MergedCube:
        where = (tables.vintage.c.dataflow == dataflow, tables.vintage.c.period == str(period))
        with self._read() as connection:
            rows = connection.execute(sa.select(tables.vintage).where(*where)).mappings().all()
            identifiers = {vintage_of(row): int(row["id"]) for row in rows}
            valid = in_force(identifiers, as_of)
            observations: dict[SeriesKey, Observation] = {}
            for vintage in valid:
                query = _observations(identifiers[vintage], occupations, areas)
                observations.update(_keyed(connection.execute(query), vintage.sender))
        return MergedCube(dataflow, period, observations, valid)

    def periods(self, dataflow: str) -> tuple[TimePeriod, ...]:
        query = sa.select(tables.vintage.c.period).where(tables.vintage.c.dataflow == dataflow).distinct()
        with self._read() as connection:
            return tuple(sorted(TimePeriod(text) for text in connection.execute(query).scalars()))

    def quarantined(self, sender: str | None = None) -> tuple[QuarantineRecord, ...]:
        """Refused targets of one sender or of all, newest first."""
        query = sa.select(tables.quarantine).order_by(tables.quarantine.c.at.desc(), tables.quarantine.c.id.desc())
        if sender is not None:
            query = query.where(tables.quarantine.c.sender == sender)
        with self._read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            QuarantineRecord(
                row["sender"],
                row["path"],
                row["revision"],
                row["sha256"],
                row["report_sha256"],
                row["reason"],
                tuple(row["findings"]),
                row["at"],
                row["decided"],
            )
            for row in rows
        )

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
        places = ", ".join(["?" if connection.dialect.name == "sqlite" else "%s"] * 8)
        statement = f"INSERT INTO observation VALUES ({places})"
        for rows in observation_rows(int(identifier), target.observations, ROWS_AT_ONCE):
            connection.exec_driver_sql(statement, rows)

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        with told_plainly(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        with told_plainly(), self._writer.begin() as connection:
            yield connection


def _observations(
    vintage_id: int, occupations: Sequence[str] | None, areas: Sequence[str] | None
) -> sa.Select[str, str, str, str, float | None, str, str]:
    column = tables.observation.c
    query = sa.select(
        column.ref_area,
        column.occupation,
        column.sex,
        column.indicator,
        column.obs_value,
        column.obs_status,
        column.conf_status,
    ).where(column.vintage_id == vintage_id)
    if occupations is not None:
        query = query.where(column.occupation.in_(list(occupations)))
    if areas is not None:
        query = query.where(column.ref_area.in_(list(areas)))
    return query


def _keyed(
    rows: Iterable[sa.Row[str, str, str, str, float | None, str, str]], sender: str
) -> Iterator[tuple[SeriesKey, Observation]]:
    """Keys and observations. Most cells are small counts, so equal observations are made once and shared."""
    made: dict[tuple[float | None, str, str], Observation] = {}
    for area, occupation, sex, indicator, value, status, confidentiality in rows:
        content = (value, status, confidentiality)
        if content not in made:
            made[content] = Observation(value, status, confidentiality, sender)
        yield (area, occupation, sex, indicator), made[content]
