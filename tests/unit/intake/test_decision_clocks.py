"""Duties that count from the decision: whom a state's law wants to be told of it, and by when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from services.intake.clocks.clocked import Clocked
from services.intake.clocks.due import each_due
from services.intake.clocks.record import RunningClock
from services.intake.clocks.reference import clock_rules, packaged
from services.intake.clocks.rules import parse
from services.intake.clocks.running import timer_of
from services.intake.model import IntakeState
from shared.errors import Malformed
from shared.events.clocks.duties import ClockBreached, ClockKind, ClockStarted, ClockStopped
from shared.events.letters import Audience, LetterKind
from shared.events.request import LineOfBusiness, PlanFunding, Urgency
from shared.lanes.outcome import TimerDue
from tests.unit.intake.acting import A1, A3, A4, DAY, decided_at, events
from tests.unit.intake.given import (
    CASE,
    HOUR,
    RECEIVED_AT,
    case_determined,
    case_of,
    letter,
    line,
    opened,
    request,
    submitted,
    told,
    when,
)
from tests.unit.intake.plans_in_zones import TABLE

DECISION = ClockKind.DECISION_NOTICE
APPROVED, REFUSED = case_determined(A1, A1), case_determined(A1, A3)
LA = ZoneInfo("America/Los_Angeles")
PROVIDER, WRITTEN = "ca-provider-notice-24h", "ca-written-notice-2bd"


def insured(business: str = "erisa", state: str | None = "CA", **changed: Any) -> IntakeState:
    whose = {"line_of_business": business, "state": state, "funding": "insured"}
    return opened(member=request()["member"] | whose | changed)


def notices(state: IntakeState) -> list[RunningClock]:
    return [one for one in state.clocks if one.kind is DECISION]


@pytest.mark.parametrize(
    ("decided", "provider", "written"),
    [
        ("2026-03-06 16:30", "2026-03-07 16:30", "2026-03-11 00:00"),
        ("2026-03-07 20:00", "2026-03-08 21:00", "2026-03-11 00:00"),
        ("2026-10-31 12:00", "2026-11-01 11:00", "2026-11-04 00:00"),
        ("2026-11-25 10:00", "2026-11-26 10:00", "2026-12-02 00:00"),
        ("2027-12-31 09:00", "2028-01-01 09:00", "2028-01-05 00:00"),
    ],
)
def test_when_the_provider_is_told_and_when_it_is_written(
    decided: str, provider: str, written: str
):
    asked = Clocked(
        line_of_business=LineOfBusiness.ERISA,
        urgency=Urgency.STANDARD,
        state="CA",
        funding=PlanFunding.INSURED,
        plan="LA",
    )
    at = datetime.fromisoformat(decided).replace(tzinfo=LA).astimezone(UTC)
    found = each_due(TABLE, DECISION, asked, at)
    walls = [one.due_at.astimezone(LA).strftime("%Y-%m-%d %H:%M") for one in found]
    assert [(one.rule.id, wall) for one, wall in zip(found, walls, strict=True)] == [
        (PROVIDER, provider),
        (WRITTEN, written),
    ]


def test_they_begin_with_the_determination_and_not_before():
    assert notices(insured()) == []
    assert notices(decided_at(insured(), case_determined(A1, A4))) == []
    at = RECEIVED_AT + 5 * HOUR
    outcome = when(insured(), told(REFUSED, at=at))
    begun = [one for one in events(outcome, ClockStarted) if one.kind is DECISION]
    assert [(one.rule, one.slot, one.started_at) for one in begun] == [
        (PROVIDER, 0, at),
        (WRITTEN, 1, at),
    ]
    assert begun[0].due_at == at + 24 * HOUR
    timers = dict(outcome.timers)
    assert {timer_of(DECISION), timer_of(DECISION, 1)} <= timers.keys()


def test_what_is_approved_is_told_to_the_provider_alone():
    assert [one.rule for one in notices(decided_at(insured(), APPROVED))] == [PROVIDER]


@pytest.mark.parametrize("business", ["erisa", "qhp_ffe", "medicaid_managed_care"])
def test_they_bind_every_plan_that_the_state_reaches(business: str):
    assert len(notices(decided_at(insured(business), REFUSED))) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"business": "medicare_advantage"},
        {"state": "OH"},
        {"funding": "self_funded"},
        {"business": "medicaid_fee_for_service"},
    ],
)
def test_and_no_other(changed: dict[str, Any]):
    assert notices(decided_at(insured(**changed), REFUSED)) == []


def test_whose_state_is_not_known_has_the_strictest_of_them():
    (only,) = notices(decided_at(insured(state=None), REFUSED))
    assert (only.rule, only.unknown) == (PROVIDER, ("state",))


def test_each_is_met_by_its_own_facts():
    state = decided_at(insured(), REFUSED)
    to_provider = letter(LetterKind.PARTIAL, of=REFUSED, to=Audience.PROVIDER)
    outcome = when(state, told(to_provider))
    assert [one.rule for one in events(outcome, ClockStopped)] == [PROVIDER]
    to_member = letter(LetterKind.PARTIAL, of=REFUSED, at=RECEIVED_AT + 2 * HOUR)
    written = when(outcome.state, told(to_member))
    assert WRITTEN in [one.rule for one in events(written, ClockStopped)]
    assert not any(one.running for one in notices(case_of(written)))


def test_a_missed_one_is_a_breach_and_nothing_follows_from_it():
    state = decided_at(insured(), REFUSED)
    provider = notices(state)[0]
    timer = told(TimerDue(timer_of(DECISION, 0), provider.due_at), at=provider.due_at)
    outcome = when(state, timer)
    (breached,) = events(outcome, ClockBreached)
    assert (breached.kind, breached.rule, breached.slot) == (DECISION, PROVIDER, 0)
    assert len(outcome.events) == 1
    assert [one.determination for one in case_of(outcome).lines] == [A1, A3]


def test_the_same_determination_once_more_begins_nothing():
    state = decided_at(insured(), REFUSED)
    again = when(state, told(REFUSED, at=RECEIVED_AT + 9 * HOUR))
    assert case_of(again).clocks == state.clocks


def test_another_determination_is_told_within_the_time_that_runs():
    state = decided_at(insured(), REFUSED)
    at = RECEIVED_AT + 3 * HOUR
    other = case_determined(A1, A1)
    changed = decided_at(state, other, at)
    assert [one.due_at for one in notices(changed)] == [one.due_at for one in notices(state)]
    to_provider = letter(of=other, at=at + HOUR, to=Audience.PROVIDER)
    outcome = when(changed, told(to_provider, at=at + HOUR))
    assert PROVIDER in [one.rule for one in events(outcome, ClockStopped)]


def test_a_determination_of_a_newer_version_has_clocks_of_its_own():
    state = decided_at(insured(), APPROVED)
    state = case_of(when(state, told(letter(to=Audience.PROVIDER))))
    whose = {"line_of_business": "erisa", "state": "CA", "funding": "insured"}
    changed = request(
        member=request()["member"] | whose,
        lines=[line(1), line(2, segment="L3")],
        amends=str(CASE),
    )
    at = RECEIVED_AT + DAY
    amended = case_of(when(state, submitted(changed, at=at, of=CASE)))
    second = decided_at(amended, case_determined(A1, A3, version=2), at + HOUR)
    begun = notices(second)
    assert [(one.rule, one.running) for one in begun] == [
        (PROVIDER, False),
        (PROVIDER, True),
        (WRITTEN, True),
    ]
    assert {one.started_at for one in begun[1:]} == {at + HOUR}


def text_with(**changes: Any) -> str:
    """The packaged table with another rule in the place of the provider's notice."""
    content = yaml.safe_load(next(one for one in packaged() if one.id == "clock-rules").content)
    for rule in content["rules"]:
        if rule["id"] == PROVIDER:
            rule.update(changes)
    return yaml.safe_dump(content)


@pytest.mark.parametrize(
    "changes",
    [
        {"starts": None},
        {"kind": "written_notice"},
        {"kind": "determination", "starts": None, "adverse": True},
    ],
)
def test_a_table_in_which_a_kind_starts_with_something_else_does_not_load(changes: Any):
    with pytest.raises(Malformed):
        parse(text_with(**changes))


def test_the_packaged_table_starts_such_clocks_with_the_decision_alone():
    rules = [one for one in clock_rules().rules if one.starts == "decision"]
    assert [one.id for one in rules] == [PROVIDER, WRITTEN]
    assert timedelta(hours=rules[0].hours or 0) == DAY
