"""The engine's thread and the client's poll call the same client: neither may wait for the
other.
"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from shared.clock import monotonic
from shared.kafka.cluster import Cluster
from shared.lanes.kafka.source import REPEAT_SECONDS, REPORT_SECONDS, KafkaSource
from shared.lanes.transport import Assigned, Revoked
from tests.contracts.toy import intake
from tests.patience import PATIENCE


class Client:
    """A client that lets one thread call it at a time, as the real one does while it polls;
    callbacks come inside of a poll.
    """

    def __init__(self) -> None:
        self.places: list[Any] = []
        self.told: list[list[int]] = []
        self.broken: Exception | None = None
        self.calls = threading.RLock()

    def assign(self, places: list[Any]) -> None:
        with self.calls:
            self.places = places

    def unassign(self) -> None:
        self.assign([])

    def pause(self, places: list[Any]) -> None:
        del places

    def resume(self, places: list[Any]) -> None:
        with self.calls:
            del places

    def commit(self, offsets: list[Any], *, asynchronous: bool) -> None:
        with self.calls:
            assert asynchronous
            if self.broken is not None:
                raise self.broken
            self.told.append([place.offset for place in offsets])

    def poll(self, callback: Any, waiting: threading.Event) -> None:
        with self.calls:
            waiting.wait(0.2)
            callback(self, [])


@pytest.fixture
def source() -> KafkaSource:
    return KafkaSource(Cluster("127.0.0.1:1"), intake(), "one", embedded=False)


def test_lanes_that_are_taken_while_they_are_begun_are_not_read_and_nobody_waits_for_ever(
    source: KafkaSource,
):
    client, both = Client(), threading.Event()
    source._on_assign(client, [])  # type: ignore[arg-type]
    assigned = source.take(0)
    assert isinstance(assigned, Assigned)
    poll = threading.Thread(target=client.poll, args=(source._on_revoke, both), daemon=True)
    poll.start()
    begin = threading.Thread(
        target=source.start, args=(assigned.generation, {("pa.intake.v1", 3): 7}), daemon=True
    )
    begin.start()

    poll.join(PATIENCE)
    begin.join(PATIENCE)

    assert not poll.is_alive()
    assert not begin.is_alive()
    assert isinstance(source.take(0), Revoked)
    assert client.places == []


def test_a_client_that_was_left_behind_takes_nothing_from_its_successor(source: KafkaSource):
    old, new = Client(), Client()
    source._on_assign(old, [])  # type: ignore[arg-type]
    source._forget()
    source._on_assign(new, [])  # type: ignore[arg-type]
    before = [source.take(0) for _ in range(3)]

    source._on_revoke(old, [])  # type: ignore[arg-type]

    assert [type(one) for one in before] == [Assigned, Revoked, Assigned]
    assert source.take(0) is None


def report_positions(source: KafkaSource, offset: int) -> None:
    source._reported_at = 0.0
    source.report_positions({("pa.intake.v1", 3): offset})


def test_the_engine_does_not_wait_until_the_client_takes_its_positions(source: KafkaSource):
    client = Client()
    source._on_assign(client, [])  # type: ignore[arg-type]
    with client.calls:
        report_positions(source, 7)
        report_positions(source, 8)
        assert client.told == []
    source._reporting.join(PATIENCE)
    assert client.told == [[7]]

    report_positions(source, 9)
    source._reporting.join(PATIENCE)
    assert client.told == [[7], [9]]


def test_positions_that_do_not_move_are_told_again_now_and_then(source: KafkaSource):
    client = Client()
    source._on_assign(client, [])  # type: ignore[arg-type]
    for since in (REPEAT_SECONDS, REPORT_SECONDS, REPEAT_SECONDS - 1, REPEAT_SECONDS + 1):
        source._reported_at = monotonic() - since
        source.report_positions({("pa.intake.v1", 3): 7})
        source._reporting.join(PATIENCE)
    assert client.told == [[7], [7]]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "broken", [RuntimeError("Consumer closed"), KafkaException(KafkaError(KafkaError._TRANSPORT))]
)
def test_positions_that_the_client_does_not_take_are_told_with_the_next(
    source: KafkaSource, broken: Exception
):
    client = Client()
    source._on_assign(client, [])  # type: ignore[arg-type]
    client.broken = broken
    report_positions(source, 7)
    source._reporting.join(PATIENCE)
    client.broken = None
    report_positions(source, 8)
    source._reporting.join(PATIENCE)
    assert client.told == [[8]]
