"""What suppressed observations can be at least and most. Vintages merged before have none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("observation", sa.Column("obs_low", sa.Double, nullable=True))
    op.add_column("observation", sa.Column("obs_high", sa.Double, nullable=True))


def downgrade() -> None:
    op.drop_column("observation", "obs_high")
    op.drop_column("observation", "obs_low")
