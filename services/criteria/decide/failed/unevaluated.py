"""A request whose evaluation fails waits for a clinician, and blocks nothing: what was decided
before stays, and whatever is open is pended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.criteria.decide import calls, emergencies
from services.criteria.decide.clocks import law_of, listed_by
from services.criteria.decide.determinations import (
    case_determined,
    determined,
    line_rows,
    worklist_row,
)
from services.criteria.decide.emergencies import KnownEmergency
from services.criteria.decide.failed.failures import failure_of, failure_row, mended, sender_token
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
from shared.events.content.digest import LineContent, canonical, content_digest
from shared.events.criteria import Basis, ContentChange, Determination, LineSummary
from shared.events.intake import Accepted
from shared.events.request import Urgency, faster
from shared.ids import derive
from shared.lanes.outcome import DecisionFailure, Emit, Outcome, Received


@dataclass(frozen=True, slots=True)
class FailedVersion:
    """A version whose evaluation failed, with what was known of the case before, and what triage
    finds in it all the same.
    """

    before: CriteriaState | None
    accepted: Accepted
    failure: EvaluationFailure
    emergency: KnownEmergency


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
        emergency = emergencies.known(reference, accepted, case, received.case_id)
        return pended(FailedVersion(case, accepted, failure, emergency), received, now)
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


def pended(version: FailedVersion, received: Received, now: datetime) -> Outcome[CriteriaState]:
    """The version with every line that has no determination pended, for a clinician to look at;
    nobody is written to for it.
    """
    case, failure, advisories = version.before, version.failure, version.emergency.advisories
    made = _case(version, derive(received.id, "evaluation"))
    before = {line.sequence: line for line in case.lines} if case else {}
    new = [line for line in made.lines if line is not before.get(line.sequence)]
    waiting = tuple(line for line in made.lines if made.why_listed(line))
    listed = [worklist_row(received.case_id, made, line) for line in made.lines]
    outcome = Outcome(
        made,
        events=(
            *((Emit(review_requested(made, waiting)),) if waiting else ()),
            *(determined(line, made.evaluation_id) for line in new),
            case_determined(
                made,
                evaluation_failed=True,
                advisories=advisories,
                urgency_found=version.emergency.found,
            ),
        ),
        rows=(
            *line_rows(received.case_id, new, now),
            *(row for row in listed if row.values["is_open"] or made.version > 1),
            failure_row(received.case_id, made, failure),
        ),
        failure=DecisionFailure(
            failure.error, failure.place, sender_token(version.accepted.sender)
        ),
    )
    return calls.listed(outcome, case, received.case_id)


def _case(version: FailedVersion, evaluation_id: UUID) -> CriteriaState:
    before, accepted, emergency = version.before, version.accepted, version.emergency
    request = accepted.request
    known = {line.sequence: line for line in before.lines} if before else {}
    asked = [LineContent(line=line, performer=request.performer) for line in request.lines]
    lines = [
        _line(request.member.id, content, known.pop(content.line.sequence, None))
        for content in asked
    ]
    if emergency.number is not None:
        lines = [_not_held(line) for line in lines]
    case = CriteriaState(
        version=accepted.version,
        member=request.member.id,
        evaluation_id=evaluation_id,
        received_at=accepted.received_at,
        urgency=faster(emergency.urgency, before.urgency if before else Urgency.STANDARD),
        lines=(*lines, *known.values()),
        clock_due_at=listed_by(accepted, before),
        law=law_of(accepted, before),
        further=before.further if before else {},
        missed=before.missed if before else (),
        reviews=before.reviews if before else (),
        closures=before.closures if before else (),
        calls=calls.called(before, emergency.advisories, accepted.received_at),
        evaluated=before.evaluated if before else None,
        asked=before.asked if before else (),
        failure=version.failure,
        resembles=resembled(accepted, before),
        notification=emergency.number,
    )
    due_at = review_due(case, emergency.within_minutes, before)
    return case.model_copy(update={"due_at": due_at})


def _not_held(line: Line) -> Line:
    """The line of a declared emergency: not even a failure holds it."""
    if line.summary.determination is not Determination.PENDED:
        return line
    summary = line.summary.model_copy(update={"determination": Determination.NO_ACTION})
    return line.model_copy(update={"summary": summary})


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
