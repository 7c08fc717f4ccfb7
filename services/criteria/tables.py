"""What criteria keeps beside its cases: evaluations, determinations, the clinicians' worklist, and
what became of each review.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary
from sqlmodel import Field, SQLModel

NO_ADVERSE_BY_SOFTWARE = (
    "(basis = 'engine' AND determination IN ('A1', 'A4'))"
    " OR (basis = 'sender' AND determination = 'C')"
    " OR (basis = 'clinician' AND determination IN ('A1', 'A3', 'A6')"
    " AND trim(coalesce(reviewer_id, '')) <> '' AND trim(coalesce(reviewer_name, '')) <> ''"
    " AND trim(coalesce(reviewer_licence, '')) <> ''"
    " AND trim(coalesce(reviewer_licence_state, '')) <> ''"
    " AND trim(coalesce(reviewer_specialty, '')) <> '')"
)


class EvaluationRow(SQLModel, table=True):
    """An evaluation: `content` is the published `CriteriaEvaluated`, byte for byte.

    `evaluated_at` in microseconds since 1970 (UTC).
    """

    __tablename__ = "evaluation"
    __table_args__ = {"info": {"insert_only": True}}

    evaluation_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(index=True)
    request_version: int
    evaluated_at: int = Field(sa_type=BigInteger)
    content: bytes = Field(sa_type=LargeBinary)


class LineDeterminationRow(SQLModel, table=True):
    """The determination of one content of a line.

    The database itself refuses an adverse one that no clinician stands behind.
    """

    __tablename__ = "line_determination"
    __table_args__ = (CheckConstraint(NO_ADVERSE_BY_SOFTWARE, name="no_adverse_by_software"),)

    case_id: UUID = Field(primary_key=True)
    sequence: int = Field(primary_key=True)
    content_digest: str = Field(primary_key=True)
    determination: str
    basis: str
    reason: str
    reviewer_id: str | None = None
    reviewer_name: str | None = None
    reviewer_licence: str | None = None
    reviewer_licence_state: str | None = None
    reviewer_specialty: str | None = None
    decided_at: int = Field(sa_type=BigInteger)


class WorklistRow(SQLModel, table=True):
    """A line that a clinician must look at; those whose clock was missed (not `in_time`) first, and
    all by `due_at` (microseconds since 1970, UTC) and by nothing else. `by_law` is what the law
    makes of a missed clock.
    """

    __tablename__ = "worklist"
    __table_args__ = (Index("worklist_due", "is_open", "in_time", "due_at"),)

    case_id: UUID = Field(primary_key=True)
    sequence: int = Field(primary_key=True)
    content_digest: str
    evaluation_id: UUID
    segment: str | None = None
    reason: str
    urgency: str
    due_at: int = Field(sa_type=BigInteger)
    is_open: bool
    in_time: bool = True
    by_law: str | None = None


class ReviewRow(SQLModel, table=True):
    """What became of a submitted review: `recorded`, or why it changed nothing."""

    __tablename__ = "review"

    case_id: UUID = Field(primary_key=True)
    idempotency_key: str = Field(primary_key=True)
    sequence: int
    content_digest: str
    evaluation_id: UUID
    outcome: str
    reviewer_id: str
    taken_at: int = Field(sa_type=BigInteger)


class EvaluationFailureRow(SQLModel, table=True):
    """The last evaluation of a case that an exception ended: its type and place in the code, the
    event that was decided on, the engine's version. Open until that version is evaluated.
    """

    __tablename__ = "evaluation_failure"
    __table_args__ = (Index("evaluation_failure_open", "is_open", "failed_at"),)

    case_id: UUID = Field(primary_key=True)
    cause: UUID
    request_version: int
    error: str
    place: str
    engine_version: str
    failed_at: int = Field(sa_type=BigInteger)
    is_open: bool


class ReevaluationRow(SQLModel, table=True):
    """What came of asking for another evaluation: `evaluated`, `failed_again`, or why there was
    nothing to evaluate (`not_failed`, `withdrawn`, `unknown_case`).
    """

    __tablename__ = "reevaluation"

    reevaluation_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(index=True)
    asked_by: str
    reason: str
    outcome: str
    taken_at: int = Field(sa_type=BigInteger)


class UnreadableReviewRow(SQLModel, table=True):
    """A record on the reviews' topic that is no review, by its id, and why: nothing was decided by
    it. `sha256` and `size` are of its bytes; `received_at` in microseconds since 1970 (UTC).
    """

    __tablename__ = "unreadable_review"

    record_id: UUID = Field(primary_key=True)
    code: str
    detail: str
    sha256: str
    size: int
    received_at: int = Field(sa_type=BigInteger)


class CallRow(SQLModel, table=True):
    """A call on the worklist, `item` the advisory that asks for it; open until a person closes it,
    and `breached` from the moment that it was not by `due_at`. `lines` are joined by commas.
    """

    __tablename__ = "call_item"
    __table_args__ = (Index("call_item_due", "is_open", "due_at"),)

    case_id: UUID = Field(primary_key=True)
    item: str = Field(primary_key=True)
    lines: str
    due_at: int = Field(sa_type=BigInteger)
    breached: bool
    is_open: bool
    outcome: str | None = None
    closed_by: str | None = None


class CallClosureRow(SQLModel, table=True):
    """What became of closing a call: `recorded`, or why it changed nothing."""

    __tablename__ = "call_closure"

    case_id: UUID = Field(primary_key=True)
    idempotency_key: str = Field(primary_key=True)
    item: str
    closed_by: str
    result: str
    taken_at: int = Field(sa_type=BigInteger)


CRITERIA_TABLES: tuple[type[SQLModel], ...] = (
    EvaluationRow,
    LineDeterminationRow,
    WorklistRow,
    ReviewRow,
    EvaluationFailureRow,
    ReevaluationRow,
    UnreadableReviewRow,
    CallRow,
    CallClosureRow,
)
