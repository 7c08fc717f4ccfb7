"""The schema of criteria that 0.2.0 starts from."""

import sqlalchemy as sa
from alembic import op

from shared.lanes.store.migrate import uncompressed
from shared.lanes.store.schema import first

revision = "0002"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    first.create()
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
        "line_determination",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("content_digest", sa.String(), nullable=False),
        sa.Column("determination", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reviewer_id", sa.String(), nullable=True),
        sa.Column("reviewer_name", sa.String(), nullable=True),
        sa.Column("reviewer_licence", sa.String(), nullable=True),
        sa.Column("reviewer_licence_state", sa.String(), nullable=True),
        sa.Column("reviewer_specialty", sa.String(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            (
                "(basis = 'engine' AND determination IN ('A1', 'A4')) OR (basis = 'sender' AND "
                "determination = 'C') OR (basis = 'clinician' AND determination IN ('A1', 'A3', "
                "'A6') "
                "AND trim(coalesce(reviewer_id, '')) <> '' "
                "AND trim(coalesce(reviewer_name, '')) <> '' "
                "AND trim(coalesce(reviewer_licence, '')) <> '' "
                "AND trim(coalesce(reviewer_licence_state, '')) <> '' "
                "AND trim(coalesce(reviewer_specialty, '')) <> '')"
            ),
            name="no_adverse_by_software",
        ),
        sa.PrimaryKeyConstraint("case_id", "sequence", "content_digest"),
    )
    op.create_table(
        "review",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("content_digest", sa.String(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reviewer_id", sa.String(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "idempotency_key"),
    )
    op.create_table(
        "unreadable_review",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "worklist",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("content_digest", sa.String(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("segment", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("in_time", sa.Boolean(), nullable=False),
        sa.Column("by_law", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "sequence"),
    )
    op.create_index("worklist_due", "worklist", ["is_open", "in_time", "due_at"], unique=False)
    uncompressed(op.get_bind(), (("evaluation", "content"),))
    _failures()
    _calls()


def downgrade() -> None:
    op.drop_table("call_closure")
    op.drop_index("call_item_due", table_name="call_item")
    op.drop_table("call_item")
    op.drop_index(op.f("ix_reevaluation_case_id"), table_name="reevaluation")
    op.drop_table("reevaluation")
    op.drop_index("evaluation_failure_open", table_name="evaluation_failure")
    op.drop_table("evaluation_failure")
    op.drop_index("worklist_due", table_name="worklist")
    op.drop_table("worklist")
    op.drop_table("unreadable_review")
    op.drop_table("review")
    op.drop_table("line_determination")
    op.drop_index(op.f("ix_evaluation_case_id"), table_name="evaluation")
    op.drop_table("evaluation")
    first.drop()


def _failures() -> None:
    op.create_table(
        "evaluation_failure",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Uuid(), nullable=False),
        sa.Column("request_version", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("engine_version", sa.String(), nullable=False),
        sa.Column("failed_at", sa.BigInteger(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index(
        "evaluation_failure_open", "evaluation_failure", ["is_open", "failed_at"], unique=False
    )
    op.create_table(
        "reevaluation",
        sa.Column("reevaluation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reevaluation_id"),
    )
    op.create_index(op.f("ix_reevaluation_case_id"), "reevaluation", ["case_id"], unique=False)


def _calls() -> None:
    op.create_table(
        "call_item",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("lines", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("breached", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "item"),
    )
    op.create_index("call_item_due", "call_item", ["is_open", "due_at"], unique=False)
    op.create_table(
        "call_closure",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "idempotency_key"),
    )
