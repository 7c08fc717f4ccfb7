"""When a case is over: from then on the same request is a new one."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from services.intake.model import IntakeState
from shared.lanes.outcome import Outcome, Timer, TimerDue

OVER = "over"
NOON = time(12, tzinfo=UTC)
"""By then the day before has ended in every zone of the United States, Samoa (UTC-11) included."""


def over_at(state: IntakeState | None) -> datetime | None:
    """The instant from which no authorization of the case is valid any more; none while a line is
    open, or where nothing was authorized.
    """
    if state is None or state.cancelled or any(one.open for one in state.lines):
        return None
    granted = [
        authorization.valid_to
        for one in state.lines
        for authorization in (one.authorization, *one.former)
        if authorization is not None
    ]
    return datetime.combine(max(granted) + timedelta(days=1), NOON) if granted else None


def timed(before: IntakeState | None, outcome: Outcome[IntakeState]) -> Outcome[IntakeState]:
    """The outcome with the timer of the case's end, where that has moved."""
    at = over_at(outcome.state)
    if at == over_at(before):
        return outcome
    return outcome._replace(timers=(*outcome.timers, Timer(OVER, at)))


def on_over(state: IntakeState, timer: TimerDue) -> Outcome[IntakeState]:
    """Leaves all names of a case that is over; a timer of an earlier end changes nothing."""
    if timer.due_at != over_at(state):
        return Outcome(state)
    return Outcome(state.model_copy(update={"names": ()}), forgotten=state.names)
