"""Access tokens, reviewers' decisions on what the mappings leave open, and how well each source was last coded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_token",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("expires", sa.DateTime, nullable=False),
        sa.Column("revoked", sa.DateTime, nullable=True),
        sa.Column("last_used", sa.DateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_access_token"),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("scheme", sa.Text, nullable=True),
        sa.Column("edition", sa.Text, nullable=True),
        sa.Column("source", sa.Text, nullable=True),
        sa.Column("written", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decided", sa.DateTime, nullable=False),
        sa.Column("retired", sa.DateTime, nullable=True),
        sa.Column("retired_by", sa.Text, nullable=True),
        sa.Column("retired_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_kind_written", "decision", ["kind", "written"])
    op.create_table(
        "coverage",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("dataflow", sa.Text, nullable=False),
        sa.Column("taken", sa.DateTime, nullable=False),
        sa.Column("taken_by", sa.Text, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("source", "period", name="pk_coverage"),
    )


def downgrade() -> None:
    for table in ("coverage", "decision", "access_token"):
        op.drop_table(table)
