"""How far each service is behind, in records and in seconds: the log against the position that the
service last told the broker (a hint, about a second old).

The log's end is taken from fetch responses, because the embedded broker answers ListOffsets(latest)
wrongly.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from confluent_kafka import Consumer
from confluent_kafka import TopicPartition as Assignment
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import UnsupportedCodecError

from shared.clock import monotonic
from shared.events.catalogue import CONSUMES

PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Lag:
    """A service on a topic: records in the log, how many of them it has not worked, and the age of
    the oldest of those by its timestamp.

    `seconds` is 0 where nothing is behind, and None where what is behind could not be read in time.
    """

    service: str
    topic: str
    records: int
    behind: int
    seconds: float | None


def lag(broker: str, now: datetime) -> tuple[Lag, ...]:
    """Every service on every topic that it reads."""
    first, ends = _bounds(broker, _places(broker))
    found: list[Lag] = []
    for service, topics in CONSUMES.items():
        committed = _committed(broker, service)
        positions = {
            place: max(committed.get(place, 0), first[place])
            for place in ends
            if place.topic in topics
        }
        written = _written(
            broker,
            {place: position for place, position in positions.items() if position < ends[place]},
        )
        for topic in topics:
            own = [place for place in positions if place.topic == topic]
            behind = {
                place: ends[place] - positions[place]
                for place in own
                if positions[place] < ends[place]
            }
            records = sum(ends[place] - first[place] for place in own)
            found.append(
                Lag(
                    service,
                    topic,
                    records,
                    sum(behind.values()),
                    _age(now, [written.get(place) for place in behind]),
                )
            )
    return tuple(found)


def _age(now: datetime, written: list[int | None]) -> float | None:
    """Seconds since the oldest of these instants (milliseconds since 1970), rounded to tenths."""
    known = [instant for instant in written if instant is not None]
    if not known:
        return None if written else 0.0
    return max(0.0, round(now.timestamp() - min(known) / 1000, 1))


def _written(broker: str, positions: dict[TopicPartition, int]) -> dict[TopicPartition, int]:
    """When the first record from each position on was written (milliseconds since 1970): by the
    broker, or by its producer, as the topic is set.
    """
    if not positions:
        return {}
    consumer = Consumer(
        {
            "bootstrap.servers": broker,
            "group.id": "priorauth-lag",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "log_level": 0,
        }
    )
    consumer.assign(
        [
            Assignment(place.topic, place.partition, position)
            for place, position in positions.items()
        ]
    )
    found: dict[TopicPartition, int] = {}
    deadline = monotonic() + PATIENCE
    try:
        while len(found) < len(positions) and monotonic() < deadline:
            new = {
                TopicPartition(one.topic(), one.partition()): one.timestamp()[1]
                for one in reversed(consumer.consume(500, 0.2))
                if one.error() is None
            }
            consumer.pause([Assignment(*place) for place in new])
            found = new | found
        return found
    finally:
        consumer.close()


def _places(broker: str) -> list[TopicPartition]:
    admin = KafkaAdminClient(bootstrap_servers=broker, request_timeout_ms=15_000)
    try:
        wanted = sorted(
            {topic for topics in CONSUMES.values() for topic in topics} & set(admin.list_topics())
        )
        return [
            TopicPartition(one["name"], at)
            for one in admin.describe_topics(wanted)
            for at in range(len(one["partitions"]))
        ]
    finally:
        admin.close()


def _bounds(
    broker: str, places: list[TopicPartition]
) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
    """First offset and log end of each place, the end as fetches tell it."""
    consumer = KafkaConsumer(bootstrap_servers=broker, enable_auto_commit=False, group_id=None)
    try:
        first = consumer.beginning_offsets(places)
        ends = consumer.end_offsets(places)
        filled = [place for place in places if ends[place] > first[place]]
        consumer.assign(filled)
        for place in filled:
            consumer.seek(place, ends[place] - 1)
        return first, ends | _fetched(consumer, filled)
    finally:
        consumer.close()


def _fetched(consumer: KafkaConsumer, places: list[TopicPartition]) -> dict[TopicPartition, int]:
    """High watermarks of places that hold records, each as soon as it was fetched once; the records
    themselves are not wanted.
    """
    found: dict[TopicPartition, int] = {}
    deadline = monotonic() + PATIENCE
    while len(found) < len(places) and monotonic() < deadline:
        with suppress(UnsupportedCodecError):
            consumer.poll(timeout_ms=200, max_records=1)
        new = {
            place: mark
            for place in places
            if place not in found and (mark := consumer.highwater(place)) is not None
        }
        consumer.pause(*new)
        found |= new
    return found


def _committed(broker: str, service: str) -> dict[TopicPartition, int]:
    """The positions that a service's group committed; none before it ran."""
    admin = KafkaAdminClient(bootstrap_servers=broker, request_timeout_ms=15_000)
    try:
        group = f"priorauth-{service}"
        return {
            place: found.offset
            for place, found in admin.list_group_offsets(group)[group].items()
            if found.offset >= 0
        }
    finally:
        admin.close()
