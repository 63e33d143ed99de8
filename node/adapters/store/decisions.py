"""The ledger of reviewers' decisions, and what they review, in the node's store."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from node.adapters.store import tables
from node.adapters.store.database import Database
from node.adapters.store.reviews import review_content, review_of
from node.coding.decisions import Decision, DecisionsInForce, Matter, Retirement, Subject
from node.coding.proposal import Entered, Proposal, enter
from node.coding.review import Review
from node.errors import OperatorError
from node.model.records import Scheme
from node.ports import Clock


class SqlDecisionLedger:
    """`node.ports.DecisionLedger` in the node's database. Raises (any method): as `Database` does."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def enter(self, proposals: Sequence[Proposal]) -> tuple[Entered, ...]:
        now = self._clock()
        done: list[Entered] = []
        with self._database.write() as connection:
            for proposal in proposals:
                entered = enter(_in_force(connection), proposal, secrets.token_hex(5), now)
                if entered.new:
                    connection.execute(tables.decision.insert().values(_values(entered.decision)))
                for replaced in entered.replaced:
                    _end(connection, replaced)
                done.append(entered)
        return tuple(done)

    def retire(self, identifiers: Sequence[str], by: str, reason: str) -> tuple[Decision, ...]:
        ending = Retirement(by, reason, self._clock())
        ended: list[Decision] = []
        with self._database.write() as connection:
            held = {decision.id: decision for decision in _read(connection)}
            for identifier in identifiers:
                ended.append(retired(held.get(identifier), identifier, ending))
                _end(connection, ended[-1])
        return tuple(ended)

    def in_force(self) -> DecisionsInForce:
        with self._database.read() as connection:
            return _in_force(connection)

    def history(self) -> tuple[Decision, ...]:
        with self._database.read() as connection:
            return _read(connection)


class SqlReviewLog:
    """`node.ports.ReviewLog` in the node's database. Raises (any method): as `Database` does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, review: Review) -> None:
        held = tables.coverage.c
        same = (held.source == review.source, held.period == str(review.period))
        values = {
            "source": review.source,
            "period": str(review.period),
            "dataflow": review.dataflow,
            "taken": review.taken,
            "taken_by": review.taken_by,
            "content": review_content(review),
        }
        with self._database.write() as connection:
            connection.execute(tables.coverage.delete().where(*same))
            connection.execute(tables.coverage.insert().values(values))

    def reviews(self) -> tuple[Review, ...]:
        with self._database.read() as connection:
            rows = connection.execute(sa.select(tables.coverage)).mappings().all()
        found = sorted((review_of(row) for row in rows), key=lambda review: review.period, reverse=True)
        return tuple(sorted(found, key=lambda review: review.source))


def retired(decision: Decision | None, identifier: str, ending: Retirement) -> Decision:
    """The decision with its end. Raises: OperatorError where there is none, or it has ended before."""
    if decision is None:
        raise OperatorError(f"there is no decision “{identifier}”; `lmis-node decisions list` shows those there are")
    if decision.retirement is not None:
        raise OperatorError(f"decision {identifier} was retired before, by {decision.retirement.by}")
    return Decision(
        decision.id, decision.subject, decision.target, decision.author, decision.reason, decision.decided, ending
    )


def _in_force(connection: sa.Connection) -> DecisionsInForce:
    return DecisionsInForce(_read(connection, tables.decision.c.retired.is_(None)))


def _read(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> tuple[Decision, ...]:
    query = sa.select(tables.decision).where(*where).order_by(tables.decision.c.decided, tables.decision.c.id)
    return tuple(_decision(row) for row in connection.execute(query).mappings())


def _end(connection: sa.Connection, decision: Decision) -> None:
    ending = decision.retirement
    if ending is not None:
        values = {"retired": ending.at, "retired_by": ending.by, "retired_reason": ending.reason}
        connection.execute(tables.decision.update().where(tables.decision.c.id == decision.id).values(values))


def _values(decision: Decision) -> dict[str, str | datetime | None]:
    subject = decision.subject
    return {
        "id": decision.id,
        "kind": subject.matter.value,
        "scheme": subject.scheme.name if subject.scheme else None,
        "edition": subject.scheme.edition if subject.scheme else None,
        "source": subject.source,
        "written": subject.written,
        "target": decision.target,
        "author": decision.author,
        "reason": decision.reason,
        "decided": decision.decided,
    }


def _decision(row: sa.RowMapping) -> Decision:
    scheme = Scheme(row["scheme"], row["edition"]) if row["scheme"] is not None else None
    ending = None
    if row["retired"] is not None:
        ending = Retirement(row["retired_by"], row["retired_reason"], row["retired"])
    subject = Subject(Matter(row["kind"]), scheme, row["source"], row["written"])
    return Decision(row["id"], subject, row["target"], row["author"], row["reason"], row["decided"], ending)
