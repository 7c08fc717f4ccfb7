"""The clocks of a case, all together: which run from receipt, which are met by what is known, and
what follows when one runs out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.intake.clocks import running, stricter
from services.intake.clocks.due import duties
from services.intake.clocks.record import RunningClock, StandingFact, in_time
from services.intake.clocks.rule import NOTICE
from services.intake.clocks.rules import RuleTable
from services.intake.decide.facts import Facts, asked, followed_up, meeting, standing
from services.intake.model import IntakeState
from shared.events.clocks.duties import (
    ClockCorrected,
    ClockExpired,
    ClockKind,
    ClockStopped,
    DutyFact,
    OnExpiry,
)
from shared.events.criteria import Determination
from shared.events.model import EventData
from shared.lanes.outcome import Emit, Outcome, Timer, TimerDue

OF_INFORMATION = (ClockKind.INFORMATION_REQUEST, ClockKind.INCOMPLETE_NOTICE)
NEEDS_NO_APPROVAL = frozenset({Determination.NO_ACTION, Determination.CANCELLED})
"""Determinations that owe nobody an approval: emergency care needs none."""
MET_IN_TIME = "met_in_time"
"""Why a clock that had run out is corrected: what meets it was learnt of late."""
Clocks = tuple[RunningClock, ...]


def owed(rules: RuleTable, state: IntakeState, received_at: datetime) -> Clocks:
    """The clocks of every duty that runs from a receipt, whatever is missing."""
    return tuple(
        running.begun(one, state.clocked, received_at)
        for one in duties(rules, state.clocked, received_at)
        if not one.rule.when_missing
    )


def emitted(data: EventData, clock: RunningClock, number: int | None = None) -> Emit:
    """An event about a clock: of several kinds one cause may tell at once, and of several of a
    kind, where it gives the `number` of one that is not the newest.
    """
    named = "" if clock.kind is ClockKind.DETERMINATION else clock.kind.value
    return Emit(data, named if number is None else f"{named}:{number}")


def timer(clock: RunningClock) -> Timer:
    """The timer that a clock needs as it stands."""
    due_at = clock.due_at if clock.running and not clock.breached else None
    return Timer(running.timer_of(clock.kind), due_at)


def start(outcome: Outcome[IntakeState], clocks: Iterable[RunningClock]) -> Outcome[IntakeState]:
    """The outcome with clocks that begin; of a request that was withdrawn none does."""
    state, begun = outcome.state, tuple(clocks)
    if state is None or state.cancelled or not begun:
        return outcome
    return outcome._replace(
        state=state.model_copy(update={"clocks": (*state.clocks, *begun)}),
        events=(*outcome.events, *(emitted(running.started(one), one) for one in begun)),
        timers=(*outcome.timers, *(timer(one) for one in begun)),
    )


def changed(
    outcome: Outcome[IntakeState], before: RunningClock, after: RunningClock, *events: EventData
) -> Outcome[IntakeState]:
    """The outcome with one clock in another's place, its timer, and what is told of it."""
    state = outcome.state
    if state is None:
        return outcome
    place = next(n for n, one in enumerate(state.clocks) if one is before)
    newest = state.clock_of(before.kind) is before
    number = None if newest else place
    clocks = (*state.clocks[:place], after, *state.clocks[place + 1 :])
    return outcome._replace(
        state=state.model_copy(update={"clocks": clocks}),
        events=(*outcome.events, *(emitted(event, after, number) for event in events)),
        timers=(*outcome.timers, timer(after)) if newest else outcome.timers,
    )


def measured(rules: RuleTable, outcome: Outcome[IntakeState]) -> Outcome[IntakeState]:
    """The outcome with every clock stopped whose duty is met by what the case knows now."""
    state = outcome.state
    if state is None or state.cancelled:
        return outcome
    for clock in state.clocks:
        if not clock.running:
            continue
        aimed = clock if meets(rules, state, clock) else _about_what_stands(state, clock)
        if met_by := meets(rules, state, aimed):
            stopped, event = running.stop(aimed, met_by, about(state, aimed))
            outcome = changed(outcome, clock, stopped, event, *_taken_back(stopped, event))
        elif aimed is not clock:
            outcome = changed(outcome, clock, aimed)
    return outcome


def _about_what_stands(state: IntakeState, clock: RunningClock) -> RunningClock:
    """The clock of what is to be written of a determination: if another stands by now, of that one,
    by the same time. Nobody writes of the former any more, and the member has still nothing in
    writing.
    """
    if clock.final is None or state.final in (None, clock.final):
        return clock
    return clock.model_copy(update={"final": state.final, "decided_at": state.decided_at})


def _taken_back(clock: RunningClock, event: ClockStopped) -> tuple[ClockCorrected, ...]:
    """That a determination did not expire, where it was told that it had: those who told the member
    of it read no clock that stops.
    """
    if not event.corrects_breach or clock.kind is not ClockKind.DETERMINATION:
        return ()
    return (running.corrected(clock, MET_IN_TIME),)


def meets(rules: RuleTable, state: IntakeState, clock: RunningClock) -> tuple[StandingFact, ...]:
    """The facts of the case that meet a clock's duty together; none where it is not met. What is to
    be written of one final determination, or ended a clock, is measured by that one.
    """
    facts: Facts = {}
    final, decided_at = about(state, clock)
    if final is not None and decided_at is not None:
        facts = standing(state, final, decided_at)
        if clock.kind is ClockKind.WRITTEN_NOTICE:
            facts = followed_up(state, final, facts)
    if clock.kind in OF_INFORMATION:
        noncontract = clock.kind is ClockKind.INFORMATION_REQUEST
        facts = {**facts, **asked(state, noncontract=noncontract)}
    if not facts:
        return ()
    rule = rules.rule(clock.rule)
    return meeting(NOTICE if rule is None else rule.meets, facts)


def about(state: IntakeState, clock: RunningClock) -> tuple[str | None, datetime | None]:
    """The final determination that a clock is measured by, and when it was made: its own, or the
    one that stands.
    """
    if clock.final is not None:
        return clock.final, clock.decided_at
    return state.final, state.decided_at


def withdrawn(outcome: Outcome[IntakeState], at: datetime) -> Outcome[IntakeState]:
    """The outcome with every clock stopped by the sender's own withdrawal."""
    state = outcome.state
    fact = StandingFact(fact=DutyFact.WITHDRAWN, at=at)
    for clock in () if state is None else state.clocks:
        if clock.running:
            stopped, event = running.stop(clock, (fact,))
            outcome = changed(outcome, clock, stopped, event)
    return outcome


def missing(rules: RuleTable, state: IntakeState) -> Clocks:
    """The clocks of duties that are owed now that information is missing, counted from receipt."""
    receipt = state.clock.started_at
    return tuple(
        running.begun(found, state.clocked, receipt)
        for kind in OF_INFORMATION
        if state.clock_of(kind) is None
        and (found := running.found_due(rules, kind, state.clocked, receipt)) is not None
        and found.rule.when_missing
    )


def tightened(
    rules: RuleTable, outcome: Outcome[IntakeState], at: datetime
) -> Outcome[IntakeState]:
    """The outcome with each clock under the strictest rule that binds the request as it is known
    since `at`, and the clocks of duties that bind only now; none comes due later.
    """
    state = outcome.state
    if state is None or state.cancelled:
        return outcome
    for clock in state.clocks:
        if (tighter := stricter.tighten(rules, clock, state.clocked, at)) is not None:
            outcome = changed(outcome, clock, tighter, running.started(tighter))
    if state.clock.running:
        new = owed(rules, state, state.clock.started_at)
        outcome = start(outcome, (one for one in new if state.clock_of(one.kind) is None))
    # What is on record may meet the stricter rule and not the one before.
    return measured(rules, outcome)


def on_clock_due(rules: RuleTable, state: IntakeState, due: TimerDue) -> Outcome[IntakeState]:
    """Tells of a duty that was not done in time, and of a determination what the law makes of that;
    it decides nothing.
    """
    clock = state.clock_of(running.KIND_OF[due.kind])
    breached = None if clock is None else running.breach(clock, due.due_at)
    if clock is None or breached is None:
        return Outcome(state)
    late, event = breached
    events: list[EventData] = [event]
    if late.kind is ClockKind.DETERMINATION:
        expired = _expired(rules, state, late)
        events.extend(() if expired is None else (expired,))
        # Of lines that are open letters tell at once; of others only their own notices do.
        announced = expired is not None and any(one.open for one in state.lines)
        late = late.model_copy(
            update={"expired": expired is not None, "expiry_announced": announced}
        )
    return changed(Outcome(state), clock, late, *events)._replace(timers=())


def _expired(rules: RuleTable, state: IntakeState, clock: RunningClock) -> ClockExpired | None:
    """What the law makes of a determination that was not made, or not handed over, in time; nothing
    where it was both, and only somebody else has still to be told.
    """
    if clock.on_expiry in (OnExpiry.NONE, OnExpiry.OTHER) or _handed_over(rules, state, clock):
        return None
    waiting = [one for one in state.lines if one.open] or list(state.lines)
    lines = [one for one in waiting if one.determination not in NEEDS_NO_APPROVAL]
    if not lines:
        return None
    return ClockExpired(
        rule=clock.rule,
        citation=clock.citation,
        due_at=clock.due_at,
        on_expiry=clock.on_expiry,
        lines=tuple(one.line.sequence for one in lines),
    )


def _handed_over(rules: RuleTable, state: IntakeState, clock: RunningClock) -> bool:
    """Whether the case was decided in time, and somebody told whom the rule wants to be told."""
    if state.final is None or state.decided_at is None or not in_time(clock, state.decided_at):
        return False
    facts = standing(state, state.final, state.decided_at)
    rule = rules.rule(clock.rule)
    wanted = {one for each in (NOTICE if rule is None else rule.meets) for one in each}
    since = (facts[one].at for one in wanted - {DutyFact.DECIDED} if one in facts)
    return any(in_time(clock, at) for at in since)
