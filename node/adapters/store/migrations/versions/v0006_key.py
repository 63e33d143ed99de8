"""The key of observations in the order in which pages ask for them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BEFORE = ("vintage_id", "occupation", "ref_area", "indicator", "sex")
AFTER = ("vintage_id", "indicator", "sex", "occupation", "ref_area")
CONTENT = ("obs_value", "obs_status", "conf_status", "obs_low", "obs_high")


def upgrade() -> None:
    _written_anew(AFTER)


def downgrade() -> None:
    _written_anew(BEFORE)


def _written_anew(key: Sequence[str]) -> None:
    """The same observations in another order. Both databases keep rows in the order in which they were written, SQLite
    by the key and PostgreSQL as they came, so that another key alone would not bring together what is read together.

    All of them are written once more. On SQLite each vintage is taken out of the old table as soon as it is in the new
    one, so that the new takes the room of the old; PostgreSQL would keep it until later, and copies them at once.
    """
    op.rename_table("observation", "observation_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_observation RENAME TO pk_observation_before")  # whose names are the schema's
    op.create_table(
        "observation",
        sa.Column("vintage_id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in key[1:]),
        sa.Column("obs_value", sa.Double, nullable=True),
        sa.Column("obs_status", sa.Text, nullable=False),
        sa.Column("conf_status", sa.Text, nullable=False),
        sa.Column("obs_low", sa.Double, nullable=True),
        sa.Column("obs_high", sa.Double, nullable=True),
        sa.PrimaryKeyConstraint(*key, name="pk_observation"),
        sa.ForeignKeyConstraint(["vintage_id"], ["vintage.id"], name="fk_observation_vintage_id_vintage"),
        sqlite_with_rowid=False,
    )
    names, order, bind = ", ".join((*key, *CONTENT)), ", ".join(key), op.get_bind()
    copied = f"INSERT INTO observation ({names}) SELECT {names} FROM observation_before"
    if bind.dialect.name == "postgresql":
        op.execute(f"{copied} ORDER BY {order}")
    else:
        for vintage in bind.execute(sa.text("SELECT id FROM vintage ORDER BY id")).scalars().all():
            one = {"vintage": vintage}
            bind.execute(sa.text(f"{copied} WHERE vintage_id = :vintage ORDER BY {order}"), one)
            bind.execute(sa.text("DELETE FROM observation_before WHERE vintage_id = :vintage"), one)
    op.drop_table("observation_before")
