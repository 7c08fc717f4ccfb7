"""The tutorial's tables: a case with its state, what was received, what was published, and what
letters and audit keep.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, LargeBinary
from sqlmodel import Field, SQLModel


class Case(SQLModel, table=True):
    """A case as one service knows it."""

    __tablename__ = "baseline_case"

    id: UUID = Field(primary_key=True)
    state: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))


class Submission(SQLModel, table=True):
    """A submission as it came."""

    __tablename__ = "baseline_submission"

    id: UUID = Field(primary_key=True)
    case_id: UUID
    raw: bytes = Field(sa_column=Column(LargeBinary))


class PublishedEvent(SQLModel, table=True):
    """The service's log: an event that it decided on."""

    __tablename__ = "baseline_event"

    id: UUID = Field(primary_key=True)
    case_id: UUID
    type: str
    body: str


class Letter(SQLModel, table=True):
    """A letter's content."""

    __tablename__ = "baseline_letter"

    id: UUID = Field(primary_key=True)
    case_id: UUID
    content: bytes = Field(sa_column=Column(LargeBinary))


class AuditEntry(SQLModel, table=True):
    """An event as audit saw it."""

    __tablename__ = "baseline_audit"

    id: int | None = Field(default=None, primary_key=True)
    topic: str
    type: str
    event_id: str
    case_id: str
    body: str
