"""Which rule binds a request, and when it is due: the strictest of all that may apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.intake.clocks.rules import ClockRule, RuleTable
from shared.events.request import LineOfBusiness, Urgency


@dataclass(frozen=True, slots=True)
class Due:
    """The binding rule; its due instant by law and its earliest reading (UTC); the latest instant
    with the longest extension; whether the plan's kind was assumed; rules that bind too and come
    due later, and what the request did not say and was taken at its strictest.
    """

    rule: ClockRule
    due_at: datetime
    target_at: datetime
    latest_at: datetime
    assumed: bool
    runners_up: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clocked:
    """What of a request decides its clock."""

    line_of_business: LineOfBusiness
    urgency: Urgency
    state: str | None = None


def due(table: RuleTable, request: Clocked, received_at: datetime) -> Due:
    """The strictest rule that binds the request.

    An unknown line of business, or one without a rule on that date, is taken as the strictest of
    all (`assumed`). An emergency counts as expedited.
    """
    rules = _binding(table, request, received_at)
    assumed = not rules
    if assumed:
        rules = _binding(table, request, received_at, any_plan=True)
    rule = min(rules, key=lambda one: one.due(received_at))
    at = rule.due(received_at)
    return Due(rule, at, at, at + timedelta(days=rule.extension_days), assumed)


def _binding(
    table: RuleTable, request: Clocked, received_at: datetime, *, any_plan: bool = False
) -> list[ClockRule]:
    """The rules in force at receipt for this urgency and state, for this line of business or for
    any.
    """
    on = received_at.astimezone(UTC).date()
    urgency = Urgency.STANDARD if request.urgency is Urgency.STANDARD else Urgency.EXPEDITED
    return [
        rule
        for rule in table.rules
        if rule.urgency is urgency
        and rule.since <= on < rule.until
        and rule.state in (None, request.state)
        and (any_plan or request.line_of_business in rule.lines_of_business)
    ]
