"""What the law approved because nobody had decided in time, and a fact that shows late that it was:
intake, criteria and letters do the same. The approval stays where somebody was told; else it is
taken back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from services.criteria.model import CriteriaState
from services.intake.clocks.record import RunningClock
from services.intake.model import IntakeState
from services.letters.decide.clock_memory import approved_by_law
from services.letters.model import LettersState
from shared.events.clocks.duties import ClockCorrected, ClockExpired, OnExpiry
from shared.events.letters import LetterKind
from shared.events.model import EventData
from shared.lanes.outcome import Outcome
from tests.unit.criteria.test_missed_clocks import after as in_criteria
from tests.unit.criteria.test_missed_clocks import state_of as criteria_of
from tests.unit.criteria.test_reviews import pended
from tests.unit.intake.acting import A1, acted, clock
from tests.unit.intake.given import (
    HOUR,
    case_determined,
    case_of,
    clock_due,
    letter,
    request,
    submitted,
    told,
    when,
)
from tests.unit.letters.clocks.test_missed import PENDED, follows
from tests.unit.letters.examples import determined, request_received

NEW_JERSEY = {"id": "M-1", "line_of_business": "qhp_ffe", "state": "NJ"}
DECIDED = case_determined(A1, A1)
MINUTE = timedelta(minutes=1)


class Told(NamedTuple):
    """The case through intake, and what it published of it."""

    state: IntakeState
    events: tuple[EventData, ...]

    def then(self, outcome: Outcome[IntakeState]) -> Told:
        published = tuple(emit.data for emit in outcome.events)
        return Told(case_of(outcome), (*self.events, *published))

    @property
    def clock(self) -> RunningClock:
        return clock(self.state)

    def one(self, kind: type[Any]) -> Any:
        (found,) = [event for event in self.events if isinstance(event, kind)]
        return found


def begun() -> Told:
    """An insured member of New Jersey asks, where what is late counts as approved."""
    outcome = when(None, submitted(request(member=NEW_JERSEY)))
    made = Told(case_of(outcome), ()).then(outcome)
    assert made.clock.on_expiry is OnExpiry.APPROVED_BY_LAW
    return made


def spoken_in_time(made: Told) -> Told:
    """It is put on record late that the provider was told in time."""
    due = made.clock.due_at
    notice = {"addressee": "provider", "adverse": False, "notified_at": due - MINUTE}
    return made.then(acted(made.state, "oral_notice", at=due + 2 * HOUR, **notice))


def never_decided() -> Told:
    """Nobody had decided when the clock ran out; that somebody had is learnt of afterwards."""
    made = begun()
    due = made.clock.due_at
    late = made.then(when(made.state, clock_due(due)))
    assert late.clock.expired
    return late.then(when(late.state, told(DECIDED, at=due - HOUR)))


def decided_but_not_told() -> Told:
    """All lines were decided, and nobody told of it, when the clock ran out."""
    made = begun()
    due = made.clock.due_at
    decided = made.then(when(made.state, told(DECIDED, at=due - HOUR)))
    late = decided.then(when(decided.state, clock_due(due)))
    assert late.clock.expired
    return late


def with_a_letter(made: Told) -> Told:
    """Letters knew of no decision yet, and has told that it counts as approved."""
    issued = letter(LetterKind.APPROVED_BY_LAW, at=made.clock.due_at + MINUTE)
    return made.then(when(made.state, told(issued, at=made.clock.due_at + MINUTE)))


STAYS = {
    "open lines": never_decided,
    "a letter all the same": lambda: with_a_letter(decided_but_not_told()),
}


def of_clocks(made: Told) -> list[EventData]:
    """What criteria and letters read of it, about the clock of the determination."""
    return [event for event in made.events if "clock-" in event.TYPE and "act" not in event.TYPE]


def criteria_with(made: Told) -> CriteriaState:
    return criteria_of(in_criteria(pended(), *of_clocks(made)))


def letters_with(made: Told) -> LettersState:
    state = follows(request_received(), PENDED, *of_clocks(made)).state
    assert state is not None
    return state


def approved_in(criteria: CriteriaState) -> list[int]:
    return [
        line.sequence
        for line in criteria.lines
        if criteria.by_law(line) is OnExpiry.APPROVED_BY_LAW
    ]


@pytest.mark.parametrize("how", STAYS)
def test_an_approval_by_law_that_somebody_was_told_of_stays_whatever_is_learnt(how: str):
    made = spoken_in_time(STAYS[how]())
    corrected = made.one(ClockCorrected)
    assert (corrected.breached, corrected.expired) == (False, True)
    assert (made.clock.in_time, made.clock.breached, made.clock.expired) == (True, False, True)

    lines = made.one(ClockExpired).lines
    assert approved_in(criteria_with(made)) == [*lines]
    assert approved_by_law(letters_with(made), PENDED) == (1, 2)


def test_an_approval_by_law_that_nobody_was_told_of_is_taken_back():
    made = spoken_in_time(decided_but_not_told())
    corrected = made.one(ClockCorrected)
    assert (corrected.breached, corrected.expired) == (False, False)
    assert (made.clock.in_time, made.clock.breached, made.clock.expired) == (True, False, False)

    assert approved_in(criteria_with(made)) == []
    state = follows(request_received(), determined(), *of_clocks(made)).state
    assert state is not None
    assert LetterKind.APPROVED_BY_LAW not in [one.kind for one in state.letters]
    assert state.expired == ()


def test_letters_keep_what_a_letter_of_theirs_has_said_whatever_intake_says():
    made = spoken_in_time(decided_but_not_told())
    state = letters_with(made)
    assert [one.kind for one in state.letters if one.kind is LetterKind.APPROVED_BY_LAW] != []
    assert approved_by_law(state, PENDED) == (1, 2)


def test_a_deadline_that_approves_nothing_is_taken_back_as_ever():
    made = begun()
    adverse = made.clock.model_copy(update={"on_expiry": OnExpiry.ADVERSE_APPEALABLE})
    clocks = tuple(adverse if one is made.clock else one for one in made.state.clocks)
    state = made.state.model_copy(update={"clocks": clocks})
    late = Told(state, ()).then(when(state, clock_due(adverse.due_at)))
    known = late.then(when(late.state, told(DECIDED, at=adverse.due_at - HOUR)))
    assert known.one(ClockExpired).on_expiry is OnExpiry.ADVERSE_APPEALABLE
    corrected = spoken_in_time(known).one(ClockCorrected)
    assert (corrected.breached, corrected.expired) == (False, False)
