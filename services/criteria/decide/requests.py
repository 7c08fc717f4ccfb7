"""A request came or changed: every line is evaluated, and what was decided on its content stays
decided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.criteria.decide import emergencies
from services.criteria.decide.asks import open_of
from services.criteria.decide.calls import called, listed
from services.criteria.decide.clocks import law_of, listed_by, renamed
from services.criteria.decide.determinations import (
    case_determined,
    determined,
    line_rows,
    with_grants,
    worklist_row,
)
from services.criteria.decide.lines import AskedLine, answered
from services.criteria.decide.reference import DecisionReference
from services.criteria.decide.referrals import resembled, review_due, review_requested
from services.criteria.engine.answer.difference import difference
from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from services.criteria.model import CriteriaState, Line
from shared.events.content.digest import LineContent
from shared.events.criteria import (
    CriteriaEvaluated,
    Determination,
    InformationRequested,
)
from shared.events.evaluation import Advisory
from shared.events.intake import Accepted
from shared.events.request import Urgency, faster
from shared.ids import derive
from shared.instants import micros
from shared.lanes.outcome import Emit, Outcome, Received, Row

PENDED = Determination.PENDED


@dataclass(frozen=True, slots=True)
class RequestVersion:
    """A version of a request as it is decided on: what was known of the case before, and what the
    engine finds now.
    """

    before: CriteriaState | None
    accepted: Accepted
    evaluation: Evaluation
    case_id: UUID
    evaluation_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """The new state, and the lines that were determined now."""

    case: CriteriaState
    new: tuple[Line, ...]


def evaluated(
    reference: DecisionReference,
    case: CriteriaState | None,
    accepted: Accepted,
    received: Received,
    now: datetime,
) -> Outcome[CriteriaState]:
    """The evaluation of this version of the request, and a determination for every line whose
    content has none yet.
    """
    evaluation = evaluate(accepted.request, accepted.received_at, reference.library)
    if emergencies.declared(evaluation.urgency, case):
        evaluation = replace(evaluation, questions=emergencies.optional(evaluation.questions))
    ident = derive(received.id, "evaluation")
    version = RequestVersion(case, accepted, evaluation, received.case_id, ident, now)
    event = evaluation.event(ident, accepted.version)
    if case is not None and case.evaluated is not None:
        event = event.model_copy(
            update={
                "changes": difference(CriteriaEvaluated.model_validate_json(case.evaluated), event)
            }
        )
    answer = _kept(_answer(reference, version), event)
    outcome = Outcome(
        answer.case,
        events=_events(answer, evaluation, event),
        rows=_rows(answer, event, version),
    )
    return listed(outcome, case, received.case_id)


def _kept(answer: RequestAnswer, event: CriteriaEvaluated) -> RequestAnswer:
    """What a later answer to a question will be compared with: the evaluation, while a line is
    open.
    """
    if not any(line.is_open for line in answer.case.lines):
        return answer
    text = event.model_copy(update={"changes": None}).model_dump_json(exclude_defaults=True)
    return replace(answer, case=answer.case.model_copy(update={"evaluated": text}))


def _answer(reference: DecisionReference, version: RequestVersion) -> RequestAnswer:
    before, accepted, evaluation = version.before, version.accepted, version.evaluation
    lines, new = _lines(reference, version)
    number = emergencies.number_of(
        reference.number_key, version.case_id, evaluation.urgency, before
    )
    case = CriteriaState(
        version=accepted.version,
        member=accepted.request.member.id,
        evaluation_id=version.evaluation_id,
        received_at=accepted.received_at,
        urgency=faster(evaluation.urgency, before.urgency if before else Urgency.STANDARD),
        lines=lines,
        clock_due_at=listed_by(accepted, before),
        law=law_of(accepted, before),
        further=before.further if before else {},
        missed=renamed(version.before, lines, reference.library, accepted.received_at.date()),
        reviews=before.reviews if before else (),
        closures=before.closures if before else (),
        calls=called(before, _advisories(number, evaluation), accepted.received_at),
        asked=before.asked if before else (),
        resembles=resembled(accepted, before),
        notification=number,
    )
    due_at = review_due(case, evaluation.review_within_minutes, before)
    return RequestAnswer(case.model_copy(update={"due_at": due_at}), new)


def _advisories(number: str | None, evaluation: Evaluation) -> tuple[Advisory, ...]:
    """The advisories of an evaluation, after the notice of a declared emergency."""
    lines = (line.sequence for line in evaluation.lines)
    return (*emergencies.notice(number, lines), *evaluation.advisories)


def _lines(
    reference: DecisionReference, version: RequestVersion
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Every line of the case, those of this version first, and which of them are determined now."""
    request = version.accepted.request
    before = {line.sequence: line for line in version.before.lines} if version.before else {}
    today = version.accepted.received_at.date()
    urgent = emergencies.declared(version.evaluation.urgency, version.before)
    lines = [
        answered(
            AskedLine(
                request.member,
                LineContent(line=asked, performer=request.performer),
                version.evaluation,
                reference.library,
                today,
                urgent,
            ),
            before.get(asked.sequence),
        )
        for asked in request.lines
    ]
    made = with_grants(reference.number_key, version.case_id, lines, version.now.date())
    asked_for = {line.sequence for line in made}
    rest = [line for sequence, line in before.items() if sequence not in asked_for]
    new = [line for line in made if line is not before.get(line.sequence)]
    return (*made, *rest), tuple(new)


def _events(
    answer: RequestAnswer, evaluation: Evaluation, event: CriteriaEvaluated
) -> tuple[Emit, ...]:
    case = answer.case
    events = [Emit(event)]
    waiting = tuple(line for line in case.lines if case.why_listed(line))
    if waiting:
        events.append(Emit(review_requested(case, waiting, evaluation.review_reason)))
    open_lines = {line.sequence for line in waiting if line.summary.determination is PENDED}
    asked = tuple(question for question in evaluation.questions if set(question.lines) & open_lines)
    if asked:
        events.append(Emit(InformationRequested(evaluation_id=case.evaluation_id, questions=asked)))
    events.extend(determined(line, case.evaluation_id) for line in answer.new)
    approved = {
        line.sequence for line in case.lines if line.summary.determination is Determination.APPROVED
    }
    whole = case_determined(
        case,
        advisories=(
            *_advisories(case.notification, evaluation),
            *_contradicted(evaluation, approved),
        ),
        questions=(*asked, *open_of(case, case.asked)),
        other_ways=tuple(way for way in evaluation.other_ways if way.line in open_lines),
        statements=tuple(one for one in evaluation.statements if set(one.lines) <= approved),
    )
    return (*events, whole)


def _contradicted(evaluation: Evaluation, approved: set[int]) -> tuple[Advisory, ...]:
    """Approved lines whose evidence would not suffice today: it is told, and the approval stands
    (42 CFR 422.138(c)).
    """
    lines = tuple(
        one.sequence
        for one in evaluation.lines
        if one.sequence in approved and one.outcome != "approve"
    )
    if not lines:
        return ()
    text = "The evidence has changed since these lines were approved. The approval stands."
    return (Advisory(id="evidence-changed", text=text, lines=lines),)


def _rows(
    answer: RequestAnswer, event: CriteriaEvaluated, version: RequestVersion
) -> tuple[Row, ...]:
    case, case_id, now = answer.case, version.case_id, version.now
    kept = {
        "evaluation_id": case.evaluation_id,
        "case_id": case_id,
        "request_version": case.version,
        "evaluated_at": micros(now),
        "content": event,
    }
    waiting = [worklist_row(case_id, case, line) for line in case.lines]
    worklist = [row for row in waiting if row.values["is_open"] or version.before is not None]
    return (
        Row("evaluation", kept),
        *line_rows(case_id, answer.new, now),
        *worklist,
    )
