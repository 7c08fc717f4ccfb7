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
    ClockExtended,
    ClockKind,
    ClockStarted,
    OnExpiry,
)
from shared.events.criteria import Determination
from shared.events.intake import RequestAmended
from shared.events.model import EventData
from shared.events.request import Urgency
from shared.events.reviews import ReviewDeclined, ReviewRecorded
from shared.lanes.outcome import Outcome
from tests.unit.criteria.given import AT, REFERENCE, accepted, example, received
from tests.unit.criteria.test_reviews import declines, digest_of, pended, review

DUE = AT + timedelta(days=7)
LATER = DUE + timedelta(days=14)
BREACHED = ClockBreached(kind=ClockKind.DETERMINATION, rule="nj", due_at=DUE)
BY_LAW = OnExpiry.APPROVED_BY_LAW
ADVERSE = (Determination.NOT_CERTIFIED, Determination.MODIFIED)


def expired(on_expiry: OnExpiry = BY_LAW, *lines: int) -> ClockExpired:
    return ClockExpired(
        rule="nj", citation="c", due_at=DUE, on_expiry=on_expiry, lines=lines or (2,)
    )


def started(due_at: Any = LATER, on_expiry: OnExpiry = OnExpiry.NONE) -> ClockStarted:
    """The first clock of the case, or the second one where it is due later than that."""
    return ClockStarted(
        kind=ClockKind.DETERMINATION,
        urgency=Urgency.STANDARD,
        rule="nj",
        citation="c",
        started_at=AT if due_at <= DUE else DUE,
        due_at=due_at,
        on_expiry=on_expiry,
        target_at=due_at - timedelta(hours=10),
    )


def corrected(*, breached: bool, **changes: Any) -> ClockCorrected:
    clock = ClockCorrected(
        kind=ClockKind.DETERMINATION,
        rule="nj",
        started_at=AT,
        due_at=DUE,
        breached=breached,
        reason="mailed",
    )
    return clock.model_copy(update=changes)


def extended(due_at: Any) -> ClockExtended:
    return ClockExtended(
        kind=ClockKind.DETERMINATION, rule="nj", due_at=due_at, reason="member_asked"
    )


def changed(case: CriteriaState, **line: Any) -> RequestAmended:
    """The request with its second line asked for otherwise."""
    request = example("without_bladder_sign")
    lines = (request.lines[0], request.lines[1].model_copy(update=line), *request.lines[2:])
    return accepted(request.model_copy(update={"lines": lines}), case.version + 1)


def refused(case: CriteriaState, late: timedelta, key: str = "late") -> Outcome[CriteriaState]:
    """What comes of a refusal so long after the law's instant."""
    return after(case, review(case, idempotency_key=key, decided_at=DUE + late))


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
    case = state_of(after(pended(), *order))
    line = case.line(2)

    assert line is not None
    assert case.by_law(line) is BY_LAW


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


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("determination", ADVERSE)
@pytest.mark.parametrize("told", [(), (BREACHED,)])
def test_the_law_approves_at_its_own_instant_and_not_when_intake_comes_to_tell_it(
    determination: Determination, told: tuple[EventData, ...]
):
    case = state_of(after(pended(), started(DUE, BY_LAW), *told))
    late = review(case, determination=determination, decided_at=DUE + MINUTE)

    assert declines(after(case, late)) == ["approved_by_law"]


def test_what_was_decided_by_the_laws_instant_counts_though_it_is_read_later():
    case = state_of(after(pended(), started(DUE, BY_LAW)))
    line = state_of(refused(case, timedelta(0))).line(2)

    assert line is not None
    assert line.summary.determination is Determination.NOT_CERTIFIED


def test_the_laws_instant_is_not_the_earliest_reading_by_which_work_is_listed():
    case = state_of(after(pended(), started(DUE, BY_LAW)))

    assert case.clock_due_at is not None
    assert case.clock_due_at < DUE
    assert refused(case, -MINUTE).events[0].data.TYPE == ReviewRecorded.TYPE


@pytest.mark.parametrize(
    ("events", "taken"),
    [
        ([started(DUE, OnExpiry.ADVERSE_APPEALABLE)], True),
        ([started(DUE, BY_LAW), extended(DUE + timedelta(days=1))], True),
        ([started(DUE, BY_LAW), started(LATER, BY_LAW)], True),
        ([started(DUE, BY_LAW), corrected(breached=False, stopped_at=DUE)], True),
        ([started(DUE, BY_LAW), corrected(breached=False, due_at=DUE - MINUTE)], False),
        ([started(LATER, BY_LAW), corrected(breached=False, stopped_at=AT)], False),
        ([started(DUE + MINUTE * 9, BY_LAW), started(DUE, BY_LAW)], False),
    ],
)
def test_the_newest_word_on_the_clock_says_until_when_a_refusal_is_in_time(
    events: list[EventData], taken: bool
):
    late = timedelta(days=20) if events[0].due_at == LATER else MINUTE  # type: ignore[attr-defined]
    outcome = refused(state_of(after(pended(), *events)), late)

    if taken:
        assert not [one for one in outcome.events if isinstance(one.data, ReviewDeclined)]
    else:
        assert declines(outcome) == ["approved_by_law"]


def test_a_refusal_of_what_the_law_approved_comes_back_and_a_person_can_approve():
    case = state_of(after(pended(), started(DUE, BY_LAW)))
    case = state_of(after(case, review(case)))
    outcome = after(case, BREACHED, expired())
    row = next(one.values for one in outcome.rows if one.table == "worklist")
    approval = review(
        case, idempotency_key="again", determination=Determination.APPROVED, decided_at=DUE + MINUTE
    )
    lifted = after(state_of(outcome), approval)
    line = state_of(lifted).line(2)

    assert outcome.events == ()
    assert (row["sequence"], row["is_open"], row["reason"]) == (2, True, "approved_by_law")
    assert line is not None
    assert line.summary.determination is Determination.APPROVED
    assert standing(lifted) == [(2, False, False, "approved_by_law")]


def test_what_the_law_makes_of_another_line_leaves_a_refusal_where_it_is():
    case = state_of(after(pended(), started(DUE, BY_LAW)))
    case = state_of(after(case, review(case)))

    assert standing(after(case, expired(BY_LAW, 1))) == []
    assert standing(after(case, expired(OnExpiry.ADVERSE_APPEALABLE))) == []


def test_a_new_content_that_nobody_was_late_with_can_be_refused_and_the_old_one_not():
    case = state_of(after(pended(), started(DUE, BY_LAW), BREACHED, expired()))
    other = state_of(after(case, changed(case, segment="lumbar"), started(LATER, BY_LAW)))
    back = state_of(after(other, accepted(example("without_bladder_sign"), 3)))

    assert not [
        one for one in refused(other, MINUTE).events if isinstance(one.data, ReviewDeclined)
    ]
    assert standing(after(other, started(LATER, BY_LAW))) == [(2, True, True, None)]
    assert declines(refused(back, MINUTE)) == ["approved_by_law"]


def test_a_correction_of_the_second_clock_leaves_what_the_law_made_of_the_first():
    case = state_of(after(pended(), started(DUE, BY_LAW), BREACHED, expired(), started()))
    second = {"started_at": DUE, "due_at": LATER}

    assert standing(after(case, corrected(breached=False, **second))) == [
        (2, True, False, "approved_by_law")
    ]
    assert standing(after(case, corrected(breached=False))) == [(2, True, True, None)]


def test_a_clock_whose_receipt_was_corrected_is_still_the_same_one():
    case = state_of(after(pended(), started(DUE, BY_LAW), BREACHED, expired()))
    before = {"started_at": AT - timedelta(days=1), "due_at": DUE - timedelta(days=1)}
    earlier = state_of(after(case, corrected(breached=True, reason="receipt", **before)))

    assert declines(refused(earlier, MINUTE)) == ["approved_by_law"]
    assert standing(after(earlier, corrected(breached=False, **before))) == [(2, True, True, None)]


def test_a_second_clock_that_is_missed_forgets_nothing_of_the_first():
    case = state_of(after(pended(), started(DUE, BY_LAW), BREACHED, expired(), started()))
    later = expired(OnExpiry.ADVERSE_APPEALABLE, 1).model_copy(update={"due_at": LATER})

    assert standing(after(case, later)) == [(2, True, False, "approved_by_law")]


def test_the_same_question_written_otherwise_is_still_what_the_law_approved():
    case = state_of(after(pended(), started(DUE, BY_LAW), BREACHED, expired()))
    request = example("without_bladder_sign")
    renamed = request.performer.model_copy(update={"name": "Otherwise Written"})
    version = accepted(request.model_copy(update={"performer": renamed}), 2)
    same = state_of(after(case, version))

    assert request.performer.npi is not None
    assert digest_of(same, 2) != digest_of(case, 2)
    assert declines(refused(same, MINUTE)) == ["approved_by_law"]
