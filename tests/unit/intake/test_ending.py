"""A case is over when its last authorization ran out: then the same request is a new one."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.intake.decide.ending import OVER
from services.intake.model import IntakeState
from shared.events.criteria import Authorization, Determination
from shared.lanes.outcome import Outcome, Timer, TimerDue
from tests.unit.intake.given import (
    CASE,
    HOUR,
    RECEIVED_AT,
    case_determined,
    case_of,
    line,
    opened,
    request,
    submitted,
    told,
    when,
)

ENDS = datetime(2026, 6, 2, 12, tzinfo=UTC)
APPROVED = case_determined(Determination.APPROVED, Determination.APPROVED)


def authorized(until: date = date(2026, 6, 1)) -> Outcome[IntakeState]:
    """The example case, approved."""
    lines = tuple(
        one.model_copy(
            update={
                "authorization": Authorization(
                    number=f"A-{one.sequence}",
                    valid_from=date(2026, 3, 1),
                    valid_to=until if one.sequence == 1 else date(2026, 4, 1),
                    units=1,
                )
            }
        )
        for one in APPROVED.lines
    )
    return when(opened(), told(APPROVED.model_copy(update={"lines": lines})))


def test_a_case_ends_the_day_after_its_last_authorization():
    assert Timer(OVER, ENDS) in authorized().timers


def test_a_case_with_an_open_line_or_without_an_authorization_has_no_end():
    pended = case_determined(Determination.APPROVED, Determination.PENDED)
    for event in (pended, APPROVED):
        assert [timer for timer in when(opened(), told(event)).timers if timer.kind == OVER] == []


def test_a_case_that_is_over_leaves_its_names():
    state = case_of(authorized())
    over = when(state, told(TimerDue(OVER, ENDS)))
    assert (over.forgotten, case_of(over).names, over.events) == (state.names, (), ())
    assert state.names


def test_a_change_takes_the_end_back():
    amended = submitted(
        request(amends=str(CASE), lines=[line(1), line(2), line(3)]), at=RECEIVED_AT + HOUR
    )
    outcome = when(case_of(authorized()), amended)
    assert Timer(OVER, None) in outcome.timers


def test_the_timer_of_an_earlier_end_changes_nothing():
    state = case_of(authorized(date(2026, 7, 1)))
    assert when(state, told(TimerDue(OVER, ENDS))) == Outcome(state)
