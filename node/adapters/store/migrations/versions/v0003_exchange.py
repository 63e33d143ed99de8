"""What the exchange with partners keeps: what was seen of feeds, forks, verdicts, flags and the worker's lease."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("vintage", sa.Column("flags", sa.JSON, nullable=True))
    op.add_column("quarantine", sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "seen_snapshot",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("witness", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("root_version", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("signed_sha256", sa.Text, nullable=False),
        sa.Column("content_sha256", sa.Text, nullable=False),
        sa.Column("metadata", sa.Text, nullable=False),
        sa.Column("verified", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seen_snapshot"),
    )
    op.create_index("ix_seen_snapshot_sender_version", "seen_snapshot", ["sender", "version"])
    op.create_index("ix_seen_snapshot_witness_sender", "seen_snapshot", ["witness", "sender"])
    op.create_table(
        "statement",
        sa.Column("witness", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("witness", name="pk_statement"),
    )
    op.create_table(
        "fork",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("one_sha256", sa.Text, nullable=False),
        sa.Column("other_sha256", sa.Text, nullable=False),
        sa.Column("views", sa.JSON, nullable=False),
        sa.Column("found_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fork"),
        sa.UniqueConstraint(
            "sender", "version", "one_sha256", "other_sha256", name="uq_fork_sender_version_one_sha256_other_sha256"
        ),
    )
    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("fork_id", sa.Integer, nullable=True),
        sa.Column("quarantine_id", sa.Integer, nullable=True),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_verdict"),
        sa.ForeignKeyConstraint(["fork_id"], ["fork.id"], name="fk_verdict_fork_id_fork"),
        sa.ForeignKeyConstraint(["quarantine_id"], ["quarantine.id"], name="fk_verdict_quarantine_id_quarantine"),
    )
    op.create_index("ix_verdict_fork_id", "verdict", ["fork_id"])
    op.create_index("ix_verdict_quarantine_id", "verdict", ["quarantine_id"])
    op.create_table(
        "lease",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )


def downgrade() -> None:
    for table in ("lease", "verdict", "fork", "statement", "seen_snapshot"):
        op.drop_table(table)
    op.drop_column("quarantine", "held")
    op.drop_column("vintage", "flags")
