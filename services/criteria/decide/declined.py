"""A review, or a question of a clinician's, that was read and not taken: its writer is answered
under its case, and nothing is decided.
"""

from __future__ import annotations

from datetime import datetime

from services.criteria.model import CriteriaState
from shared.events.reviews import (
    DeclineCode,
    InformationAskedFor,
    ReviewDeclined,
    ReviewSubmitted,
)
from shared.instants import micros
from shared.lanes.outcome import Emit, Outcome, Received, Row

DETAILS: dict[str, str] = {
    DeclineCode.UNKNOWN_CASE: "There is no such case.",
    DeclineCode.UNKNOWN_LINE: "The case has no such line.",
    DeclineCode.NOT_ATTESTED: "The desk has not signed this review: give the command to the desk.",
    DeclineCode.WRONG_SIGNATURE: "The signature is not one of the desk's.",
    DeclineCode.KEY_RETIRED: "The key that it is signed with was retired: give the command again.",
    DeclineCode.ATTESTATION_DIFFERS: "The desk has signed something else than the review says.",
    DeclineCode.REVIEWER_INCOMPLETE: "The clinician is not named whole, or gives no reason.",
    DeclineCode.LICENCE_EXPIRED: "The licence was not valid any more on the day of the decision.",
    DeclineCode.STALE_CONTENT: "The line asks for something else now than the clinician saw.",
    DeclineCode.STALE_EVALUATION: "The case was evaluated again after the clinician saw it.",
    DeclineCode.ALREADY_DETERMINED: "The line is decided already.",
    DeclineCode.NO_BASIS: "A refusal or change names the criterion that it rests on.",
    DeclineCode.UNKNOWN_CRITERION: "No edition in force has the criterion that it rests on.",
    DeclineCode.EDITION_OVERDUE: "The edition's review is overdue: nothing is refused by it.",
    DeclineCode.FORBIDDEN_SOLE_REASON: "By its policy this may never be the only reason to refuse.",
    DeclineCode.APPROVED_BY_LAW: "The determination came too late, and by law the line counts as "
    "approved: approve it as asked, or leave it to the medical director what else follows.",
    DeclineCode.GRANT_UNSTATED: "A modification says what it grants: units, or a last day.",
    DeclineCode.NOT_LESS: "A modification grants something, and less than was asked for.",
    DeclineCode.NOT_PENDED: "Nothing holds the line that an answer could settle.",
    DeclineCode.TOO_MANY_QUESTIONS: "As many questions are open for the case as a letter can ask.",
}
"""A sentence for each code that this version gives."""


def declined(
    case: CriteriaState | None,
    review: ReviewSubmitted | InformationAskedFor,
    code: DeclineCode,
    received: Received,
    now: datetime,
) -> Outcome[CriteriaState]:
    """The case as it was, with the answer."""
    event = ReviewDeclined(
        idempotency_key=review.idempotency_key,
        sequence=review.sequence,
        content_digest=review.content_digest,
        code=code,
        detail=DETAILS[code],
    )
    rows = (review_row(review, received, code.value, now),)
    return Outcome(case, events=(Emit(event),), rows=rows)


def review_row(
    review: ReviewSubmitted | InformationAskedFor, received: Received, outcome: str, now: datetime
) -> Row:
    """What became of the review, or question, for whoever sent it."""
    by = review.reviewer.id if isinstance(review, ReviewSubmitted) else review.by.id
    values = {
        "case_id": received.case_id,
        "idempotency_key": review.idempotency_key,
        "sequence": review.sequence,
        "content_digest": review.content_digest,
        "evaluation_id": review.evaluation_id,
        "outcome": outcome,
        "reviewer_id": by,
        "taken_at": micros(now),
    }
    return Row("review", values)
