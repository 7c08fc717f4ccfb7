"""What intake's HTTP reads from its own store."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from services.intake.model import IntakeState
from services.intake.tables import SubmissionRow
from shared.lanes.store.tables import CaseRow


def case(engine: Engine, case_id: UUID) -> IntakeState | None:
    """A case as intake knows it, or none."""
    with Session(engine) as session:
        stored = session.exec(
            select(col(CaseRow.state)).where(col(CaseRow.case_id) == case_id)
        ).first()
    return IntakeState.model_validate_json(stored) if stored else None


def submission(engine: Engine, submission_id: UUID) -> SubmissionRow | None:
    """A submission as it was kept, or none."""
    with Session(engine) as session:
        return session.get(SubmissionRow, submission_id)
