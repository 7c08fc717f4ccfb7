"""When a rule is due that runs from an instant, by the law and by its earliest reading."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.intake.clocks.calendar import earliest, end_of, last_day
from services.intake.clocks.clocked import Clocked
from services.intake.clocks.rule import ClockRule
from services.intake.clocks.rules import RuleTable

NONE: frozenset[date] = frozenset()


class Instants(NamedTuple):
    """A clock's earliest reading, and the instant of the law after which it is missed (UTC)."""

    target_at: datetime
    due_at: datetime


def longest(table: RuleTable, rule: ClockRule, request: Clocked, started_at: datetime) -> Instants:
    """The instants of a clock under a rule with its extension, if it has one."""
    each = [
        instants(table, rule, started_at.astimezone(zone), zone, longer=rule.extension_days)
        for zone in table.zones_of(request.plan)
    ]
    return Instants(min(one.target_at for one in each), min(one.due_at for one in each))


def instants(
    table: RuleTable, rule: ClockRule, local: datetime, zone: ZoneInfo, *, longer: int = 0
) -> Instants:
    """When a rule is due that runs from `local`, with so many calendar days more. Hours, and days
    added to hours, are elapsed time.
    """
    if rule.hours is not None:
        at = local.astimezone(UTC) + timedelta(days=longer, hours=rule.hours)
        return Instants(at, at)
    first, more = local.date(), timedelta(days=longer)
    weekends = rule.business_days is None
    count = rule.days or rule.business_days or 0
    soonest = last_day(first, count, weekends=weekends, holidays=NONE) + more
    off = table.off(rule)
    last = last_day(first, count, weekends=weekends, holidays=off) + more if off else soonest
    return Instants(earliest(local, soonest), end_of(last, zone))
