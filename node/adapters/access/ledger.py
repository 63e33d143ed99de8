"""The ledger of access tokens in the node's store. An access is revoked, never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from node.adapters.access.tokens import digest_of, id_of, new_token, same
from node.adapters.store.database import Database
from node.adapters.store.tables import access_token
from node.errors import MachineError, OperatorError
from node.model.access import Access, IssuedToken
from node.ports import Clock

USE_IS_NOTED = timedelta(hours=1)
"""How much time passes before a use is written down again: a partner's pull is many requests."""

_COLUMNS = ("id", "holder", "scopes", "created", "expires", "revoked", "last_used")


class SqlAccessLedger:
    """`node.ports.AccessLedger` in the node's database. Raises (any method): as `Database` does."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def issue(self, holder: str, scopes: Sequence[str], lifetime: timedelta) -> IssuedToken:
        identifier, token = new_token()
        now = self._clock()
        access = Access(identifier, holder, tuple(scopes), now, now + lifetime)
        values = {name: getattr(access, name) for name in _COLUMNS}
        values |= {"scopes": list(access.scopes), "digest": digest_of(token)}
        with self._database.write() as connection:
            connection.execute(access_token.insert().values(values))
        return IssuedToken(token, access)

    def check(self, token: str, scope: str) -> Access | None:
        identifier = id_of(token)
        with self._database.read() as connection:
            row = _row(connection, identifier)
        right = same(token, row["digest"] if row else None)
        now = self._clock()
        if row is None or not right or not (access := _access(row)).allows(scope, now):
            return None
        if access.last_used is None or now - access.last_used >= USE_IS_NOTED:
            self._note_use(access.id, now)
        return access

    def find(self, identifier: str) -> Access | None:
        with self._database.read() as connection:
            row = _row(connection, identifier)
        return _access(row) if row else None

    def revoke(self, identifier: str) -> Access:
        with self._database.write() as connection:
            held = access_token.c
            query = access_token.update().where(held.id == identifier, held.revoked.is_(None))
            connection.execute(query.values(revoked=self._clock()))
            row = _row(connection, identifier)
        if row is None:
            raise OperatorError(f"there is no access “{identifier}”; `lmis-node access list` shows those there are")
        return _access(row)

    def list(self) -> tuple[Access, ...]:
        query = sa.select(access_token).order_by(access_token.c.created, access_token.c.id)
        with self._database.read() as connection:
            return tuple(_access(row) for row in connection.execute(query).mappings())

    def _note_use(self, identifier: str, now: datetime) -> None:
        """A use that cannot be written down, as while another process writes, is still a use."""
        query = access_token.update().where(access_token.c.id == identifier).values(last_used=now)
        try:
            with self._database.write() as connection:
                connection.execute(query)
        except MachineError:
            return


def _row(connection: sa.Connection, identifier: str | None) -> sa.RowMapping | None:
    query = sa.select(access_token).where(access_token.c.id == (identifier or ""))
    return connection.execute(query).mappings().one_or_none()


def _access(row: sa.RowMapping) -> Access:
    return Access(**{name: row[name] for name in _COLUMNS} | {"scopes": tuple(row["scopes"])})
