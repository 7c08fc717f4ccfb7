"""A request came, changed, or was withdrawn: every line is evaluated; what was decided before stays
decided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.criteria.decide.determinations import (
    authorization,
    determined,
    line_row,
    total,
    worklist_row,
)
from services.criteria.engine.answer.difference import difference
from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from services.criteria.engine.edition.library import Library
from services.criteria.model import CriteriaState, Line
from shared.events.criteria import (
    Basis,
    CaseDetermined,
    CriteriaEvaluated,
    Determination,
    InformationRequested,
    LineSummary,
    ReviewRequested,
)
from shared.events.evaluation import LineEvaluation
from shared.events.intake import (
    Accepted,
    ClockExtended,
    ClockStarted,
    RequestAmended,
    RequestCancelled,
)
from shared.events.request import ServiceLine, Urgency, faster
from shared.ids import derive
from shared.instants import micros
from shared.lanes.outcome import Emit, Outcome, Received, Row

REVIEW_WITHIN = {
    Urgency.STANDARD: timedelta(hours=72),
    Urgency.EXPEDITED: timedelta(hours=24),
    Urgency.EMERGENCY: timedelta(hours=1),
}
"""By when a clinician looks at a pended line, until the regulatory clock is known; it bounds the
work, it decides nothing.
"""
AMENDED = "amended_after_decision"


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """The new state with what is new in it: lines determined now, and lines whose content changed
    after they were decided.
    """

    case: CriteriaState
    new: tuple[Line, ...]
    changed: tuple[int, ...]


def evaluated(
    library: Library,
    case: CriteriaState | None,
    accepted: Accepted,
    received: Received,
    now: datetime,
) -> Outcome[CriteriaState]:
    """The evaluation of this version of the request, and a determination for every line that has
    none yet.
    """
    if case is not None and (accepted.version <= case.version or case.withdrawn):
        return Outcome(case)
    evaluation = evaluate(accepted.request, accepted.received_at, library)
    answer = _answer(case, accepted, evaluation, received, now)
    event = evaluation.event(answer.case.evaluation_id, accepted.version)
    if case is not None and case.evaluated is not None:
        event = event.model_copy(
            update={
                "changes": difference(CriteriaEvaluated.model_validate_json(case.evaluated), event)
            }
        )
    answer = _kept(answer, event)
    return Outcome(
        answer.case,
        events=_events(answer, evaluation, event),
        rows=_rows(answer, event, received.case_id, now),
    )


def _kept(answer: RequestAnswer, event: CriteriaEvaluated) -> RequestAnswer:
    """What a later answer to a question will be compared with: the evaluation, while a line is
    open.
    """
    if not any(line.is_open for line in answer.case.lines):
        return answer
    text = event.model_copy(update={"changes": None}).model_dump_json(exclude_defaults=True)
    return replace(answer, case=answer.case.model_copy(update={"evaluated": text}))


def _answer(
    case: CriteriaState | None,
    accepted: Accepted,
    evaluation: Evaluation,
    received: Received,
    now: datetime,
) -> RequestAnswer:
    before = {line.sequence: line for line in case.lines} if case else {}
    found = {one.sequence: one for one in evaluation.lines}
    request, lines, new, changed = accepted.request, list[Line](), list[Line](), list[int]()
    amended = accepted.changed_lines if isinstance(accepted, RequestAmended) else ()
    for asked in request.lines:
        old = before.pop(asked.sequence, None)
        if old is not None and old.decided and not asked.cancelled:
            lines.append(old)
            changed.extend([asked.sequence] if asked.sequence in amended else [])
            continue
        line = _line(asked, found.get(asked.sequence), evaluation)
        if line.summary.determination is Determination.APPROVED:
            grant = authorization(received.case_id, line, request.performer, now.date())
            line = line.model_copy(
                update={"summary": line.summary.model_copy(update={"authorization": grant})}
            )
        lines.append(line)
        new.append(line)
    lines.extend(before.values())
    made = CriteriaState(
        version=accepted.version,
        evaluation_id=derive(received.id, "evaluation"),
        received_at=accepted.received_at,
        urgency=faster(evaluation.urgency, case.urgency if case else Urgency.STANDARD),
        performer=request.performer,
        lines=tuple(lines),
        clock_due_at=accepted.due_at or (case.clock_due_at if case else None),
        reviews=case.reviews if case else (),
    )
    return RequestAnswer(
        made.model_copy(update={"due_at": _due(made, evaluation, case)}), tuple(new), tuple(changed)
    )


def _line(asked: ServiceLine, found: LineEvaluation | None, evaluation: Evaluation) -> Line:
    """A line as the engine (or the sender, who withdrew it) determines it: there is no other way to
    be here.
    """
    if asked.cancelled or found is None:
        determination, basis, reason = Determination.CANCELLED, Basis.SENDER, "withdrawn"
    else:
        determination = (
            Determination.APPROVED if found.outcome == "approve" else Determination.PENDED
        )
        basis, reason = Basis.ENGINE, found.reason
    summary = LineSummary(
        sequence=asked.sequence,
        segment=asked.segment,
        services=asked.services,
        codes=tuple(code.code for code in asked.codes),
        determination=determination,
        reason=reason,
        policy=found.policy if found else None,
    )
    units = sum(code.units for code in asked.codes) or 1
    return Line(
        summary=summary,
        basis=basis,
        units=units,
        site=asked.site,
        service_date=asked.service_date,
        valid_days=evaluation.valid_days.get(asked.sequence, 90),
    )


def _due(case: CriteriaState, evaluation: Evaluation, before: CriteriaState | None) -> datetime:
    """When a clinician must have looked: what the policy says, else the usual time; never later
    than before.
    """
    minutes = evaluation.review_within_minutes
    within = REVIEW_WITHIN[case.urgency] if minutes is None else timedelta(minutes=minutes)
    due = case.received_at + within
    return (
        min(due, before.due_at)
        if before and before.due_at and any(line.is_open for line in before.lines)
        else due
    )


def _events(
    answer: RequestAnswer, evaluation: Evaluation, event: CriteriaEvaluated
) -> tuple[Emit, ...]:
    case = answer.case
    events = [Emit(event)]
    waiting = tuple(line.sequence for line in case.lines if line.is_open)
    if waiting or answer.changed:
        events.append(Emit(_review(case, evaluation, waiting, answer.changed)))
    asked = tuple(
        question for question in evaluation.questions if set(question.lines) & set(waiting)
    )
    if asked:
        events.append(Emit(InformationRequested(evaluation_id=case.evaluation_id, questions=asked)))
    events.extend(determined(line, case.evaluation_id) for line in answer.new)
    granted = {
        line.sequence for line in case.lines if line.summary.determination is Determination.APPROVED
    }
    whole = CaseDetermined(
        evaluation_id=case.evaluation_id,
        request_version=case.version,
        determination=total(case.lines),
        urgency=case.urgency,
        lines=tuple(line.summary for line in case.lines),
        advisories=evaluation.advisories,
        questions=asked,
        statements=tuple(one for one in evaluation.statements if set(one.lines) <= granted),
    )
    return (*events, Emit(whole))


def _review(
    case: CriteriaState, evaluation: Evaluation, waiting: tuple[int, ...], changed: tuple[int, ...]
) -> ReviewRequested:
    reasons = {line.summary.reason for line in case.lines if line.is_open}
    urgent = evaluation.review_reason if waiting else AMENDED
    reason = urgent or (reasons.pop() if len(reasons) == 1 else "several_reasons")
    due = min(at for at in (case.due_at or case.received_at, case.clock_due_at) if at is not None)
    return ReviewRequested(
        evaluation_id=case.evaluation_id,
        lines=waiting + changed,
        reason=reason,
        urgency=case.urgency,
        due_at=due,
    )


def _rows(
    answer: RequestAnswer, event: CriteriaEvaluated, case_id: UUID, now: datetime
) -> tuple[Row, ...]:
    case = answer.case
    kept = {
        "evaluation_id": case.evaluation_id,
        "case_id": case_id,
        "request_version": case.version,
        "evaluated_at": micros(now),
        "content": event,
    }
    waiting = [
        worklist_row(case_id, case, line, AMENDED if line.sequence in answer.changed else None)
        for line in case.lines
    ]
    listed = [row for row in waiting if row.values["is_open"] or case.version > 1]
    return (
        Row("evaluation", kept),
        *(line_row(case_id, line, now) for line in answer.new),
        *listed,
    )


def cancelled(
    case: CriteriaState | None, withdrawal: RequestCancelled, received: Received
) -> Outcome[CriteriaState]:
    """The sender withdrew the request: every line that was not withdrawn before is cancelled by the
    sender.
    """
    if case is None or case.withdrawn:
        return Outcome(case)
    lines = tuple(_withdrawn(line) for line in case.lines)
    made = case.model_copy(
        update={"lines": lines, "withdrawn": True, "version": max(case.version, withdrawal.version)}
    )
    new = [
        line
        for line, old in zip(lines, case.lines, strict=True)
        if old.summary.determination is not Determination.CANCELLED
    ]
    whole = CaseDetermined(
        evaluation_id=case.evaluation_id,
        request_version=made.version,
        determination=total(lines),
        urgency=case.urgency,
        lines=tuple(line.summary for line in lines),
    )
    rows = [line_row(received.case_id, line, withdrawal.received_at) for line in new]
    open_before = [
        line for line in lines if (old := case.line(line.sequence)) is not None and old.is_open
    ]
    rows.extend(worklist_row(received.case_id, made, line) for line in open_before)
    return Outcome(
        made,
        events=(*(determined(line, case.evaluation_id) for line in new), Emit(whole)),
        rows=tuple(rows),
    )


def _withdrawn(line: Line) -> Line:
    gone = {"determination": Determination.CANCELLED, "reason": "withdrawn", "authorization": None}
    return line.model_copy(
        update={"basis": Basis.SENDER, "summary": line.summary.model_copy(update=gone)}
    )


def amended_clock(
    case: CriteriaState | None, clock: ClockStarted | ClockExtended, received: Received
) -> Outcome[CriteriaState]:
    """The regulatory clock bounds when the clinicians must have looked; the worklist follows it."""
    if case is None:
        return Outcome(case)
    made = case.model_copy(update={"clock_due_at": clock.due_at})
    return Outcome(
        made,
        rows=tuple(
            worklist_row(received.case_id, made, line) for line in made.lines if line.is_open
        ),
    )
