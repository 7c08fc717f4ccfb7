"""What intake learns of a case after it is open: urgency, determinations, notices, and the clock
that runs out.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.intake.model import IntakeState
from shared.events.clocks.duties import ClockCorrected, ClockStarted, ClockStopped
from shared.events.criteria import Basis, Determination
from shared.events.letters import LetterKind
from shared.events.request import Urgency
from shared.lanes.outcome import Outcome, Received, TaskDone, Timer
from tests.unit.intake.given import (
    HOUR,
    RECEIVED_AT,
    case_determined,
    case_of,
    clock_due,
    evaluated,
    letter,
    line,
    line_determined,
    opened,
    rendered,
    request,
    submitted,
    told,
    types,
    when,
)

A1, A3, A4 = Determination.APPROVED, Determination.NOT_CERTIFIED, Determination.PENDED
DUE = datetime(2026, 3, 7, 6, tzinfo=UTC)
"""The end of the seventh day in Chicago."""


def after(*events: object) -> IntakeState:
    state = opened()
    for event in events:
        state = case_of(when(state, event if isinstance(event, Received) else told(event)))
    return state


def test_a_finding_that_raises_the_urgency_makes_the_clock_stricter_from_its_first_start():
    outcome = when(opened(), told(evaluated(Urgency.EXPEDITED)))
    (event,) = [emit.data for emit in outcome.events]
    assert isinstance(event, ClockStarted)
    assert (event.rule, event.urgency, event.started_at, event.due_at) == (
        "ma-expedited-72h",
        Urgency.EXPEDITED,
        RECEIVED_AT,
        RECEIVED_AT + 72 * HOUR,
    )
    assert outcome.timers == (Timer("clock", RECEIVED_AT + 72 * HOUR),)


def test_a_finding_never_lowers_the_urgency():
    state = opened(urgency="emergency")
    outcome = when(state, told(evaluated(Urgency.STANDARD)))
    assert (types(outcome), case_of(outcome).urgency, case_of(outcome).clock) == (
        [],
        Urgency.EMERGENCY,
        state.clock,
    )


def test_an_emergency_found_in_an_expedited_case_keeps_the_clock():
    outcome = when(opened(urgency="expedited"), told(evaluated(Urgency.EMERGENCY)))
    assert (types(outcome), case_of(outcome).urgency) == ([], Urgency.EMERGENCY)


def test_advisories_and_the_status_of_each_line_are_shown():
    state = after(evaluated(), line_determined(1, A1), line_determined(2, A4))
    assert [one.determination for one in state.lines] == [A1, A4]
    assert [one.id for one in state.advisories] == ["uncovered-level:L1"]
    assert not state.settled


def test_a_determined_case_is_settled_even_where_lines_are_pended():
    state = after(case_determined(A1, A4))
    assert (state.settled, state.determination, [one.open for one in state.lines]) == (
        True,
        A1,
        [False, True],
    )


def test_a_determination_of_an_older_version_does_not_judge_the_new_one():
    amended = submitted(request(amends=str(UUID(int=5)), lines=[line(1, segment="T1-T2"), line(2)]))
    state = after(evaluated(), amended, line_determined(1, A1), case_determined(A1, A1))
    assert [one.determination for one in state.lines] == [None, None]
    assert [
        one.determination
        for one in after(
            evaluated(), amended, evaluated(version=2), line_determined(1, A1, version=2)
        ).lines
    ] == [A1, None]


def test_a_cancelled_line_stays_cancelled():
    amended = submitted(request(amends=str(UUID(int=5)), lines=[line(1), line(2, cancelled=True)]))
    assert (
        after(amended, case_determined(A1, A1, version=2)).lines[1].determination
        is Determination.CANCELLED
    )


def test_a_clinicians_decision_is_known_as_one():
    state = after(line_determined(1, A3, basis=Basis.CLINICIAN), case_determined(A3, A1))
    assert [one.human_reviewed for one in state.lines] == [True, False]


def test_the_final_notice_stops_the_clock_in_time():
    outcome = when(after(case_determined(A1, A1)), told(letter()))
    (event,) = [emit.data for emit in outcome.events]
    assert isinstance(event, ClockStopped)
    assert (event.stopped_at, event.in_time, event.corrects_breach) == (
        RECEIVED_AT + HOUR,
        True,
        False,
    )
    assert outcome.timers == (Timer("clock", None),)


def test_a_second_notice_stops_nothing_again():
    outcome = when(
        after(case_determined(A1, A1), letter()), told(letter(at=RECEIVED_AT + 2 * HOUR))
    )
    assert types(outcome) == []
    assert len(case_of(outcome).letters) == 2


def test_a_pended_notice_does_not_stop_the_clock():
    assert types(when(after(case_determined(A4, A4)), told(letter(LetterKind.PENDED)))) == []
    assert types(when(after(case_determined(A1, A1)), told(letter(LetterKind.PENDED)))) == []


def test_a_notice_does_not_stop_the_clock_while_a_line_is_pended():
    assert types(when(after(case_determined(A1, A4)), told(letter(LetterKind.PARTIAL)))) == []


def test_a_clock_that_runs_out_is_told_once_and_decides_nothing():
    outcome = when(opened(), clock_due(DUE))
    assert types(outcome) == ["ClockBreached", "ClockExpired"]
    assert case_of(outcome).lines == opened().lines
    assert types(when(case_of(outcome), clock_due(DUE))) == []


def test_a_timer_of_an_earlier_clock_or_of_a_stopped_one_is_no_breach():
    assert types(when(opened(), clock_due(DUE - timedelta(seconds=1)))) == []
    assert types(when(after(case_determined(A1, A1), letter()), clock_due(DUE))) == []


def test_a_notice_in_time_that_is_learnt_of_late_corrects_the_breach():
    event, correction = [
        emit.data
        for emit in when(
            after(clock_due(DUE), case_determined(A1, A1)),
            told(letter(at=DUE - HOUR), at=DUE + HOUR),
        ).events
    ]
    assert isinstance(event, ClockStopped)
    assert (event.in_time, event.corrects_breach) == (True, True)
    assert isinstance(correction, ClockCorrected)
    assert (correction.breached, correction.stopped_at) == (False, DUE - HOUR)


def test_a_late_notice_stops_the_clock_and_corrects_nothing():
    (event,) = [
        emit.data
        for emit in when(
            after(clock_due(DUE), case_determined(A1, A1)), told(letter(at=DUE + HOUR))
        ).events
    ]
    assert isinstance(event, ClockStopped)
    assert (event.in_time, event.corrects_breach) == (False, False)


def test_documents_are_found_at_their_letter():
    issued = letter()
    assert after(issued, rendered(issued)).letters[0].documents == rendered(issued).documents


def test_an_event_of_a_case_that_intake_does_not_hold_changes_nothing():
    assert when(None, told(evaluated())) == Outcome(None)
    assert when(opened(), told(TaskDone("mail", "1", {}))) == Outcome(opened())


@given(
    st.lists(st.sampled_from([A1, A3, A4]), min_size=2, max_size=2), st.permutations([0, 1, 2, 3])
)
def test_no_order_of_events_stops_a_clock_while_a_line_waits(
    determinations: list[Determination], order: list[int]
):
    events = [
        evaluated(Urgency.EXPEDITED),
        case_determined(*determinations),
        letter(),
        line_determined(1, determinations[0]),
    ]
    state = after(*(events[n] for n in order))
    assert state.clock.stopped_at is None or not any(one.open for one in state.lines)
    assert state.urgency is Urgency.EXPEDITED
