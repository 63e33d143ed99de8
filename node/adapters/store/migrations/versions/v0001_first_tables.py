"""Vintages, observations, quarantine and runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vintage",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("dataflow", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("published", sa.DateTime, nullable=False),
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
        sa.Column("accepted_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vintage"),
        sa.UniqueConstraint(
            "sender",
            "dataflow",
            "period",
            "revision",
            "sha256",
            "report_sha256",
            name="uq_vintage_sender_dataflow_period_revision_sha256_report_sha256",
        ),
    )
    op.create_index("ix_vintage_dataflow_period", "vintage", ["dataflow", "period"])
    op.create_table(
        "observation",
        sa.Column("vintage_id", sa.Integer, nullable=False),
        sa.Column("occupation", sa.Text, nullable=False),
        sa.Column("ref_area", sa.Text, nullable=False),
        sa.Column("indicator", sa.Text, nullable=False),
        sa.Column("sex", sa.Text, nullable=False),
        sa.Column("obs_value", sa.Double, nullable=True),
        sa.Column("obs_status", sa.Text, nullable=False),
        sa.Column("conf_status", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("vintage_id", "occupation", "ref_area", "indicator", "sex", name="pk_observation"),
        sa.ForeignKeyConstraint(["vintage_id"], ["vintage.id"], name="fk_observation_vintage_id_vintage"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("report_sha256", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("decided", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
        sa.UniqueConstraint(
            "sender",
            "path",
            "revision",
            "sha256",
            "report_sha256",
            name="uq_quarantine_sender_path_revision_sha256_report_sha256",
        ),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("started", sa.DateTime, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )


def downgrade() -> None:
    for table in ("run", "quarantine", "observation", "vintage"):
        op.drop_table(table)
