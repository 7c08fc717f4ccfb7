"""Clocks computed the slow way, from the law and not from the table: whoever does not say something
is taken at the worst of everything that they could have said; days are walked one by one and the
clock on the wall is looked at every quarter of an hour. It shares nothing with the product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo

PLANS = ("ma", "mco", "ffs", "qhp", "erisa")
STATES = ("CA", "WA", "NJ", "KY", "any other")
ITEMS = ("service", "drug")
ZONES = (
    "America/Chicago",
    "America/New_York",
    "America/Phoenix",
    "America/Denver",
    "America/Los_Angeles",
    "Pacific/Guam",
    "UTC",
)
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
EVERYWHERE = (
    "2025-01-01 2025-01-20 2025-02-17 2025-05-26 2025-07-04 2025-09-01 2025-11-11 2025-11-27 "
    "2025-11-28 2025-12-25 2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-09-07 2026-11-11 "
    "2026-11-26 2026-11-27 2026-12-25 2027-01-18 2027-02-15 2027-05-31 2027-07-05 2027-09-06 "
    "2027-11-11 2027-11-25 2027-11-26 2028-01-17 2028-02-21 2028-05-29 2028-07-04 2028-09-04 "
    "2028-11-10 2028-11-23 2028-11-24 2028-12-25 "
)
CLOSED = {
    "CA": EVERYWHERE + "2025-03-31 2026-03-31 2027-03-31 2028-03-31 2027-01-01 2026-07-04",
    "WA": EVERYWHERE
    + "2025-06-19 2026-06-19 2027-06-18 2028-06-19 2027-01-01 2026-07-03 2027-12-24 2027-12-31",
}
"""California keeps a holiday on a Saturday on no other day, but for 11 November: the Saturdays
among these count for nothing where Saturdays do not. Washington keeps it on the Friday.
"""


@dataclass(frozen=True)
class Asked:
    """A request; `None` is what it does not say. `care_left` are hours until care ends."""

    plan: str | None
    urgent: bool
    received: datetime
    zone: str | None = None
    insured: bool | None = None
    state: str | None = None
    electronic: bool | None = None
    items: tuple[str | None, ...] = ()
    concurrent: bool | None = False
    care_left: int | None = None
    post_stabilization: bool = False


@dataclass(frozen=True)
class Clock:
    """A rule, and for how long: "h" hours, "d" days, "b" business days, without a state's
    holidays.
    """

    rule: str
    count: int
    unit: str
    state: str = ""


def answer(asked: Asked) -> tuple[str, datetime, datetime]:
    """The rule, its earliest reading (of all rules), and when the law calls it missed."""
    legal: list[tuple[datetime, datetime, str]] = []
    for world in worlds(asked):
        assert world.zone is not None
        for clock in {*law(world)} or {*unbound(world)}:
            target, end = instants(clock, world.received, world.zone)
            legal.append((end, target, clock.rule))
    end, target, _ = min(legal)
    rules = {rule for ended, aimed, rule in legal if (ended, aimed) == (end, target)}
    return min(rules, key=ORDER.index), min(aimed for _, aimed, _ in legal), end


def worlds(asked: Asked) -> Iterator[Asked]:
    """Everything that a request could be that it does not say."""
    items = [tuple(one) for one in product(*((i,) if i else ITEMS for i in asked.items))]
    for plan, zone, insured, state, electronic, kinds, concurrent, left in product(
        PLANS if asked.plan is None else (asked.plan,),
        ZONES if asked.zone is None else (asked.zone,),
        (True, False) if asked.insured is None else (asked.insured,),
        STATES if asked.state is None else (asked.state,),
        (True, False) if asked.electronic is None else (asked.electronic,),
        items if asked.items else [("service",), ("drug",)],
        (True, False) if asked.concurrent is None else (asked.concurrent,),
        (23, 25) if asked.care_left is None else (asked.care_left,),
    ):
        yield replace(
            asked,
            plan=plan,
            zone=zone,
            insured=insured,
            state=state,
            electronic=electronic,
            items=kinds,
            concurrent=concurrent,
            care_left=left,
        )


def unbound(world: Asked) -> Iterator[Clock]:
    """For whom no law is written: the worst of all plans, in any state of risk."""
    for plan in PLANS:
        if plan != world.plan:
            yield from law(replace(world, plan=plan, insured=True))


def law(world: Asked) -> Iterator[Clock]:
    """What binds a request of which everything is known."""
    assert world.zone is not None
    on = world.received.astimezone(ZoneInfo(world.zone)).date()
    if world.plan == "ma":
        yield from medicare(world, on)
    elif world.plan in {"mco", "ffs"}:
        yield from medicaid(world, on)
    else:
        yield from claims(world)
    if world.plan in {"mco", "qhp"} or (world.plan == "erisa" and world.insured):
        yield from of_state(world, on)


def medicare(world: Asked, on: date) -> Iterator[Clock]:
    """Medicare Advantage, which no state reaches."""
    if world.post_stabilization:
        yield Clock("ma-post-stabilization-1h", 1, "h")
    if "drug" in world.items and world.urgent:
        yield Clock("ma-part-b-drug-expedited-24h", 24, "h")
    if "drug" in world.items and not world.urgent:
        yield Clock("ma-part-b-drug-72h", 72, "h")
    if "service" in world.items:
        if world.urgent:
            yield Clock("ma-expedited-72h", 72, "h")
        elif on.year < 2026:
            yield Clock("ma-standard-14d", 14, "d")
        else:
            yield Clock("ma-standard-7d", 7, "d")


def medicaid(world: Asked, on: date) -> Iterator[Clock]:
    """Medicaid: managed care, and fee for service, whose times began in 2026."""
    if world.plan == "mco" and world.post_stabilization:
        yield Clock("medicaid-mco-post-stabilization-1h", 1, "h")
    if "drug" in world.items:
        yield Clock(f"medicaid-{world.plan}-outpatient-drug-24h", 24, "h")
    if "service" not in world.items:
        return
    if on.year >= 2026:
        yield (
            Clock(f"medicaid-{world.plan}-expedited-72h", 72, "h")
            if world.urgent
            else Clock(f"medicaid-{world.plan}-standard-7d", 7, "d")
        )
    elif world.plan == "mco":
        yield (
            Clock("medicaid-mco-expedited-72h", 72, "h")
            if world.urgent
            else Clock("medicaid-mco-standard-14d", 14, "d")
        )


def claims(world: Asked) -> Iterator[Clock]:
    """The claims rule of employers' plans, which marketplace plans follow."""
    if not world.urgent:
        yield Clock(f"{world.plan}-pre-service-15d", 15, "d")
        return
    yield Clock(f"{world.plan}-urgent-72h", 72, "h")
    if world.concurrent and (world.care_left or 0) >= 24:
        yield Clock(f"{world.plan}-concurrent-urgent-24h", 24, "h")


def of_state(world: Asked, on: date) -> Iterator[Clock]:
    """A state's law for the insured."""
    if world.state == "CA":
        yield (
            Clock("ca-expedited-72h", 72, "h")
            if world.urgent
            else Clock("ca-standard-5bd", 5, "b", "CA")
        )
    if world.state == "WA" and on >= date(2024, 1, 1):
        yield {
            (True, True): Clock("wa-electronic-expedited-1d", 1, "d"),
            (True, False): Clock("wa-electronic-standard-3d", 3, "d", "WA"),
            (False, True): Clock("wa-expedited-2d", 2, "d"),
            (False, False): Clock("wa-standard-5d", 5, "d"),
        }[bool(world.electronic), world.urgent]
    if world.state == "NJ" and world.plan != "mco" and on >= date(2025, 1, 1):
        if world.urgent:
            yield Clock("nj-expedited-24h", 24, "h")
        elif world.electronic:
            yield Clock("nj-electronic-standard-9d", 9, "d")
        else:
            yield Clock("nj-standard-12d", 12, "d")
    if world.state == "KY" and world.plan != "mco" and on >= date(2020, 1, 1):
        yield Clock("ky-urgent-24h", 24, "h") if world.urgent else Clock("ky-standard-5d", 5, "d")


ORDER = (
    "ma-post-stabilization-1h",
    "ma-expedited-72h",
    "ma-standard-14d",
    "ma-standard-7d",
    "ma-part-b-drug-expedited-24h",
    "ma-part-b-drug-72h",
    "medicaid-mco-post-stabilization-1h",
    "medicaid-mco-expedited-72h",
    "medicaid-mco-standard-14d",
    "medicaid-mco-standard-7d",
    "medicaid-mco-outpatient-drug-24h",
    "medicaid-ffs-expedited-72h",
    "medicaid-ffs-standard-7d",
    "medicaid-ffs-outpatient-drug-24h",
    "erisa-concurrent-urgent-24h",
    "erisa-urgent-72h",
    "erisa-pre-service-15d",
    "qhp-concurrent-urgent-24h",
    "qhp-urgent-72h",
    "qhp-pre-service-15d",
    "ca-expedited-72h",
    "ca-standard-5bd",
    "wa-electronic-expedited-1d",
    "wa-electronic-standard-3d",
    "wa-expedited-2d",
    "wa-standard-5d",
    "nj-expedited-24h",
    "nj-electronic-standard-9d",
    "nj-standard-12d",
    "ky-urgent-24h",
    "ky-standard-5d",
)
"""Which of two that come due at the same instant is named: federal law before a state's."""


@cache
def instants(clock: Clock, received: datetime, zone: str) -> tuple[datetime, datetime]:
    """The earliest reading and the instant of the law."""
    if clock.unit == "h":
        at = received.astimezone(UTC)
        for _ in range(clock.count):
            at += HOUR
        return at, at
    here = ZoneInfo(zone)
    first = received.astimezone(here).date()
    soonest = walk(first, clock, closed="")
    return reading(received, soonest, here), end(
        walk(first, clock, closed=CLOSED.get(clock.state, "")), here
    )


def walk(day: date, clock: Clock, *, closed: str) -> date:
    """The last day, from the day of receipt on, which is none."""
    days_off = closed.split()
    counted = 0
    while counted < clock.count:
        day += DAY
        if clock.unit == "b" and day.strftime("%a") in {"Sat", "Sun"}:
            continue
        if day.isoformat() in days_off:
            continue
        counted += 1
    return day


def end(day: date, here: ZoneInfo) -> datetime:
    """The first quarter of an hour of which the calendar on the wall shows a later day."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - DAY
    while at.astimezone(here).date() <= day:
        at += QUARTER
    return at


def reading(received: datetime, day: date, here: ZoneInfo) -> datetime:
    """The sooner of as many 24 hours, and the same time on the wall of that day."""
    local = received.astimezone(here)
    exact = received.astimezone(UTC) + (day - local.date())
    wall = datetime(day.year, day.month, day.day, tzinfo=UTC) + (
        local.replace(tzinfo=None) - datetime(local.year, local.month, local.day)
    )
    offsets = set()
    at = wall - DAY
    while at < wall + DAY:
        at += QUARTER
        if at.astimezone(here).date() == day:
            offsets.add(at.astimezone(here).utcoffset() or timedelta())
    guesses = [wall - offset for offset in offsets]
    shown = [one for one in guesses if one.astimezone(here).replace(tzinfo=UTC) == wall]
    return min(exact, *(shown or guesses))
