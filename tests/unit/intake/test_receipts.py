"""Which receipt is corrected: that of the version that is named, and the clocks that it began."""

from __future__ import annotations

from typing import Any

import pytest

from services.intake.model import IntakeState
from shared.events.clocks.acts import ActDeclineCode
from shared.events.clocks.duties import ClockCorrected
from shared.lanes.outcome import Outcome
from tests.unit.intake.acting import A1, DAY, WORDS, acted, decided_at, declined, events
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

AGAIN = RECEIVED_AT + 9 * DAY


def twice() -> IntakeState:
    """A case whose first clock has stopped, and whose second version began another."""
    met = decided_at(opened(), case_determined(A1, A1))
    met = case_of(when(met, told(letter(at=RECEIVED_AT + 2 * HOUR))))
    changed = request(lines=[line(1), line(2, segment="L3")], amends=str(CASE))
    return case_of(when(met, submitted(changed, at=AGAIN, of=CASE)))


def earlier(state: IntakeState, days: int, of: Any, **fields: Any) -> Outcome[IntakeState]:
    """The receipt that is corrected to so many days before it."""
    at = {"at": AGAIN + HOUR, "received_at": of - days * DAY}
    return acted(state, "correct_receipt", words=WORDS, **at, **fields)


@pytest.mark.parametrize("fields", [{}, {"version": 2}])
def test_without_a_version_the_newest_receipt_that_began_a_clock_is_corrected(
    fields: dict[str, int],
):
    outcome = earlier(twice(), 1, AGAIN, **fields)
    (corrected,) = events(outcome, ClockCorrected)
    assert (corrected.started_at, corrected.former_started_at) == (AGAIN - DAY, AGAIN)
    first, second = case_of(outcome).clocks
    assert (first.started_at, second.started_at) == (RECEIVED_AT, AGAIN - DAY)


def test_the_receipt_of_a_former_version_is_corrected_by_its_number():
    outcome = earlier(twice(), 6, RECEIVED_AT, version=1)
    (corrected,) = events(outcome, ClockCorrected)
    assert (corrected.started_at, corrected.former_started_at) == (
        RECEIVED_AT - 6 * DAY,
        RECEIVED_AT,
    )
    first, second = case_of(outcome).clocks
    assert (first.started_at, first.in_time) == (RECEIVED_AT - 6 * DAY, True)
    assert second == twice().clocks[1]
    late = earlier(case_of(outcome), 8, RECEIVED_AT, version=1)
    assert case_of(late).clocks[0].breached


def test_a_receipt_is_corrected_once_more_under_the_same_number():
    once = case_of(earlier(twice(), 1, RECEIVED_AT, version=1))
    again = earlier(once, 2, RECEIVED_AT, version=1)
    (corrected,) = events(again, ClockCorrected)
    assert corrected.former_started_at == RECEIVED_AT - DAY
    assert declined(earlier(once, 1, RECEIVED_AT, version=1)) is ActDeclineCode.NOT_EARLIER


@pytest.mark.parametrize("version", [2, 3, 99])
def test_a_version_that_began_no_clock_has_no_receipt_to_correct(version: int):
    changed = request(lines=[line(1), line(2, segment="L3")], amends=str(CASE))
    running = case_of(when(opened(), submitted(changed, at=RECEIVED_AT + HOUR, of=CASE)))
    outcome = earlier(running, 1, RECEIVED_AT, version=version)
    assert declined(outcome) is ActDeclineCode.UNKNOWN_VERSION
    assert declined(earlier(running, 1, RECEIVED_AT)) is None
