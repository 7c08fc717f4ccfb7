"""Information that is missing: asked for, waited for where the rule lets time stand still, and
received.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from services.intake.clocks import running
from services.intake.clocks.record import MissingInformation, RunningClock, in_time, still_asked
from services.intake.clocks.rule import ClockRule
from services.intake.clocks.rules import RuleTable
from services.intake.decide import duties
from services.intake.decide.acts.acting import Acting
from services.intake.decide.acts.corrections import measured_again
from services.intake.model import IntakeState
from shared.events.clocks.acts import (
    ActDeclineCode,
    AskInformation,
    ReceiveInformation,
)
from shared.events.clocks.duties import ClockExtended, ExtensionReason
from shared.lanes.outcome import Outcome

ASKED, RECEIVED = "ask_information", "information_received"
LEAST_DAYS = 45
"""29 CFR 2560.503-1(f)(2)(iii)(B): so long the claimant has at least."""
LONGEST = timedelta(days=180)
"""No clock stands still for longer, whatever day was given: that would be a delay of care."""


def on_asked(
    rules: RuleTable, state: IntakeState, act: AskInformation, by: Acting
) -> Outcome[IntakeState] | ActDeclineCode:
    """Information is asked for: that meets the duties to ask. Each clock of the determination
    whose rule says so stands still, once, until the answer or the day that was given.
    """
    if not state.clock.running or act.asked_at < state.clock.started_at:
        return ActDeclineCode.NOT_RUNNING
    if act.until is not None and act.until < _day(rules, state, act.asked_at):
        return ActDeclineCode.UNTIL_PASSED
    asked = MissingInformation(
        asked_at=act.asked_at, of_noncontract_provider=act.asked_of == "noncontract_provider"
    )
    waiting = _waiting(rules, state, act)
    if waiting:
        asked = asked.model_copy(update={"until": max(_until(rule, act) for _, rule in waiting)})
    noted = state.model_copy(update={"asked_for": still_asked((*state.asked_for, asked))})
    outcome = duties.start(Outcome(noted), duties.missing(rules, noted))
    for clock, rule in waiting:
        still = running.moved(clock, _still(rule, clock, asked, _until(rule, act)))
        until = _last_day(act, _day(rules, state, act.asked_at + _least(rule)))
        event = _tolled(clock, still, act, by, until)
        if clock is not waiting[0][0]:
            # Its notice is that of the first.
            event = event.model_copy(update={"words": None})
        outcome = duties.changed(outcome, clock, still, event)
    return measured_again(rules, outcome, ASKED)


def _waiting(
    rules: RuleTable, state: IntakeState, act: AskInformation
) -> list[tuple[RunningClock, ClockRule]]:
    """The clocks of the determination that stand still while what is asked for is missing, with
    their rules, in the order in which they started.
    """
    once = (
        one
        for one in state.determining
        if not one.tolled and not one.breached and in_time(one, act.asked_at)
    )
    each = ((one, rules.rule(one.rule)) for one in once)
    return [(one, rule) for one, rule in each if rule is not None and waits(rule)]


def on_received(
    rules: RuleTable, state: IntakeState, act: ReceiveInformation, _: Acting
) -> Outcome[IntakeState] | ActDeclineCode:
    """What was asked for came: a clock that stood still goes on."""
    if not any(
        one.answered_at is None and one.asked_at <= act.received_at for one in state.asked_for
    ):
        return ActDeclineCode.NOTHING_ASKED
    return answered(rules, Outcome(state), act.received_at)


def answered(rules: RuleTable, outcome: Outcome[IntakeState], at: datetime) -> Outcome[IntakeState]:
    """The outcome with what was asked for until an instant answered then."""
    state = outcome.state
    if state is None:
        return outcome
    open_ = [one for one in state.asked_for if one.answered_at is None and one.asked_at <= at]
    if not open_:
        return outcome
    missing = tuple(
        one.model_copy(update={"answered_at": at}) if one in open_ else one
        for one in state.asked_for
    )
    outcome = outcome._replace(state=state.model_copy(update={"asked_for": missing}))
    waited = next((one for one in open_ if one.until is not None and at < one.until), None)
    for clock in state.determining if waited is not None else ():
        rule = rules.rule(clock.rule)
        if waited is None or rule is None or not clock.stood_still:
            continue
        going = running.moved(clock, _still(rule, clock, waited, at))
        if going.due_at <= clock.due_at:
            outcome = duties.changed(outcome, clock, going, running.corrected(going, RECEIVED))
    return outcome


def waits(rule: ClockRule) -> bool:
    """Whether a clock under the rule waits for information that is missing."""
    return rule.tolls or rule.decide_hours is not None


def _until(rule: ClockRule, act: AskInformation) -> datetime:
    """Until when the clock stands still if no answer comes: the end (UTC) of the day that was
    given, and never less than the rule's time.
    """
    until = act.asked_at + _least(rule)
    if act.until is None:
        return until
    return max(until, datetime.combine(_given(act, act.until) + timedelta(days=1), time(), UTC))


def _last_day(act: AskInformation, least: date) -> date:
    """The day that letters name, on which the clock stands still last: the one that was given, and
    never before the one on which the rule's time ends.
    """
    return least if act.until is None else max(least, _given(act, act.until))


def _given(act: AskInformation, until: date) -> date:
    return min(until, (act.asked_at + LONGEST).date())


def _least(rule: ClockRule) -> timedelta:
    """So long the rule leaves at least to give what is missing."""
    if rule.answer_hours is not None:
        return timedelta(hours=rule.answer_hours)
    return timedelta(days=rule.answer_days or LEAST_DAYS)


def _day(rules: RuleTable, state: IntakeState, at: datetime) -> date:
    """The day of an instant where the plan counts its days: of several the earliest."""
    return min(at.astimezone(zone).date() for zone in rules.zones_of(state.clocked.plan))


def _still(
    rule: ClockRule, clock: RunningClock, asked: MissingInformation, at: datetime
) -> timedelta:
    """For how long the clock stands still that goes on at an instant; a rule may say instead within
    how many hours of it the request is decided.
    """
    if rule.decide_hours is None:
        return at - asked.asked_at
    return at + timedelta(hours=rule.decide_hours) - (clock.due_at - clock.stood_still)


def _tolled(
    clock: RunningClock, waiting: RunningClock, act: AskInformation, by: Acting, until: date
) -> ClockExtended:
    return ClockExtended(
        kind=clock.kind,
        rule=clock.rule,
        due_at=waiting.due_at,
        target_at=waiting.target_at,
        former_due_at=clock.due_at,
        reason=ExtensionReason.INFORMATION_MISSING.value,
        extended_at=act.asked_at,
        by=by.submitted.by,
        words=act.words,
        tolled=True,
        until=until,
        slot=clock.slot,
    )
