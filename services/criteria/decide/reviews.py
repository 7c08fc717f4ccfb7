"""A clinician decided a line: the only way in which a line can be refused or changed."""

from __future__ import annotations

from datetime import datetime

from services.criteria.decide.asks import still_asked
from services.criteria.decide.attestation import unattested
from services.criteria.decide.basis import baseless
from services.criteria.decide.clocks import approves
from services.criteria.decide.declined import declined, review_row
from services.criteria.decide.determinations import (
    authorization,
    case_determined,
    determined,
    granted,
    line_row,
    worklist_row,
)
from services.criteria.decide.reference import DecisionReference
from services.criteria.model import GRANTED, CriteriaState, Line
from shared.events.adverse import ADVERSE, whole
from shared.events.clocks.duties import OnExpiry
from shared.events.criteria import Authorization, Basis, Determination
from shared.events.evaluation import Statement
from shared.events.reviews import DeclineCode, ReviewRecorded, ReviewSubmitted
from shared.lanes.outcome import Emit, Outcome, Received

KEPT_REVIEWS = 200


def reviewed(
    reference: DecisionReference,
    case: CriteriaState | None,
    review: ReviewSubmitted,
    received: Received,
    now: datetime,
) -> Outcome[CriteriaState]:
    """The clinician's decision on record and in force; one that cannot be taken is declined and
    changes nothing.
    """
    if case is not None and review.idempotency_key in case.reviews:
        return Outcome(case)
    line = case.line(review.sequence) if case else None
    code = _refused(reference, case, line, review)
    if case is None or line is None or code is not None:
        return declined(case, review, code or DeclineCode.UNKNOWN_LINE, received, now)
    grant: Authorization | DeclineCode | None = None
    if review.determination in GRANTED:
        named = (reference.number_key, received.case_id, line)
        if review.determination in ADVERSE:
            grant = reduced(authorization(*named, now.date()), review)
        else:
            grant = granted(*named, case.lines, now.date())
    if isinstance(grant, DeclineCode):
        return declined(case, review, grant, received, now)
    decided = _decided(line, review, grant)
    lines = tuple(decided if one is line else one for one in case.lines)
    made = case.model_copy(
        update={"lines": lines, "reviews": (*case.reviews, review.idempotency_key)[-KEPT_REVIEWS:]}
    )
    rows = (
        review_row(review, received, "recorded", now),
        line_row(received.case_id, decided, now),
        worklist_row(received.case_id, made, decided),
    )
    return Outcome(made, events=_events(made, decided, review), rows=rows)


def reduced(asked: Authorization, review: ReviewSubmitted) -> Authorization | DeclineCode:
    """What a modification grants of what was asked, or why it grants none of it, or no less."""
    units, until = review.granted_units, review.granted_until
    if units is None and until is None:
        return DeclineCode.GRANT_UNSTATED
    units = asked.units if units is None else units
    until = asked.valid_to if until is None else until
    more = units > asked.units or until > asked.valid_to
    if more or until < asked.valid_from or (units, until) == (asked.units, asked.valid_to):
        return DeclineCode.NOT_LESS
    return asked.model_copy(update={"units": units, "valid_to": until})


def _refused(
    reference: DecisionReference,
    case: CriteriaState | None,
    line: Line | None,
    review: ReviewSubmitted,
) -> DeclineCode | None:
    """Why the decision cannot be taken, or None.

    An approval may rest on an older evaluation of the same content; an adverse decision must have
    seen the newest.
    """
    if case is None:
        return DeclineCode.UNKNOWN_CASE
    # Before anything else of it is believed: who did not come through the desk decides nothing.
    if (code := unattested(review, reference.desk)) is not None:
        return code
    if line is None:
        return DeclineCode.UNKNOWN_LINE
    adverse = review.determination in ADVERSE
    return (
        _outdated(case, line, review)
        or (_settled_by_law(case, line, review) if adverse else None)
        or (_groundless(reference, case, line, review) if adverse else None)
        or _unqualified(review)
    )


def _outdated(case: CriteriaState, line: Line, review: ReviewSubmitted) -> DeclineCode | None:
    """Whether the line is another one now, or decided."""
    if review.content_digest != line.summary.digest:
        return DeclineCode.STALE_CONTENT
    liftable = line.reconsider or case.against_law(line)
    lifted = liftable and review.determination is Determination.APPROVED
    return None if line.is_open or lifted else DeclineCode.ALREADY_DETERMINED


def _settled_by_law(case: CriteriaState, line: Line, review: ReviewSubmitted) -> DeclineCode | None:
    """What the law approved, because nobody had decided it in time, nobody refuses or reduces."""
    approved = case.by_law(line) is OnExpiry.APPROVED_BY_LAW or _too_late(case, line, review)
    return DeclineCode.APPROVED_BY_LAW if approved else None


def _too_late(case: CriteriaState, line: Line, review: ReviewSubmitted) -> bool:
    """Whether the line waited still when the law's instant passed: the law approves then and there,
    and not when intake comes to tell it.
    """
    pended, at = line.summary.determination is Determination.PENDED, review.decided_at
    return pended and at is not None and approves(case, at)


def _groundless(
    reference: DecisionReference, case: CriteriaState, line: Line, review: ReviewSubmitted
) -> DeclineCode | None:
    """A refusal has seen the newest evaluation, and rests on a criterion as of the day on which it
    was decided.
    """
    if review.evaluation_id != case.evaluation_id:
        return DeclineCode.STALE_EVALUATION
    if review.decided_at is None:
        return DeclineCode.REVIEWER_INCOMPLETE
    return baseless(reference.library, line, review, review.decided_at.date())


def _unqualified(review: ReviewSubmitted) -> DeclineCode | None:
    """Whether the desk has said who decided, whole, and by a licence that was valid then: a replay
    years later asks the same.
    """
    until, at = review.reviewer.licence_valid_until, review.decided_at
    if not (whole(review.reviewer) and review.reason.strip() and review.registry_sha256):
        return DeclineCode.REVIEWER_INCOMPLETE
    if until is None or at is None:
        return DeclineCode.REVIEWER_INCOMPLETE
    return DeclineCode.LICENCE_EXPIRED if until < at.date() else None


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
        basis=review.basis,
        decided_at=review.decided_at,
    )
    reason = Statement(
        text=review.reason[:1_000], lines=(line.sequence,), criterion=review.criterion
    )
    return (
        Emit(record, str(line.sequence)),
        determined(line, case.evaluation_id),
        case_determined(case, statements=(reason,), **still_asked(case)),
    )
