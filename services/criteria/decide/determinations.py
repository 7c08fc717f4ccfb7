"""Determinations as events and rows: per line, and of the whole case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from services.criteria.model import CriteriaState, Line
from shared.events.criteria import Authorization, Determination, LineDetermined, Reviewer
from shared.events.request import Provider
from shared.ids import derive
from shared.instants import micros
from shared.lanes.outcome import Emit, Row

GRANTED = frozenset({Determination.APPROVED, Determination.MODIFIED})


def total(lines: Iterable[Line]) -> Determination:
    """The case's determination: all approved A1, some A2, none A4; A3 or A6 only if clinicians
    decided every line so; all withdrawn C.
    """
    found = {line.summary.determination for line in lines} - {Determination.CANCELLED}
    if not found:
        return Determination.CANCELLED
    if len(found) == 1:
        return found.pop()
    return Determination.PARTIAL if found & GRANTED else Determination.PENDED


def authorization(case_id: UUID, line: Line, performer: Provider, on: date) -> Authorization:
    """What an approval grants.

    The number is derived from the case and the line, so that a repeat grants nothing new.
    """
    digits = derive(case_id, "authorization", str(line.sequence)).hex[:16].upper()
    last = max(on, line.service_date or on) + timedelta(days=line.valid_days)
    number = "PA-" + "-".join(digits[at : at + 4] for at in range(0, 16, 4))
    return Authorization(
        number=number,
        valid_from=on,
        valid_to=last,
        units=line.units,
        site=line.site,
        performer=performer,
    )


def determined(line: Line, evaluation_id: UUID, reviewer: Reviewer | None = None) -> Emit:
    """The line's determination, to be published; its discriminator is the sequence."""
    summary = line.summary
    event = LineDetermined(
        evaluation_id=evaluation_id,
        sequence=summary.sequence,
        segment=summary.segment,
        determination=summary.determination,
        basis=line.basis,
        reason=summary.reason,
        authorization=summary.authorization,
        policy=summary.policy,
        reviewer=reviewer,
    )
    return Emit(event, str(summary.sequence))


def line_row(case_id: UUID, line: Line, at: datetime, reviewer: Reviewer | None = None) -> Row:
    """The determination as the service keeps it; the database refuses an adverse one without a
    clinician.
    """
    values = {
        "case_id": case_id,
        "sequence": line.sequence,
        "determination": line.summary.determination.value,
        "basis": line.basis.value,
        "reason": line.summary.reason,
        "reviewer_id": reviewer.id if reviewer else None,
        "reviewer_licence": reviewer.licence if reviewer else None,
        "reviewer_specialty": reviewer.specialty if reviewer else None,
        "decided_at": micros(at),
    }
    return Row("line_determination", values)


def worklist_row(case_id: UUID, case: CriteriaState, line: Line, reason: str | None = None) -> Row:
    """The line's place on the clinicians' worklist; `is_open` says whether somebody must still
    look.
    """
    due = min(
        (at for at in (case.due_at, case.clock_due_at) if at is not None), default=case.received_at
    )
    values = {
        "case_id": case_id,
        "sequence": line.sequence,
        "evaluation_id": case.evaluation_id,
        "segment": line.summary.segment,
        "reason": reason or line.summary.reason,
        "urgency": case.urgency.value,
        "due_at": micros(due),
        "is_open": not case.withdrawn and (line.is_open or reason is not None),
    }
    return Row("worklist", values)
