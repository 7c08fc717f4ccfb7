"""A clinician decided a line: the only way in which a line can be refused or changed."""

from __future__ import annotations

from datetime import datetime

from services.criteria.decide.determinations import (
    case_determined,
    determined,
    granted,
    line_row,
    worklist_row,
)
from services.criteria.decide.reference import DecisionReference
from services.criteria.model import GRANTED, CriteriaState, Line
from shared.events.criteria import Authorization, Basis, Determination
from shared.events.evaluation import Statement
from shared.events.reviews import ReviewRecorded, ReviewSubmitted
from shared.instants import micros
from shared.lanes.outcome import Emit, Outcome, Received, Row

KEPT_REVIEWS = 200
ADVERSE = frozenset({Determination.NOT_CERTIFIED, Determination.MODIFIED})


def reviewed(
    reference: DecisionReference,
    case: CriteriaState | None,
    review: ReviewSubmitted,
    received: Received,
    now: datetime,
) -> Outcome[CriteriaState]:
    """The clinician's decision on record and in force; one that cannot be taken is answered in the
    review's row and changes nothing.
    """
    if case is not None and review.idempotency_key in case.reviews:
        return Outcome(case)
    line = case.line(review.sequence) if case else None
    refused = _refused(reference, case, line, review)
    if case is None or line is None or refused is not None:
        return Outcome(case, rows=(_row(review, received, refused or "unknown_line", now),))
    grant = (
        granted(reference.number_key, received.case_id, line, case.lines, now.date())
        if review.determination in GRANTED
        else None
    )
    decided = _decided(line, review, grant)
    lines = tuple(decided if one is line else one for one in case.lines)
    made = case.model_copy(
        update={"lines": lines, "reviews": (*case.reviews, review.idempotency_key)[-KEPT_REVIEWS:]}
    )
    rows = (
        _row(review, received, "recorded", now),
        line_row(received.case_id, decided, now),
        worklist_row(received.case_id, made, decided),
    )
    return Outcome(made, events=_events(made, decided, review), rows=rows)


def _refused(
    reference: DecisionReference,
    case: CriteriaState | None,
    line: Line | None,
    review: ReviewSubmitted,
) -> str | None:
    """Why the decision cannot be taken, or None.

    An approval may rest on an older evaluation of the same content; an adverse decision must have
    seen the newest.
    """
    if case is None:
        return "unknown_case"
    if line is None:
        return "unknown_line"
    if review.content_digest != line.summary.digest:
        return "stale_content"
    lifted = line.reconsider and review.determination is Determination.APPROVED
    if not (line.is_open or lifted):
        return "already_determined"
    if review.determination in ADVERSE:
        return _adverse_refused(reference, case, line, review)
    return None if _complete(review) else "reviewer_incomplete"


def _adverse_refused(
    reference: DecisionReference, case: CriteriaState, line: Line, review: ReviewSubmitted
) -> str | None:
    """A refusal needs the newest evaluation, the whole reviewer, and more than a reason that may
    never stand alone.
    """
    if review.evaluation_id != case.evaluation_id:
        return "stale_evaluation"
    policy = line.summary.policy
    edition = reference.library.find(policy.policy, policy.version) if policy else None
    if edition is not None and review.criterion in edition.spec.forbidden_sole_reasons:
        return "forbidden_sole_reason"
    return None if _complete(review) else "reviewer_incomplete"


def _complete(review: ReviewSubmitted) -> bool:
    who = review.reviewer
    return all(
        part.strip() for part in (who.id, who.name, who.licence, who.specialty, review.reason)
    )


def _decided(line: Line, review: ReviewSubmitted, grant: Authorization | None) -> Line:
    """The line as the clinician decided it; what was granted for a former content ends where this
    one is granted.
    """
    summary: dict[str, object] = {
        "determination": Determination(review.determination),
        "basis": Basis.CLINICIAN,
        "reason": review.criterion,
        "reviewer": review.reviewer,
        "authorization": grant,
    }
    if grant is not None:
        summary["former"] = ()
    return line.model_copy(
        update={
            "reconsider": False,
            "summary": line.summary.model_copy(update=summary),
        }
    )


def _events(case: CriteriaState, line: Line, review: ReviewSubmitted) -> tuple[Emit, ...]:
    record = ReviewRecorded(
        evaluation_id=case.evaluation_id,
        sequence=line.sequence,
        digest=line.summary.digest,
        determination=line.summary.determination,
        reviewer=review.reviewer,
        reason=review.reason,
        criterion=review.criterion,
    )
    reason = Statement(
        text=review.reason[:1_000], lines=(line.sequence,), criterion=review.criterion
    )
    return (
        Emit(record, str(line.sequence)),
        determined(line, case.evaluation_id),
        case_determined(case, statements=(reason,)),
    )


def _row(review: ReviewSubmitted, received: Received, outcome: str, now: datetime) -> Row:
    """What became of the review, for whoever sent it."""
    values = {
        "case_id": received.case_id,
        "idempotency_key": review.idempotency_key,
        "sequence": review.sequence,
        "content_digest": review.content_digest,
        "evaluation_id": review.evaluation_id,
        "outcome": outcome,
        "reviewer_id": review.reviewer.id,
        "taken_at": micros(now),
    }
    return Row("review", values)
