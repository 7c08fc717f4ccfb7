"""What intake keeps beside its cases: every submission as it came."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel


class SubmissionRow(SQLModel, table=True):
    """A raw submission with its bytes, by the id of its record: accepted, a repeat of what its case
    holds already, or rejected; `received_at` in microseconds since 1970 (UTC).
    """

    __tablename__ = "submission"

    submission_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(index=True)
    outcome: str
    code: str = ""
    detail: str = ""
    content_type: str
    received_at: int = Field(sa_type=BigInteger)
    sha256: str
    raw: bytes = Field(sa_type=LargeBinary)
