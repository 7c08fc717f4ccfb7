"""What goes to a clinician, and by when they must have looked."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from services.criteria.model import CriteriaState, Line
from shared.events.criteria import LineDigest, ReviewRequested
from shared.events.intake import Accepted, RequestReceived
from shared.events.request import Urgency

REVIEW_WITHIN = {
    Urgency.STANDARD: timedelta(hours=72),
    Urgency.EXPEDITED: timedelta(hours=24),
    Urgency.EMERGENCY: timedelta(hours=1),
}
"""By when a clinician looks at a pended line, until the regulatory clock is known; it bounds the
work, it decides nothing.
"""


def review_due(case: CriteriaState, minutes: int | None, before: CriteriaState | None) -> datetime:
    """When a clinician must have looked: within the minutes that triage or the policy says, or the
    usual time if that is shorter, and at what may be an appeal as if it were expedited; never later
    than before.
    """
    within = REVIEW_WITHIN[case.urgency]
    if minutes is not None:
        within = min(within, timedelta(minutes=minutes))
    if case.resembles is not None:
        within = min(within, REVIEW_WITHIN[Urgency.EXPEDITED])
    due = case.received_at + within
    return (
        min(due, before.due_at)
        if before and before.due_at and any(line.is_open for line in before.lines)
        else due
    )


def resembled(accepted: Accepted, before: CriteriaState | None) -> UUID | None:
    """The refused case that the request is like, if intake has found one."""
    if before is not None:
        return before.resembles
    return accepted.resembles if isinstance(accepted, RequestReceived) else None


def review_requested(
    case: CriteriaState, waiting: tuple[Line, ...], urgent: str | None = None
) -> ReviewRequested:
    """The referral of the lines that wait for a clinician, for the `urgent` reason of a policy if
    there is one; a decision on a line names its content.
    """
    reasons = {case.why_listed(line) or line.summary.reason for line in waiting}
    reason = urgent or (reasons.pop() if len(reasons) == 1 else "several_reasons")
    due = min(at for at in (case.due_at or case.received_at, case.clock_due_at) if at is not None)
    return ReviewRequested(
        evaluation_id=case.evaluation_id,
        lines=tuple(line.sequence for line in waiting),
        contents=tuple(
            LineDigest(sequence=line.sequence, digest=line.summary.digest)
            for line in waiting
            if line.summary.digest
        ),
        reason=reason,
        urgency=case.urgency,
        due_at=due,
    )
