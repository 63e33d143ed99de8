"""The tables of the store. `migrations/` holds how a database gets to them; a test keeps the two the same."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class UtcTime(sa.types.TypeDecorator[datetime]):
    """An aware datetime, kept in UTC without its zone, since SQLite knows none."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

vintage = sa.Table(
    "vintage",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("dataflow", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("published", UtcTime, nullable=False),
    sa.Column("profile_version", sa.Text, nullable=False),
    sa.Column("profile_digest", sa.Text, nullable=False),
    sa.Column("mapping_digests", sa.JSON, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("synthetic", sa.Boolean, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("length", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("report_sha256", sa.Text, nullable=False),
    sa.Column("snapshot_version", sa.Integer, nullable=False),
    sa.Column("accepted_at", UtcTime, nullable=False),
    sa.UniqueConstraint("sender", "dataflow", "period", "revision", "sha256", "report_sha256"),
    sa.Index(None, "dataflow", "period"),
)
"""One row an accepted version of one period of one sender. Rows are added and never changed."""

observation = sa.Table(
    "observation",
    metadata,
    sa.Column("vintage_id", sa.ForeignKey("vintage.id"), primary_key=True),
    sa.Column("occupation", sa.Text, primary_key=True),
    sa.Column("ref_area", sa.Text, primary_key=True),
    sa.Column("indicator", sa.Text, primary_key=True),
    sa.Column("sex", sa.Text, primary_key=True),
    sa.Column("obs_value", sa.Double, nullable=True),
    sa.Column("obs_status", sa.Text, nullable=False),
    sa.Column("conf_status", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
"""One row an observation of a vintage; `obs_value` is null where it is suppressed or missing. The order of the
key is that in which verified observations come, so that inserting them is appending."""

quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("report_sha256", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("decided", sa.Text, nullable=True),
    sa.UniqueConstraint("sender", "path", "revision", "sha256", "report_sha256"),
)
"""One row a refused target; `decided` is what an operator made of it, null while nobody has looked."""

run = sa.Table(
    "run",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=True),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("started", UtcTime, nullable=False),
    sa.Column("seconds", sa.Double, nullable=False),
)
"""One row a release or pull, also a failed one."""
