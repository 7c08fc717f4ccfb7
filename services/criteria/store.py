"""What criteria's HTTP reads from its own store."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from services.criteria.tables import (
    CallClosureRow,
    CallRow,
    EvaluationFailureRow,
    EvaluationRow,
    ReevaluationRow,
    ReviewRow,
    UnreadableReviewRow,
    WorklistRow,
)


def evaluation_of(engine: Engine, case_id: UUID) -> bytes | None:
    """The case's latest evaluation as it was published, or none."""
    with Session(engine) as session:
        found = session.exec(
            select(EvaluationRow)
            .where(EvaluationRow.case_id == case_id)
            .order_by(col(EvaluationRow.request_version).desc())
        ).first()
        return found.content if found else None


def worklist(engine: Engine, limit: int, case_id: UUID | None = None) -> Sequence[WorklistRow]:
    """The lines that wait for a clinician, of all cases or of one: those whose clock was missed,
    then the others, and of either the one due first at the top.
    """
    with Session(engine) as session:
        chosen = select(WorklistRow).where(col(WorklistRow.is_open).is_(True))
        if case_id is not None:
            chosen = chosen.where(WorklistRow.case_id == case_id)
        return session.exec(
            chosen.order_by(
                col(WorklistRow.in_time),
                col(WorklistRow.due_at),
                col(WorklistRow.case_id),
                col(WorklistRow.sequence),
            ).limit(limit)
        ).all()


def waiting(engine: Engine, case_id: UUID, sequence: int) -> WorklistRow | None:
    """A line's place on the worklist, whether somebody must still look or not; none where nobody
    ever had to.
    """
    with Session(engine) as session:
        return session.get(WorklistRow, (case_id, sequence))


def review(engine: Engine, case_id: UUID, idempotency_key: str) -> ReviewRow | None:
    """What became of a review, or none while nobody has read it."""
    with Session(engine) as session:
        return session.get(ReviewRow, (case_id, idempotency_key))


def evaluation_failures(
    engine: Engine, limit: int, after: UUID | None
) -> Sequence[EvaluationFailureRow]:
    """The cases whose newest version could not be evaluated, in the order of their ids, from the
    one behind `after` on.
    """
    chosen = select(EvaluationFailureRow).where(col(EvaluationFailureRow.is_open).is_(True))
    if after is not None:
        chosen = chosen.where(col(EvaluationFailureRow.case_id) > after)
    with Session(engine) as session:
        return session.exec(chosen.order_by(col(EvaluationFailureRow.case_id)).limit(limit)).all()


def reevaluation(engine: Engine, reevaluation_id: UUID) -> ReevaluationRow | None:
    """What came of asking for another evaluation, or none while nobody has read it."""
    with Session(engine) as session:
        return session.get(ReevaluationRow, reevaluation_id)


def unreadable_review(engine: Engine, record_id: UUID) -> UnreadableReviewRow | None:
    """Why a record is no review, or none where it is one or nobody has read it."""
    with Session(engine) as session:
        return session.get(UnreadableReviewRow, record_id)


def calls_due(engine: Engine, limit: int, case_id: UUID | None = None) -> Sequence[CallRow]:
    """The calls that are open, of all cases or of one, the one due first at the top."""
    with Session(engine) as session:
        chosen = select(CallRow).where(col(CallRow.is_open).is_(True))
        if case_id is not None:
            chosen = chosen.where(CallRow.case_id == case_id)
        ordered = chosen.order_by(col(CallRow.due_at), col(CallRow.case_id), col(CallRow.item))
        return session.exec(ordered.limit(limit)).all()


def closure(engine: Engine, case_id: UUID, idempotency_key: str) -> CallClosureRow | None:
    """What became of closing a call, or none while nobody has read it."""
    with Session(engine) as session:
        return session.get(CallClosureRow, (case_id, idempotency_key))
