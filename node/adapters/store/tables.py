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
    sa.Column("flags", sa.JSON, nullable=True),
    sa.Column("perturbation", sa.JSON(none_as_null=True), nullable=True),
    sa.UniqueConstraint("sender", "dataflow", "period", "revision", "sha256", "report_sha256"),
    sa.Index(None, "dataflow", "period"),
)
"""One row an accepted version of one period of one sender. Rows are added and never changed."""

observation = sa.Table(
    "observation",
    metadata,
    sa.Column("vintage_id", sa.ForeignKey("vintage.id"), primary_key=True),
    sa.Column("indicator", sa.Text, primary_key=True),
    sa.Column("sex", sa.Text, primary_key=True),
    sa.Column("occupation", sa.Text, primary_key=True),
    sa.Column("ref_area", sa.Text, primary_key=True),
    sa.Column("obs_value", sa.Double, nullable=True),
    sa.Column("obs_status", sa.Text, nullable=False),
    sa.Column("conf_status", sa.Text, nullable=False),
    sa.Column("obs_low", sa.Double, nullable=True),
    sa.Column("obs_high", sa.Double, nullable=True),
    sqlite_with_rowid=False,
)
"""One row an observation of a vintage; `obs_value` is null where it is suppressed or missing. `obs_low`, `obs_high`:
what a suppressed one can be at least and most, null where nobody has reckoned it. The key begins with
what every page asks one of, the indicator over all sexes, so that what a page reads lies together."""

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
    sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("sender", "path", "revision", "sha256", "report_sha256"),
)
"""One row a target that was not merged; `held`: it breaks no rule and only looks implausible, so that an operator may
release it. `decided`: the latest verdict, null while nobody has looked."""

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

access_token = sa.Table(
    "access_token",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("expires", UtcTime, nullable=False),
    sa.Column("revoked", UtcTime, nullable=True),
    sa.Column("last_used", UtcTime, nullable=True),
)
"""One row an access that was granted; `digest` is that of its token, which is not kept. No row is deleted."""

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("scheme", sa.Text, nullable=True),
    sa.Column("edition", sa.Text, nullable=True),
    sa.Column("source", sa.Text, nullable=True),
    sa.Column("written", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("decided", UtcTime, nullable=False),
    sa.Column("retired", UtcTime, nullable=True),
    sa.Column("retired_by", sa.Text, nullable=True),
    sa.Column("retired_reason", sa.Text, nullable=True),
    sa.Index(None, "kind", "written"),
)
"""One row a reviewer's decision on what a source wrote. A decision is retired once, and otherwise never changed."""

coverage = sa.Table(
    "coverage",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("dataflow", sa.Text, nullable=False),
    sa.Column("taken", UtcTime, nullable=False),
    sa.Column("taken_by", sa.Text, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
)
"""How well a source's period was coded when it was last read: sums only. A later reading takes the row's place."""

seen_snapshot = sa.Table(
    "seen_snapshot",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("witness", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("root_version", sa.Integer, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("signed_sha256", sa.Text, nullable=False),
    sa.Column("content_sha256", sa.Text, nullable=False),
    sa.Column("metadata", sa.Text, nullable=False),
    sa.Column("verified", sa.Boolean, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Index(None, "sender", "version"),
    sa.Index(None, "witness", "sender"),
)
"""One row a snapshot that somebody saw of a feed. This node's own are added and never changed; a witness's are
those of its latest statement."""

statement = sa.Table(
    "statement",
    metadata,
    sa.Column("witness", sa.Text, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
)
"""The latest `observed.json` that was taken in of each peer."""

fork = sa.Table(
    "fork",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("one_sha256", sa.Text, nullable=False),
    sa.Column("other_sha256", sa.Text, nullable=False),
    sa.Column("views", sa.JSON, nullable=False),
    sa.Column("found_at", UtcTime, nullable=False),
    sa.UniqueConstraint("sender", "version", "one_sha256", "other_sha256"),
)
"""One row two different snapshots that were signed under one version. Rows are added and never changed."""

verdict = sa.Table(
    "verdict",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("fork_id", sa.ForeignKey("fork.id"), nullable=True),
    sa.Column("quarantine_id", sa.ForeignKey("quarantine.id"), nullable=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Index(None, "fork_id"),
    sa.Index(None, "quarantine_id"),
)
"""One row an operator's decision on a fork or on a quarantined target. The latest counts; none is changed."""

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("until", UtcTime, nullable=False),
)
"""One row a piece of work that one process may do at a time, and until when its holder has it unless it renews."""
