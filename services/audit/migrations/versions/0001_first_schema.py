"""The first schema of audit."""

import sqlalchemy as sa
from alembic import op

from services.audit.tables import insert_only
from shared.lanes.migrating import uncompressed

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_alias",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("p", "alias"),
    )
    op.create_table(
        "case_state",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("prev", sa.Uuid(), nullable=True),
        sa.Column("applied", sa.String(), nullable=False),
        sa.Column("parked", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
    )
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
        "lane",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("next_seq", sa.BigInteger(), nullable=False),
        sa.Column("published_seq", sa.BigInteger(), nullable=False),
        sa.Column("next_batch", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("p"),
    )
    op.create_table(
        "lane_batch",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ranges", sa.String(), nullable=False),
        sa.Column("parked", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("p", "n"),
    )
    op.create_table(
        "lane_state", sa.Column("p", sa.SmallInteger(), nullable=False), sa.Column("state", sa.LargeBinary(), nullable=False), sa.PrimaryKeyConstraint("p")
    )
    op.create_table(
        "outbox_0",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("headers", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("p", "seq"),
    )
    op.create_table(
        "outbox_1",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("headers", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("p", "seq"),
    )
    op.create_table(
        "outbox_2",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("headers", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("p", "seq"),
    )
    op.create_table(
        "parked",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("requeued", sa.Boolean(), nullable=False),
        sa.Column("headers", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("p", "topic", "offset"),
    )
    op.create_index(op.f("ix_parked_case_id"), "parked", ["case_id"], unique=False)
    op.create_table(
        "position",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("topic_id", sa.String(), nullable=False),
        sa.Column("next_offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("p", "topic"),
    )
    op.create_table(
        "subtree",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("i", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("p", "level", "i"),
        info={"insert_only": True},
    )
    op.create_table(
        "task",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("cause", sa.Uuid(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "kind", "key"),
    )
    op.create_index("task_lane", "task", ["p"], unique=False)
    op.create_table(
        "timer",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "kind"),
    )
    op.create_index("timer_due", "timer", ["p", "due_at"], unique=False)
    for statement in insert_only(op.get_bind().dialect.name):
        op.execute(sa.text(statement.replace(":", r"\:")))
    uncompressed(op.get_bind(), (("entry", "value"), ("entry", "headers")))


def downgrade() -> None:
    op.drop_index("timer_due", table_name="timer")
    op.drop_table("timer")
    op.drop_index("task_lane", table_name="task")
    op.drop_table("task")
    op.drop_table("subtree")
    op.drop_table("position")
    op.drop_index(op.f("ix_parked_case_id"), table_name="parked")
    op.drop_table("parked")
    op.drop_table("outbox_2")
    op.drop_table("outbox_1")
    op.drop_table("outbox_0")
    op.drop_table("lane_state")
    op.drop_table("lane_batch")
    op.drop_table("lane")
    op.drop_index("entry_case", table_name="entry")
    op.drop_table("entry")
    op.drop_table("checkpoint")
    op.drop_table("case_state")
    op.drop_table("case_alias")
