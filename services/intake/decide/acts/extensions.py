"""The longer time that a rule allows, taken once."""

from __future__ import annotations

from services.intake.clocks.record import RunningClock, in_time
from services.intake.clocks.rules import RuleTable
from services.intake.clocks.stricter import longest_within
from services.intake.decide import duties
from services.intake.decide.acts.acting import Acting
from services.intake.model import IntakeState
from shared.events.clocks.acts import ActDeclineCode, Extend
from shared.events.clocks.duties import ClockExtended, ExtensionReason
from shared.lanes.outcome import Outcome


def on_extend(
    rules: RuleTable, state: IntakeState, act: Extend, by: Acting
) -> Outcome[IntakeState] | ActDeclineCode:
    """The determination's clock with the longer time of its rule, for a reason that the rule knows,
    while it runs and is not missed; and with it each clock beside it whose own rule allows that.
    Where the strictest was missed, the next counts: no clock that binds before another is passed
    over.
    """
    left = [one for one in state.determining if not one.breached and in_time(one, by.now)]
    clock = min(left, key=lambda one: one.due_at) if left and state.clock.running else state.clock
    rule = rules.rule(clock.rule)
    objections = (
        (not clock.running, ActDeclineCode.NOT_RUNNING),
        (rule is None or not rule.extension_days, ActDeclineCode.NEVER_EXTENDED),
        (clock.extended, ActDeclineCode.EXTENDED_BEFORE),
        (
            rule is not None and act.reason not in rule.extension_reasons,
            ActDeclineCode.REASON_NOT_ALLOWED,
        ),
        (clock.breached or not in_time(clock, by.now), ActDeclineCode.TOO_LATE),
    )
    for objects, code in objections:
        if objects:
            return code
    after = _longer(rules, clock, state, act.reason)
    if after is None:
        return ActDeclineCode.NEVER_EXTENDED
    outcome = Outcome(state)
    for other in left:
        once = other is not clock and not other.extended
        longer = _longer(rules, other, state, act.reason) if once else None
        if longer is not None:
            # Its notice is that of the strictest, by which the member is answered.
            event = _extended(other, longer, act, by).model_copy(update={"words": None})
            outcome = duties.changed(outcome, other, longer, event)
    return duties.changed(outcome, clock, after, _extended(clock, after, act, by))


def _extended(clock: RunningClock, after: RunningClock, act: Extend, by: Acting) -> ClockExtended:
    return ClockExtended(
        kind=clock.kind,
        rule=clock.rule,
        due_at=after.due_at,
        target_at=after.target_at,
        former_due_at=clock.due_at,
        reason=act.reason.value,
        extended_at=by.acted_at,
        by=by.submitted.by,
        words=act.words,
        slot=clock.slot,
    )


def _longer(
    rules: RuleTable, clock: RunningClock, state: IntakeState, reason: ExtensionReason
) -> RunningClock | None:
    """A clock with the longer time of its rule, for a reason that it knows, but never beyond
    another rule that binds too; none where that leaves nothing.
    """
    rule = rules.rule(clock.rule)
    if rule is None or reason not in rule.extension_reasons:
        return None
    since = clock.counted_from or clock.started_at
    taken = clock.model_copy(update={"extended": True, "extended_for": reason})
    longer = longest_within(rules, rule, taken, state.clocked, since)
    due_at, target_at = longer.due_at + clock.stood_still, longer.target_at + clock.stood_still
    if due_at <= clock.due_at:
        return None
    return taken.model_copy(
        update={
            "base_due_at": clock.base_due_at or clock.due_at,
            "due_at": due_at,
            "target_at": max(target_at, clock.target_at),
        }
    )
