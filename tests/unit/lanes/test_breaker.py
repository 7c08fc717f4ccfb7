"""When a lane stops by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from shared.lanes.batch.mishaps import Mishaps
from shared.lanes.engine.breaker import SENDERS, Breakers
from shared.lanes.outcome import DecisionFailure
from shared.lanes.state.case import HeldRecord
from shared.lanes.state.record import Record

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LIMIT = 10
ALL = [f"sender-{n}" for n in range(SENDERS)]
LOST = HeldRecord(Record("pa.intake.v1", 3, 0, 0, None, (), b""), "bug")


def failed(*senders: str, parked: int = 0) -> Mishaps:
    mishaps = Mishaps()
    for n, sender in enumerate(senders):
        mishaps.fail(3, UUID(int=n), DecisionFailure("KeyError", "services/x.py:1", sender))
    for _ in range(parked):
        mishaps.park(3, LOST)
    return mishaps


def stops(breakers: Breakers, worked: int, mishaps: Mishaps) -> str:
    return " ".join(why for _, why in breakers.note({3: worked}, mishaps, NOW))


def test_one_sender_alone_never_stops_a_lane():
    breakers = Breakers(LIMIT)
    assert not any(stops(breakers, 5, failed(*["one"] * 5)) for _ in range(50))


def test_failures_of_several_senders_in_a_row_stop_the_lane():
    breakers = Breakers(LIMIT)
    assert stops(breakers, LIMIT - SENDERS, failed(*["one"] * (LIMIT - SENDERS))) == ""
    why = stops(breakers, SENDERS, failed(*ALL))
    assert why.startswith("breaker: the last 10 records were all parked or not evaluated. Roll")


def test_one_sender_fewer_does_not_stop_the_lane():
    assert stops(Breakers(LIMIT), LIMIT, failed(*ALL[1:], *ALL[1:], "sender-1", "sender-2")) == ""


def test_failures_of_several_senders_among_half_of_the_records_stop_the_lane():
    breakers = Breakers(LIMIT)
    for _ in range(9):
        assert stops(breakers, 5, failed(*ALL[:3])) == ""
    assert "30 of the last 50 records were parked or not evaluated" in stops(
        breakers, 5, failed(*ALL[2:])
    )


def test_a_record_that_was_evaluated_ends_a_row():
    breakers = Breakers(LIMIT)
    stops(breakers, LIMIT - 1, failed(*ALL, *ALL[:4]))
    stops(breakers, 1, failed())
    assert stops(breakers, LIMIT - 1, failed(*ALL, *ALL[:4])) == ""


def test_failures_of_one_sender_do_not_hide_that_all_others_are_parked():
    breakers = Breakers(LIMIT)
    for _ in range(LIMIT - 1):
        assert stops(breakers, 2, failed("one", parked=1)) == ""
    assert "the last 10 records were all parked." in stops(breakers, 2, failed("one", parked=1))
