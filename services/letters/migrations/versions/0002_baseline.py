"""The schema of letters that 0.2.0 starts from."""

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
        "document",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("letter_id", "format"),
    )
    op.create_table(
        "letter",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("determination", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("reviewers", sa.String(), nullable=True),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            (
                "(kind <> 'refusal' AND determination NOT IN ('A3', 'A6')) OR "
                "(coalesce(basis, '') = 'clinician' AND trim(coalesce(reviewers, '')) <> '')"
            ),
            name="no_refusal_without_clinician",
        ),
        sa.PrimaryKeyConstraint("letter_id"),
    )
    op.create_index(op.f("ix_letter_case_id"), "letter", ["case_id"], unique=False)
    uncompressed(op.get_bind(), (("letter", "content"),))


def downgrade() -> None:
    op.drop_index(op.f("ix_letter_case_id"), table_name="letter")
    op.drop_table("letter")
    op.drop_table("document")
    first.drop()
