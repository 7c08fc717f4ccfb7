"""What follows from an event for a case: evaluations, determinations, referrals, questions.

Pure.
"""

from __future__ import annotations

from datetime import datetime

from services.criteria.decide import calls
from services.criteria.decide.asks import asked_for
from services.criteria.decide.clocks import amended_clock, corrected_clock, missed_clock
from services.criteria.decide.failed.reevaluations import reevaluated
from services.criteria.decide.failed.unevaluated import attempted
from services.criteria.decide.reference import DecisionReference
from services.criteria.decide.reviews import reviewed
from services.criteria.decide.withdrawals import cancelled
from services.criteria.model import CriteriaState
from shared.events.clocks.duties import (
    DETERMINATIONS,
    ClockBreached,
    ClockCorrected,
    ClockExpired,
    ClockExtended,
    ClockStarted,
)
from shared.events.intake import RequestAmended, RequestCancelled, RequestReceived
from shared.events.reviews import (
    CallClosed,
    InformationAskedFor,
    ReevaluationRequested,
    ReviewSubmitted,
)
from shared.lanes.outcome import Outcome, Received, TimerDue

__all__ = ["decide"]


def decide(
    reference: DecisionReference, case: CriteriaState | None, received: Received, now: datetime
) -> Outcome[CriteriaState]:
    """The new state of the case and what is published.

    Software approves or refers; a refusal comes only from a clinician's decision.
    """
    match received.data:
        case RequestReceived() | RequestAmended() as accepted:
            return attempted(reference, case, accepted, received, now)
        case RequestCancelled() as withdrawal:
            return cancelled(case, withdrawal, received)
        case (
            ClockStarted()
            | ClockExtended()
            | ClockBreached()
            | ClockExpired()
            | ClockCorrected() as clock
        ):
            return _clocked(case, clock, received)
        case (
            ReviewSubmitted() | InformationAskedFor() | ReevaluationRequested() | CallClosed()
        ) as command:
            return _commanded(reference, case, command, received, now)
        case TimerDue(kind=calls.TIMER) as timer:
            return calls.overdue(case, timer, received)
        case _:
            return Outcome(case)


def _clocked(
    case: CriteriaState | None,
    clock: ClockStarted | ClockExtended | ClockBreached | ClockExpired | ClockCorrected,
    received: Received,
) -> Outcome[CriteriaState]:
    """What the clocks of the determination do to the case's work; other duties are not its own."""
    if clock.kind not in DETERMINATIONS and not isinstance(clock, ClockExpired):
        return Outcome(case)
    match clock:
        case ClockExpired() | ClockBreached():
            return missed_clock(case, clock, received)
        case ClockCorrected():
            return corrected_clock(case, clock, received)
        case ClockStarted() | ClockExtended():
            return amended_clock(case, clock, received)


def _commanded(
    reference: DecisionReference,
    case: CriteriaState | None,
    command: ReviewSubmitted | InformationAskedFor | ReevaluationRequested | CallClosed,
    received: Received,
    now: datetime,
) -> Outcome[CriteriaState]:
    """What a person's command does to the case."""
    match command:
        case ReviewSubmitted():
            return reviewed(reference, case, command, received, now)
        case InformationAskedFor():
            return asked_for(reference, case, command, received, now)
        case ReevaluationRequested():
            return reevaluated(reference, case, command, received, now)
        case CallClosed():
            return calls.closed(case, command, received, now)
