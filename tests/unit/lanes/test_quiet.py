"""On a broker that tells only where its last batch begins, a lane has read all once nothing comes
any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from shared.clock import SettableClock
from shared.instants import micros
from shared.kafka.cluster import Cluster
from shared.lanes.engine.timers import due
from shared.lanes.kafka import quiet
from shared.lanes.kafka import source as kafka_source
from shared.lanes.kafka.quiet import QUIET
from shared.lanes.kafka.source import KafkaSource
from shared.lanes.state.lane import Lane
from shared.lanes.state.record import Record
from tests.contracts.toy import intake

TOPIC = "pa.intake.v1"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Time:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Broker:
    """Answers with the base of the last batch plus one."""

    def __init__(self) -> None:
        self.told = 0

    def ends(self, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], int]:
        return dict.fromkeys(places, self.told)


class Reading:
    """A lane on the embedded broker, with a timer that is due."""

    def __init__(self, time: Time, monkeypatch: pytest.MonkeyPatch, *, embedded: bool) -> None:
        monkeypatch.setattr(quiet, "monotonic", time)
        monkeypatch.setattr(kafka_source, "record_of", lambda record: record)
        self.broker, self.time, self.lane = Broker(), time, Lane(3, 1)
        self.source = KafkaSource(Cluster("127.0.0.1:1"), intake(), "one", embedded=embedded)
        self.source._log = cast("Any", self.broker)
        self.source.start(0, {})
        self._timer = (3, uuid4(), "late", micros(AT))

    def produced(self, count: int) -> None:
        """A batch of so many records in one go."""
        first = self.broker.told
        self.batch = [Record(TOPIC, 3, first + n, 0, None, (), b"") for n in range(count)]
        self.broker.told = first + 1

    def fetched(self, count: int) -> None:
        """So many records of the batch arrive."""
        some, self.batch = self.batch[:count], self.batch[count:]
        asyncio.run(self.source._queue(cast("Any", tuple(some))))

    def worked(self) -> None:
        """The lane works what has arrived."""
        arrival = cast("Any", self.source.take(0))
        self.lane.positions[TOPIC] = arrival.records[-1].offset + 1

    def fires(self) -> bool:
        store = SimpleNamespace(due_timers=lambda *_: [self._timer])
        ports = SimpleNamespace(store=store, source=self.source, clock=SettableClock(AT))
        return bool(due(cast("Any", ports), (TOPIC,), {3: self.lane}))


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    return Reading(Time(), monkeypatch, embedded=True)


def test_a_timer_fires_once_a_place_is_read_and_quiet(reading: Reading) -> None:
    reading.produced(1)
    reading.fetched(1)
    reading.worked()
    assert not reading.fires()
    reading.time.seconds += QUIET
    assert reading.fires()


def test_a_record_of_a_batch_of_500_is_worked_before_the_timer_fires(reading: Reading) -> None:
    reading.time.seconds += QUIET
    reading.produced(500)
    reading.fetched(200)
    reading.worked()
    # The position has reached what the broker tells, and 300 records are still to come.
    assert reading.broker.told == 1
    assert not reading.fires()
    reading.fetched(300)
    reading.time.seconds += QUIET
    assert not reading.fires()
    reading.worked()
    assert reading.fires()


def test_a_place_that_is_read_from_anew_is_not_quiet_at_once(reading: Reading) -> None:
    reading.produced(500)
    reading.lane.positions[TOPIC] = 7
    reading.time.seconds += QUIET
    reading.source.start(0, {})
    assert not reading.fires()


def test_a_position_before_the_last_batch_has_not_read_all_however_quiet_it_is(
    reading: Reading,
) -> None:
    reading.produced(1)
    reading.time.seconds += 10 * QUIET
    assert not reading.fires()


def test_a_real_broker_is_believed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Reading(Time(), monkeypatch, embedded=False)
    reading.produced(1)
    reading.fetched(1)
    reading.worked()
    assert reading.fires()
