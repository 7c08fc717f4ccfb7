"""How far each service is behind, in records and in seconds: the log against the position that the
service last told the broker (a hint, about a second old).

The log's end is taken from fetch responses, because the embedded broker answers ListOffsets(latest)
wrongly.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from confluent_kafka import Consumer, KafkaError
from confluent_kafka import TopicPartition as Assignment
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import TopicAuthorizationFailedError, UnsupportedCodecError

from shared.clock import monotonic
from shared.events.catalogue import CONSUMES
from shared.kafka.cluster import Cluster
from shared.kafka.topics import admin_of

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


def lag(cluster: Cluster, now: datetime) -> tuple[Lag, ...]:
    """Every service on every topic that it reads."""
    first, ends = _bounds(cluster, _places(cluster))
    found: list[Lag] = []
    for service, topics in CONSUMES.items():
        committed = _committed(cluster, service)
        positions = {
            place: max(committed.get(place, 0), first[place])
            for place in ends
            if place.topic in topics
        }
        written = _written(
            cluster,
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


def _written(cluster: Cluster, positions: dict[TopicPartition, int]) -> dict[TopicPartition, int]:
    """When the first record from each position on was written (milliseconds since 1970): by the
    broker, or by its producer, as the topic is set.
    """
    if not positions:
        return {}
    consumer = Consumer(
        cluster.librdkafka()
        | {
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
            read = consumer.consume(500, 0.2)
            if any(_forbidden(one.error()) for one in read):
                break
            new = {
                TopicPartition(one.topic(), one.partition()): one.timestamp()[1]
                for one in reversed(read)
                if one.error() is None
            }
            consumer.pause([Assignment(*place) for place in new])
            found = new | found
        return found
    finally:
        consumer.close()


def _forbidden(error: KafkaError | None) -> bool:
    return error is not None and error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


def _places(cluster: Cluster) -> list[TopicPartition]:
    with admin_of(cluster) as admin:
        wanted = sorted(
            {topic for topics in CONSUMES.values() for topic in topics} & set(admin.list_topics())
        )
        return [
            TopicPartition(one["name"], at)
            for one in admin.describe_topics(wanted)
            for at in range(len(one["partitions"]))
        ]


def _bounds(
    cluster: Cluster, places: list[TopicPartition]
) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
    """First offset and log end of each place, the end as fetches tell it."""
    consumer = KafkaConsumer(**cluster.kafka_python(), enable_auto_commit=False, group_id=None)
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
        try:
            with suppress(UnsupportedCodecError):
                consumer.poll(timeout_ms=200, max_records=1)
        except TopicAuthorizationFailedError:
            # Who may look and not read is told the ends, and by a broker with rights those are
            # right.
            break
        new = {
            place: mark
            for place in places
            if place not in found and (mark := consumer.highwater(place)) is not None
        }
        consumer.pause(*new)
        found |= new
    return found


def _committed(cluster: Cluster, service: str) -> dict[TopicPartition, int]:
    """The positions that a service's group committed; none before it ran."""
    with admin_of(cluster) as admin:
        group = f"priorauth-{service}"
        return {
            place: found.offset
            for place, found in admin.list_group_offsets(group)[group].items()
            if found.offset >= 0
        }
