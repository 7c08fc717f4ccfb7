"""Every event type by its CloudEvents type, and which service writes and reads it."""

from __future__ import annotations

from shared.events import audit, criteria, intake, letters, policies, reviews, submissions
from shared.events.clocks import acts, duties
from shared.events.model import EventData

EVENTS: tuple[type[EventData], ...] = (
    submissions.AuthorizationRequestSubmitted,
    reviews.ReviewSubmitted,
    reviews.InformationAskedFor,
    reviews.ReevaluationRequested,
    reviews.CallClosed,
    acts.ClockActSubmitted,
    policies.ReferencePublished,
    intake.RequestReceived,
    intake.RequestAmended,
    intake.RequestCancelled,
    intake.SubmissionRejected,
    intake.SubmissionDuplicated,
    duties.ClockStarted,
    duties.ClockExtended,
    duties.ClockStopped,
    duties.ClockBreached,
    duties.ClockExpired,
    duties.ClockCorrected,
    duties.ExpediteRefused,
    acts.ClockActRecorded,
    acts.ClockActDeclined,
    criteria.CriteriaEvaluated,
    criteria.ReviewRequested,
    criteria.InformationRequested,
    reviews.ReviewRecorded,
    reviews.ReviewDeclined,
    criteria.LineDetermined,
    criteria.CaseDetermined,
    reviews.CallBreached,
    reviews.CallRecorded,
    letters.LetterIssued,
    letters.LetterRendered,
    letters.LetterDelivered,
    letters.DeliveryFailed,
    audit.CheckpointSigned,
    audit.CaseAccessed,
)
BY_TYPE: dict[str, type[EventData]] = {event.TYPE: event for event in EVENTS}

PRODUCERS: dict[str, str] = {
    intake.INTAKE: "intake",
    criteria.CRITERIA: "criteria",
    letters.LETTERS: "letters",
    audit.AUDIT: "audit",
}
DOORS: dict[str, tuple[str, ...]] = {
    "intake": (submissions.SUBMISSIONS, audit.ACCESS),
    "criteria": (reviews.REVIEWS, policies.POLICIES, audit.ACCESS),
    "letters": (audit.ACCESS,),
    "audit": (audit.AUDIT, audit.ACCESS),
}
"""Topics that a service writes outside its lanes: what comes in over HTTP, who looked at what, the
audit log's checkpoints.
"""
SEALED_BY_DOOR: dict[str, dict[str, str]] = {"intake": {reviews.REVIEWS: "criteria"}}
"""Topics of outsiders of which a reader takes only what another service's door wrote and sealed for
it.
"""
EXTERNAL: frozenset[str] = frozenset(
    {submissions.SUBMISSIONS, reviews.REVIEWS, policies.POLICIES, audit.ACCESS}
)
CONSUMES: dict[str, tuple[str, ...]] = {
    "intake": (
        submissions.SUBMISSIONS,
        criteria.CRITERIA,
        letters.LETTERS,
        policies.POLICIES,
        reviews.REVIEWS,
    ),
    "criteria": (intake.INTAKE, reviews.REVIEWS, policies.POLICIES),
    "letters": (intake.INTAKE, criteria.CRITERIA, policies.POLICIES),
    "audit": (
        submissions.SUBMISSIONS,
        intake.INTAKE,
        criteria.CRITERIA,
        reviews.REVIEWS,
        letters.LETTERS,
        policies.POLICIES,
        audit.ACCESS,
    ),
}
