"""A clinician's question is the act that meets the duties to ask; where its rule says so the clock
stands still until the answer.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.intake.model import IntakeState
from shared.events.clocks.acts import ActDeclineCode
from shared.events.clocks.duties import (
    ClockCorrected,
    ClockExtended,
    ClockKind,
    ClockStarted,
    ClockStopped,
    DutyFact,
)
from shared.events.criteria import InformationRequested
from shared.events.evaluation import Question
from shared.lanes.outcome import Outcome, Timer
from tests.unit.intake.acting import (
    A1,
    DAY,
    WORDS,
    acted,
    after,
    asked,
    clock,
    declined,
    events,
)
from tests.unit.intake.given import (
    HOUR,
    RECEIVED_AT,
    case_determined,
    case_of,
    letter,
    opened,
    request,
    submitted,
    told,
    when,
)

ERISA = {"id": "M-1", "line_of_business": "erisa", "funding": "self_funded", "state": "OH"}


def of_erisa(**changed: Any) -> IntakeState:
    return opened(member=ERISA, **changed)


def test_medicare_s_clock_does_not_wait_for_information():
    outcome = asked(opened(), RECEIVED_AT + HOUR)
    assert outcome.events == ()
    assert case_of(outcome).clocks == opened().clocks


def test_erisa_s_clock_stands_still_from_the_asking_until_the_answer():
    state = of_erisa()
    asked_at = RECEIVED_AT + 3 * DAY
    waiting = asked(state, asked_at)
    (tolled,) = events(waiting, ClockExtended)
    assert (tolled.tolled, tolled.due_at) == (True, clock(state).due_at + 45 * DAY)
    assert (tolled.by, tolled.words, tolled.extended_at) == ("rn-1", WORDS, asked_at)
    at = asked_at + 10 * DAY
    answered = acted(case_of(waiting), "information_received", received_at=at, at=at)
    (corrected,) = events(answered, ClockCorrected)
    assert corrected.due_at == clock(state).due_at + 10 * DAY
    assert answered.timers == (Timer("clock", corrected.due_at),)


def test_more_time_to_answer_than_the_law_wants_is_waited_for_and_less_is_not():
    at = RECEIVED_AT + DAY
    for until, days in (((at + 90 * DAY).date(), 91), ((at + 5 * DAY).date(), 45), (date.max, 181)):
        (tolled,) = events(asked(of_erisa(), at, until=until), ClockExtended)
        moved = tolled.due_at - clock(of_erisa()).due_at
        assert days * DAY - DAY < moved <= days * DAY
        stands_still = days - days % 5
        assert tolled.until == at.date() + stands_still * DAY, "the day that the letter names"


def test_the_day_that_the_letter_names_is_counted_where_the_plan_is():
    at = datetime(2026, 3, 3, 3, tzinfo=UTC)  # the evening of the second there
    (tolled,) = events(asked(of_erisa(), at, until=date(2026, 3, 2)), ClockExtended)
    assert tolled.until == date(2026, 3, 2) + 45 * DAY


def test_an_urgent_claim_is_decided_within_48_hours_of_the_answer():
    at = RECEIVED_AT + 10 * HOUR
    waiting = asked(of_erisa(urgency="expedited"), at, until=at.date())
    assert clock(case_of(waiting)).due_at == at + 96 * HOUR
    answered = acted(waiting.state, "information_received", received_at=at + HOUR, at=at + HOUR)
    assert clock(case_of(answered)).due_at == at + 49 * HOUR


def test_an_amendment_by_the_sender_answers():
    at = RECEIVED_AT + DAY
    waiting = case_of(asked(of_erisa(), at))
    amended = submitted(
        request(amends=str(UUID(int=5)), member=ERISA, reference="R-2"), at=at + DAY
    )
    outcome = when(waiting, amended)
    assert clock(case_of(outcome)).due_at == clock(of_erisa()).due_at + DAY
    nothing = acted(outcome.state, "information_received", received_at=at + DAY, at=at + 2 * DAY)
    assert declined(nothing) is ActDeclineCode.NOTHING_ASKED


def test_time_stands_still_once():
    at = RECEIVED_AT + DAY
    waiting = asked(of_erisa(), at)
    answered = acted(waiting.state, "information_received", received_at=at + DAY, at=at + DAY)
    second = asked(case_of(answered), at + DAY, recorded_at=at + 2 * DAY)
    assert events(second, ClockExtended) == []
    assert clock(case_of(second)).due_at == clock(case_of(answered)).due_at


def test_information_that_nobody_asked_for_is_no_answer():
    outcome = acted(of_erisa(), "information_received", received_at=RECEIVED_AT)
    assert declined(outcome) is ActDeclineCode.NOTHING_ASKED


def test_a_provider_without_a_contract_is_asked_within_24_hours_of_receipt():
    state = opened(urgency="expedited", asker="noncontract_provider")
    at = RECEIVED_AT + 2 * HOUR
    outcome = asked(state, at, "noncontract_provider")
    (started,), (stopped,) = events(outcome, ClockStarted), events(outcome, ClockStopped)
    assert (started.kind, started.started_at, started.due_at) == (
        ClockKind.INFORMATION_REQUEST,
        RECEIVED_AT,
        RECEIVED_AT + 24 * HOUR,
    )
    assert (stopped.met_by, stopped.in_time) == ((DutyFact.INFORMATION_ASKED,), True)
    for another in ("member", "provider"):
        assert events(asked(state, at, another), ClockStopped) == []


def stopped_at(outcome: Outcome[IntakeState]) -> datetime:
    (stopped,) = events(outcome, ClockStopped)
    return stopped.stopped_at


def test_who_was_asked_by_word_of_mouth_was_asked_then_whenever_it_is_put_on_record():
    state = opened(urgency="expedited", asker="noncontract_provider")
    told_at = RECEIVED_AT + 30 * HOUR
    by_telephone = asked(state, RECEIVED_AT + 2 * HOUR, "noncontract_provider", recorded_at=told_at)
    assert stopped_at(by_telephone) == RECEIVED_AT + 2 * HOUR


@pytest.mark.parametrize("said", [RECEIVED_AT - HOUR, RECEIVED_AT + 9 * HOUR])
def test_nobody_is_asked_before_there_is_a_request_nor_after_it_is_on_record(said: datetime):
    state = opened(urgency="expedited", asker="noncontract_provider")
    on_record = RECEIVED_AT + 3 * HOUR
    outcome = asked(state, said, "noncontract_provider", recorded_at=on_record)
    assert stopped_at(outcome) == on_record


def test_what_the_engine_asks_meets_nothing_until_its_letter_is_handed_over():
    state = opened(urgency="expedited", asker="noncontract_provider")
    engine = Question(id="q", text="Which levels?", lines=(1,))
    event = InformationRequested(evaluation_id=UUID(int=1), questions=(engine,))
    assert when(state, told(event)) == Outcome(state)


def test_whoever_this_version_does_not_know_was_asked_nothing_that_stops_a_clock():
    assert asked(of_erisa(), RECEIVED_AT + HOUR, "other") == Outcome(of_erisa())


def test_a_question_about_what_is_decided_and_told_moves_no_clock():
    state = after(of_erisa(), case_determined(A1, A1), letter())
    assert not clock(state).running
    assert asked(state, RECEIVED_AT + 2 * HOUR) == Outcome(state)
