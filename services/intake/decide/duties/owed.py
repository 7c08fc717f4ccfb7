"""Which duties a case owes, and by which rules: each that binds has its clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from itertools import count

from services.intake.clocks import running, stricter
from services.intake.clocks.due import Due, determinations, duties, each_due
from services.intake.clocks.record import RunningClock
from services.intake.clocks.rules import RuleTable
from services.intake.decide.duties.clocks import changed, start
from services.intake.decide.duties.met import OF_INFORMATION, measured
from services.intake.model import IntakeState
from shared.events.clocks.duties import ClockKind
from shared.lanes.outcome import Outcome

FURTHER, DECISION = ClockKind.FURTHER_DETERMINATION, ClockKind.DECISION_NOTICE
NOT_OWED = "not_owed"
"""Why a clock ends that no rule wants any more."""
Clocks = tuple[RunningClock, ...]


def owed(rules: RuleTable, state: IntakeState, received_at: datetime) -> Clocks:
    """The clocks of every duty that runs from a receipt, whatever is missing: the determination by
    its strictest rule first.
    """
    begin = [
        running.begun(one, state.clocked, received_at)
        for one in duties(rules, state.clocked, received_at)
        if not one.rule.when_missing
    ]
    return (begin[0], *_beside(state, begin[1:]))


def owed_again(rules: RuleTable, state: IntakeState, received_at: datetime) -> Clocks:
    """The clocks of a newer version, where the determination's has stopped: what another clock
    still wants is owed by that one.
    """
    first, *others = determinations(rules, state.clocked, received_at)
    wanted = {_duty(rules, one) for one in state.determining}
    begin = [first, *(one for one in others if one.rule.duty not in wanted)]
    clocks = [running.begun(one, state.clocked, received_at) for one in begin]
    return (clocks[0], *_beside(state, clocks[1:]))


def decided(
    rules: RuleTable, before: IntakeState, outcome: Outcome[IntakeState]
) -> Outcome[IntakeState]:
    """The outcome with the clocks that begin with a determination which has come to stand: whom it
    is to be told, by rules that count from it. One that runs still is of what stands now.
    """
    state = outcome.state
    if state is None or state.final in (None, before.final) or state.decided_at is None:
        return outcome
    refused = any(one.refused for one in state.finals if one.signature == state.final)
    owed_yet = {
        _duty(rules, one)
        for one in state.clocks
        if one.kind is DECISION and (one.running or one.final == state.final)
    }
    about = {"final": state.final, "decided_at": state.decided_at}
    begun = [
        running.begun(one, state.clocked, state.decided_at).model_copy(update=about)
        for one in each_due(rules, DECISION, state.clocked, state.decided_at)
        if one.rule.duty not in owed_yet and (refused or not one.rule.adverse)
    ]
    return start(outcome, _in_slots(state, DECISION, begun))


def _beside(state: IntakeState, clocks: Iterable[RunningClock]) -> Clocks:
    """The clocks, each of a determination as one beside the strictest."""
    each = tuple(clocks)
    own = _in_slots(state, FURTHER, (one for one in each if one.determines))
    return (*own, *(one for one in each if not one.determines))


def _in_slots(state: IntakeState, kind: ClockKind, clocks: Iterable[RunningClock]) -> Clocks:
    """The clocks as ones of a kind, in slots that are free."""
    taken = {one.slot for one in state.clocks if one.kind is kind and one.running}
    free = (slot for slot in count() if slot not in taken)
    return tuple(one.model_copy(update={"kind": kind, "slot": next(free)}) for one in clocks)


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
    if state.determining:
        outcome = _each_wanted(rules, outcome, at)
    if state.clock.running:
        new = owed(rules, state, state.clock.started_at)
        known = {one.kind for one in state.clocks}
        outcome = start(outcome, (n for n in new if not n.determines and n.kind not in known))
    # What is on record may meet the stricter rule and not the one before.
    return measured(rules, outcome)


def _each_wanted(
    rules: RuleTable, outcome: Outcome[IntakeState], at: datetime
) -> Outcome[IntakeState]:
    """The outcome with a clock for each determination that the request owes as it is known since
    `at`: a new one takes the place of one whose duty does not bind any more, if it is stricter.
    """
    state = outcome.state
    if state is None:
        return outcome
    receipt = state.clock.started_at
    wanted = determinations(rules, state.clocked, receipt)
    bind = {one.rule.duty for one in wanted}
    past = [one for one in state.determining if _duty(rules, one) not in bind]
    for found in wanted:
        if not any(_wants(rules, one, found, receipt) for one in state.clocks):
            past.sort(key=partial(_unlike, rules, found))
            outcome = _wanted(rules, outcome, found, past, at)
    return outcome


def _wanted(
    rules: RuleTable,
    outcome: Outcome[IntakeState],
    found: Due,
    past: list[RunningClock],
    at: datetime,
) -> Outcome[IntakeState]:
    """The outcome with a clock for a duty that had none: one of those that do not bind any more
    (`past`, the likest first), under its rule where that is stricter, and as it is where the law
    makes the same of it; else one of its own.
    """
    state = outcome.state
    if state is None:
        return outcome
    if past:
        after = stricter.under(rules, past[0], found, state.clocked, at)
        if after is not None or past[0].on_expiry is found.rule.on_expiry:
            before = past.pop(0)
            return (
                outcome
                if after is None
                else changed(outcome, before, after, running.started(after))
            )
    (new,) = _beside(state, (running.begun(found, state.clocked, state.clock.started_at),))
    return start(outcome, (stricter.known_since(rules, new, state.clocked, at),))


def _duty(rules: RuleTable, clock: RunningClock) -> object:
    """What a clock wants, and what the law makes of missing it, as far as its rule is known."""
    rule = rules.rule(clock.rule)
    return None if rule is None else rule.duty


def _wants(rules: RuleTable, clock: RunningClock, found: Due, receipt: datetime) -> bool:
    """Whether a clock measures a duty: it runs, or it did from the same receipt."""
    mine = clock.determines and (clock.running or clock.started_at == receipt)
    return mine and _duty(rules, clock) == found.rule.duty


def slowed(rules: RuleTable, outcome: Outcome[IntakeState], at: datetime) -> Outcome[IntakeState]:
    """The outcome with the clocks beside the strictest as those of a request that goes on as a
    standard one, from their receipt; one that nobody owes any more ends then.
    """
    state = outcome.state
    if state is None:
        return outcome
    receipt = state.clock.started_at
    left = list(determinations(rules, state.clocked, receipt)[1:])
    mine = [
        one
        for one in state.determining
        if one.kind is FURTHER and one.started_at == receipt and not one.breached
    ]
    for clock in mine:
        found = min(left, key=partial(_unlike_of, rules, clock), default=None)
        if found is None:
            ended = clock.model_copy(update={"stopped_at": at, "in_time": True})
            outcome = changed(outcome, clock, ended, running.corrected(ended, NOT_OWED))
            continue
        left.remove(found)
        standard = running.placed(found, state.clocked, clock)
        after = stricter.as_before(rules, clock, standard, state.clocked)
        outcome = changed(outcome, clock, after, running.started(after))
    begun = (running.begun(one, state.clocked, receipt) for one in left)
    return start(outcome, _beside(outcome.state or state, begun))


def _unlike_of(rules: RuleTable, clock: RunningClock, found: Due) -> int:
    return _unlike(rules, found, clock)


def _unlike(rules: RuleTable, found: Due, clock: RunningClock) -> int:
    """How far a duty is from that of a clock: the same, one of which the law makes the same, or
    another one.
    """
    if _duty(rules, clock) == found.rule.duty:
        return 0
    return 1 if clock.on_expiry is found.rule.on_expiry else 2
