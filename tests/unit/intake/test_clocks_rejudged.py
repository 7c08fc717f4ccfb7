"""A clock that is judged again keeps what was told of it, and stays within the law."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.clocks.record import StandingFact
from services.intake.clocks.running import stop
from services.intake.model import IntakeState
from shared.events.clocks.acts import ActDeclineCode
from shared.events.clocks.duties import (
    ClockCorrected,
    ClockKind,
    ClockStarted,
    DutyFact,
    OnExpiry,
)
from shared.events.request import Urgency
from shared.lanes.outcome import Timer
from tests.unit.intake.acting import A1, DAY, WORDS, acted, after, clock, declined, events
from tests.unit.intake.given import (
    CASE,
    HOUR,
    RECEIVED_AT,
    case_determined,
    case_of,
    clock_due,
    letter,
    opened,
    request,
    submitted,
    told,
    types,
    when,
)

EXTEND: dict[str, Any] = {"reason": "member_asked", "words": WORDS}
APPROVED = case_determined(A1, A1)


def test_a_clock_that_was_missed_is_not_missed_again_by_a_stricter_rule():
    due = clock(opened()).due_at
    missed = case_of(when(opened(), clock_due(due)))
    asked = {"asked_by": "physician", "asked_at": RECEIVED_AT + DAY}
    outcome = acted(missed, "expedite", at=due + DAY, **asked)
    faster = clock(case_of(outcome))
    assert (faster.rule, faster.breached, faster.expired) == ("ma-expedited-72h", True, True)
    assert outcome.timers == (Timer("clock", None),)
    assert types(when(outcome.state, clock_due(faster.due_at))) == []


def test_a_breach_that_is_taken_back_is_none_in_the_case_either():
    due = clock(opened()).due_at
    missed = case_of(when(after(opened(), APPROVED), clock_due(due)))
    assert (clock(missed).breached, clock(missed).expired) == (True, True)
    outcome = when(missed, told(letter(at=due - HOUR), at=due + HOUR))
    (corrected,) = events(outcome, ClockCorrected)
    met = clock(case_of(outcome))
    assert (corrected.breached, met.in_time, met.breached, met.expired) == (
        False,
        True,
        False,
        False,
    )


def test_a_mailing_in_time_takes_back_that_it_expired_too():
    due = clock(opened()).due_at
    issued = letter(at=due - DAY, documents=True)
    missed = case_of(when(after(opened(), APPROVED), clock_due(due)))
    late = case_of(when(missed, told(letter(at=due + HOUR), at=due + HOUR)))
    assert (clock(late).in_time, clock(late).expired) == (False, True)
    known = case_of(when(late, told(issued, at=due + 2 * HOUR)))
    mailed = {"letter_id": issued.letter_id, "mailed_at": due - HOUR}
    in_time = clock(case_of(acted(known, "mailed", at=due + DAY, **mailed)))
    assert (in_time.in_time, in_time.breached, in_time.expired) == (True, False, False)


@pytest.mark.parametrize(
    ("on_expiry", "told", "expired"),
    [
        (OnExpiry.APPROVED_BY_LAW, True, True),
        (OnExpiry.APPROVED_BY_LAW, False, False),
        (OnExpiry.ADVERSE_APPEALABLE, True, False),
    ],
)
def test_what_the_law_has_approved_and_somebody_was_told_of_stays_approved(
    on_expiry: OnExpiry, *, told: bool, expired: bool
):
    changes = {"on_expiry": on_expiry, "breached": True, "expired": True, "expiry_announced": told}
    missed = clock(opened()).model_copy(update=changes)
    fact = StandingFact(fact=DutyFact.DECIDED, at=missed.due_at - HOUR)
    stopped, _ = stop(missed, (fact,))
    assert (stopped.breached, stopped.expired) == (False, expired)


MEDICAID_IN_CALIFORNIA = {
    "id": "M-1",
    "birth_date": "1960-01-02",
    "line_of_business": "medicaid_managed_care",
    "state": "CA",
}


def extended(member: dict[str, Any], at: datetime, **changed: Any) -> IntakeState:
    """A case that was opened at an instant and extended an hour later."""
    opening = submitted(request(member=member, **changed), at=at)
    return case_of(acted(case_of(when(None, opening)), "extend", at=at + HOUR, **EXTEND))


def test_what_goes_on_as_standard_is_no_longer_than_the_other_rule_that_binds():
    at = datetime(2026, 11, 19, 18, tzinfo=UTC)
    state = extended(MEDICAID_IN_CALIFORNIA, at)
    before = clock(state)
    assert (before.extended, before.runners_up) == (True, ("ca-standard-5bd",))
    wish = {"asked_by": "member", "asked_at": at + 2 * HOUR}
    faster = case_of(acted(state, "expedite", at=at + 2 * HOUR, **wish))
    slower = clock(case_of(acted(faster, "refuse_expedite", at=at + 3 * HOUR, words=WORDS)))
    assert (slower.rule, slower.due_at) == (before.rule, before.due_at)


@pytest.mark.parametrize("hours", [48, 80, 240])
def test_a_physician_s_word_shortens_a_clock_that_was_extended(hours: int):
    state = case_of(acted(opened(), "extend", **EXTEND))
    at = RECEIVED_AT + hours * HOUR
    asked = {"asked_by": "physician", "asked_at": at}
    faster = clock(case_of(acted(state, "expedite", at=at, **asked)))
    assert (faster.rule, faster.due_at) == ("ma-expedited-72h", RECEIVED_AT + 17 * DAY)


def test_a_physician_s_word_after_the_faster_law_s_longest_time_counts_without_it():
    state = case_of(acted(opened(), "extend", **EXTEND))
    at = RECEIVED_AT + 17 * DAY
    asked = {"asked_by": "physician", "asked_at": at}
    faster = clock(case_of(acted(state, "expedite", at=at, **asked)))
    assert faster.due_at == at + 72 * HOUR


def test_a_physician_s_word_shortens_a_clock_to_the_other_rules_that_bind_too():
    at = datetime(2026, 11, 19, 18, tzinfo=UTC)
    state = extended(MEDICAID_IN_CALIFORNIA, at)
    asked = {"asked_by": "physician", "asked_at": at + 2 * HOUR}
    faster = clock(case_of(acted(state, "expedite", at=at + 2 * HOUR, **asked)))
    assert faster.urgency is Urgency.EXPEDITED
    assert faster.due_at == at + 72 * HOUR


@pytest.mark.parametrize(("state", "funding"), [("CA", "insured"), ("OH", "self_funded")])
def test_an_extension_ends_with_the_law_that_allowed_it(state: str, funding: str):
    at = datetime(2026, 3, 2, 18, tzinfo=UTC)
    before = extended(request()["member"], at)
    member = request()["member"] | {"line_of_business": "erisa", "state": state, "funding": funding}
    asked = submitted(request(member=member, amends=str(CASE)), at=at + 2 * HOUR, of=CASE)
    binds_now = clock(case_of(when(None, submitted(request(member=member), at=at))))
    outcome = when(before, asked)
    again = clock(case_of(outcome))
    assert again.rule == binds_now.rule
    assert (again.due_at, again.target_at) == (binds_now.due_at, binds_now.target_at)
    told = [one for one in events(outcome, ClockStarted) if one.kind is ClockKind.DETERMINATION]
    assert [one.due_at for one in told] == [again.due_at]
    assert declined(acted(outcome.state, "extend", at=at + 3 * HOUR, **EXTEND)) is not None


def test_an_earlier_receipt_counts_for_a_clock_that_was_made_faster_meanwhile():
    at = RECEIVED_AT + 4 * DAY
    asked = {"asked_by": "physician", "asked_at": at}
    faster = case_of(acted(opened(), "expedite", at=at, **asked))
    assert clock(faster).due_at == at + 72 * HOUR
    correction = {"at": at + HOUR, "received_at": RECEIVED_AT - 3 * DAY, "words": WORDS}
    standard = clock(case_of(acted(opened(), "correct_receipt", **correction)))
    outcome = acted(faster, "correct_receipt", **correction)
    again = clock(case_of(outcome))
    assert (again.due_at, again.target_at) == (standard.due_at, standard.target_at)
    assert again.due_at < clock(faster).due_at
    assert outcome.timers == (Timer("clock", again.due_at),)


def test_a_physician_s_call_before_the_receipt_on_record_makes_it_faster_from_then():
    asked = {"asked_by": "physician", "asked_at": RECEIVED_AT - HOUR}
    outcome = acted(opened(), "expedite", **asked)
    assert declined(outcome) is None
    faster = clock(case_of(outcome))
    assert (faster.urgency, faster.due_at) == (Urgency.EXPEDITED, RECEIVED_AT + 72 * HOUR)
    met = after(opened(), APPROVED, letter())
    assert declined(acted(met, "expedite", **asked)) is ActDeclineCode.NOT_RUNNING
