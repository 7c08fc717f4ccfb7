"""A duty is met by its own facts: the letter of what stands, to whom it is owed, handed over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from shared.events.clocks.duties import ClockBreached, ClockExpired, ClockStopped, DutyFact
from shared.events.criteria import Determination
from shared.events.letters import Audience, LetterKind
from shared.events.request import Urgency
from tests.unit.intake.acting import A1, A3, A4, DAY, acted, after, clock, events
from tests.unit.intake.given import (
    HOUR,
    RECEIVED_AT,
    case_determined,
    case_of,
    clock_due,
    letter,
    line,
    opened,
    rendered,
    request,
    submitted,
    told,
    types,
    when,
)

APPROVED = case_determined(A1, A1)


def test_a_letter_meets_the_duty_once_its_documents_are_handed_over():
    issued = letter(documents=True)
    waiting = after(opened(), APPROVED, issued)
    assert clock(waiting).running
    outcome = when(waiting, told(rendered(issued), at=RECEIVED_AT + 2 * HOUR))
    (stopped,) = events(outcome, ClockStopped)
    assert (stopped.stopped_at, stopped.in_time) == (RECEIVED_AT + 2 * HOUR, True)
    assert stopped.met_by == (DutyFact.DECIDED, DutyFact.WRITING_HANDED_OVER)
    assert [one.letter_id for one in clock(case_of(outcome)).met_by] == [None, issued.letter_id]


@pytest.mark.parametrize("kind", [LetterKind.PENDED, LetterKind.OTHER])
def test_a_notice_that_tells_no_end_meets_nothing(kind: LetterKind):
    assert clock(after(opened(), APPROVED, letter(kind))).running


def test_a_letter_to_the_provider_is_not_the_member_s_writing():
    assert clock(after(opened(), APPROVED, letter(to=Audience.PROVIDER))).running


def test_a_letter_of_another_determination_meets_nothing_however_late_it_is_handed_over():
    half = case_determined(A1, A4)
    issued = letter(LetterKind.PARTIAL, of=half, documents=True)
    decided = after(opened(), half, issued, APPROVED)
    assert clock(after(decided, rendered(issued))).running


def test_a_letter_of_what_no_longer_stands_meets_nothing():
    amended = submitted(request(amends=str(UUID(int=5)), lines=[line(1, segment="T1-T2"), line(2)]))
    state = case_of(when(after(opened(), APPROVED), amended))
    assert clock(after(state, letter())).running
    again = case_determined(A1, Determination.CANCELLED, version=2)
    assert clock(after(state, again, letter())).running


def test_a_letter_of_the_same_that_came_before_is_not_owed_again():
    issued = letter()
    changed = submitted(request(amends=str(UUID(int=5)), lines=[line(1, segment="T1-T2"), line(2)]))
    state = case_of(when(after(opened(), APPROVED, issued), changed))
    assert clock(state).running
    back = case_of(when(state, told(case_determined(A1, A1, version=2), at=RECEIVED_AT + DAY)))
    assert (clock(back).in_time, clock(back).stopped_at) == (True, RECEIVED_AT + DAY)


def test_a_determination_of_a_version_that_was_replaced_is_told_by_the_same_letter():
    issued = letter()
    state = case_of(when(opened(), submitted(request(amends=str(UUID(int=5)), reference="R-2"))))
    assert not clock(after(state, APPROVED, issued, case_determined(A1, A1, version=2))).running


def test_an_event_of_ours_happened_when_its_producer_says_however_late_it_is_read():
    issued = letter(documents=True)
    due = clock(opened()).due_at
    late = case_of(when(after(opened(), APPROVED, issued), clock_due(due)))
    handed_over = told(rendered(issued), at=due - HOUR)._replace(received_at=due + 3 * DAY)
    (stopped,) = events(when(late, handed_over), ClockStopped)
    assert (stopped.in_time, stopped.corrects_breach) == (True, True)


def test_a_letter_handed_over_late_corrects_nothing():
    issued = letter(documents=True)
    due = clock(opened()).due_at
    late = case_of(when(after(opened(), APPROVED, issued), clock_due(due)))
    (stopped,) = events(when(late, told(rendered(issued), at=due + HOUR)), ClockStopped)
    assert (stopped.in_time, stopped.corrects_breach) == (False, False)


def test_what_the_law_makes_of_a_missed_determination_is_told_of_what_nobody_was_told_of():
    mixed, due = case_determined(A1, A4), clock(opened()).due_at
    decided = after(opened(), mixed)
    for happened, lines in (
        ((), (1, 2)),
        ((letter(LetterKind.PENDED, of=mixed),), (1, 2)),
        ((letter(LetterKind.PARTIAL, of=mixed, documents=True),), (1, 2)),
        ((letter(LetterKind.PARTIAL, of=mixed, at=RECEIVED_AT - HOUR),), (1, 2)),
        ((letter(LetterKind.PARTIAL, of=mixed),), (2,)),
        ((letter(LetterKind.PARTIAL, of=mixed, to=Audience.PROVIDER),), (2,)),
        ((letter(LetterKind.PARTIAL, of=mixed), case_determined(A1, A4, version=1)), (2,)),
    ):
        outcome = when(after(decided, *happened), clock_due(due))
        (expired,) = events(outcome, ClockExpired)
        assert (expired.on_expiry, expired.lines) == ("adverse_appealable", lines)


def test_of_a_line_that_is_determined_otherwise_since_nobody_was_told():
    mixed = case_determined(A1, A4)
    state = after(opened(), mixed, letter(LetterKind.PARTIAL, of=mixed))
    again = told(case_determined(A3, A4), at=RECEIVED_AT + 3 * HOUR)
    state = case_of(when(state, again))
    (expired,) = events(when(state, clock_due(state.clock.due_at)), ClockExpired)
    assert expired.lines == (1, 2)


def test_what_was_decided_and_not_handed_over_runs_out_too():
    outcome = when(after(opened(), case_determined(A1, A3)), clock_due(clock(opened()).due_at))
    (expired,) = events(outcome, ClockExpired)
    assert expired.lines == (1, 2)


def test_emergency_care_that_needs_no_approval_does_not_count_as_refused():
    none_needed = case_determined(Determination.NO_ACTION, Determination.NO_ACTION)
    outcome = when(after(opened(), none_needed), clock_due(clock(opened()).due_at))
    assert types(outcome) == ["ClockBreached"]


def test_a_clock_that_runs_out_by_no_law_expires_to_nothing():
    medicaid = {"id": "M-1", "line_of_business": "medicaid_fee_for_service", "state": "OH"}
    state = opened(member=medicaid)
    outcome = when(state, clock_due(clock(state).due_at))
    assert (len(events(outcome, ClockBreached)), len(events(outcome, ClockExpired))) == (1, 0)


def test_a_withdrawal_ends_every_clock():
    state = opened(urgency="expedited", asker="noncontract_provider")
    gone = submitted(
        request(
            amends=str(UUID(int=5)),
            lines=[line(1, cancelled=True), line(2, cancelled=True)],
        )
    )
    outcome = when(state, gone)
    assert not any(one.running for one in case_of(outcome).clocks)
    assert all(one.met_by == (DutyFact.WITHDRAWN,) for one in events(outcome, ClockStopped))


def test_what_comes_with_the_midnight_after_the_last_day_is_late():
    state = after(opened(), APPROVED)
    midnight = clock(state).due_at
    for soon, at in ((True, midnight - timedelta(microseconds=1)), (False, midnight)):
        outcome = when(state, told(letter(at=at), at=at))
        assert [one.in_time for one in events(outcome, ClockStopped)] == [soon]
    issued = letter(at=midnight - HOUR)
    told_in_time = after(state, issued)
    mailed = acted(
        told_in_time,
        "mailed",
        at=midnight + HOUR,
        letter_id=str(issued.letter_id),
        mailed_at=midnight,
    )
    assert (clock(case_of(mailed)).in_time, clock(case_of(mailed)).breached) == (False, True)


def test_what_comes_with_the_last_instant_of_a_rule_of_hours_is_in_time():
    fast = case_determined(A1, A1, urgency=Urgency.EXPEDITED)
    state = after(opened(urgency="expedited"), fast)
    at = clock(state).due_at
    outcome = when(state, told(letter(of=fast, at=at), at=at))
    assert [one.in_time for one in events(outcome, ClockStopped)] == [True]
