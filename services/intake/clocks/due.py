"""Which rule binds a request, and when it is due: the strictest of all that may apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from services.intake.clocks.binding import CARE_ENDS_AT, Unknowns, binding, in_time
from services.intake.clocks.clocked import Clocked
from services.intake.clocks.instants import Instants, instants
from services.intake.clocks.rule import ClockRule
from services.intake.clocks.rules import RuleTable
from shared.events.clocks.duties import DETERMINATIONS, ClockKind
from shared.events.request import ItemKind

LINE_OF_BUSINESS, ITEM = "line_of_business", "item"
ONE = frozenset({LINE_OF_BUSINESS, "state"})
"""What a request has one of, known or not."""
ITEM_KINDS = (ItemKind.SERVICE, ItemKind.PART_B_DRUG, ItemKind.OUTPATIENT_DRUG)
MOST_ALIKE = 4_096


@dataclass(frozen=True, slots=True)
class Due:
    """The binding rule; its due instant by law and its earliest reading (UTC); the latest instant
    with the longest extension; whether the plan's kind was assumed; rules that bind too and come
    due later, and what the request did not say and was taken at its strictest. `zone` is where the
    rule's days were counted (IANA).
    """

    rule: ClockRule
    due_at: datetime
    target_at: datetime
    latest_at: datetime
    assumed: bool
    runners_up: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    zone: str | None = None


class _Reading(NamedTuple):
    """A rule that binds, in one zone, on which unknowns that rests, and what is not known of its
    days.
    """

    at: Instants
    rule: ClockRule
    zone: ZoneInfo
    unknown: Unknowns
    days: Unknowns


def due(table: RuleTable, request: Clocked, received_at: datetime) -> Due:
    """When the request must be decided: by the strictest rule that binds it."""
    return _strictest(table, _determining(table, request, received_at), received_at)


def determinations(table: RuleTable, request: Clocked, received_at: datetime) -> tuple[Due, ...]:
    """When each duty to decide the request is due, the strictest first: rules that bind together
    may want something else of it, and the law makes something else of missing them.
    """
    return _each(table, _determining(table, request, received_at), received_at)


def _determining(table: RuleTable, request: Clocked, received_at: datetime) -> list[_Reading]:
    """The rules by which the request must be decided.

    An unknown line of business, or one without a rule on that day, is taken as the strictest of
    all (`assumed`).
    """
    kind = ClockKind.DETERMINATION
    readings = []
    for zone in table.zones_of(request.plan):
        local = received_at.astimezone(zone)
        bound = _readings(table, kind, request, local)
        if not _surely_bound(bound):
            bound += _readings(table, kind, request, local, any_plan=True)
        readings += bound
    return readings


def duties(table: RuleTable, request: Clocked, received_at: datetime) -> tuple[Due, ...]:
    """Every duty that runs from receipt: the determination first, by its strictest rule."""
    others = (
        due_of(table, kind, request, received_at)
        for kind in (ClockKind.INFORMATION_REQUEST, ClockKind.INCOMPLETE_NOTICE)
    )
    first = determinations(table, request, received_at)
    return (*first, *(one for one in others if one is not None))


def each_due(
    table: RuleTable, kind: ClockKind, request: Clocked, since: datetime
) -> tuple[Due, ...]:
    """When each duty of this kind, that runs from `since`, is due, the strictest first."""
    if kind in DETERMINATIONS:
        return determinations(table, request, since)
    readings = _of_kind(table, kind, request, since)
    return _each(table, readings, since) if readings else ()


def due_of(table: RuleTable, kind: ClockKind, request: Clocked, since: datetime) -> Due | None:
    """When a duty of this kind, that runs from `since`, is due; none where no rule asks it."""
    readings = _of_kind(table, kind, request, since)
    return _strictest(table, readings, since) if readings else None


def _of_kind(
    table: RuleTable, kind: ClockKind, request: Clocked, since: datetime
) -> list[_Reading]:
    """The rules of a kind that bind the request, in each zone in which its days may count."""
    return [
        reading
        for zone in table.zones_of(request.plan)
        for reading in _readings(table, kind, request, since.astimezone(zone))
    ]


def _readings(
    table: RuleTable,
    kind: ClockKind,
    request: Clocked,
    local: datetime,
    *,
    any_plan: bool = False,
) -> list[_Reading]:
    """The rules of a kind that bind the request, read on the wall of a zone in which its days may
    count.
    """
    zone = cast("ZoneInfo", local.tzinfo)
    elsewhere = ("plan",) if len(table.zones_of(request.plan)) > 1 else ()
    on = local.date()
    readings = []
    for rule, unknown in _bound(table, kind, request, any_plan=any_plan):
        if not rule.since <= on < rule.until:
            continue
        soon = in_time(rule, request, local)
        if soon is False:
            continue
        at = instants(table, rule, local, zone)
        undated = () if table.dated(rule, local, at.due_at) else ("holidays",)
        rests = unknown if soon else (*unknown, CARE_ENDS_AT)
        readings.append(_Reading(at, rule, zone, rests, (*elsewhere, *undated)))
    return readings


def _bound(
    table: RuleTable, kind: ClockKind, request: Clocked, *, any_plan: bool
) -> tuple[tuple[ClockRule, Unknowns], ...]:
    """The rules of a kind that bind a request on some day, and on which unknowns that rests.

    Many requests are alike in all that this asks: it is looked up.
    """
    alike = (
        any_plan,
        kind,
        request.line_of_business,
        request.urgency,
        request.state,
        request.residence,
        request.funding,
        request.electronic,
        request.asker,
        request.items,
        request.concurrent,
        request.post_stabilization,
    )
    known = table.bound.get(alike)
    if known is None:
        if len(table.bound) >= MOST_ALIKE:
            table.bound.clear()
        each = (
            (rule, binding(rule, request, any_plan=any_plan))
            for rule in table.running(kind, request.urgency)
        )
        known = tuple((rule, unknown) for rule, unknown in each if unknown is not None)
        table.bound[alike] = known
    return known


def _surely_bound(readings: list[_Reading]) -> bool:
    """Whether some rule binds the request whatever is not known of it: one that rests on nothing
    unknown, or rules that between them tell of every kind of item.
    """
    if any(not one.unknown for one in readings):
        return True
    asked = [one.rule.items for one in readings if one.unknown == (ITEM,)]
    return all(any(not of or kind in of for of in asked) for kind in ITEM_KINDS)


def _measured(one: _Reading) -> tuple[datetime, datetime]:
    return (one.at.due_at, one.at.target_at)


def _aimed(one: _Reading) -> datetime:
    return one.at.target_at


def _each(table: RuleTable, readings: list[_Reading], since: datetime) -> tuple[Due, ...]:
    """Each duty of some readings as the strictest rule that wants it measures it, the strictest
    first. Which plan and whose law are taken at their strictest, once: nobody has two.
    """
    found = [_strictest(table, readings, since)]
    duty = found[0].rule.duty
    left = [one for one in readings if one.rule.duty != duty and not ONE.intersection(one.unknown)]
    while left:
        found.append(_strictest(table, left, since))
        duty = found[-1].rule.duty
        left = [one for one in left if one.rule.duty != duty]
    return tuple(found)


def _strictest(table: RuleTable, readings: list[_Reading], since: datetime) -> Due:
    """The strictest of some readings; its earliest reading is that of all of them."""
    ordered = sorted(readings, key=_measured) if len(readings) > 1 else readings
    first = ordered[0]
    soonest = min(ordered, key=_aimed)
    rule, latest_at = first.rule, first.at.due_at
    if rule.extension_days:
        local = since.astimezone(first.zone)
        latest_at = instants(table, rule, local, first.zone, longer=rule.extension_days).due_at
    unknown = first.unknown + first.days
    if soonest is not first:
        rests = (*first.unknown, *soonest.unknown, *first.days, *soonest.days)
        unknown = tuple(dict.fromkeys(rests))
    return Due(
        rule=rule,
        due_at=first.at.due_at,
        target_at=soonest.at.target_at,
        latest_at=latest_at,
        assumed=LINE_OF_BUSINESS in unknown,
        runners_up=tuple(dict.fromkeys(one.rule.id for one in ordered if one.rule is not rule)),
        unknown=unknown,
        zone=first.zone.key,
    )
