"""What this node and others saw of feeds, and the forks that follow from it, in SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from node.adapters.store import tables
from node.adapters.store.database import Database
from node.errors import ConfigurationError
from node.model.split_view import Fork, ForkRecord, SeenSnapshot, Statement, Verdict

_COLUMNS = tuple(field.name for field in fields(SeenSnapshot))

Find = Callable[[tuple[SeenSnapshot, ...]], tuple[Fork, ...]]


class SqlViewStore:
    """`node.ports.ViewStore` on a database that `upgrade_database` has brought up to date.

    Raises (any method): Busy, StorageFull, StoreOutdated, ConfigurationError.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def settled(self, witness: str) -> str:
        query = sa.select(tables.statement.c.sha256).where(tables.statement.c.witness == witness)
        with self._database.read() as connection:
            return connection.scalar(query) or ""

    def record(
        self, seen: SeenSnapshot | None, told: Statement | None, find: Find, at: datetime
    ) -> tuple[ForkRecord, ...]:
        if told is None and (seen is None or self._has(seen)):
            return ()
        with self._database.write() as connection:
            _take_turns(connection)
            senders: set[str] = set()
            if seen is not None and not _there(connection, seen):
                _forget_statements_before_root(connection, seen)
                connection.execute(tables.seen_snapshot.insert().values(_values(seen)))
                senders.add(seen.sender)
            if told is not None:
                senders |= _put_statement(connection, told)
            views = _views(connection, senders)
            new = [_put_fork(connection, fork, at) for fork in find(views)]
        return tuple(record for record in new if record is not None)

    def views(self, senders: Iterable[str] | None = None) -> tuple[SeenSnapshot, ...]:
        with self._database.read() as connection:
            return _views(connection, None if senders is None else set(senders))

    def recent(self, sender: str, witness: str, count: int) -> tuple[SeenSnapshot, ...]:
        column = tables.seen_snapshot.c
        query = (
            sa.select(tables.seen_snapshot)
            .where(column.sender == sender, column.witness == witness)
            .order_by(column.version.desc(), column.id.desc())
            .limit(count)
        )
        with self._database.read() as connection:
            return tuple(map(_view, connection.execute(query).mappings()))

    def forks(self, sender: str | None = None) -> tuple[ForkRecord, ...]:
        query = sa.select(tables.fork).order_by(tables.fork.c.id.desc())
        if sender is not None:
            query = query.where(tables.fork.c.sender == sender)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
            return tuple(_record(row, verdicts(connection, tables.verdict.c.fork_id, row["id"])) for row in rows)

    def decide(self, fork_id: int, verdict: Verdict) -> None:
        """Raises: ConfigurationError where there is no such fork."""
        with self._database.write() as connection:
            if connection.execute(sa.select(tables.fork.c.id).where(tables.fork.c.id == fork_id)).first() is None:
                raise ConfigurationError(f"there is no fork {fork_id}; see `lmis-node peer fork list`")
            connection.execute(tables.verdict.insert().values(fork_id=fork_id, **verdict_values(verdict)))

    def _has(self, seen: SeenSnapshot) -> bool:
        with self._database.read() as connection:
            return _there(connection, seen)


def verdicts(connection: sa.Connection, column: sa.Column[Any], identifier: int) -> tuple[Verdict, ...]:
    """The operators' decisions on one thing, oldest first."""
    query = sa.select(tables.verdict).where(column == identifier).order_by(tables.verdict.c.id)
    rows = connection.execute(query).mappings()
    return tuple(Verdict(row["verdict"], row["author"], row["reason"], row["at"]) for row in rows)


def verdict_values(verdict: Verdict) -> dict[str, object]:
    return {"verdict": verdict.verdict, "author": verdict.author, "reason": verdict.reason, "at": verdict.at}


def _take_turns(connection: sa.Connection) -> None:
    """Two pulls at once must not each miss what the other has just seen. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE seen_snapshot IN SHARE ROW EXCLUSIVE MODE")


def _there(connection: sa.Connection, seen: SeenSnapshot) -> bool:
    column = tables.seen_snapshot.c
    query = sa.select(column.id).where(
        column.sender == seen.sender,
        column.witness == seen.witness,
        column.version == seen.version,
        column.sha256 == seen.sha256,
    )
    return connection.execute(query.limit(1)).first() is not None


def _put_statement(connection: sa.Connection, told: Statement) -> set[str]:
    """A statement in place of the witness's one before. Returns whose feeds it speaks of."""
    seen, known = tables.seen_snapshot, tables.statement
    connection.execute(seen.delete().where(seen.c.witness == told.witness))
    connection.execute(known.delete().where(known.c.witness == told.witness))
    connection.execute(known.insert().values(witness=told.witness, sha256=told.sha256))
    if told.views:
        connection.execute(seen.insert(), [_values(view) for view in told.views])
    return {view.sender for view in told.views}


def _forget_statements_before_root(connection: sa.Connection, seen: SeenSnapshot) -> None:
    """With a sender's new root, signatures may be checked that could not be before: all statements are read again."""
    column = tables.seen_snapshot.c
    newest = sa.select(sa.func.max(column.root_version)).where(
        column.sender == seen.sender, column.witness == seen.witness
    )
    if seen.root_version > (connection.scalar(newest) or 0):
        connection.execute(tables.statement.delete())


def _views(connection: sa.Connection, senders: set[str] | None) -> tuple[SeenSnapshot, ...]:
    query = sa.select(tables.seen_snapshot).order_by(tables.seen_snapshot.c.id)
    if senders is not None:
        query = query.where(tables.seen_snapshot.c.sender.in_(sorted(senders)))
    return tuple(map(_view, connection.execute(query).mappings()))


def _put_fork(connection: sa.Connection, fork: Fork, at: datetime) -> ForkRecord | None:
    """Keep a fork; None where it is kept already."""
    table = tables.fork
    named = dict(zip(("sender", "version", "one_sha256", "other_sha256"), fork.key, strict=True))
    same = [table.c[name] == value for name, value in named.items()]
    if connection.execute(sa.select(table.c.id).where(*same)).first() is not None:
        return None
    views = [_json(fork.one), _json(fork.other)]
    added = table.insert().values(**named, views=views, found_at=at).returning(table.c.id)
    return ForkRecord(int(connection.execute(added).scalar_one()), fork, at, ())


def _values(view: SeenSnapshot) -> dict[str, object]:
    return {name: getattr(view, name) for name in _COLUMNS}


def _view(row: sa.RowMapping) -> SeenSnapshot:
    return SeenSnapshot(**{name: row[name] for name in _COLUMNS})


def _json(view: SeenSnapshot) -> dict[str, object]:
    return {**_values(view), "at": view.at.isoformat()}


def _record(row: sa.RowMapping, decided: tuple[Verdict, ...]) -> ForkRecord:
    one, other = (SeenSnapshot(**{**view, "at": datetime.fromisoformat(view["at"])}) for view in row["views"])
    return ForkRecord(row["id"], Fork(one, other), row["found_at"], decided)
