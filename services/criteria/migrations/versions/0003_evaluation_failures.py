"""Evaluations that failed, and what became of asking for another."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_index(op.f("ix_reevaluation_case_id"), table_name="reevaluation")
    op.drop_table("reevaluation")
    op.drop_index("evaluation_failure_open", table_name="evaluation_failure")
    op.drop_table("evaluation_failure")
