"""A request was withdrawn, or its regulatory clock moved or was missed: nothing is evaluated."""

from __future__ import annotations

from services.criteria.decide import calls
from services.criteria.decide.determinations import (
    case_determined,
    determined,
    line_row,
    worklist_row,
)
from services.criteria.decide.failed.failures import mended
from services.criteria.decide.lines import withdrawn
from services.criteria.model import CriteriaState, MissedClock
from shared.events.clocks.duties import (
    ClockBreached,
    ClockCorrected,
    ClockExpired,
    ClockExtended,
    ClockStarted,
    OnExpiry,
)
from shared.events.criteria import Determination
from shared.events.intake import RequestCancelled
from shared.lanes.outcome import Outcome, Received

APPROVED_BY_LAW = OnExpiry.APPROVED_BY_LAW


def cancelled(
    case: CriteriaState | None, withdrawal: RequestCancelled, received: Received
) -> Outcome[CriteriaState]:
    """The sender withdrew the request: every line that was not withdrawn before is cancelled by the
    sender.
    """
    if case is None or case.withdrawn:
        return Outcome(case)
    lines = tuple(withdrawn(line) for line in case.lines)
    made = case.model_copy(
        update={
            "lines": lines,
            "withdrawn": True,
            "version": max(case.version, withdrawal.version),
            "failure": None,
            "calls": calls.withdrawn(case.calls),
        }
    )
    new = [
        line
        for line, old in zip(lines, case.lines, strict=True)
        if old.summary.determination is not Determination.CANCELLED
    ]
    waited = {line.sequence for line in case.lines if line.listed}
    outcome = Outcome(
        made,
        events=(*(determined(line, case.evaluation_id) for line in new), case_determined(made)),
        rows=(
            *(line_row(received.case_id, line, withdrawal.received_at) for line in new),
            *(worklist_row(received.case_id, made, one) for one in lines if one.sequence in waited),
            *mended(received.case_id, case),
        ),
    )
    return calls.listed(outcome, case, received.case_id)


def amended_clock(
    case: CriteriaState | None, clock: ClockStarted | ClockExtended, received: Received
) -> Outcome[CriteriaState]:
    """The regulatory clock bounds when the clinicians must have looked; the worklist follows it.

    A clock that comes due later than the one that was missed is another one: nothing of it is
    missed yet. What the law has approved stays approved.
    """
    if case is None:
        return Outcome(case)
    missed = case.missed
    if missed and missed.on_expiry is not APPROVED_BY_LAW and clock.due_at > missed.due_at:
        missed = None
    changes = {"clock_due_at": clock.target_at or clock.due_at, "missed": missed}
    return _listed_again(case.model_copy(update=changes), received)


def corrected_clock(
    case: CriteriaState | None, clock: ClockCorrected, received: Received
) -> Outcome[CriteriaState]:
    """What was told of the clock was wrong: what is not missed after all counts as it did."""
    if case is None:
        return Outcome(case)
    changes = {
        "clock_due_at": clock.target_at or clock.due_at,
        "missed": case.missed if clock.breached else None,
    }
    return _listed_again(case.model_copy(update=changes), received)


def missed_clock(
    case: CriteriaState | None, clock: ClockBreached | ClockExpired, received: Received
) -> Outcome[CriteriaState]:
    """The determination did not come in time: nothing is decided by it, and its open lines stand
    first on the worklist. What the law makes of them is told by the expiry.
    """
    if case is None:
        return Outcome(case)
    missed = MissedClock(rule=clock.rule, due_at=clock.due_at)
    if isinstance(clock, ClockExpired):
        missed = missed.model_copy(update={"on_expiry": clock.on_expiry, "lines": clock.lines})
    elif case.missed is not None:
        return Outcome(case)
    return _listed_again(case.model_copy(update={"missed": missed}), received)


def _listed_again(case: CriteriaState, received: Received) -> Outcome[CriteriaState]:
    """The case with its lines on the worklist as they stand there now."""
    rows = (worklist_row(received.case_id, case, line) for line in case.lines if line.listed)
    return Outcome(case, rows=tuple(rows))
