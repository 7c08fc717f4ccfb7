"""The instants of the law, computed by hand: when a clock is due by its earliest reading and by
law, what follows when it is missed, and how long it may be extended.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.intake.clocks.clocked import Clocked
from services.intake.clocks.due import due, due_of
from services.intake.clocks.instants import longest
from services.intake.clocks.reference import clock_rules
from services.intake.clocks.rules import RuleTable
from services.intake.clocks.zones import packaged_zone
from services.letters.reference import plan as letters_plan
from shared.events.clocks.duties import ClockKind, OnExpiry
from shared.events.request import ItemKind, PlanFunding, Urgency

ZONES = {
    "NY": "America/New_York",
    "CHI": "America/Chicago",
    "LA": "America/Los_Angeles",
    "GUM": "Pacific/Guam",
    "UTC": "UTC",
}
MA = {"line_of_business": "medicare_advantage", "items": (ItemKind.SERVICE,)}
DRUG = MA | {"items": (ItemKind.PART_B_DRUG,)}
MCO = {"line_of_business": "medicaid_managed_care"}
ERISA = {"line_of_business": "erisa", "funding": PlanFunding.SELF_FUNDED}
CALIFORNIA = {"line_of_business": "erisa", "funding": PlanFunding.INSURED, "state": "CA"}
ADVERSE, APPROVED, EXHAUSTED, NOTHING = (
    OnExpiry.ADVERSE_APPEALABLE,
    OnExpiry.APPROVED_BY_LAW,
    OnExpiry.EXHAUSTED,
    OnExpiry.NONE,
)


def tables() -> RuleTable:
    """The rules that ship, with a plan in each zone."""
    table = clock_rules()
    zones = {"default": ZONES["CHI"], "plans": ZONES}
    content = table.model_dump(by_alias=True) | {
        "zones": zones,
        "zone_rules": {name: packaged_zone(name) for name in ZONES.values()},
    }
    return RuleTable.model_validate(content)


TABLE = tables()


def at(plan: str, written_as: str) -> datetime:
    """A wall time of a plan's zone."""
    return datetime.fromisoformat(written_as).replace(tzinfo=ZoneInfo(ZONES[plan]))


def end(plan: str, day: str) -> datetime:
    """The midnight that ends a day in a plan's zone."""
    return at(plan, day) + timedelta(days=1)


def clocked(plan: str, urgency: str = "standard", **asked: Any) -> Clocked:
    """A request of a plan."""
    return Clocked(plan=plan, urgency=Urgency(urgency), **asked)


# Rule, received, target, legal, what follows.
DAYS: list[tuple[str, Clocked, tuple[str, str, str], OnExpiry]] = [
    (
        "ma-standard-7d",
        clocked("NY", **MA),
        ("2026-01-01T00:00", "2026-01-08T00:00", "2026-01-08"),
        ADVERSE,
    ),
    (
        "ma-standard-14d",
        clocked("NY", **MA),
        ("2025-12-31T20:00", "2026-01-14T20:00", "2026-01-14"),
        ADVERSE,
    ),
    (
        "ma-standard-7d",
        clocked("GUM", **MA),
        ("2026-01-01T08:00", "2026-01-08T08:00", "2026-01-08"),
        ADVERSE,
    ),
    (
        "ma-standard-7d",
        clocked("NY", **MA),
        ("2026-03-05T09:00", "2026-03-12T09:00", "2026-03-12"),
        ADVERSE,
    ),
    (
        "ma-standard-7d",
        clocked("NY", **MA),
        ("2026-10-29T09:00", "2026-11-05T08:00", "2026-11-05"),
        ADVERSE,
    ),
    (
        "erisa-pre-service-15d",
        clocked("CHI", **ERISA),
        ("2026-02-20T16:00", "2026-03-07T16:00", "2026-03-07"),
        EXHAUSTED,
    ),
    (
        "ca-standard-5bd",
        clocked("LA", **CALIFORNIA),
        ("2026-03-06T16:30", "2026-03-13T16:30", "2026-03-13"),
        NOTHING,
    ),
    (
        "ca-standard-5bd",
        clocked("LA", **CALIFORNIA),
        ("2026-11-19T10:00", "2026-11-26T10:00", "2026-11-30"),
        NOTHING,
    ),
]
HOURS: list[tuple[str, Clocked, str, str, OnExpiry]] = [
    (
        "ma-expedited-72h",
        clocked("NY", "expedited", **MA),
        "2026-03-08T01:30",
        "2026-03-11T02:30",
        ADVERSE,
    ),
    (
        "ma-expedited-72h",
        clocked("NY", "expedited", **MA),
        "2026-10-31T12:00",
        "2026-11-03T11:00",
        ADVERSE,
    ),
    (
        "ma-expedited-72h",
        clocked("UTC", "expedited", **MA),
        "2028-02-28T10:00",
        "2028-03-02T10:00",
        ADVERSE,
    ),
    ("ma-part-b-drug-72h", clocked("NY", **DRUG), "2026-04-01T10:00", "2026-04-04T10:00", ADVERSE),
    (
        "ma-part-b-drug-expedited-24h",
        clocked("NY", "expedited", **DRUG),
        "2026-04-01T10:00",
        "2026-04-02T10:00",
        ADVERSE,
    ),
    (
        "ma-post-stabilization-1h",
        clocked("NY", "expedited", **MA, post_stabilization=True),
        "2026-06-01T10:00",
        "2026-06-01T11:00",
        APPROVED,
    ),
    (
        "erisa-concurrent-urgent-24h",
        clocked(
            "NY",
            "expedited",
            **ERISA,
            concurrent=True,
            care_ends_at=at("NY", "2026-06-02T16:00"),  # asked 30 hours before
        ),
        "2026-06-01T10:00",
        "2026-06-02T10:00",
        EXHAUSTED,
    ),
    (
        "medicaid-mco-outpatient-drug-24h",
        clocked("CHI", **MCO, items=(ItemKind.OUTPATIENT_DRUG,)),
        "2026-07-03T18:00",
        "2026-07-04T18:00",
        ADVERSE,
    ),
]


@pytest.mark.parametrize(("rule", "request_", "when", "then"), DAYS)
def test_a_rule_of_days_has_its_earliest_reading_and_ends_with_its_last_day(
    rule: str, request_: Clocked, when: tuple[str, str, str], then: OnExpiry
):
    plan = request_.plan or ""
    received, target, legal = when
    found = due(TABLE, request_, at(plan, received))
    assert (found.rule.id, found.rule.on_expiry) == (rule, then)
    assert found.target_at == at(plan, target)
    assert found.due_at == end(plan, legal)
    assert not found.unknown


@pytest.mark.parametrize(("rule", "request_", "received", "until", "then"), HOURS)
def test_a_rule_of_hours_has_one_instant(
    rule: str, request_: Clocked, received: str, until: str, then: OnExpiry
):
    plan = request_.plan or ""
    found = due(TABLE, request_, at(plan, received))
    assert (found.rule.id, found.rule.on_expiry) == (rule, then)
    assert found.target_at == found.due_at == at(plan, until)
    assert not found.unknown


def test_an_expedited_request_of_medicare_is_extended_by_fourteen_days_of_elapsed_time():
    asked, received = clocked("UTC", "expedited", **MA), at("UTC", "2026-02-27T10:00")
    found = due(TABLE, asked, received)
    until = at("UTC", "2026-03-16T10:00")
    assert longest(TABLE, found.rule, asked, received) == (until, until)
    assert found.latest_at == until


def test_a_standard_request_of_medicare_is_extended_by_fourteen_days_of_the_calendar():
    asked, received = clocked("NY", **MA), at("NY", "2026-05-01T09:00")
    found = due(TABLE, asked, received)
    longer = (at("NY", "2026-05-22T09:00"), end("NY", "2026-05-22"))
    assert longest(TABLE, found.rule, asked, received) == longer
    assert found.latest_at == longer[1]


@pytest.mark.parametrize("urgency", ["standard", "expedited"])
@pytest.mark.parametrize("asked", [DRUG, MCO | {"items": (ItemKind.OUTPATIENT_DRUG,)}])
def test_a_drug_is_never_extended(urgency: str, asked: dict[str, Any]):
    request, received = clocked("NY", urgency, **asked), at("NY", "2026-04-01T10:00")
    found = due(TABLE, request, received)
    assert longest(TABLE, found.rule, request, received).due_at == found.due_at
    assert found.latest_at == found.due_at


def test_after_an_adverse_notice_by_word_of_mouth_there_are_three_days_to_write():
    spoken = at("NY", "2026-06-01T15:00")
    found = due_of(TABLE, ClockKind.WRITTEN_NOTICE, clocked("NY", "expedited", **MA), spoken)
    assert found is not None
    assert (found.target_at, found.due_at) == (
        at("NY", "2026-06-04T15:00"),
        end("NY", "2026-06-04"),
    )


@pytest.mark.parametrize(
    ("asked", "then"),
    [
        ({"line_of_business": "qhp_ffe", "state": "NJ", "electronic": True}, APPROVED),
        ({"line_of_business": "qhp_ffe", "state": "NJ", "electronic": False}, APPROVED),
        ({"line_of_business": "qhp_ffe", "state": "KY"}, APPROVED),
        (MA | {"state": "NJ"}, ADVERSE),
        (ERISA | {"state": "NJ"}, EXHAUSTED),
    ],
)
def test_what_follows_a_missed_standard_request_is_the_law_of_whom_it_binds(
    asked: dict[str, Any], then: OnExpiry
):
    assert due(TABLE, clocked("NY", **asked), at("NY", "2026-06-01T10:00")).rule.on_expiry is then


def test_the_plan_counts_its_days_where_its_letters_do():
    assert clock_rules().zones.default == letters_plan().time_zone
