"""One process at a time, on any number of machines that share a database: a row that its holder keeps renewing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from node.adapters.store import tables
from node.adapters.store.database import Database
from node.errors import Busy, NodeError

_log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
"""How long a holder that is silent keeps its lease. Long enough for a database that restarts."""


class DatabaseLease:
    """The lease `name`. `holder`: who asks, for messages; `place`: what the asker knows to be held by one process
    only (the machine and the node's folder, which a lock file guards): a lease from there is that of a dead process.

    Times are the database's own, so that machines whose clocks differ agree.
    """

    def __init__(self, database: Database, name: str, holder: str, place: str, seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._name = name
        self._holder = holder
        self._place = place
        self._life = timedelta(seconds=seconds)
        self._lost = threading.Event()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Held until the end, renewed meanwhile. Raises: Busy naming the holder while another has it."""
        self._take()
        ended = threading.Event()
        renewing = threading.Thread(target=self._keep, args=(ended,), daemon=True, name=f"lease {self._name}")
        renewing.start()
        try:
            yield
        finally:
            ended.set()
            renewing.join()
            self._give_back()

    def check(self) -> None:
        """Raises: Busy where the lease was lost: the machine slept, or the database was not to be reached."""
        if self._lost.is_set():
            raise Busy(
                f"the lease of {self._name} was lost: it was not renewed within {self._life.total_seconds():g} s"
            )

    def _take(self) -> None:
        table = tables.lease
        with self._database.write() as connection:
            now = _now(connection)
            query = sa.select(table).where(table.c.name == self._name).with_for_update()
            row = connection.execute(query).mappings().first()
            if row is not None and row["until"] > now and row["place"] != self._place:
                raise Busy(
                    f"{self._name} is under way already: {row['holder']} has it until {row['until']:%H:%M:%S} UTC"
                )
            connection.execute(table.delete().where(table.c.name == self._name))
            values = {"holder": self._holder, "place": self._place, "until": now + self._life}
            connection.execute(table.insert().values(name=self._name, **values))

    def _keep(self, ended: threading.Event) -> None:
        """Renews, well before the lease ends; gives up once somebody else has it or it has ended."""
        since = datetime.now(UTC)
        while not ended.wait(self._life.total_seconds() / 4):
            try:
                renewed = self._renew()
            except NodeError as problem:
                _log.warning("the lease of %s was not renewed: %s", self._name, problem)
                renewed = datetime.now(UTC) - since < self._life
            else:
                since = datetime.now(UTC) if renewed else since
            if not renewed:
                self._lost.set()
                return

    def _renew(self) -> bool:
        table = tables.lease
        with self._database.write() as connection:
            now = _now(connection)
            mine = (table.c.name == self._name) & (table.c.holder == self._holder)
            changed = connection.execute(table.update().where(mine, table.c.until > now).values(until=now + self._life))
        return bool(changed.rowcount)

    def _give_back(self) -> None:
        table = tables.lease
        try:
            with self._database.write() as connection:
                mine = (table.c.name == self._name) & (table.c.holder == self._holder)
                connection.execute(table.delete().where(mine))
        except NodeError as problem:  # it ends by itself
            _log.warning("the lease of %s was not given back: %s", self._name, problem)


def _now(connection: sa.Connection) -> datetime:
    now = connection.execute(sa.select(sa.func.current_timestamp())).scalar_one()
    return now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC)
