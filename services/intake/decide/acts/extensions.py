"""The longer time that a rule allows, taken once."""

from __future__ import annotations

from services.intake.clocks.record import RunningClock, in_time
from services.intake.clocks.rule import ClockRule
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
    while it runs and is not missed.
    """
    clock = state.clock
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
    after = None if rule is None else _longer(rules, rule, state, act.reason)
    if after is None:
        return ActDeclineCode.NEVER_EXTENDED
    event = ClockExtended(
        kind=clock.kind,
        rule=clock.rule,
        due_at=after.due_at,
        target_at=after.target_at,
        former_due_at=clock.due_at,
        reason=act.reason.value,
        extended_at=by.acted_at,
        by=by.submitted.by,
        words=act.words,
    )
    return duties.changed(Outcome(state), clock, after, event)


def _longer(
    rules: RuleTable, rule: ClockRule, state: IntakeState, reason: ExtensionReason
) -> RunningClock | None:
    """The determination's clock with the longer time of its rule, but never beyond another rule
    that binds too; none where that leaves nothing.
    """
    clock = state.clock
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
