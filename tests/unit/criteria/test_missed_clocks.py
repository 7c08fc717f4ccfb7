"""A determination that did not come in time decides nothing: its open lines stand first, and what
the law approves nobody refuses.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.criteria.decide import decide
from services.criteria.model import CriteriaState
from shared.events.clocks.duties import (
    ClockBreached,
    ClockCorrected,
    ClockExpired,
    ClockKind,
    ClockStarted,
    OnExpiry,
)
from shared.events.criteria import Determination
from shared.events.model import EventData
from shared.events.request import Urgency
from shared.lanes.outcome import Outcome
from tests.unit.criteria.given import AT, REFERENCE, accepted, example, received
from tests.unit.criteria.test_reviews import declines, pended, review

DUE = AT + timedelta(days=7)
LATER = DUE + timedelta(days=14)
BREACHED = ClockBreached(kind=ClockKind.DETERMINATION, rule="nj", due_at=DUE)
BY_LAW = OnExpiry.APPROVED_BY_LAW
ADVERSE = (Determination.NOT_CERTIFIED, Determination.MODIFIED)


def expired(on_expiry: OnExpiry = BY_LAW, *lines: int) -> ClockExpired:
    return ClockExpired(
        rule="nj", citation="c", due_at=DUE, on_expiry=on_expiry, lines=lines or (2,)
    )


def started(due_at: Any = LATER) -> ClockStarted:
    return ClockStarted(
        kind=ClockKind.DETERMINATION,
        urgency=Urgency.STANDARD,
        rule="r",
        citation="c",
        started_at=AT,
        due_at=due_at,
        target_at=due_at - timedelta(hours=10),
    )


def corrected(*, breached: bool) -> ClockCorrected:
    return ClockCorrected(
        kind=ClockKind.DETERMINATION,
        rule="nj",
        started_at=AT,
        due_at=DUE,
        breached=breached,
        reason="mailed_earlier",
    )


def after(case: CriteriaState, *events: EventData) -> Outcome[CriteriaState]:
    outcome = Outcome(case)
    for n, event in enumerate(events, start=3):
        outcome = decide(REFERENCE, outcome.state, received(event, n), AT)
    return outcome


def state_of(outcome: Outcome[CriteriaState]) -> CriteriaState:
    assert outcome.state is not None
    return outcome.state


def standing(outcome: Outcome[CriteriaState]) -> list[tuple[Any, ...]]:
    """Line, whether it is open, in time, and what the law makes of it, as the worklist has them."""
    rows = [row.values for row in outcome.rows if row.table == "worklist"]
    return [(row["sequence"], row["is_open"], row["in_time"], row["by_law"]) for row in rows]


def test_a_missed_clock_publishes_nothing_and_puts_the_open_lines_first():
    outcome = after(pended(), BREACHED)

    assert outcome.events == ()
    assert standing(outcome) == [(2, True, False, "none")]


@pytest.mark.parametrize("on_expiry", OnExpiry.known())
def test_the_worklist_says_what_the_law_makes_of_it(on_expiry: OnExpiry):
    outcome = after(pended(), BREACHED, expired(on_expiry))

    assert standing(outcome) == [(2, True, False, on_expiry.value)]
    assert state_of(outcome).lines == pended().lines


def test_an_expiry_of_other_lines_makes_nothing_of_this_one():
    assert standing(after(pended(), BREACHED, expired(BY_LAW, 1))) == [(2, True, False, "none")]


@pytest.mark.parametrize("order", [(BREACHED, expired()), (expired(), BREACHED)])
def test_breach_and_expiry_are_the_same_in_either_order(order: tuple[EventData, ...]):
    assert state_of(after(pended(), *order)).by_law(2) is BY_LAW


def test_another_duty_that_was_missed_is_none_of_the_clinicians():
    other = BREACHED.model_copy(update={"kind": ClockKind.INFORMATION_REQUEST})

    assert standing(after(pended(), other)) == []


@pytest.mark.parametrize("determination", ADVERSE)
def test_nobody_refuses_or_reduces_what_the_law_approved(determination: Determination):
    case = state_of(after(pended(), expired()))
    outcome = after(case, review(case, determination=determination))

    assert declines(outcome) == ["approved_by_law"]
    assert state_of(outcome) == case


@pytest.mark.parametrize("on_expiry", [one for one in OnExpiry.known() if one is not BY_LAW])
def test_what_counts_as_adverse_or_exhausted_is_still_a_persons_to_decide(on_expiry: OnExpiry):
    case = state_of(after(pended(), BREACHED, expired(on_expiry)))
    decided = state_of(after(case, review(case))).line(2)

    assert decided is not None
    assert decided.summary.determination is Determination.NOT_CERTIFIED


def test_what_the_law_approved_can_be_approved():
    case = state_of(after(pended(), expired()))
    outcome = after(case, review(case, determination=Determination.APPROVED))
    line = state_of(outcome).line(2)

    assert line is not None
    assert line.granted is not None
    assert standing(outcome) == [(2, False, False, "approved_by_law")]


def test_a_correction_takes_the_mark_away():
    gone = after(pended(), BREACHED, corrected(breached=False))
    stays = after(pended(), BREACHED, corrected(breached=True))

    assert standing(gone) == [(2, True, True, None)]
    assert standing(stays) == [(2, True, False, "none")]


def test_a_later_clock_is_another_one_and_what_the_law_approved_stays_approved():
    assert standing(after(pended(), BREACHED, started())) == [(2, True, True, None)]
    assert standing(after(pended(), BREACHED, started(DUE))) == [(2, True, False, "none")]
    assert standing(after(pended(), expired(), started())) == [(2, True, False, "approved_by_law")]


def test_the_mark_outlives_a_new_version_of_the_request():
    case = state_of(after(pended(), BREACHED))
    outcome = after(case, accepted(example("without_bladder_sign"), 2))

    assert standing(outcome)[-1] == (2, True, False, "none")


def test_the_worklist_goes_by_the_earliest_reading_of_the_clock():
    case = state_of(after(pended(), started(AT + timedelta(hours=20))))
    told = accepted(example("without_bladder_sign")).model_copy(
        update={"due_at": AT + timedelta(hours=9), "target_at": AT + timedelta(hours=5)}
    )
    first = decide(REFERENCE, None, received(told), AT).state

    assert case.clock_due_at == AT + timedelta(hours=10)
    assert first is not None
    assert first.clock_due_at == AT + timedelta(hours=5)
