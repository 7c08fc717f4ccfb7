"""A case's clock through its life: it starts, may become stricter, stops with the notice, or runs
out.
"""

from __future__ import annotations

from datetime import datetime

from services.intake.clocks.clocked import Clocked
from services.intake.clocks.due import Due, due
from services.intake.clocks.rules import RuleTable
from services.intake.model import RunningClock
from shared.events.clocks.duties import ClockBreached, ClockStarted, ClockStopped
from shared.events.request import Urgency

TIMER = "clock"


def start(table: RuleTable, request: Clocked, received_at: datetime) -> RunningClock:
    """The clock of a request received at an instant; it runs from receipt, never from a date that
    the sender wrote.
    """
    return _running(due(table, request, received_at), request.urgency, received_at)


def tighten(table: RuleTable, clock: RunningClock, request: Clocked) -> RunningClock | None:
    """The clock under a stricter rule, from its original start; `None` where it has stopped or
    would not come due earlier.
    """
    if clock.stopped_at is not None:
        return None
    stricter = due(table, request, clock.started_at)
    return (
        _running(stricter, request.urgency, clock.started_at)
        if stricter.due_at < clock.due_at
        else None
    )


def started(clock: RunningClock) -> ClockStarted:
    """The event that tells of a clock that starts or has become stricter."""
    return ClockStarted(
        kind=clock.kind,
        urgency=clock.urgency,
        rule=clock.rule,
        citation=clock.citation,
        started_at=clock.started_at,
        due_at=clock.due_at,
        target_at=clock.target_at,
        runners_up=clock.runners_up,
        unknown=clock.unknown,
        assumed_line_of_business=clock.assumed_line_of_business,
    )


def stop(clock: RunningClock, at: datetime) -> tuple[RunningClock, ClockStopped]:
    """The clock stopped at the instant of the notice, in time or not; a notice in time that is
    learnt of late corrects the breach.
    """
    in_time = at <= clock.due_at
    event = ClockStopped(
        kind=clock.kind,
        rule=clock.rule,
        stopped_at=at,
        due_at=clock.due_at,
        in_time=in_time,
        corrects_breach=clock.breached and in_time,
    )
    return clock.model_copy(update={"stopped_at": at, "in_time": in_time}), event


def breach(
    clock: RunningClock, timer_due_at: datetime
) -> tuple[RunningClock, ClockBreached] | None:
    """The clock run out; `None` where it has stopped, was breached before, or the timer was set for
    an earlier clock.
    """
    if clock.stopped_at is not None or clock.breached or timer_due_at < clock.due_at:
        return None
    return clock.model_copy(update={"breached": True}), ClockBreached(
        kind=clock.kind, rule=clock.rule, due_at=clock.due_at
    )


def _running(found: Due, urgency: Urgency, started_at: datetime) -> RunningClock:
    """A running clock under the rule that was found."""
    return RunningClock(
        rule=found.rule.id,
        citation=found.rule.citation,
        urgency=urgency,
        started_at=started_at,
        due_at=found.due_at,
        target_at=found.target_at,
        runners_up=found.runners_up,
        unknown=found.unknown,
        latest_at=found.latest_at,
        assumed_line_of_business=found.assumed,
    )
