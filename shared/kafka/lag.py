"""How far each service is behind: what the log holds against the position that the service last told the broker (a hint, about a second old).

The log's end is taken from fetch responses, because the embedded broker answers ListOffsets(latest) wrongly.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import UnsupportedCodecError

from shared.clock import monotonic
from shared.events.catalogue import CONSUMES

PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Lag:
    """A service on a topic: records in the log, and how many of them it has not worked."""

    service: str
    topic: str
    records: int
    behind: int


def lag(broker: str) -> tuple[Lag, ...]:
    """Every service on every topic that it reads."""
    places = _places(broker)
    first, ends = _bounds(broker, places)
    return tuple(one for service, topics in CONSUMES.items() for one in _of_service(service, topics, (first, ends), _committed(broker, service)))


def _of_service(service: str, topics: tuple[str, ...], bounds: tuple[dict[TopicPartition, int], ...], committed: dict[TopicPartition, int]) -> list[Lag]:
    first, ends = bounds
    found = []
    for topic in topics:
        own = [place for place in ends if place.topic == topic]
        behind = sum(max(0, ends[place] - max(committed.get(place, 0), first[place])) for place in own)
        found.append(Lag(service, topic, sum(ends[place] - first[place] for place in own), behind))
    return found


def _places(broker: str) -> list[TopicPartition]:
    admin = KafkaAdminClient(bootstrap_servers=broker, request_timeout_ms=15_000)
    try:
        wanted = sorted({topic for topics in CONSUMES.values() for topic in topics} & set(admin.list_topics()))
        return [TopicPartition(one["name"], at) for one in admin.describe_topics(wanted) for at in range(len(one["partitions"]))]
    finally:
        admin.close()


def _bounds(broker: str, places: list[TopicPartition]) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
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
    """High watermarks of places that hold records, each as soon as it was fetched once; the records themselves are not wanted."""
    found: dict[TopicPartition, int] = {}
    deadline = monotonic() + PATIENCE
    while len(found) < len(places) and monotonic() < deadline:
        with suppress(UnsupportedCodecError):
            consumer.poll(timeout_ms=200, max_records=1)
        new = {place: mark for place in places if place not in found and (mark := consumer.highwater(place)) is not None}
        consumer.pause(*new)
        found |= new
    return found


def _committed(broker: str, service: str) -> dict[TopicPartition, int]:
    """The positions that a service's group committed; none before it ran."""
    admin = KafkaAdminClient(bootstrap_servers=broker, request_timeout_ms=15_000)
    try:
        group = f"priorauth-{service}"
        return {place: found.offset for place, found in admin.list_group_offsets(group)[group].items() if found.offset >= 0}
    finally:
        admin.close()
