"""A request whose evaluation fails waits for a clinician, and blocks nothing: what was decided
before stays, and whatever is open is pended.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from services.criteria.decide.determinations import (
    case_determined,
    determined,
    line_row,
    worklist_row,
)
from services.criteria.decide.failures import failure_of, failure_row, mended, sender_token
from services.criteria.decide.lines import decided, former, kept, withdrawn
from services.criteria.decide.reference import DecisionReference
from services.criteria.decide.referrals import resembled, review_due, review_requested
from services.criteria.decide.requests import evaluated
from services.criteria.model import (
    NOT_EVALUATED,
    CriteriaState,
    EvaluationFailure,
    Line,
    LineDecision,
)
from shared.errors import LaneRefused, Unavailable, Zombie
from shared.events.content import LineContent, canonical, content_digest
from shared.events.criteria import Basis, ContentChange, Determination, LineSummary
from shared.events.intake import Accepted
from shared.events.request import Urgency, faster
from shared.ids import derive
from shared.lanes.outcome import DecisionFailure, Emit, Outcome, Received


def attempted(
    reference: DecisionReference,
    case: CriteriaState | None,
    accepted: Accepted,
    received: Received,
    now: datetime,
) -> Outcome[CriteriaState]:
    """What follows from a version of a request, once: its evaluation, or what stands in for one
    that fails.
    """
    if case is not None and (accepted.version <= case.version or case.withdrawn):
        return Outcome(case)
    outcome = guarded(lambda: evaluated(reference, case, accepted, received, now))
    if isinstance(outcome, Exception):
        failure = failure_of(outcome, accepted, received.id, now)
        return pended(case, accepted, failure, received, now)
    return outcome._replace(rows=(*outcome.rows, *mended(received.case_id, case)))


def guarded(evaluation: Callable[[], Outcome[CriteriaState]]) -> Outcome[CriteriaState] | Exception:
    """What an evaluation gives, or the exception that ends it; raises what is no fault of the code
    or the request.
    """
    try:
        return evaluation()
    # What the machine lacks: the same work may succeed later.
    except (Unavailable, Zombie, LaneRefused, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - what can be read at all may not block its case
        return error


def pended(
    case: CriteriaState | None,
    accepted: Accepted,
    failure: EvaluationFailure,
    received: Received,
    now: datetime,
) -> Outcome[CriteriaState]:
    """The version with every line that has no determination pended, for a clinician to look at;
    nobody is written to for it.
    """
    made = _case(case, accepted, failure, derive(received.id, "evaluation"))
    before = {line.sequence: line for line in case.lines} if case else {}
    new = [line for line in made.lines if line is not before.get(line.sequence)]
    waiting = tuple(line for line in made.lines if line.listed)
    listed = [worklist_row(received.case_id, made, line) for line in made.lines]
    return Outcome(
        made,
        events=(
            *((Emit(review_requested(made, waiting)),) if waiting else ()),
            *(determined(line, made.evaluation_id) for line in new),
            case_determined(made, evaluation_failed=True),
        ),
        rows=(
            *(line_row(received.case_id, line, now) for line in new),
            *(row for row in listed if row.values["is_open"] or made.version > 1),
            failure_row(received.case_id, made, failure),
        ),
        failure=DecisionFailure(failure.error, failure.place, sender_token(accepted.sender)),
    )


def _case(
    before: CriteriaState | None,
    accepted: Accepted,
    failure: EvaluationFailure,
    evaluation_id: UUID,
) -> CriteriaState:
    request = accepted.request
    known = {line.sequence: line for line in before.lines} if before else {}
    asked = [LineContent(line=line, performer=request.performer) for line in request.lines]
    lines = [
        _line(request.member.id, content, known.pop(content.line.sequence, None))
        for content in asked
    ]
    case = CriteriaState(
        version=accepted.version,
        member=request.member.id,
        evaluation_id=evaluation_id,
        received_at=accepted.received_at,
        urgency=faster(request.urgency, before.urgency if before else Urgency.STANDARD),
        lines=(*lines, *known.values()),
        clock_due_at=accepted.due_at or (before.clock_due_at if before else None),
        reviews=before.reviews if before else (),
        closures=before.closures if before else (),
        calls=before.calls if before else (),
        evaluated=before.evaluated if before else None,
        failure=failure,
        resembles=resembled(accepted, before),
    )
    return case.model_copy(update={"due_at": review_due(case, None, before)})


def _line(member: str, content: LineContent, before: Line | None) -> Line:
    """The line as it was decided on this very content, else pended: whether a change is an
    administrative one, an evaluation will say.
    """
    if content.line.cancelled:
        return withdrawn(before or _pended(member, content, None))
    for decision in decided(before):
        if before is not None and _same(decision, content):
            unchanged = decision is before and canonical(before.content) == canonical(content)
            return (
                before
                if unchanged
                else kept(decision, before, (member, content), ContentChange.SAME)
            )
    return _pended(member, content, before)


def _same(decision: LineDecision, content: LineContent) -> bool:
    now = canonical(content)
    return any(canonical(one) == now for one in (decision.content, *decision.also))


def _pended(member: str, content: LineContent, before: Line | None) -> Line:
    """The line without a determination; what was granted for a former content stays valid."""
    line = content.line
    summary = LineSummary(
        sequence=line.sequence,
        segment=line.segment,
        services=line.services,
        codes=tuple(code.code for code in line.codes),
        determination=Determination.PENDED,
        basis=Basis.ENGINE,
        reason=NOT_EVALUATED,
        digest=content_digest(member, content),
        former=before.valid if before else (),
    )
    return Line(summary=summary, content=content, former=former(decided(before)))
