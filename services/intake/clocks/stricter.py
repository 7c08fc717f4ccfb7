"""A clock that is measured once more: under a stricter rule, or from an earlier receipt, with the
longer time that was taken before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from services.intake.clocks import running
from services.intake.clocks.clocked import Clocked
from services.intake.clocks.due import Due, each_due
from services.intake.clocks.instants import Instants, longest
from services.intake.clocks.record import RunningClock
from services.intake.clocks.rule import ClockRule
from services.intake.clocks.rules import RuleTable
from shared.events.request import Urgency

NOTHING = timedelta()


def tighten(
    table: RuleTable, clock: RunningClock, request: Clocked, at: datetime
) -> RunningClock | None:
    """The clock under a stricter rule of its duty, from its original start; `None` where it has
    stopped or would not come due earlier. `at` is when the stricter rule came to be known.
    """
    if not clock.running:
        return None
    strict = running.same_duty(table, clock, request, clock.started_at)
    return None if strict is None else under(table, clock, strict, request, at)


def under(
    table: RuleTable, clock: RunningClock, strict: Due, request: Clocked, at: datetime
) -> RunningClock | None:
    """The clock under another rule; `None` where it would not come due earlier."""
    fresh = known_since(table, running.placed(strict, request, clock), request, at)
    stricter = as_before(table, clock, fresh, request)
    return stricter if stricter.due_at < clock.due_at else None


def known_since(
    table: RuleTable, clock: RunningClock, request: Clocked, at: datetime
) -> RunningClock:
    """A clock that begins under a rule which came to be known at an instant: what would have been
    missed before anybody could know of it is counted from then.
    """
    if clock.due_at > at:
        return clock
    again = running.same_duty(table, clock, request, at)
    if again is None:
        return clock.model_copy(update={"counted_from": at})
    return running.placed(again, request, clock, at)


def recounted(
    table: RuleTable, clock: RunningClock, request: Clocked, received_at: datetime
) -> RunningClock:
    """The clock from an earlier receipt, never due later than before. One that has stopped stays
    under the rule that it was measured by; one that became faster meanwhile has at most the time
    that it had before that.
    """
    earlier = clock.model_copy(update={"started_at": received_at})
    if clock.counted_from is not None:
        return _within_standard(table, earlier, request)
    if not clock.running:
        return _under_its_rule(table, earlier, request)
    found = running.same_duty(table, clock, request, received_at)
    if found is None:
        return _under_its_rule(table, earlier, request)
    again = as_before(table, clock, running.begun(found, request, received_at), request)
    return again if again.due_at < clock.due_at else earlier


def _within_standard(table: RuleTable, clock: RunningClock, request: Clocked) -> RunningClock:
    """A clock that was made faster later on, and counts from then, but no longer than if it had
    stayed a standard one from its start.
    """
    standard = request.model_copy(update={"urgency": Urgency.STANDARD})
    found = _as_standard(table, clock, standard)
    if request.urgency is Urgency.STANDARD or found is None:
        return clock
    slow = as_before(table, clock, running.begun(found, standard, clock.started_at), standard)
    return _no_later(clock, slow.due_at, slow.target_at)


def _as_standard(table: RuleTable, clock: RunningClock, standard: Clocked) -> Due | None:
    """When the duty of a clock would be due if nobody had asked that it be faster; where no such
    rule wants the same, by one of which the law makes the same, else by the strictest.
    """
    same = running.same_duty(table, clock, standard, clock.started_at)
    if same is not None or not clock.determines:
        return same
    each = each_due(table, clock.kind, standard, clock.started_at)
    return next((one for one in each if one.rule.on_expiry is clock.on_expiry), each[0])


def _no_later(clock: RunningClock, due_at: datetime, target_at: datetime) -> RunningClock:
    """The clock due by then, if that is earlier."""
    if due_at >= clock.due_at:
        return clock
    return clock.model_copy(update={"due_at": due_at, "target_at": min(target_at, clock.target_at)})


def _under_its_rule(table: RuleTable, clock: RunningClock, request: Clocked) -> RunningClock:
    """The clock as its own rule counts from its start, if that is earlier."""
    rule = table.rule(clock.rule)
    if rule is None:
        return clock
    at = longest_within(table, rule, clock, request, clock.started_at)
    return _no_later(clock, at.due_at + clock.stood_still, at.target_at + clock.stood_still)


def as_before(
    table: RuleTable, clock: RunningClock, fresh: RunningClock, request: Clocked
) -> RunningClock:
    """A fresh clock with the longer time that was taken before, as far as its own rule, and those
    that bind too, know that; what was taken once is taken for good, and what was told of the clock
    is not told again.
    """
    rule = table.rule(fresh.rule)
    still = clock.stood_still if rule is not None and rule.id == clock.rule else NOTHING
    changes = {
        "kind": clock.kind,
        "slot": clock.slot,
        "version": clock.version,
        "extended": clock.extended,
        "extended_for": clock.extended_for,
        "tolled": clock.tolled,
        "stood_still": still,
        "due_at": fresh.due_at + still,
        "target_at": fresh.target_at + still,
        "base_due_at": fresh.due_at,
        "breached": clock.breached,
        "expired": clock.expired,
        "lines": clock.lines,
        "expiry_announced": clock.expiry_announced,
        "final": clock.final,
        "decided_at": clock.decided_at,
    }
    again = fresh.model_copy(update=changes)
    if rule is None or not again.extended:
        return again
    longer = longest_within(table, rule, again, request, again.started_at)
    # Faster is not longer: the time that was taken ends where it would have from the start.
    if again.counted_from is not None and longer.due_at <= again.counted_from:
        return again
    due_at, target_at = longer.due_at + still, longer.target_at + still
    return again.model_copy(update={"due_at": due_at, "target_at": target_at})


def longest_within(
    table: RuleTable, rule: ClockRule, clock: RunningClock, request: Clocked, since: datetime
) -> Instants:
    """The instants of a clock with the extension of its rule, but never beyond those of another
    rule that binds too, with its own; each for the reason that was given, if it knows that.
    """
    others = (table.rule(name) for name in clock.runners_up)
    each = [
        longest(table, _allowing(one, clock), request, since)
        for one in (rule, *others)
        if one is not None
    ]
    return Instants(min(one.target_at for one in each), min(one.due_at for one in each))


def _allowing(rule: ClockRule, clock: RunningClock) -> ClockRule:
    """The rule with its extension where the clock has taken one for a reason that the rule knows,
    else without.
    """
    if clock.extended and clock.extended_for in (None, *rule.extension_reasons):
        return rule
    return rule.model_copy(update={"extension_days": 0})
