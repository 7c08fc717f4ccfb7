"""The first schema of criteria."""

import sqlalchemy as sa
from alembic import op

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
        "evaluation",
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("request_version", sa.Integer(), nullable=False),
        sa.Column("evaluated_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("evaluation_id"),
        info={"insert_only": True},
    )
    op.create_index(op.f("ix_evaluation_case_id"), "evaluation", ["case_id"], unique=False)
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
        "line_determination",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("determination", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reviewer_id", sa.String(), nullable=True),
        sa.Column("reviewer_licence", sa.String(), nullable=True),
        sa.Column("reviewer_specialty", sa.String(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(basis = 'engine' AND determination IN ('A1', 'A4')) OR (basis = 'sender' AND determination = 'C') OR (basis = 'clinician' AND determination IN ('A1', 'A3', 'A6') AND reviewer_id <> '' AND reviewer_licence <> '' AND reviewer_specialty <> '' AND reviewer_id IS NOT NULL AND reviewer_licence IS NOT NULL AND reviewer_specialty IS NOT NULL)",
            name="no_adverse_by_software",
        ),
        sa.PrimaryKeyConstraint("case_id", "sequence"),
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
        "review",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reviewer_id", sa.String(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "idempotency_key"),
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
    op.create_table(
        "worklist",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("segment", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "sequence"),
    )
    op.create_index("worklist_due", "worklist", ["is_open", "due_at"], unique=False)
    uncompressed(op.get_bind(), (("evaluation", "content"),))


def downgrade() -> None:
    op.drop_index("worklist_due", table_name="worklist")
    op.drop_table("worklist")
    op.drop_index("timer_due", table_name="timer")
    op.drop_table("timer")
    op.drop_index("task_lane", table_name="task")
    op.drop_table("task")
    op.drop_table("review")
    op.drop_table("position")
    op.drop_index(op.f("ix_parked_case_id"), table_name="parked")
    op.drop_table("parked")
    op.drop_table("outbox_2")
    op.drop_table("outbox_1")
    op.drop_table("outbox_0")
    op.drop_table("line_determination")
    op.drop_table("lane_state")
    op.drop_table("lane_batch")
    op.drop_table("lane")
    op.drop_index(op.f("ix_evaluation_case_id"), table_name="evaluation")
    op.drop_table("evaluation")
    op.drop_table("case_state")
    op.drop_table("case_alias")
