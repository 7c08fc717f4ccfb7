"""The tables of letters: what was said, and the documents made of it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary
from sqlmodel import Field, SQLModel

NO_REFUSAL_WITHOUT_CLINICIAN = (
    "(kind <> 'refusal' AND determination NOT IN ('A3', 'A6'))"
    " OR (coalesce(basis, '') = 'clinician' AND trim(coalesce(reviewers, '')) <> '')"
)


class LetterRow(SQLModel, table=True):
    """A letter as it was issued: its content as canonical JSON bytes.

    `issued_at` is in microseconds since 1970 (UTC). `reviewers` are the clinicians who refused or
    changed what it tells, each with their licence; the database itself takes no refusal without.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint(NO_REFUSAL_WITHOUT_CLINICIAN, name="no_refusal_without_clinician"),
    )

    letter_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(index=True)
    notice_id: UUID
    kind: str
    determination: str
    basis: str | None = None
    reviewers: str | None = None
    audience: str
    language: str
    issued_at: int = Field(sa_type=BigInteger)
    content_sha256: str
    content: bytes = Field(sa_type=LargeBinary)


class DocumentRow(SQLModel, table=True):
    """One rendering of a letter: `path` is relative to the folder of documents, `size` in bytes."""

    __tablename__ = "document"

    letter_id: UUID = Field(primary_key=True)
    format: str = Field(primary_key=True)
    sha256: str
    size: int
    path: str


LETTER_TABLES: tuple[type[SQLModel], ...] = (LetterRow, DocumentRow)
