"""Determinations as events and rows: per line, and of the whole case."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.criteria.model import GRANTED, CriteriaState, Line
from shared.events.criteria import Authorization, CaseDetermined, Determination, LineDetermined
from shared.instants import micros
from shared.lanes.outcome import Emit, Row


def total(lines: Iterable[Line]) -> Determination:
    """The case's determination: all approved A1, some A2, none A4; A3 or A6 only if clinicians
    decided every line so; NA only if no line requires any action; all withdrawn C.
    """
    found = {line.summary.determination for line in lines} - {Determination.CANCELLED}
    if not found:
        return Determination.CANCELLED
    if len(found) == 1:
        return found.pop()
    return Determination.PARTIAL if found & GRANTED else Determination.PENDED


def authorization(key: bytes, case_id: UUID, line: Line, on: date) -> Authorization:
    """What an approval on this day grants; it covers the day of the service.

    The number is derived from the case, the line and its content, so that a repeat grants nothing
    new and another content never bears it.
    """
    asked = line.content.line
    day = asked.service_date or on
    return Authorization(
        number=number(key, case_id, line),
        valid_from=min(on, day),
        valid_to=later(max(on, day), line.valid_days),
        units=sum(code.units for code in asked.codes) or 1,
        site=asked.site,
        performer=line.content.performer,
    )


def number(key: bytes, case_id: UUID, line: Line) -> str:
    """An authorization number, `PA-` and 16 hexadecimal digits: HMAC-SHA256 over case, line and
    content, so that nobody but the plan can tell which numbers exist.
    """
    return "PA-" + _digits(key, f"{case_id}\x1f{line.sequence}\x1f{line.summary.digest}")


def notification(key: bytes, case_id: UUID) -> str:
    """The number under which a declared emergency is noted, `EN-` and 16 hexadecimal digits: one a
    case, made as authorization numbers are.
    """
    return "EN-" + _digits(key, f"{case_id}\x1fnotification")


def _digits(key: bytes, named: str) -> str:
    digits = hmac.new(key, named.encode(), hashlib.sha256).hexdigest()[:16].upper()
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def later(day: date, days: int) -> date:
    """So many days later; the last day of the calendar where it ends before."""
    return day + timedelta(days=min(days, (date.max - day).days))


def with_grants(key: bytes, case_id: UUID, lines: Sequence[Line], on: date) -> list[Line]:
    """The lines of a version, each that is approved with its authorization."""
    made = list(lines)
    for at, line in enumerate(lines):
        if line.summary.determination is Determination.APPROVED and line.granted is None:
            grant = granted(key, case_id, line, made, on)
            summary = line.summary.model_copy(update={"authorization": grant})
            made[at] = line.model_copy(update={"summary": summary})
    return made


def granted(
    key: bytes, case_id: UUID, line: Line, others: Iterable[Line], on: date
) -> Authorization:
    """The authorization of a line that is approved now: that of an equal line which has one
    already, for what is asked twice is not granted twice. What a clinician granted in part is not
    the whole that is approved here.
    """
    for other in others:
        whole = other.summary.determination is Determination.APPROVED
        if whole and other.granted and other.summary.digest == line.summary.digest:
            return other.granted
    return authorization(key, case_id, line, on)


def determined(line: Line, evaluation_id: UUID) -> Emit:
    """The line's determination, to be published; its discriminator is the sequence."""
    summary = line.summary
    event = LineDetermined(
        evaluation_id=evaluation_id,
        sequence=summary.sequence,
        segment=summary.segment,
        determination=summary.determination,
        basis=line.basis,
        reason=summary.reason,
        digest=summary.digest,
        change=summary.change,
        authorization=summary.authorization,
        former=summary.former,
        policy=summary.policy,
        reviewer=line.reviewer,
    )
    return Emit(event, str(summary.sequence))


def case_determined(case: CriteriaState, **said: Any) -> Emit:
    """The determination of the whole case as its lines stand, to be published; `said` is what it
    carries for notices, by field.
    """
    event = CaseDetermined(
        evaluation_id=case.evaluation_id,
        request_version=case.version,
        determination=total(case.lines),
        urgency=case.urgency,
        lines=tuple(line.summary for line in case.lines),
        notification=case.notification,
        **said,
    )
    return Emit(event)


def line_rows(case_id: UUID, lines: Iterable[Line], at: datetime) -> tuple[Row, ...]:
    """The determinations of lines as the service keeps them; that no action is required is none."""
    return tuple(
        line_row(case_id, line, at)
        for line in lines
        if line.summary.determination is not Determination.NO_ACTION
    )


def line_row(case_id: UUID, line: Line, at: datetime) -> Row:
    """The determination as the service keeps it, one for each content of a line; the database
    refuses an adverse one without a clinician.
    """
    reviewer = line.reviewer
    values = {
        "case_id": case_id,
        "sequence": line.sequence,
        "content_digest": line.summary.digest,
        "determination": line.summary.determination.value,
        "basis": line.basis.value,
        "reason": line.summary.reason,
        "reviewer_id": reviewer.id if reviewer else None,
        "reviewer_name": reviewer.name if reviewer else None,
        "reviewer_licence": reviewer.licence if reviewer else None,
        "reviewer_licence_state": reviewer.licence_state if reviewer else None,
        "reviewer_specialty": reviewer.specialty if reviewer else None,
        "decided_at": micros(at),
    }
    return Row("line_determination", values)


def worklist_row(case_id: UUID, case: CriteriaState, line: Line) -> Row:
    """The line's place on the clinicians' worklist; `is_open` says whether somebody must still
    look, `in_time` whether the law's own instant is still to come, `by_law` what follows otherwise.
    """
    due = min(
        (at for at in (case.due_at, case.clock_due_at) if at is not None), default=case.received_at
    )
    by_law = case.by_law(line)
    values = {
        "case_id": case_id,
        "sequence": line.sequence,
        "content_digest": line.summary.digest,
        "evaluation_id": case.evaluation_id,
        "segment": line.summary.segment,
        "reason": case.why_listed(line) or line.summary.reason,
        "urgency": case.urgency.value,
        "due_at": micros(due),
        "in_time": by_law is None,
        "by_law": None if by_law is None else by_law.value,
        "is_open": bool(case.why_listed(line)) and not case.withdrawn and not case.confirmed(line),
    }
    return Row("worklist", values)
