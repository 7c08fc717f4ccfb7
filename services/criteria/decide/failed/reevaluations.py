"""Somebody asks to evaluate a case again whose evaluation failed."""

from __future__ import annotations

from datetime import datetime

from services.criteria.decide.failed.failures import accepted_of, failure_row, mended, place_of
from services.criteria.decide.failed.unevaluated import guarded
from services.criteria.decide.reference import DecisionReference
from services.criteria.decide.requests import evaluated
from services.criteria.engine.answer.evaluate import ENGINE_VERSION
from services.criteria.model import CriteriaState, EvaluationFailure
from shared.events.reviews import ReevaluationRequested
from shared.instants import micros
from shared.lanes.outcome import DecisionFailure, Outcome, Received, Row

REQUESTED = "reevaluation"
"""In place of a sender: all reevaluations count as one in the breaker, for they change nothing when
they fail.
"""


def reevaluated(
    reference: DecisionReference,
    case: CriteriaState | None,
    asked: ReevaluationRequested,
    received: Received,
    now: datetime,
) -> Outcome[CriteriaState]:
    """The evaluation that failed, as if the request had just come, and what follows from it; what
    was decided since stays. A case without one is answered, and nothing changes.
    """

    def answered(outcome: Outcome[CriteriaState], result: str) -> Outcome[CriteriaState]:
        row = _row(asked, received, result, now)
        return outcome._replace(rows=(*outcome.rows, row))

    if case is None:
        return answered(Outcome(None), "unknown_case")
    failure = case.failure
    if failure is None:
        return answered(Outcome(case), "withdrawn" if case.withdrawn else "not_failed")
    outcome = guarded(lambda: _evaluated(reference, case, failure, received, now))
    if isinstance(outcome, Exception):
        return answered(_failed(case, failure, outcome, received, now), "failed_again")
    return answered(outcome, "evaluated")


def _evaluated(
    reference: DecisionReference,
    case: CriteriaState,
    failure: EvaluationFailure,
    received: Received,
    now: datetime,
) -> Outcome[CriteriaState]:
    accepted = accepted_of(failure, case.clock_due_at)
    outcome = evaluated(reference, case, accepted, received, now)
    return outcome._replace(rows=(*outcome.rows, *mended(received.case_id, case)))


def _failed(
    case: CriteriaState,
    before: EvaluationFailure,
    error: Exception,
    received: Received,
    now: datetime,
) -> Outcome[CriteriaState]:
    """The case as it was, with the newer exception."""
    newer = {
        "cause": received.id,
        "error": type(error).__name__,
        "place": place_of(error),
        "engine_version": ENGINE_VERSION,
        "failed_at": now,
    }
    failure = before.model_copy(update=newer)
    made = case.model_copy(update={"failure": failure})
    return Outcome(
        made,
        rows=(failure_row(received.case_id, made, failure),),
        failure=DecisionFailure(failure.error, failure.place, REQUESTED),
    )


def _row(asked: ReevaluationRequested, received: Received, outcome: str, now: datetime) -> Row:
    """What came of it, for whoever asked."""
    values = {
        "reevaluation_id": received.id,
        "case_id": received.case_id,
        "asked_by": asked.by,
        "reason": asked.reason,
        "outcome": outcome,
        "taken_at": micros(now),
    }
    return Row("reevaluation", values)
