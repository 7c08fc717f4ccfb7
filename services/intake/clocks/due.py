"""Which rule binds a request, and when it is due: the strictest of all that may apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.intake.clocks.binding import Unknowns, binding
from services.intake.clocks.calendar import earliest, end_of, last_day
from services.intake.clocks.clocked import Clocked
from services.intake.clocks.rule import ClockRule
from services.intake.clocks.rules import RuleTable
from shared.events.clocks.duties import ClockKind
from shared.events.request import ItemKind

LINE_OF_BUSINESS, ITEM = "line_of_business", "item"
CERTAIN = frozenset({"plan", "holidays"})
"""What is not known of the days: a rule binds all the same."""
ITEM_KINDS = (ItemKind.SERVICE, ItemKind.PART_B_DRUG, ItemKind.OUTPATIENT_DRUG)


class Instants(NamedTuple):
    """A clock's earliest reading, and the instant of the law after which it is missed (UTC)."""

    target_at: datetime
    due_at: datetime


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


class _Reading(NamedTuple):
    """A rule that binds, in one zone, and on which unknowns that rests."""

    at: Instants
    rule: ClockRule
    zone: ZoneInfo
    unknown: Unknowns


def due(table: RuleTable, request: Clocked, received_at: datetime) -> Due:
    """When the request must be decided: by the strictest rule that binds it.

    An unknown line of business, or one without a rule on that day, is taken as the strictest of
    all (`assumed`).
    """
    kind = ClockKind.DETERMINATION
    readings = []
    for zone in table.zones_of(request.plan):
        bound = _readings(table, kind, request, received_at, zone)
        if not _surely_bound(bound):
            bound += _readings(table, kind, request, received_at, zone, any_plan=True)
        readings += bound
    return _strictest(table, readings, received_at)


def duties(table: RuleTable, request: Clocked, received_at: datetime) -> tuple[Due, ...]:
    """Every duty that runs from receipt: the determination first."""
    others = (
        due_of(table, kind, request, received_at)
        for kind in (ClockKind.INFORMATION_REQUEST, ClockKind.INCOMPLETE_NOTICE)
    )
    return (due(table, request, received_at), *(one for one in others if one is not None))


def due_of(table: RuleTable, kind: ClockKind, request: Clocked, since: datetime) -> Due | None:
    """When a duty of this kind, that runs from `since`, is due; none where no rule asks it."""
    readings = [
        reading
        for zone in table.zones_of(request.plan)
        for reading in _readings(table, kind, request, since, zone)
    ]
    return _strictest(table, readings, since) if readings else None


def extended(
    table: RuleTable, rule: ClockRule, request: Clocked, started_at: datetime
) -> Instants | None:
    """The instants of a clock under a rule with its extension; none where the rule has none."""
    return longest(table, rule, request, started_at) if rule.extension_days else None


def longest(table: RuleTable, rule: ClockRule, request: Clocked, started_at: datetime) -> Instants:
    """The instants of a clock under a rule with its extension, if it has one."""
    each = [
        _instants(table, rule, zone, started_at, longer=rule.extension_days)
        for zone in table.zones_of(request.plan)
    ]
    return Instants(min(one.target_at for one in each), min(one.due_at for one in each))


def _readings(  # noqa: PLR0913 - one zone of one kind
    table: RuleTable,
    kind: ClockKind,
    request: Clocked,
    since: datetime,
    zone: ZoneInfo,
    *,
    any_plan: bool = False,
) -> list[_Reading]:
    """The rules of a kind that bind the request, read in a zone in which its days may count."""
    elsewhere = ("plan",) if request.plan is None and table.zones.plans else ()
    on = since.astimezone(zone).date()
    readings = []
    for rule in table.running(kind, request.urgency):
        if not rule.since <= on < rule.until:
            continue
        unknown = binding(rule, request, since, any_plan=any_plan)
        if unknown is not None:
            at = _instants(table, rule, zone, since)
            undated = () if table.dated(rule, since, at.due_at) else ("holidays",)
            readings.append(_Reading(at, rule, zone, (*unknown, *elsewhere, *undated)))
    return readings


def _surely_bound(readings: list[_Reading]) -> bool:
    """Whether some rule binds the request whatever is not known of it: one that rests on nothing
    unknown, or rules that between them tell of every kind of item.
    """
    sure = [one.rule.items for one in readings if not set(one.unknown) - CERTAIN]
    asked = [one.rule.items for one in readings if not set(one.unknown) - CERTAIN - {ITEM}]
    return bool(sure) or all(any(not of or kind in of for of in asked) for kind in ITEM_KINDS)


def _instants(
    table: RuleTable, rule: ClockRule, zone: ZoneInfo, since: datetime, *, longer: int = 0
) -> Instants:
    """When a rule is due that runs from `since`, with so many calendar days more. Hours, and days
    added to hours, are elapsed time.
    """
    if rule.hours is not None:
        at = since.astimezone(UTC) + timedelta(days=longer, hours=rule.hours)
        return Instants(at, at)
    local = since.astimezone(zone)
    first, more = local.date(), timedelta(days=longer)
    weekends = rule.business_days is None
    count = rule.days or rule.business_days or 0
    soonest = last_day(first, count, weekends=weekends, holidays=frozenset()) + more
    off = table.off(rule)
    last = last_day(first, count, weekends=weekends, holidays=off) + more if off else soonest
    return Instants(earliest(local, soonest), end_of(last, zone))


def _strictest(table: RuleTable, readings: list[_Reading], since: datetime) -> Due:
    """The strictest of some readings; its earliest reading is that of all of them."""
    ordered = sorted(readings, key=lambda one: (one.at.due_at, one.at.target_at))
    first = ordered[0]
    soonest = min(ordered, key=lambda one: one.at.target_at)
    rule, latest_at = first.rule, first.at.due_at
    if rule.extension_days:
        longer = _instants(table, rule, first.zone, since, longer=rule.extension_days)
        latest_at = longer.due_at
    unknown = tuple(dict.fromkeys((*first.unknown, *soonest.unknown)))
    return Due(
        rule=rule,
        due_at=first.at.due_at,
        target_at=soonest.at.target_at,
        latest_at=latest_at,
        assumed=LINE_OF_BUSINESS in unknown,
        runners_up=tuple(dict.fromkeys(one.rule.id for one in ordered if one.rule is not rule)),
        unknown=unknown,
    )
