"""Where several rules bind one request, each duty has its own clock: none vanishes behind a
stricter one that asks less, and none is moved beyond its rule.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from services.intake.clocks.record import RunningClock
from services.intake.clocks.running import clock_of, timer_of
from services.intake.decide.answers import clock_rows
from services.intake.model import IntakeState
from shared.events.clocks.acts import ActDeclineCode
from shared.events.clocks.duties import (
    ClockBreached,
    ClockCorrected,
    ClockExpired,
    ClockExtended,
    ClockKind,
    ClockStarted,
    ClockStopped,
    DutyFact,
    OnExpiry,
)
from shared.events.letters import Audience
from shared.events.request import Urgency
from shared.lanes.outcome import Outcome, TimerDue
from tests.unit.intake.acting import A1, DAY, WORDS, acted, asked, decided_at, declined, events
from tests.unit.intake.given import (
    CASE,
    HOUR,
    RECEIVED_AT,
    case_determined,
    case_of,
    evaluated,
    letter,
    line,
    opened,
    request,
    submitted,
    told,
    when,
)

FURTHER = ClockKind.FURTHER_DETERMINATION
APPROVED = case_determined(A1, A1)
EXTEND: dict[str, Any] = {"words": WORDS}


def member(business: str, state: str, **more: Any) -> dict[str, Any]:
    return {"line_of_business": business, "state": state, "funding": "insured", **more}


def insured(business: str = "erisa", state: str = "CA", **changed: Any) -> IntakeState:
    """The example request of a member of an insured plan in a state."""
    return opened(member=request()["member"] | member(business, state), **changed)


def further(state: IntakeState, slot: int = 0) -> RunningClock:
    found = state.clock_of(FURTHER, slot)
    assert found is not None
    return found


def ring(state: IntakeState, one: RunningClock, at: datetime | None = None) -> Outcome[IntakeState]:
    """A clock's timer goes off."""
    due = at or one.due_at
    return when(state, told(TimerDue(timer_of(one.kind, one.slot), due), at=due))


def rules(state: IntakeState) -> list[str]:
    return [one.rule for one in state.clocks if one.determines]


def test_a_federal_duty_stands_beside_a_state_s_that_is_stricter_and_asks_less():
    outcome = when(None, submitted(request(member=request()["member"] | member("erisa", "CA"))))
    told_of = [(one.kind, one.slot, one.rule) for one in events(outcome, ClockStarted)]
    assert told_of == [
        (ClockKind.DETERMINATION, 0, "ca-standard-5bd"),
        (FURTHER, 0, "erisa-pre-service-15d"),
    ]
    state = case_of(outcome)
    assert [(kind, at) for kind, at in outcome.timers if kind.startswith("clock")] == [
        ("clock", state.clock.due_at),
        ("clock:further_determination", further(state).due_at),
    ]
    assert state.clock.due_at < further(state).due_at
    assert "erisa-pre-service-15d" in state.clock.runners_up
    assert further(state).runners_up == ()


def test_where_all_rules_want_the_same_there_is_one_clock():
    assert rules(opened()) == ["ma-standard-7d"]
    assert rules(opened(lines=[line(1, item="unknown", codes=[])])) == ["ma-part-b-drug-72h"]
    assert rules(insured(state="OH")) == ["erisa-pre-service-15d"]


@pytest.mark.parametrize(("business", "state"), [("unknown", "CA"), ("unknown", "NJ")])
def test_of_a_plan_that_is_not_known_the_strictest_alone_is_clocked(business: str, state: str):
    assert len(rules(insured(business, state))) == 1


def test_whose_law_is_not_known_takes_the_strictest_and_keeps_what_surely_binds():
    unsaid = {"line_of_business": "erisa", "funding": "insured", "state": None}
    assert rules(opened(member=request()["member"] | unsaid)) == [
        "wa-electronic-standard-3d",
        "erisa-pre-service-15d",
    ]


def test_what_a_state_wants_does_not_meet_what_federal_law_wants():
    state = decided_at(insured(), APPROVED)
    assert (state.clock.running, further(state).running) == (False, True)
    outcome = when(state, told(letter(at=RECEIVED_AT + 2 * HOUR)))
    (stopped,) = events(outcome, ClockStopped)
    assert (stopped.kind, stopped.rule) == (FURTHER, "erisa-pre-service-15d")
    assert stopped.met_by == (DutyFact.DECIDED, DutyFact.WRITING_HANDED_OVER)
    assert not case_of(outcome).determining


def test_what_the_law_makes_of_each_is_told_when_its_own_clock_runs_out():
    state = insured()
    first = ring(state, state.clock)
    assert (events(first, ClockExpired), len(events(first, ClockBreached))) == ([], 1)
    due = further(state)
    second = ring(case_of(first), due)
    (breached,), (expired,) = events(second, ClockBreached), events(second, ClockExpired)
    assert (breached.kind, breached.slot, breached.rule) == (FURTHER, 0, due.rule)
    assert (expired.kind, expired.rule, expired.on_expiry) == (FURTHER, due.rule, "exhausted")
    assert (expired.lines, expired.due_at) == ((1, 2), due.due_at)
    assert (further(case_of(second)).breached, further(case_of(second)).expired) == (True, True)


def test_what_the_law_has_approved_counts_as_nothing_else_later():
    state = insured(state="NJ")
    assert rules(state) == ["nj-electronic-standard-9d", "erisa-pre-service-15d"]
    approved = ring(state, state.clock)
    assert [one.on_expiry for one in events(approved, ClockExpired)] == ["approved_by_law"]
    late = ring(case_of(approved), further(state))
    assert (len(events(late, ClockBreached)), events(late, ClockExpired)) == (1, [])


def test_of_what_is_asked_for_otherwise_since_the_law_approved_it_the_other_rule_holds():
    state = insured(state="NJ")
    missed = case_of(ring(state, state.clock))
    changed = request(
        member=request()["member"] | member("erisa", "NJ"),
        lines=[line(1), line(2, segment="L3")],
        amends=str(CASE),
    )
    amended = case_of(when(missed, submitted(changed, at=state.clock.due_at + HOUR, of=CASE)))
    (expired,) = events(ring(amended, further(amended)), ClockExpired)
    assert (expired.on_expiry, expired.lines) == (OnExpiry.EXHAUSTED, (2,))


def concurrent() -> IntakeState:
    """Urgent care that goes on, under two rules that are missed at the same instant."""
    ends = (RECEIVED_AT + 30 * HOUR).isoformat()
    goes_on = [line(n, start_of_care="2026-02-01", care_ends_at=ends) for n in (1, 2)]
    return insured(state="NJ", urgency="expedited", lines=goes_on)


def test_of_two_that_run_out_at_once_the_approval_by_law_is_what_is_told():
    state = concurrent()
    assert rules(state) == ["erisa-concurrent-urgent-24h", "nj-expedited-24h"]
    assert state.clock.due_at == further(state).due_at
    first = ring(state, state.clock)
    second = ring(case_of(first), further(state))
    assert [one.on_expiry for one in events(first, ClockExpired)] == []
    assert [one.on_expiry for one in events(second, ClockExpired)] == ["approved_by_law"]


def test_a_request_that_becomes_urgent_keeps_a_clock_for_each_duty_and_none_is_later():
    state = insured()
    outcome = when(state, told(evaluated(Urgency.EXPEDITED)))
    after = case_of(outcome)
    assert rules(after) == ["erisa-urgent-72h", "ca-expedited-72h"]
    assert len(after.determining) == 2
    assert all(new.due_at < old.due_at for old, new in zip(state.clocks, after.clocks, strict=True))
    assert [one.rule for one in events(outcome, ClockStarted)] == rules(after)


def test_a_request_that_goes_on_as_a_standard_one_has_the_standard_clock_of_each_duty():
    urgent = insured(urgency="expedited", asker="member")
    outcome = acted(urgent, "refuse_expedite", at=RECEIVED_AT + HOUR, words=WORDS)
    assert declined(outcome) is None
    assert rules(case_of(outcome)) == rules(insured())
    now = [one.due_at for one in case_of(outcome).determining]
    assert now == [one.due_at for one in insured().determining]


def test_a_rule_that_binds_only_now_has_a_clock_from_the_receipt():
    before = insured(state="OH")
    moved = request(member=request()["member"] | member("erisa", "CA"), amends=str(CASE))
    outcome = when(before, submitted(moved, at=RECEIVED_AT + HOUR, of=CASE))
    assert rules(case_of(outcome)) == ["ca-standard-5bd", "erisa-pre-service-15d"]
    assert {one.started_at for one in case_of(outcome).determining} == {RECEIVED_AT}


def test_a_stricter_rule_of_the_same_consequence_stands_in_for_one_that_binds_later():
    asked = {"asked_by": "physician", "asked_at": RECEIVED_AT + 6 * DAY}
    late = acted(opened(), "expedite", at=RECEIVED_AT + 6 * DAY, **asked)
    assert rules(case_of(late)) == ["ma-standard-7d"]


def medicaid() -> IntakeState:
    """A plan that is missed by provider and by member: a drug and a service in one request."""
    both = [line(1), line(2, item="part_b_drug", codes=[])]
    return insured("medicaid_managed_care", "OH", lines=both)


def test_each_fact_meets_its_own_duty():
    state = medicaid()
    assert rules(state) == ["medicaid-mco-outpatient-drug-24h", "medicaid-mco-standard-7d"]
    state = decided_at(state, APPROVED)
    to_provider = told(letter(at=RECEIVED_AT + 2 * HOUR, to=Audience.PROVIDER))
    state = case_of(when(state, to_provider))
    assert [one.running for one in state.clocks] == [False, True]
    state = case_of(when(state, told(letter(at=RECEIVED_AT + 3 * HOUR))))
    assert not state.determining


def test_no_extension_passes_over_a_rule_that_allows_none():
    assert declined(acted(medicaid(), "extend", reason="member_asked", **EXTEND)) is (
        ActDeclineCode.NEVER_EXTENDED
    )


def test_where_the_strictest_is_missed_the_next_is_extended_as_its_own_rule_allows():
    state = medicaid()
    missed = case_of(ring(state, state.clock))
    at = state.clock.due_at + HOUR
    outcome = acted(missed, "extend", at=at, reason="member_asked", **EXTEND)
    (extended,) = events(outcome, ClockExtended)
    assert (extended.kind, extended.rule) == (FURTHER, "medicaid-mco-standard-7d")
    assert extended.due_at == further(state).due_at + 14 * DAY - HOUR  # summer time begins
    again = acted(outcome.state, "extend", at=at + HOUR, reason="member_asked", **EXTEND)
    assert declined(again) is ActDeclineCode.EXTENDED_BEFORE


def test_only_the_clocks_whose_rules_wait_stand_still():
    urgent = insured(urgency="expedited")
    at = RECEIVED_AT + HOUR
    outcome = asked(urgent, at=at)
    (extended,) = events(outcome, ClockExtended)
    assert (extended.rule, extended.tolled) == ("erisa-urgent-72h", True)
    state = case_of(outcome)
    assert further(state).due_at == further(urgent).due_at < state.clock.due_at
    came = {"at": at + HOUR, "received_at": at + HOUR}
    answered = case_of(acted(state, "information_received", **came))
    assert answered.clock.due_at == at + HOUR + 48 * HOUR
    assert further(answered).due_at == further(urgent).due_at


def test_an_earlier_receipt_counts_for_every_clock_that_runs_from_it():
    state, earlier = insured(), RECEIVED_AT - 2 * DAY
    fields = {"received_at": earlier, "words": WORDS}
    outcome = acted(state, "correct_receipt", **fields)
    assert {one.started_at for one in case_of(outcome).determining} == {earlier}
    assert [(one.kind, one.rule) for one in events(outcome, ClockCorrected)] == [
        (ClockKind.DETERMINATION, "ca-standard-5bd"),
        (FURTHER, "erisa-pre-service-15d"),
    ]
    before, after = further(state), further(case_of(outcome))
    assert after.due_at == before.due_at - 2 * DAY


def test_a_newer_version_owes_again_what_was_met_and_what_was_not_stays_owed():
    state = decided_at(insured(), APPROVED)
    at = RECEIVED_AT + 3 * HOUR
    changed = request(
        member=request()["member"] | member("erisa", "CA"),
        lines=[line(1), line(2, segment="L3")],
        amends=str(CASE),
    )
    amended = case_of(when(state, submitted(changed, at=at, of=CASE)))
    assert [(one.rule, one.started_at) for one in amended.determining] == [
        ("erisa-pre-service-15d", RECEIVED_AT),
        ("ca-standard-5bd", at),
    ]


def test_a_withdrawal_meets_every_duty():
    gone = [{"sequence": n, "cancelled": True} for n in (1, 2)]
    content = request(member=request()["member"] | member("erisa", "CA"), amends=str(CASE))
    outcome = when(insured(), submitted(content | {"lines": gone}, at=RECEIVED_AT + HOUR, of=CASE))
    assert not case_of(outcome).determining
    assert len(events(outcome, ClockStopped)) == 2


def test_late_facts_take_the_breach_back_of_the_clock_that_they_meet():
    state = decided_at(insured(), APPROVED)
    due = further(state)
    missed = case_of(ring(state, due))
    outcome = when(missed, told(letter(at=due.due_at - HOUR), at=due.due_at + HOUR))
    (stopped,) = events(outcome, ClockStopped)
    assert (stopped.corrects_breach, stopped.slot) == (True, due.slot)
    (corrected,) = events(outcome, ClockCorrected)
    assert (corrected.kind, corrected.rule, corrected.breached) == (FURTHER, due.rule, False)
    assert not further(case_of(outcome)).expired


def test_every_event_about_a_clock_has_an_id_of_its_own():
    for outcome in (
        when(None, submitted(request(member=request()["member"] | member("erisa", "CA")))),
        when(insured(), told(evaluated(Urgency.EXPEDITED))),
        acted(insured(), "correct_receipt", received_at=RECEIVED_AT - DAY, words=WORDS),
    ):
        named = [(type(emit.data), emit.discriminator) for emit in outcome.events]
        assert len(named) == len(set(named))


def test_every_clock_has_a_row_and_the_rows_name_the_rules():
    rows = clock_rows(UUID(int=1), insured())
    assert [(row.values["kind"], row.values["rule"]) for row in rows] == [
        ("determination", "ca-standard-5bd"),
        ("further_determination", "erisa-pre-service-15d"),
    ]


@pytest.mark.parametrize("kind", ClockKind.known())
@pytest.mark.parametrize("slot", [0, 1, 12])
def test_a_timer_names_its_clock(kind: ClockKind, slot: int):
    assert clock_of(timer_of(kind, slot)) == (kind, slot)


@pytest.mark.parametrize("timer", ["over", "over:1", "clock:", "clock:x", "clock:1:2:x", ""])
def test_another_timer_names_none(timer: str):
    assert clock_of(timer) is None
