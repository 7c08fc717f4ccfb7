"""The queue between the consumer and the engine."""

from __future__ import annotations

from threading import Thread

from shared.lanes.kafka.inbox import Inbox
from shared.lanes.state.record import Record
from shared.lanes.transport import Assigned, Records, Revoked


def records(*offsets: int) -> Records:
    return Records(tuple(Record("t", 0, offset, 0, None, (), b"12345") for offset in offsets))


def test_records_right_behind_records_come_along_and_control_keeps_its_place() -> None:
    inbox = Inbox()
    for arrival in (records(1), records(2, 3), Revoked(1), records(4), Assigned(2, (0,))):
        inbox.put(arrival)
    taken = [inbox.take(0) for _ in range(5)]
    assert taken == [records(1, 2, 3), Revoked(1), records(4), Assigned(2, (0,)), None]


def test_it_asks_for_a_pause_when_full_and_for_more_when_half_empty() -> None:
    inbox = Inbox(records=4)
    said: list[str] = []
    inbox.full, inbox.room = lambda: said.append("full"), lambda: said.append("room")
    for n in range(3):
        inbox.put(records(2 * n, 2 * n + 1))
    inbox.take(0, most=2)
    assert said == ["full"]
    inbox.take(0, most=2)
    inbox.take(0, most=2)
    assert said == ["full", "room"]


def test_bytes_fill_it_too() -> None:
    inbox = Inbox(max_bytes=12)
    said: list[str] = []
    inbox.full = lambda: said.append("full")
    inbox.put(records(1, 2, 3))
    assert said == ["full"]


def test_nothing_comes_of_an_empty_inbox_when_time_is_up() -> None:
    assert Inbox().take(0.001) is None


def test_reading_goes_on_where_the_queue_is_emptied_while_it_says_that_it_is_full() -> None:
    inbox = Inbox(records=1)
    said: list[str] = []
    engine = Thread(target=lambda: inbox.take(1.0))

    def full() -> None:
        engine.start()
        engine.join(0.3)
        said.append("pause")

    inbox.full, inbox.room = full, lambda: said.append("resume")
    inbox.put(records(1, 2))
    engine.join()
    assert said[-1] == "resume"
