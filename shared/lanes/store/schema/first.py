"""Version 1 of the lane tables, as the first migration of every service makes them.

A migration may not change with the code around it, so it seldom calls shared code. This module may
be called because it is frozen like a migration: it is named for its version and, once released,
never edited; the next change is a module of its own, called by migrations of its own. No store of
an earlier version exists that a copy in each service would have to remember, and of four copies of
one engine's tables three could only drift.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.lanes.store.migrate import uncompressed

OUTBOXES = ("outbox_0", "outbox_1", "outbox_2")
VALUES = (*((outbox, "value") for outbox in OUTBOXES), ("case_state", "state"))


def create() -> None:
    """Makes the tables."""
    _cases()
    _lanes()
    _history()
    for outbox in OUTBOXES:
        _outbox(outbox)
    _parked()
    _plans()
    _reference()
    uncompressed(op.get_bind(), VALUES)


def drop() -> None:
    """Removes the tables, and their indexes with them."""
    for table in (
        "reference_publication",
        "reference_head",
        "reference_set",
        "reference_item",
        "timer",
        "task",
        "parked",
        *OUTBOXES,
        "lane_batch",
        "position",
        "lane_state",
        "lane",
        "case_alias",
        "case_state",
    ):
        op.drop_table(table)


def _cases() -> None:
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
        "case_alias",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("p", "alias"),
    )


def _lanes() -> None:
    op.create_table(
        "lane",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("next_seq", sa.BigInteger(), nullable=False),
        sa.Column("published_seq", sa.BigInteger(), nullable=False),
        sa.Column("next_batch", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("p"),
    )
    op.create_table(
        "lane_state",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("p"),
    )
    op.create_table(
        "position",
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("topic_id", sa.String(), nullable=False),
        sa.Column("next_offset", sa.BigInteger(), nullable=False),
        sa.Column("reading", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("p", "topic"),
    )


def _history() -> None:
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


def _outbox(name: str) -> None:
    op.create_table(
        name,
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("headers", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("p", "seq"),
    )


def _parked() -> None:
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
    op.create_index("ix_parked_case_id", "parked", ["case_id"], unique=False)
    op.create_index(
        "parked_requeued",
        "parked",
        ["p", "at"],
        unique=False,
        sqlite_where=sa.text("requeued"),
        postgresql_where=sa.text("requeued"),
    )


def _plans() -> None:
    op.create_table(
        "task",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("cause", sa.Uuid(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "kind", "key"),
    )
    op.create_index("task_lane", "task", ["p"], unique=False)
    op.create_table(
        "timer",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("p", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("try_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "kind"),
    )
    op.create_index("timer_due", "timer", ["p", "try_at"], unique=False)


def _reference() -> None:
    op.create_table(
        "reference_item",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "reference_set",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("entries", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "reference_head",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "reference_publication",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("items", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("record_id"),
    )
