"""What a case keeps of acts that somebody repeats without end: as much as decides something."""

from __future__ import annotations

from itertools import permutations

from services.intake.clocks.record import (
    MissingInformation,
    OralNotice,
    earliest_notices,
    still_asked,
)
from shared.events.clocks.duties import ClockKind
from tests.unit.intake.acting import A1, A3, acted, after, asked, clock, decided_at
from tests.unit.intake.given import HOUR, RECEIVED_AT, case_determined, case_of, opened

TIMES = [RECEIVED_AT + n * HOUR for n in range(4)]
AGAIN = 30


def test_however_often_the_member_is_told_the_case_keeps_the_first_and_the_earliest():
    state = after(opened(), case_determined(A3, A1))
    fields = {"addressee": "member", "adverse": True}
    for n in range(AGAIN):
        at = RECEIVED_AT + 3 * HOUR - n * HOUR / 60
        state = case_of(acted(state, "oral_notice", at=at, notified_at=at, **fields))
    told = [one.at for one in state.oral_notices]
    assert told == [RECEIVED_AT + 3 * HOUR, RECEIVED_AT + 3 * HOUR - (AGAIN - 1) * HOUR / 60]


def test_a_notice_of_another_determination_or_to_another_is_another():
    kept = [
        OralNotice(to_member=to_member, at=RECEIVED_AT, final=final)
        for to_member in (True, False)
        for final in ("a", "b")
    ]
    assert sorted(earliest_notices(kept * AGAIN), key=str) == sorted(kept, key=str)


def test_however_often_somebody_asks_the_case_keeps_what_decides_something():
    state = opened()
    for n in range(AGAIN):
        at = RECEIVED_AT + n * HOUR / 60
        state = case_of(asked(state, at))
    assert [one.asked_at for one in state.asked_for] == [
        RECEIVED_AT,
        RECEIVED_AT + (AGAIN - 1) * HOUR / 60,
    ]


def test_what_a_clock_waits_for_and_whom_it_was_asked_of_is_kept():
    missing = [
        MissingInformation(asked_at=TIMES[0], of_noncontract_provider=False),
        MissingInformation(asked_at=TIMES[1], of_noncontract_provider=False, until=TIMES[3]),
        MissingInformation(asked_at=TIMES[2], of_noncontract_provider=True),
        MissingInformation(asked_at=TIMES[3], of_noncontract_provider=True),
    ]
    for order in permutations(missing):
        assert set(still_asked(order)) == set(missing)
    more = MissingInformation(asked_at=TIMES[3] + HOUR, of_noncontract_provider=True)
    assert still_asked([*missing, more]) == (*missing[:3], more)


def test_an_earlier_notice_that_is_told_of_later_still_meets_the_duty():
    state = decided_at(opened(urgency="expedited"), case_determined(A1, A1))
    fields = {"addressee": "member", "adverse": False}
    late, soon = RECEIVED_AT + 5 * HOUR, RECEIVED_AT + 2 * HOUR
    for at in (late, late, soon):
        told = acted(state, "oral_notice", at=RECEIVED_AT + 6 * HOUR, notified_at=at, **fields)
        state = case_of(told)
    assert clock(state, ClockKind.DETERMINATION).stopped_at == soon
