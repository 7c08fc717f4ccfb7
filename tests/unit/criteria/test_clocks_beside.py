"""Beside the strictest clock of a determination others may run, of which the law makes something
else: each is followed by itself, and the work is listed by the earliest.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

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
from shared.events.request import Urgency
from shared.events.reviews import ReviewDeclined
from tests.unit.criteria.given import AT
from tests.unit.criteria.test_missed_clocks import after, state_of
from tests.unit.criteria.test_reviews import declines, pended, review

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST, SECOND = AT + 3 * DAY, AT + 9 * DAY
FURTHER = ClockKind.FURTHER_DETERMINATION


def started(due_at: Any, kind: ClockKind, rule: str, on_expiry: OnExpiry, **more: Any) -> Any:
    given = {
        "kind": kind,
        "urgency": Urgency.STANDARD,
        "rule": rule,
        "citation": "c",
        "started_at": AT,
        "due_at": due_at,
        "target_at": due_at - HOUR,
        "on_expiry": on_expiry,
    }
    return ClockStarted(**given | more)


STRICTEST = started(FIRST, ClockKind.DETERMINATION, "ca", OnExpiry.NONE)
BESIDE = started(SECOND, FURTHER, "nj", OnExpiry.APPROVED_BY_LAW)
BREACHED = ClockBreached(kind=ClockKind.DETERMINATION, rule="ca", due_at=FIRST)


def both() -> CriteriaState:
    return state_of(after(pended(), STRICTEST, BESIDE))


def expired(on_expiry: OnExpiry = OnExpiry.APPROVED_BY_LAW, *lines: int) -> ClockExpired:
    return ClockExpired(
        rule="nj",
        citation="c",
        due_at=SECOND,
        on_expiry=on_expiry,
        lines=lines or (2,),
        kind=FURTHER,
        started_at=AT,
    )


def test_the_work_is_listed_by_the_earliest_of_them():
    case = both()
    assert case.clock_due_at == FIRST - HOUR
    longer = ClockExtended(
        kind=ClockKind.DETERMINATION,
        rule="ca",
        due_at=SECOND + DAY,
        target_at=SECOND + DAY,
        reason="information_missing",
    )
    assert state_of(after(case, longer)).clock_due_at == SECOND - HOUR
    moved = ClockExtended(
        kind=FURTHER, rule="nj", due_at=SECOND + 9 * DAY, target_at=SECOND + 9 * DAY, reason="r"
    )
    assert state_of(after(case, longer, moved)).clock_due_at == SECOND + DAY


def test_a_clock_beside_the_strictest_moves_nothing_that_is_earlier():
    assert state_of(after(pended(), STRICTEST)).clock_due_at == both().clock_due_at
    assert both().law == state_of(after(pended(), STRICTEST)).law


def test_what_the_law_makes_of_each_is_kept():
    missed = state_of(after(both(), BREACHED, expired()))
    (line,) = [one for one in missed.lines if one.sequence == 2]
    assert missed.by_law(line) is OnExpiry.APPROVED_BY_LAW
    assert [one.on_expiry for one in missed.missed] == [OnExpiry.APPROVED_BY_LAW]


def test_what_a_breach_beside_it_says_does_not_undo_what_the_law_made_of_the_first():
    adverse = ClockExpired(
        rule="ca", citation="c", due_at=FIRST, on_expiry=OnExpiry.ADVERSE_APPEALABLE, lines=(2,)
    )
    second = ClockBreached(kind=FURTHER, rule="nj", due_at=SECOND)
    missed = state_of(after(both(), BREACHED, adverse, second))
    (line,) = [one for one in missed.lines if one.sequence == 2]
    assert missed.by_law(line) is OnExpiry.ADVERSE_APPEALABLE
    exhausted = state_of(after(missed, expired(OnExpiry.EXHAUSTED)))
    assert exhausted.by_law(line) is OnExpiry.EXHAUSTED


def test_a_refusal_after_the_instant_at_which_another_law_approved_is_not_taken():
    case = both()
    late = review(
        case,
        determination=Determination.NOT_CERTIFIED,
        idempotency_key="late",
        decided_at=SECOND + HOUR,
    )
    assert declines(after(case, late)) == ["approved_by_law"]
    early = review(
        case,
        determination=Determination.NOT_CERTIFIED,
        idempotency_key="early",
        decided_at=FIRST + HOUR,
    )
    declined = [one for one in after(case, early).events if isinstance(one.data, ReviewDeclined)]
    assert declined == []


def test_a_correction_takes_back_the_one_that_it_is_about_alone():
    missed = state_of(after(both(), BREACHED, expired(OnExpiry.EXHAUSTED)))
    for kind, rule, left in (
        (FURTHER, "nj", []),
        (ClockKind.DETERMINATION, "ca", ["nj"]),
    ):
        corrected = ClockCorrected(
            kind=kind,
            rule=rule,
            started_at=AT,
            due_at=SECOND if kind is FURTHER else FIRST,
            stopped_at=AT + HOUR,
            breached=False,
            reason="met_in_time",
        )
        assert [one.rule for one in state_of(after(missed, corrected)).missed] == left


def test_clocks_of_another_receipt_leave_none_of_the_former_ones_behind():
    again = started(
        SECOND + 9 * DAY, ClockKind.DETERMINATION, "ca", OnExpiry.NONE, started_at=SECOND
    )
    case = state_of(after(both(), again))
    assert case.further == {}
    assert case.clock_due_at == SECOND + 9 * DAY - HOUR


def test_an_earlier_receipt_of_a_former_clock_is_that_of_what_it_missed_and_moves_no_work():
    missed = state_of(after(both(), BREACHED))
    later = started(SECOND, ClockKind.DETERMINATION, "ca", OnExpiry.NONE, started_at=AT + DAY)
    case = state_of(after(missed.model_copy(update={"law": None}), later))
    case = case.model_copy(update={"missed": missed.missed})
    receipt = ClockCorrected(
        kind=ClockKind.DETERMINATION,
        rule="ca",
        started_at=AT - DAY,
        due_at=FIRST - DAY,
        breached=True,
        reason="receipt",
        former_started_at=AT,
    )
    corrected = state_of(after(case, receipt))
    assert (corrected.law, corrected.clock_due_at) == (case.law, case.clock_due_at)
    assert [one.started_at for one in corrected.missed] == [AT - DAY]
