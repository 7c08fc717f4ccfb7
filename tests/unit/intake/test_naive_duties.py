"""Which duties are owed beside one another, and when, worked out a second time: what each law wants
and what it makes of missing it stands here once more, and not from the table.
"""

from __future__ import annotations

from datetime import datetime
from random import Random

import pytest

from services.intake.clocks.due import Due, determinations
from shared.events.clocks.duties import DutyFact, OnExpiry
from tests.unit.intake.naive_clocks import Asked, instants, law, worlds
from tests.unit.intake.plans_in_zones import TABLE
from tests.unit.intake.test_naive_clocks import asked, clocked

CASES = 500
PROVIDER, REACHED, WRITTEN, DECIDED = "provider", "reached", "written", "decided"
WANTS = {
    "ma-post": (PROVIDER, "approved_by_law"),
    "ma-expedited": (REACHED, "adverse_appealable"),
    "ma-part-b-drug-expedited": (REACHED, "adverse_appealable"),
    "ma-": (WRITTEN, "adverse_appealable"),
    "medicaid-mco-post": (PROVIDER, "approved_by_law"),
    "medicaid-mco-outpatient": ("told", "adverse_appealable"),
    "medicaid-ffs-outpatient": ("told", "none"),
    "medicaid-mco": (WRITTEN, "adverse_appealable"),
    "medicaid-ffs": (WRITTEN, "none"),
    "erisa-pre": (WRITTEN, "exhausted"),
    "qhp-pre": (WRITTEN, "exhausted"),
    "erisa": (REACHED, "exhausted"),
    "qhp": (REACHED, "exhausted"),
    "ca-": (DECIDED, "none"),
    "wa-": (PROVIDER, "none"),
    "nj-": (PROVIDER, "approved_by_law"),
    "ky-": (PROVIDER, "approved_by_law"),
}
"""What each law wants and makes of missing it, by how its rules begin: the first that fits."""
Wanted = tuple[str, str]


def wanted(rule: str) -> Wanted:
    return next(wants for begins, wants in WANTS.items() if rule.startswith(begins))


def duties(one: Asked) -> dict[Wanted, datetime]:
    """When each duty is due of a request of which plan and state are known, at the worst of all
    that it could be.
    """
    found: dict[Wanted, datetime] = {}
    for world in worlds(one):
        assert world.zone is not None
        for clock in law(world):
            duty, (_, end) = wanted(clock.rule), instants(clock, world.received, world.zone)
            found[duty] = min(end, found.get(duty, end))
    return found


def said(one: Due) -> Wanted:
    """What the product's rule wants, in the words that are used here."""
    facts = {fact for each in one.rule.meets for fact in each} - {DutyFact.WITHDRAWN}
    if facts == {DutyFact.DECIDED}:
        return DECIDED, one.rule.on_expiry.value
    if DutyFact.MEMBER_NOTIFIED_ORALLY in facts:
        return REACHED, one.rule.on_expiry.value
    if DutyFact.PROVIDER_NOTIFIED not in facts:
        return WRITTEN, one.rule.on_expiry.value
    return PROVIDER if DutyFact.DECIDED in facts else "told", one.rule.on_expiry.value


@pytest.mark.parametrize("tenth", range(10))
def test_every_duty_that_binds_is_clocked_and_when_it_is_due_is_that_of_the_slow_computation(
    tenth: int,
):
    random = Random(f"duties-{tenth}")  # noqa: S311 - the same cases every time
    several = 0
    for _ in range(CASES // 10):
        one = asked(random)
        if one.plan is None or one.state is None:
            continue
        found = determinations(TABLE, clocked(one), one.received)
        expected = duties(one)
        if found[0].assumed:
            # Another plan's rule is taken, and counts for its duty.
            expected.pop(said(found[0]), None)
            found = found[1:]
        assert {said(each): each.due_at for each in found} == expected, one
        assert len({said(each) for each in found}) == len(found)
        several += len(found) > 1
    assert several > 3


@pytest.mark.parametrize("tenth", range(10))
def test_the_strictest_comes_first_and_no_later_duty_is_read_after_it_is_due(tenth: int):
    random = Random(f"order-{tenth}")  # noqa: S311 - the same cases every time
    for _ in range(CASES // 10):
        one = asked(random)
        found = determinations(TABLE, clocked(one), one.received)
        assert [each.due_at for each in found] == sorted(each.due_at for each in found)
        assert all(one.received < each.target_at <= each.due_at for each in found)
        assert found[0].target_at == min(each.target_at for each in found)


def test_what_follows_from_missing_a_duty_is_one_of_those_that_the_law_knows():
    assert {on for _, on in WANTS.values()} <= {one.value for one in OnExpiry.known()}
