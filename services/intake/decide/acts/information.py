"""Information that is missing: asked for, waited for where the rule lets time stand still, and
received.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from services.intake.clocks import running
from services.intake.clocks.record import MissingInformation, RunningClock, in_time, still_asked
from services.intake.clocks.rule import ClockRule
from services.intake.clocks.rules import RuleTable
from services.intake.decide import duties
from services.intake.decide.acts.acting import Acting
from services.intake.decide.acts.corrections import measured_again
from services.intake.model import IntakeState
from shared.events.clocks.acts import ActDeclineCode, ReceiveInformation
from shared.events.clocks.duties import ClockExtended, ExtensionReason
from shared.events.criteria import InformationRequested
from shared.events.evaluation import AskedOf, ClinicianAsk
from shared.lanes.outcome import Outcome

ASKED, RECEIVED = "information_asked", "information_received"
LEAST_DAYS = 45
"""29 CFR 2560.503-1(f)(2)(iii)(B): so long the claimant has at least."""
LONGEST = timedelta(days=180)
"""No clock stands still for longer, whatever day was given: that would be a delay of care."""


class _Ask(NamedTuple):
    """A clinician's question: in which words, by whom and of whom, and when it was asked."""

    words: str
    by: ClinicianAsk
    at: datetime


def on_requested(
    rules: RuleTable, state: IntakeState, event: InformationRequested, at: datetime
) -> Outcome[IntakeState]:
    """A clinician's question is on record, since `at`: that meets the duties to ask. What the
    engine asks meets them once its letter is handed over.
    """
    outcome = Outcome(state)
    for question in event.questions:
        if question.asked is not None:
            outcome = _asked(rules, outcome, _Ask(question.text, question.asked, at))
    return outcome


def _asked(rules: RuleTable, outcome: Outcome[IntakeState], ask: _Ask) -> Outcome[IntakeState]:
    """The outcome with information asked for. Each clock of the determination whose rule says so
    stands still, once, until the answer or the day that was given.
    """
    state = outcome.state
    if state is None or not state.clock.running or not ask.by.of.is_known:
        return outcome
    spoken_at = ask.by.asked_at
    if spoken_at is not None and state.clock.started_at <= spoken_at:
        # By word of mouth, before it was put on record: nobody asks before there is a request.
        ask = ask._replace(at=min(spoken_at, ask.at))
    asked = MissingInformation(
        asked_at=ask.at, of_noncontract_provider=ask.by.of is AskedOf.NONCONTRACT_PROVIDER
    )
    waiting = _waiting(rules, state, ask)
    if waiting:
        asked = asked.model_copy(update={"until": max(_until(rule, ask) for _, rule in waiting)})
    noted = state.model_copy(update={"asked_for": still_asked((*state.asked_for, asked))})
    outcome = duties.start(outcome._replace(state=noted), duties.missing(rules, noted))
    for clock, rule in waiting:
        still = running.moved(clock, _still(rule, clock, asked, _until(rule, ask)))
        until = max(_day(rules, state, ask.at + _least(rule)), _given(ask))
        event = _tolled(clock, still, ask, until)
        if clock is not waiting[0][0]:
            # Its notice is that of the first.
            event = event.model_copy(update={"words": None})
        outcome = duties.changed(outcome, clock, still, event)
    return measured_again(rules, outcome, ASKED)


def _waiting(
    rules: RuleTable, state: IntakeState, ask: _Ask
) -> list[tuple[RunningClock, ClockRule]]:
    """The clocks of the determination that stand still while what is asked for is missing, with
    their rules, in the order in which they started.
    """
    once = (
        one
        for one in state.determining
        if not one.tolled and not one.breached and in_time(one, ask.at)
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


def _until(rule: ClockRule, ask: _Ask) -> datetime:
    """Until when the clock stands still if no answer comes: the end (UTC) of the day that was
    given, and never less than the rule's time.
    """
    given = datetime.combine(_given(ask) + timedelta(days=1), time(), UTC)
    return max(ask.at + _least(rule), given)


def _given(ask: _Ask) -> date:
    """The day that was given, as far as a clock may wait."""
    return min(ask.by.until, (ask.at + LONGEST).date())


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


def _tolled(clock: RunningClock, waiting: RunningClock, ask: _Ask, until: date) -> ClockExtended:
    """That the clock stands still, `until` the day that letters name: the one that was given, and
    never before the one on which the rule's time ends.
    """
    return ClockExtended(
        kind=clock.kind,
        rule=clock.rule,
        due_at=waiting.due_at,
        target_at=waiting.target_at,
        former_due_at=clock.due_at,
        reason=ExtensionReason.INFORMATION_MISSING.value,
        extended_at=ask.at,
        by=ask.by.by,
        words=ask.words,
        tolled=True,
        until=until,
        slot=clock.slot,
    )
