"""The schema of audit that 0.2.0 starts from."""

import sqlalchemy as sa
from alembic import op

from services.audit.tables import insert_only
from shared.lanes.store.migrate import uncompressed
from shared.lanes.store.schema import first

revision = "0002"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    first.create()
    op.create_table(
        "checkpoint",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("n"),
        info={"insert_only": True},
    )
    op.create_table(
        "entry",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("event_id", sa.LargeBinary(), nullable=True),
        sa.Column("case_id", sa.LargeBinary(), nullable=True),
        sa.Column("time", sa.String(), nullable=False),
        sa.Column("headers", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("p", "n"),
        info={"insert_only": True},
    )
    op.create_index("entry_case", "entry", ["case_id"], unique=False)
    op.create_table(
        "subtree",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("i", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("p", "level", "i"),
        info={"insert_only": True},
    )
    for statement in insert_only(op.get_bind().dialect.name):
        op.execute(sa.text(statement.replace(":", r"\:")))
    uncompressed(op.get_bind(), (("entry", "value"), ("entry", "headers")))


def downgrade() -> None:
    op.drop_table("subtree")
    op.drop_index("entry_case", table_name="entry")
    op.drop_table("entry")
    op.drop_table("checkpoint")
    first.drop()
