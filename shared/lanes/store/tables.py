"""The tables that every service's store has, whatever the service decides."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, LargeBinary, SmallInteger, Table, Text, text
from sqlmodel import Field, SQLModel


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model; SQLModel sets it and does not declare it."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


class CaseRow(SQLModel, table=True):
    """A case as this service knows it: its own event count and last event, what it has applied of
    others, and its state (JSON).
    """

    __tablename__ = "case_state"

    case_id: UUID = Field(primary_key=True)
    p: int = Field(sa_type=SmallInteger)
    seq: int = 0
    prev: UUID | None = None
    applied: str = ""
    parked: int = 0
    state: bytes | None = Field(default=None, sa_type=LargeBinary)


class AliasRow(SQLModel, table=True):
    """Another name that a case can be found by, inside its lane."""

    __tablename__ = "case_alias"

    p: int = Field(sa_type=SmallInteger, primary_key=True)
    alias: str = Field(primary_key=True)
    case_id: UUID


class LaneRow(SQLModel, table=True):
    """A lane's owner, epoch and place in its outbox.

    `last_at` (microseconds since 1970, UTC) never goes backwards. `claims` counts those that began
    to read and have not committed a batch of records since.
    """

    __tablename__ = "lane"

    p: int = Field(sa_type=SmallInteger, primary_key=True)
    epoch: int = Field(default=0, sa_type=BigInteger)
    owner: str = ""
    next_seq: int = Field(default=1, sa_type=BigInteger)
    published_seq: int = Field(default=0, sa_type=BigInteger)
    next_batch: int = Field(default=1, sa_type=BigInteger)
    last_at: int = Field(default=0, sa_type=BigInteger)
    claims: int = 0


class LaneStateRow(SQLModel, table=True):
    """What a service that folds whole lanes (audit) keeps per lane."""

    __tablename__ = "lane_state"

    p: int = Field(sa_type=SmallInteger, primary_key=True)
    state: bytes = Field(sa_type=LargeBinary)


class PositionRow(SQLModel, table=True):
    """The next offset of a topic that the lane will work; Kafka's committed offset is only a hint
    for lag tools.

    `reading`: its record was about to be read on its own, and nothing was committed since.
    """

    __tablename__ = "position"

    p: int = Field(sa_type=SmallInteger, primary_key=True)
    topic: str = Field(primary_key=True)
    topic_id: str = ""
    next_offset: int = Field(default=0, sa_type=BigInteger)
    reading: bool = False


class BatchRow(SQLModel, table=True):
    """What a lane worked in one transaction and when, so that it can be replayed to the same
    bytes.
    """

    __tablename__ = "lane_batch"

    p: int = Field(sa_type=SmallInteger, primary_key=True)
    n: int = Field(sa_type=BigInteger, primary_key=True)
    kind: str
    at: int = Field(sa_type=BigInteger)
    ranges: str
    parked: int = 0
    reference: str = ""
    code: str = ""


class ParkedRow(SQLModel, table=True):
    """An event that could not be applied, or that waits behind one of its case or for its cause;
    drained in order.
    """

    __tablename__ = "parked"
    __table_args__ = (
        Index(
            "parked_requeued",
            "p",
            "at",
            sqlite_where=text("requeued"),
            postgresql_where=text("requeued"),
        ),
    )

    p: int = Field(sa_type=SmallInteger, primary_key=True)
    topic: str = Field(primary_key=True)
    offset: int = Field(sa_type=BigInteger, primary_key=True)
    case_id: UUID | None = Field(default=None, index=True)
    reason: str
    detail: str = ""
    at: int = Field(sa_type=BigInteger)
    requeued: bool = False
    headers: bytes = Field(default=b"", sa_type=LargeBinary)
    value: bytes = Field(default=b"", sa_type=LargeBinary)


class TimerRow(SQLModel, table=True):
    """An instant at which the lane's owner gives the case a `TimerDue`; `try_at` is later than that
    only after a decision on it failed.
    """

    __tablename__ = "timer"
    __table_args__ = (Index("timer_due", "p", "try_at"),)

    case_id: UUID = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    p: int = Field(sa_type=SmallInteger)
    due_at: int = Field(sa_type=BigInteger)
    try_at: int = Field(sa_type=BigInteger)


class TaskRow(SQLModel, table=True):
    """A task to run outside the transaction; its result comes back in an `effect` batch.

    `turn` orders the tasks of a lane. `error` says why a task keeps failing; no decision reads it,
    and it goes with the row.
    """

    __tablename__ = "task"
    __table_args__ = (Index("task_lane", "p"),)

    case_id: UUID = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    p: int = Field(sa_type=SmallInteger)
    cause: UUID
    payload: str
    queue: str = ""
    turn: int = Field(default=0, sa_type=BigInteger)
    error: str = ""


class ReferenceItemRow(SQLModel, table=True):
    """A piece of reference data, by the hash of what it is and says."""

    __tablename__ = "reference_item"

    sha256: str = Field(primary_key=True)
    kind: str
    id: str
    content: bytes = Field(sa_type=LargeBinary)


class ReferenceSetRow(SQLModel, table=True):
    """Which items decisions read, and from which instants on: a JSON list, by its hash."""

    __tablename__ = "reference_set"

    sha256: str = Field(primary_key=True)
    entries: str


class ReferenceHeadRow(SQLModel, table=True):
    """The newest set: one row."""

    __tablename__ = "reference_head"

    id: int = Field(sa_type=SmallInteger, primary_key=True)
    sha256: str


class PublicationRow(SQLModel, table=True):
    """What became of a publication of reference data; `at` in microseconds since 1970 (UTC)."""

    __tablename__ = "reference_publication"

    record_id: UUID = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    outcome: str
    detail: str
    published_by: str
    items: str


def _outbox(n: int) -> Table:
    """One of the three outbox tables that take turns, so that emptying one is a truncate and never
    a delete.
    """
    return Table(
        f"outbox_{n}",
        SQLModel.metadata,
        Column("p", SmallInteger, primary_key=True),
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        Column("topic", Text, nullable=False),
        Column("partition", SmallInteger, nullable=False),
        Column("key", LargeBinary, nullable=False),
        Column("headers", LargeBinary, nullable=False),
        Column("value", LargeBinary, nullable=False),
    )


OUTBOXES = tuple(_outbox(n) for n in range(3))
LANE_TABLES: tuple[type[SQLModel], ...] = (
    CaseRow,
    AliasRow,
    LaneRow,
    LaneStateRow,
    PositionRow,
    BatchRow,
    ParkedRow,
    TimerRow,
    TaskRow,
    ReferenceItemRow,
    ReferenceSetRow,
    ReferenceHeadRow,
    PublicationRow,
)
