"""What intake keeps beside its cases: every submission as it came, the list of appeals, where each
clock stands, and what came of acts on them.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlmodel import Field, SQLModel


class SubmissionRow(SQLModel, table=True):
    """A raw submission with its bytes, by the id of its record: accepted, a repeat of what its case
    holds already, or rejected; `sender` is empty where it could not be read, `received_at` in
    microseconds since 1970 (UTC).
    """

    __tablename__ = "submission"

    submission_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(index=True)
    outcome: str
    code: str = ""
    detail: str = ""
    sender: str = ""
    content_type: str
    received_at: int = Field(sa_type=BigInteger)
    sha256: str
    raw: bytes = Field(sa_type=LargeBinary)


class AppealRow(SQLModel, table=True):
    """A request that asks for what was refused: a person decides whether it is an appeal.

    Instants in microseconds since 1970 (UTC); `due_at` is when an appeal must be answered.
    """

    __tablename__ = "appeal"
    __table_args__ = (Index("appeal_received", "is_open", "received_at"),)

    case_id: UUID = Field(primary_key=True)
    former_case_id: UUID
    received_at: int = Field(sa_type=BigInteger)
    due_at: int | None = Field(sa_type=BigInteger)
    is_open: bool


class ClockRow(SQLModel, table=True):
    """A clock of a case, the `number`th that it was given. Lists go by `target_at`, the law by
    `due_at`; all instants in microseconds since 1970 (UTC). It runs until its duty is done.
    """

    __tablename__ = "clock"
    __table_args__ = (Index("clock_target", "is_running", "target_at"),)

    case_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    kind: str
    rule: str
    citation: str
    urgency: str
    started_at: int = Field(sa_type=BigInteger)
    target_at: int = Field(sa_type=BigInteger)
    due_at: int = Field(sa_type=BigInteger)
    breached: bool
    stopped_at: int | None = Field(sa_type=BigInteger)
    in_time: bool | None
    is_running: bool


class ClockActRow(SQLModel, table=True):
    """What came of an act on the clocks of a case: `recorded`, or the code of why it was not taken,
    with its sentence; by its key, and by key and digest of who did what. One that could not be read
    has its record's id for case and key.
    """

    __tablename__ = "clock_act"

    case_id: UUID = Field(primary_key=True)
    idempotency_key: str = Field(primary_key=True)
    acted_by: str
    outcome: str
    detail: str
    taken_at: int = Field(sa_type=BigInteger)


INTAKE_TABLES: tuple[type[SQLModel], ...] = (SubmissionRow, AppealRow, ClockRow, ClockActRow)
