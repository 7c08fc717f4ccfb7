"""What follows when a clock of a case runs out; it decides nothing."""

from __future__ import annotations

from datetime import datetime

from services.intake.clocks import running
from services.intake.clocks.record import RunningClock, in_time
from services.intake.clocks.rule import NOTICE
from services.intake.clocks.rules import RuleTable
from services.intake.decide.duties.clocks import changed
from services.intake.decide.facts import known, standing
from services.intake.model import IntakeState
from shared.events.clocks.duties import ClockExpired, DutyFact, OnExpiry
from shared.events.criteria import Determination
from shared.events.model import EventData
from shared.lanes.outcome import Outcome, TimerDue

NEEDS_NO_APPROVAL = frozenset({Determination.NO_ACTION, Determination.CANCELLED})
"""Determinations that owe nobody an approval: emergency care needs none."""


def on_clock_due(rules: RuleTable, state: IntakeState, due: TimerDue) -> Outcome[IntakeState]:
    """Tells of a duty that was not done in time, and of a determination what the law makes of that;
    it decides nothing.
    """
    named = running.clock_of(due.kind)
    clock = None if named is None else state.clock_of(*named)
    breached = None if clock is None else running.breach(clock, due.due_at)
    if clock is None or breached is None:
        return Outcome(state)
    late, event = breached
    events: list[EventData] = [event]
    if late.determines:
        expired = _expired(rules, state, late)
        events.extend(() if expired is None else (expired,))
        lines = () if expired is None else expired.lines
        # Of lines that are open letters tell at once; of others only their own notices do.
        announced = expired is not None and any(one.open for one in state.lines)
        changes = {"expired": expired is not None, "lines": lines, "expiry_announced": announced}
        late = late.model_copy(update=changes)
    return changed(Outcome(state), clock, late, *events)._replace(timers=())


def _expired(rules: RuleTable, state: IntakeState, clock: RunningClock) -> ClockExpired | None:
    """What the law makes of a determination that was not made, or not handed over, in time, and of
    which lines: those that are open, or of which nobody was told. Nothing where it was both, and
    only somebody else has still to be told.
    """
    if clock.on_expiry in (OnExpiry.NONE, OnExpiry.OTHER) or _handed_over(rules, state, clock):
        return None
    waiting = [one for one in state.lines if one.open or not known(state, one)]
    approved = _approved_by_law(rules, state, clock)
    lines = [
        one.line.sequence
        for one in waiting or state.lines
        if one.determination not in NEEDS_NO_APPROVAL and one.line.sequence not in approved
    ]
    if not lines:
        return None
    return ClockExpired(
        rule=clock.rule,
        citation=clock.citation,
        due_at=clock.due_at,
        on_expiry=clock.on_expiry,
        lines=tuple(lines),
        kind=clock.kind,
        slot=clock.slot,
        started_at=clock.started_at,
    )


def _approved_by_law(rules: RuleTable, state: IntakeState, clock: RunningClock) -> set[int]:
    """The lines that the law has approved by another clock, at the same instant at the latest: of
    them it makes nothing else.
    """
    approved: set[int] = set()
    for one in state.clocks:
        if one.kind == clock.kind and one.slot == clock.slot:
            continue
        if not one.determines or one.on_expiry is not OnExpiry.APPROVED_BY_LAW:
            continue
        if one.expired:
            approved.update(one.lines)
        elif _runs_out(one, clock.due_at) and not _handed_over(rules, state, one):
            approved.update(line.line.sequence for line in state.lines)
    return approved


def asked_otherwise(state: IntakeState, changed: tuple[int, ...]) -> IntakeState:
    """The case in which nothing was made by the law of lines that ask for something else now."""
    if not changed or not any(one.lines for one in state.clocks):
        return state
    clocks = tuple(
        one.model_copy(update={"lines": tuple(n for n in one.lines if n not in changed)})
        for one in state.clocks
    )
    return state.model_copy(update={"clocks": clocks})


def _runs_out(clock: RunningClock, at: datetime) -> bool:
    """Whether a clock is missed by an instant, and its timer has still to say so."""
    return clock.running and not clock.breached and clock.due_at <= at


def _handed_over(rules: RuleTable, state: IntakeState, clock: RunningClock) -> bool:
    """Whether the case was decided in time, and somebody told whom the rule wants to be told."""
    if state.final is None or state.decided_at is None or not in_time(clock, state.decided_at):
        return False
    facts = standing(state, state.final, state.decided_at)
    rule = rules.rule(clock.rule)
    wanted = {one for each in (NOTICE if rule is None else rule.meets) for one in each}
    since = (facts[one].at for one in wanted - {DutyFact.DECIDED} if one in facts)
    return any(in_time(clock, at) for at in since)
