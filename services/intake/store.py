"""What intake's HTTP reads from its own store."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Engine, and_, func
from sqlalchemy import case as case_of
from sqlmodel import Session, col, select

from services.intake.model import IntakeState
from services.intake.tables import AppealRow, ClockActRow, ClockRow, SubmissionRow
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


def appeals(engine: Engine, limit: int, *, is_open: bool | None) -> Sequence[AppealRow]:
    """Requests like one that was refused, the one received first at the top; `is_open` chooses
    those that are still to be decided, or those that are.
    """
    chosen = select(AppealRow).order_by(col(AppealRow.received_at), col(AppealRow.case_id))
    if is_open is not None:
        chosen = chosen.where(col(AppealRow.is_open).is_(is_open))
    with Session(engine) as session:
        return session.exec(chosen.limit(limit)).all()


def clocks(engine: Engine, limit: int, until: int | None) -> Sequence[ClockRow]:
    """The clocks that run, the earliest target first; up to `until` (microseconds since 1970, UTC),
    where that is given.
    """
    chosen = select(ClockRow).where(col(ClockRow.is_running).is_(True))
    if until is not None:
        chosen = chosen.where(col(ClockRow.target_at) <= until)
    ordered = chosen.order_by(col(ClockRow.target_at), col(ClockRow.case_id), col(ClockRow.number))
    with Session(engine) as session:
        return session.exec(ordered.limit(limit)).all()


def clocks_by_rule(engine: Engine, now: int) -> list[tuple[str, tuple[int, ...]]]:
    """How many clocks of each rule run, run past their due time at `now` (microseconds since 1970,
    UTC), were missed, were met in time, and too late.
    """
    due, met = col(ClockRow.due_at), col(ClockRow.in_time)
    runs = col(ClockRow.is_running).is_(True)
    counts = [
        func.count(case_of((condition, 1)))
        for condition in (
            runs,
            and_(runs, due < now),
            col(ClockRow.breached).is_(True),
            met.is_(True),
            met.is_(False),
        )
    ]
    with Session(engine) as session:
        found = session.execute(select(ClockRow.rule, *counts).group_by(ClockRow.rule)).all()
    return [(rule, tuple(figures)) for rule, *figures in found]


def clock_act(engine: Engine, case_id: UUID, idempotency_key: str) -> ClockActRow | None:
    """What came of an act on a clock, or none while nobody has read it."""
    with Session(engine) as session:
        return session.get(ClockActRow, (case_id, idempotency_key))
