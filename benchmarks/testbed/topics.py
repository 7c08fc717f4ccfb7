"""The topics and groups of a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from confluent_kafka import Consumer, ConsumerGroupState, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from shared.ids import PARTITIONS
from shared.kafka.cluster import Cluster
from shared.kafka.topics import apply, declared

LOG_APPEND = {"message.timestamp.type": "LogAppendTime"}
ANSWER = 30.0


class TopicsTaken(Exception):
    """The broker already has topics that a run would write to."""


def admin(broker: str) -> AdminClient:
    """A client for topics and groups."""
    return AdminClient({"bootstrap.servers": broker, "log_level": 2})


@contextmanager
def topics(broker: str, names: Iterable[str]) -> Iterator[None]:
    """Fresh topics, deleted afterwards; those of the product get the product's settings.

    Raises `TopicsTaken` rather than touch others'.
    """
    client, wanted, product = admin(broker), list(names), {topic.name for topic in declared()}
    if product & set(wanted):
        wanted = sorted(product | set(wanted))  # they are only ever made together
    taken = sorted(set(client.list_topics(timeout=ANSWER).topics) & set(wanted))
    if taken:
        raise TopicsTaken(
            f"The broker already has {', '.join(taken)}. Unset PRIORAUTH_BROKER, so that the "
            f"benchmark starts a broker of its own."
        )
    own = [
        NewTopic(name, PARTITIONS, 1, config=LOG_APPEND if name.endswith(".submissions") else {})
        for name in wanted
        if name not in product
    ]
    try:
        if product & set(wanted):
            apply(Cluster(broker))
        for future in client.create_topics(own, request_timeout=ANSWER).values() if own else ():
            future.result()
        yield
    finally:
        for future in client.delete_topics(wanted, request_timeout=ANSWER).values():
            _settled(future)
        until = time.monotonic() + ANSWER
        while (
            set(client.list_topics(timeout=ANSWER).topics) & set(wanted)
            and time.monotonic() < until
        ):
            time.sleep(0.1)


def _settled(future: object) -> None:
    try:
        future.result()  # type: ignore[attr-defined]
    except KafkaException:
        return


def wait_for_groups(
    broker: str, groups: Mapping[str, int], check: Callable[[], None], seconds: float = 90.0
) -> None:
    """Until each group is stable with this many partitions assigned to one member; `check` raises
    when there is nothing to wait for.
    """
    client, until = admin(broker), time.monotonic() + seconds
    while not all(_assigned(client, name) == partitions for name, partitions in groups.items()):
        if time.monotonic() > until:
            raise TimeoutError(
                f"Not all of {', '.join(groups)} were assigned their partitions within "
                f"{seconds:.0f} s."
            )
        check()
        time.sleep(0.25)


def _assigned(client: AdminClient, group: str) -> int:
    try:
        described = client.describe_consumer_groups([group], request_timeout=ANSWER)[group].result()
    except KafkaException:
        return -1
    if described.state is not ConsumerGroupState.STABLE or len(described.members) != 1:
        return -1
    return len(described.members[0].assignment.topic_partitions)


def ends(consumer: Consumer, names: Iterable[str]) -> list[TopicPartition]:
    """The log end of every partition."""
    places = [TopicPartition(name, p) for name in names for p in range(PARTITIONS)]
    for place in places:
        place.offset = consumer.get_watermark_offsets(place, timeout=ANSWER)[1]
    return places


def quiet_ends(consumer: Consumer, names: Iterable[str]) -> dict[tuple[str, int], int]:
    """The log ends once they have not moved for a second: clocks still stop after the last
    letter.
    """
    wanted, found = list(names), dict[tuple[str, int], int]()
    while (
        now := {(place.topic, place.partition): place.offset for place in ends(consumer, wanted)}
    ) != found:
        found = now
        time.sleep(1)
    return found
