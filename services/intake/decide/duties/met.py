"""What is known of a case meets the duties that its clocks measure."""

from __future__ import annotations

from datetime import datetime

from services.intake.clocks import running
from services.intake.clocks.record import RunningClock, StandingFact
from services.intake.clocks.rule import NOTICE
from services.intake.clocks.rules import RuleTable
from services.intake.decide.duties.clocks import changed
from services.intake.decide.facts import Facts, asked, followed_up, meeting, standing
from services.intake.model import IntakeState
from shared.events.clocks.duties import ClockCorrected, ClockKind, ClockStopped, DutyFact
from shared.lanes.outcome import Outcome

OF_INFORMATION = (ClockKind.INFORMATION_REQUEST, ClockKind.INCOMPLETE_NOTICE)
MET_IN_TIME = "met_in_time"
"""Why a clock that had run out is corrected: what meets it was learnt of late."""


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
    if not event.corrects_breach or not clock.determines:
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
