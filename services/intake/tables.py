"""What intake keeps beside its cases: every submission as it came, and the list of appeals."""

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
