"""Letters where several clocks run: each that is missed or moved by a person has its notice, and no
letter names a later day than the earliest of them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.letters.decide.clock_memory import next_due
from services.letters.model import LettersState
from shared.events.clocks.duties import ClockKind, ClockStarted, OnExpiry
from shared.events.letters import LetterKind
from tests.unit.letters.clocks.test_notices import BOTH, STARTED, follows, kinds, notice
from tests.unit.letters.examples import DUE, NOW, clock_started, corrected, expired, extended

FURTHER = ClockKind.FURTHER_DETERMINATION
DAY = timedelta(days=1)


def beside(**changes: Any) -> ClockStarted:
    return clock_started().model_copy(
        update={"kind": FURTHER, "rule": "ca", "due_at": DUE + DAY, **changes}
    )


def state(*events: Any) -> LettersState:
    found = follows(*events).state
    assert found is not None
    return found


def test_a_clock_beside_the_strictest_calls_for_no_notice_and_moves_no_day():
    assert kinds(*STARTED, beside()) == []
    assert next_due(state(*STARTED, beside()), NOW) == next_due(state(*STARTED), NOW) == DUE


def test_each_that_is_missed_has_its_own_notice():
    own = expired(OnExpiry.EXHAUSTED, rule="ca", due_at=DUE + DAY, kind=FURTHER, started_at=NOW)
    assert kinds(*STARTED, beside(), own) == [LetterKind.APPEALS_EXHAUSTED] * len(BOTH)


def test_one_that_a_person_extended_is_told_with_the_earliest_day_of_all():
    longer = extended(kind=FURTHER, rule="ca", due_at=DUE + 14 * DAY)
    assert kinds(*STARTED, beside(), longer) == [LetterKind.EXTENSION] * len(BOTH)
    tolled = extended(tolled=True, due_at=DUE + 14 * DAY)
    assert notice(follows(*STARTED, beside(), tolled)).due_at == DUE + DAY
    assert notice(follows(*STARTED, tolled)).due_at == DUE + 14 * DAY
    assert next_due(state(*STARTED, beside(), tolled), NOW) == DUE + DAY


def test_one_that_moves_with_another_has_no_notice_of_its_own():
    assert kinds(*STARTED, beside(), extended(kind=FURTHER, words=None)) == []


def test_a_correction_takes_back_the_notice_of_the_clock_that_it_is_about():
    own = expired(OnExpiry.EXHAUSTED, rule="ca", due_at=DUE + DAY, kind=FURTHER, started_at=NOW)
    missed = (*STARTED, beside(), own)
    met = corrected(kind=FURTHER, rule="ca", due_at=DUE + DAY)
    assert kinds(*missed, met) == [LetterKind.EXPIRY_CORRECTED] * len(BOTH)
    assert kinds(*missed, corrected(rule="erisa-urgent")) == []


def test_an_earlier_receipt_names_the_missed_clock_from_then_on():
    own = expired(OnExpiry.EXHAUSTED, rule="ca", due_at=DUE + DAY, kind=FURTHER, started_at=NOW)
    earlier = corrected(
        kind=FURTHER,
        rule="ca",
        started_at=NOW - DAY,
        former_started_at=NOW,
        stopped_at=None,
        breached=True,
        due_at=DUE,
        reason="receipt",
    )
    met = corrected(kind=FURTHER, rule="ca", started_at=NOW - DAY, due_at=DUE)
    assert kinds(*STARTED, beside(), own, earlier) == []
    assert kinds(*STARTED, beside(), own, earlier, met) == (
        [LetterKind.EXPIRY_CORRECTED] * len(BOTH)
    )


def test_clocks_of_another_receipt_leave_none_of_the_former_ones_behind():
    again = clock_started().model_copy(update={"started_at": NOW + DAY, "due_at": DUE + 9 * DAY})
    assert next_due(state(*STARTED, beside(), again), NOW) == DUE + 9 * DAY


def test_a_correction_of_a_clock_before_the_latest_moves_no_day():
    again = clock_started().model_copy(update={"started_at": NOW + DAY, "due_at": DUE + 9 * DAY})
    former = corrected(due_at=DUE - DAY, breached=True, started_at=NOW - DAY, former_started_at=NOW)
    assert next_due(state(*STARTED, again, former), NOW) == DUE + 9 * DAY
    newest = corrected(due_at=DUE, breached=True, started_at=NOW, former_started_at=NOW + DAY)
    assert next_due(state(*STARTED, again, newest), NOW) == DUE
