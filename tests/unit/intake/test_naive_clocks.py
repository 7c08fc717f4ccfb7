"""The product's clocks are those of an independent, slow computation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.intake.clocks.clocked import Clocked
from services.intake.clocks.due import due
from shared.events.request import ItemKind, LineOfBusiness, PlanFunding, Urgency
from tests.unit.intake.naive_clocks import Asked, answer
from tests.unit.intake.plans_in_zones import TABLE, ZONES

CASES = 500
PLANS = {
    None: LineOfBusiness.UNKNOWN,
    "ma": LineOfBusiness.MEDICARE_ADVANTAGE,
    "mco": LineOfBusiness.MEDICAID_MANAGED_CARE,
    "ffs": LineOfBusiness.MEDICAID_FEE_FOR_SERVICE,
    "qhp": LineOfBusiness.QHP_FFE,
    "erisa": LineOfBusiness.ERISA,
}
FUNDING = {
    None: PlanFunding.UNKNOWN,
    True: PlanFunding.INSURED,
    False: PlanFunding.SELF_FUNDED,
}
NAMED = {zone: plan for plan, zone in ZONES.items()}
AROUND = [
    *(datetime(year, 1, 1, tzinfo=UTC) for year in (2025, 2026, 2027, 2028)),
    *(datetime(2028, 2, 29, tzinfo=UTC) - timedelta(days=back) for back in (0, 7, 14)),
    datetime(2026, 3, 8, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
    datetime(2027, 3, 14, tzinfo=UTC),
    datetime(2027, 11, 7, tzinfo=UTC),
    datetime(2026, 7, 3, tzinfo=UTC),
    datetime(2026, 11, 24, tzinfo=UTC),
    datetime(2027, 12, 24, tzinfo=UTC),
]
"""Year ends, leap days, both clock changes, holidays."""
CHANGES = [one for one in AROUND if one.month in {3, 11} and one.day in {1, 7, 8, 14}]


LENGTHS = {"ma": 7, "mco": 7, "ffs": 7, "qhp": 15, "erisa": 15}
"""Calendar days of a standard request, where no state has its own."""


def received(random: Random) -> datetime:
    """An instant: any at all, or one in the fortnight before a day on which counting is hard."""
    if random.random() < 0.3:
        return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=random.randrange(1440 * 1440))
    return random.choice(AROUND) + timedelta(minutes=random.randrange(-15 * 1440, 2 * 1440))


def plain(random: Random) -> Asked:
    """A standard request of which all is known."""
    plan, zone = random.choice(tuple(LENGTHS)), random.choice(tuple(ZONES.values()))
    return Asked(
        plan,
        urgent=False,
        received=AROUND[1],
        zone=zone,
        insured=False,
        state="OH",
        electronic=True,
        items=("service",),
    )


def twice_or_never(random: Random) -> Asked:
    """A request whose time on the wall comes twice or never on its last day, in most zones."""
    one = plain(random)
    first = random.choice(CHANGES) - timedelta(days=LENGTHS[one.plan or ""])
    wall = first.replace(hour=random.choice((1, 2)), minute=random.randrange(60))
    return replace(one, received=wall.replace(tzinfo=ZoneInfo(one.zone or "")).astimezone(UTC))


def at_the_turn(random: Random) -> Asked:
    """A request in the hours in which 2026 began somewhere and elsewhere not, by which the longer
    times ended.
    """
    hours = timedelta(minutes=random.randrange(-720, 720))
    return replace(plain(random), received=AROUND[1] + hours)


def asked(random: Random) -> Asked:
    """A request; what is left out is unknown."""

    def maybe(*values: Any) -> Any:
        return None if random.random() < 0.15 else random.choice(values)

    kind = random.random()
    if kind < 0.3:
        return (twice_or_never if kind < 0.2 else at_the_turn)(random)
    return Asked(
        plan=maybe("ma", "mco", "ffs", "qhp", "erisa", "erisa"),
        urgent=random.random() < 0.4,
        received=received(random),
        zone=maybe(*ZONES.values(), *ZONES.values()),
        insured=maybe(True, False),
        state=maybe("CA", "WA", "NJ", "KY", "OH", "TX"),
        electronic=maybe(True, False),
        items=tuple(maybe("service", "service", "drug") for _ in range(random.randrange(3))),
        concurrent=maybe(False, False, True),
        care_left=maybe(23, 24, 30),
        post_stabilization=random.random() < 0.1,
    )


def clocked(one: Asked) -> Clocked:
    """The same request as the product holds it."""
    drugs = (ItemKind.PART_B_DRUG, ItemKind.OUTPATIENT_DRUG)
    kinds = {
        None: ItemKind.UNKNOWN,
        "service": ItemKind.SERVICE,
        "drug": drugs[one.received.minute % 2],
    }
    return Clocked(
        line_of_business=PLANS[one.plan],
        urgency=Urgency.EXPEDITED if one.urgent else Urgency.STANDARD,
        state=one.state,
        funding=FUNDING[one.insured],
        electronic=one.electronic,
        items=tuple(kinds[item] for item in one.items),
        concurrent=one.concurrent,
        care_ends_at=(
            None if one.care_left is None else one.received + timedelta(hours=one.care_left)
        ),
        post_stabilization=one.post_stabilization,
        plan=None if one.zone is None else NAMED[one.zone],
    )


@pytest.mark.parametrize("tenth", range(10))
def test_rule_earliest_reading_and_instant_of_the_law_are_those_of_the_slow_computation(tenth: int):
    random = Random(f"clocks-{tenth}")  # noqa: S311 - the same cases every time
    rules = set()
    for _ in range(CASES // 10):
        one = asked(random)
        found = due(TABLE, clocked(one), one.received)
        assert (found.rule.id, found.target_at, found.due_at) == answer(one), one
        rules.add(found.rule.id)
    assert len(rules) > 8
