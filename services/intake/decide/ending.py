"""When a case is over: from then on the same request is a new one."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from services.intake.clocks import appeals
from services.intake.clocks.rules import RuleTable
from services.intake.model import IntakeState
from shared.events.letters import LetterKind
from shared.lanes.outcome import Outcome, Timer, TimerDue

OVER = "over"
NOON = time(12, tzinfo=UTC)
"""By then the day before has ended in every zone of the United States, Samoa (UTC-11) included."""


def over_at(rules: RuleTable, state: IntakeState | None) -> datetime | None:
    """The instant from which no authorization of the case is valid any more and nothing that was
    refused can be appealed; none while a line is open, or where neither has begun.
    """
    if state is None or state.cancelled or any(one.open for one in state.lines):
        return None
    granted = [
        authorization.valid_to
        for one in state.lines
        for authorization in (one.authorization, *one.former)
        if authorization is not None
    ]
    ends = [datetime.combine(max(granted) + timedelta(days=1), NOON)] if granted else []
    if state.refused:
        if (noticed_at := _noticed_at(state)) is None:
            return None
        ends.append(appeals.over_at(rules.appeals, state.line_of_business, noticed_at))
    return max(ends, default=None)


def _noticed_at(state: IntakeState) -> datetime | None:
    """The newest notice since the first refusal that can have told of one: the time to appeal
    begins with it.
    """
    since = min(one.at for one in state.refused)
    return max(
        (
            one.issued_at
            for one in state.letters
            if one.kind is not LetterKind.PENDED and one.issued_at >= since
        ),
        default=None,
    )


def timed(
    rules: RuleTable, before: IntakeState | None, outcome: Outcome[IntakeState]
) -> Outcome[IntakeState]:
    """The outcome with the timer of the case's end, where that has moved."""
    at = over_at(rules, outcome.state)
    if at == over_at(rules, before):
        return outcome
    return outcome._replace(timers=(*outcome.timers, Timer(OVER, at)))


def on_over(rules: RuleTable, state: IntakeState, timer: TimerDue) -> Outcome[IntakeState]:
    """Leaves all names of a case that is over; a timer of an earlier end changes nothing."""
    if timer.due_at != over_at(rules, state):
        return Outcome(state)
    return Outcome(state.model_copy(update={"names": ()}), forgotten=state.names)
