"""A clock through its life: it starts, may stand still, stops with the facts that meet it, or runs
out.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from services.intake.clocks.clocked import Clocked
from services.intake.clocks.due import Due, due, due_of, each_due
from services.intake.clocks.record import RunningClock, StandingFact, in_time
from services.intake.clocks.rules import RuleTable
from shared.events.clocks.duties import (
    ClockBreached,
    ClockCorrected,
    ClockKind,
    ClockStarted,
    ClockStopped,
    OnExpiry,
)

TIMER = "clock"
SEVERAL = (ClockKind.FURTHER_DETERMINATION, ClockKind.DECISION_NOTICE)
"""Kinds of which several duties may be owed at once, each with a clock of its own."""


def timer_of(kind: ClockKind, slot: int = 0) -> str:
    """The kind of the timer that a clock of this kind and slot has."""
    named = TIMER if kind is ClockKind.DETERMINATION else f"{TIMER}:{kind.value}"
    return f"{named}:{slot}" if slot else named


KIND_OF = {timer_of(kind): kind for kind in ClockKind.known()}


def clock_of(timer: str) -> tuple[ClockKind, int] | None:
    """The kind and the slot of the clock that a timer is about; none where it is about no clock."""
    named, _, slot = timer.rpartition(":")
    if named in KIND_OF and slot.isdecimal():
        return KIND_OF[named], int(slot)
    return (KIND_OF[timer], 0) if timer in KIND_OF else None


def found_due(table: RuleTable, kind: ClockKind, request: Clocked, since: datetime) -> Due | None:
    """When a duty is due that runs from an instant; none where no rule asks it."""
    if kind is ClockKind.DETERMINATION:
        return due(table, request, since)
    return due_of(table, kind, request, since)


def same_duty(
    table: RuleTable, clock: RunningClock, request: Clocked, since: datetime
) -> Due | None:
    """When the duty of a clock is due that runs from an instant: of a kind of which several may be
    owed at once, the duty of its rule; none where no rule asks it.
    """
    if clock.kind not in SEVERAL:
        return found_due(table, clock.kind, request, since)
    rule = table.rule(clock.rule)
    each = each_due(table, clock.kind, request, since) if rule is not None else ()
    return next((one for one in each if rule is not None and one.rule.duty == rule.duty), None)


def begun(
    found: Due, request: Clocked, started_at: datetime, counted_from: datetime | None = None
) -> RunningClock:
    """A clock under the rule that was found; it runs from receipt, never from a date that the
    sender wrote.
    """
    return RunningClock(
        kind=found.rule.kind,
        rule=found.rule.id,
        citation=found.rule.citation,
        urgency=request.urgency,
        started_at=started_at,
        due_at=found.due_at,
        target_at=found.target_at,
        latest_at=found.latest_at,
        of_days=found.rule.hours is None,
        runners_up=found.runners_up,
        unknown=found.unknown,
        assumed_line_of_business=found.assumed,
        on_expiry=found.rule.on_expiry,
        zone=found.zone,
        counted_from=counted_from,
    )


def placed(
    found: Due, request: Clocked, clock: RunningClock, counted_from: datetime | None = None
) -> RunningClock:
    """A clock under the rule that was found in the place of another, from its start."""
    fresh = begun(found, request, clock.started_at, counted_from)
    return fresh.model_copy(
        update={"kind": clock.kind, "slot": clock.slot, "version": clock.version}
    )


def moved(clock: RunningClock, still: timedelta) -> RunningClock:
    """The clock that stands still for so long altogether, and comes due so much later."""
    by = still - clock.stood_still
    return clock.model_copy(
        update={
            "tolled": True,
            "stood_still": still,
            "due_at": clock.due_at + by,
            "target_at": clock.target_at + by,
            "latest_at": clock.latest_at + by,
            "base_due_at": clock.base_due_at or clock.due_at,
        }
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
        on_expiry=clock.on_expiry,
        runners_up=clock.runners_up,
        unknown=clock.unknown,
        assumed_line_of_business=clock.assumed_line_of_business,
        slot=clock.slot,
        zone=clock.zone,
    )


def last(facts: tuple[StandingFact, ...]) -> datetime:
    """The instant since which all of them stand."""
    return max(one.at for one in facts)


def stop(
    clock: RunningClock,
    met_by: tuple[StandingFact, ...],
    final: tuple[str | None, datetime | None] = (None, None),
) -> tuple[RunningClock, ClockStopped]:
    """The clock stopped at the instant of the last of the facts that meet it, in time or not; facts
    in time that are learnt of late correct the breach. `final`: what was decided, and when.
    """
    # A duty that was met before it began was met at once.
    at = max(last(met_by), clock.started_at)
    soon = in_time(clock, at)
    stopped = clock.model_copy(
        update={
            "stopped_at": at,
            "in_time": soon,
            "breached": clock.breached and not soon,
            "expired": still_expired(clock, in_time=soon),
            "met_by": met_by,
            "final": final[0],
            "decided_at": final[1],
        }
    )
    event = ClockStopped(
        kind=clock.kind,
        rule=clock.rule,
        stopped_at=at,
        due_at=clock.due_at,
        in_time=soon,
        corrects_breach=clock.breached and soon,
        met_by=tuple([one.fact for one in met_by]),
        slot=clock.slot,
    )
    return stopped, event


def still_expired(clock: RunningClock, *, in_time: bool) -> bool:
    """Whether a clock that expired did so for good: what was in time did not, but what the law has
    approved stays approved once somebody was told (ADR 10).
    """
    for_good = clock.on_expiry is OnExpiry.APPROVED_BY_LAW and clock.expiry_announced
    return clock.expired and (not in_time or for_good)


def breach(
    clock: RunningClock, timer_due_at: datetime
) -> tuple[RunningClock, ClockBreached] | None:
    """The clock run out; `None` where it has stopped, was breached before, or the timer was set for
    an earlier clock.
    """
    if not clock.running or clock.breached or timer_due_at < clock.due_at:
        return None
    return clock.model_copy(update={"breached": True}), ClockBreached(
        kind=clock.kind, rule=clock.rule, due_at=clock.due_at, slot=clock.slot
    )


def corrected(
    clock: RunningClock, reason: str, former_started_at: datetime | None = None
) -> ClockCorrected:
    """The event that tells how a clock stands by what was learnt of later."""
    return ClockCorrected(
        kind=clock.kind,
        rule=clock.rule,
        started_at=clock.started_at,
        due_at=clock.due_at,
        target_at=clock.target_at,
        stopped_at=clock.stopped_at,
        breached=clock.breached,
        expired=clock.expired,
        zone=clock.zone,
        reason=reason,
        slot=clock.slot,
        former_started_at=former_started_at,
    )
