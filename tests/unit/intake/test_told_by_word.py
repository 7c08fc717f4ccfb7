"""What was told by word of mouth is told of what stood when it was told, and is owed in writing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from services.intake.model import IntakeState
from shared.events.clocks.acts import ActDeclineCode, ClockActRecorded
from shared.events.clocks.duties import ClockCorrected, ClockKind, DutyFact
from shared.events.criteria import CaseDetermined
from shared.events.evaluation import Question
from shared.events.intake import INTAKE
from shared.events.letters import Audience, LetterKind
from shared.lanes.batch.outcome_writer import prepare
from shared.lanes.outcome import Outcome
from tests.unit.intake.acting import (
    A1,
    A3,
    acted,
    clock,
    decided_at,
    declined,
    events,
    submitted_act,
)
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

APPROVED = case_determined(A1, A1)
REFUSED = case_determined(A3, A1)
WHOLLY_REFUSED = case_determined(A3, A3)


def spoken(
    state: IntakeState, at: datetime, *, adverse: bool, learnt_at: datetime | None = None
) -> Outcome[IntakeState]:
    """The member was told by telephone."""
    notice = {"addressee": "member", "notified_at": at, "adverse": adverse}
    return acted(state, "oral_notice", at=learnt_at or at, **notice)


def asks_for_more(state: IntakeState, at: datetime) -> IntakeState:
    """The case with a third line since then, which is open."""
    lines: list[Any] = [line(1), line(2), line(3)]
    content = request(urgency="expedited", lines=lines, amends=str(CASE))
    return case_of(when(state, submitted(content, at=at, of=CASE)))


def test_nobody_can_have_been_told_before_it_was_decided():
    state = decided_at(opened(urgency="expedited"), APPROVED, RECEIVED_AT + 71 * HOUR)
    early = spoken(state, RECEIVED_AT + HOUR, adverse=False, learnt_at=RECEIVED_AT + 80 * HOUR)
    assert declined(early) is ActDeclineCode.NOT_DECIDED
    assert clock(case_of(early)).running


def test_a_notice_that_is_learnt_of_late_tells_of_what_stood_when_it_was_given():
    state = decided_at(opened(urgency="expedited"), APPROVED)
    state = case_of(when(state, told(letter(at=RECEIVED_AT + 3 * HOUR))))
    state = asks_for_more(state, RECEIVED_AT + 10 * HOUR)
    between = spoken(state, RECEIVED_AT + 11 * HOUR, adverse=False)
    assert declined(between) is ActDeclineCode.NOT_DECIDED
    again = case_determined(A1, A1, A3, version=2)
    state = decided_at(case_of(between), again, RECEIVED_AT + 50 * HOUR)
    late = spoken(state, RECEIVED_AT + 2 * HOUR, adverse=False, learnt_at=RECEIVED_AT + 90 * HOUR)
    (corrected,) = events(late, ClockCorrected)
    assert (corrected.started_at, corrected.stopped_at) == (RECEIVED_AT, RECEIVED_AT + 2 * HOUR)
    first, newest = case_of(late).clocks
    assert DutyFact.MEMBER_NOTIFIED_ORALLY in [one.fact for one in first.met_by]
    assert newest.running


@pytest.mark.parametrize("decided", [APPROVED, REFUSED])
def test_whether_something_was_refused_is_as_it_was_decided_and_not_as_somebody_says(
    decided: CaseDetermined,
):
    state = decided_at(opened(urgency="expedited"), decided)
    at, adverse = RECEIVED_AT + 2 * HOUR, decided is REFUSED
    contradicting = spoken(state, at, adverse=not adverse)
    assert declined(contradicting) is ActDeclineCode.CONTRADICTED
    taken = spoken(state, at, adverse=adverse)
    assert declined(taken) is None
    assert (case_of(taken).clock_of(ClockKind.WRITTEN_NOTICE) is not None) is adverse


def test_what_is_owed_in_writing_is_owed_of_what_stands_by_now():
    state = decided_at(opened(urgency="expedited"), REFUSED)
    state = case_of(spoken(state, RECEIVED_AT + 2 * HOUR, adverse=True))
    owed = clock(state, ClockKind.WRITTEN_NOTICE)
    state = decided_at(state, WHOLLY_REFUSED, RECEIVED_AT + 12 * HOUR)
    outcome = spoken(state, RECEIVED_AT + 13 * HOUR, adverse=True)
    assert declined(outcome) is None
    still = clock(case_of(outcome), ClockKind.WRITTEN_NOTICE)
    assert (still.running, still.due_at, still.final) == (True, owed.due_at, state.final)
    written = letter(LetterKind.REFUSAL, of=WHOLLY_REFUSED, at=RECEIVED_AT + 14 * HOUR)
    done = case_of(when(outcome.state, told(written)))
    assert clock(done, ClockKind.WRITTEN_NOTICE).in_time


def test_after_the_writing_another_refusal_that_is_told_is_owed_in_writing_again():
    state = decided_at(opened(urgency="expedited"), REFUSED)
    state = case_of(spoken(state, RECEIVED_AT + 2 * HOUR, adverse=True))
    written = letter(LetterKind.REFUSAL, of=REFUSED, at=RECEIVED_AT + 3 * HOUR)
    state = case_of(when(state, told(written)))
    state = decided_at(state, WHOLLY_REFUSED, RECEIVED_AT + 12 * HOUR)
    at = RECEIVED_AT + 13 * HOUR
    owed = clock(case_of(spoken(state, at, adverse=True)), ClockKind.WRITTEN_NOTICE)
    assert (owed.started_at, owed.running) == (at, True)


def test_the_letter_that_confirms_what_was_told_is_the_writing_owed_and_no_determination():
    at = RECEIVED_AT + 2 * HOUR
    state = decided_at(opened(), REFUSED)
    notice = {"addressee": "member", "notified_at": at, "adverse": True}
    act = told(submitted_act("oral_notice", at=at, **notice), at=at)
    outcome = when(state, act)
    recorded = prepare(act.id, outcome, INTAKE)[0]
    assert isinstance(recorded.data, ClockActRecorded)
    follow_up = letter(LetterKind.ORAL_FOLLOW_UP, of=REFUSED, at=at + HOUR)
    of_the_act = follow_up.model_copy(update={"notice_id": recorded.event_id})
    to_provider = of_the_act.model_copy(update={"audience": Audience.PROVIDER})
    for other in (follow_up, to_provider):
        unmet = case_of(when(outcome.state, told(other)))
        assert clock(unmet, ClockKind.WRITTEN_NOTICE).running
    met = case_of(when(outcome.state, told(of_the_act)))
    written = clock(met, ClockKind.WRITTEN_NOTICE)
    assert (written.stopped_at, written.in_time) == (at + HOUR, True)
    assert clock(met).running


def test_of_a_withdrawn_request_nothing_is_owed_any_more_whatever_comes_late():
    decided = case_determined(A1, A3)
    state = decided_at(opened(), decided)
    lines = [{"sequence": n, "cancelled": True} for n in (1, 2)]
    withdrawn = submitted(request(lines=lines, amends=str(CASE)), at=RECEIVED_AT + 3 * HOUR)
    state = case_of(when(state, withdrawn))
    learnt = spoken(state, RECEIVED_AT + 2 * HOUR, adverse=True, learnt_at=RECEIVED_AT + 4 * HOUR)
    assert state.cancelled
    asking = decided.model_copy(update={"questions": (Question(id="q", text="What hurts?"),)})
    for outcome in (learnt, when(case_of(learnt), told(asking, at=RECEIVED_AT + 5 * HOUR))):
        assert not any(one.running for one in case_of(outcome).clocks)
        assert outcome.timers == ()
