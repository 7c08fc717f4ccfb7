"""What a principal may try on Kafka, each attempt answered with whether the brokers allow it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)
from kafka.errors import ClusterAuthorizationFailedError

from shared.kafka import acls
from shared.kafka.cluster import Cluster
from tests.patience import PATIENCE

REFUSED = frozenset(
    {
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    }
)
NO_EVENT = b"no event: who may write leaves it, and the services set it aside"
Answers = dict[tuple[str, str, str], bool]
"""(kind, name, operation) -> whether it is allowed."""


def writes(cluster: Cluster, topics: Iterable[str]) -> Answers:
    """Tries to write to every topic."""
    producer = Producer(cluster.librdkafka() | {"linger.ms": 0, "log_level": 0, "retries": 0})
    # What a principal may not even see it cannot write, and the client would ask again for long.
    seen = {*topics} & {*producer.list_topics(timeout=PATIENCE).topics}
    answers = {("topic", topic, "write"): False for topic in topics}
    for topic in seen:

        def told(error: KafkaError | None, _: Any, topic: str = topic) -> None:
            answers["topic", topic, "write"] = _allowed(error)

        producer.produce(topic, NO_EVENT, partition=23, on_delivery=told)
    assert producer.flush(PATIENCE) == 0
    return answers


def reads(cluster: Cluster, topics: Iterable[str]) -> Answers:
    """Tries to read every topic."""
    consumer = Consumer(
        cluster.librdkafka()
        | {"group.id": "nobody", "enable.partition.eof": True, "log_level": 0}
        | {"fetch.wait.max.ms": 20, "enable.auto.commit": False}
    )
    # What a principal may not even see it cannot read, and the client would wait for it without a
    # word.
    wanted = {*topics} & {*consumer.list_topics(timeout=PATIENCE).topics}
    answers = {("topic", topic, "read"): False for topic in topics if topic not in wanted}
    count = len(answers) + len(wanted)
    consumer.assign([TopicPartition(topic, 23, 0) for topic in wanted])
    deadline = time.monotonic() + PATIENCE
    while len(answers) < count and time.monotonic() < deadline:
        for message in consumer.consume(50, 0.1):
            if message.topic() in wanted:
                answers["topic", str(message.topic()), "read"] = _allowed(message.error())
    consumer.close()
    assert len(answers) == count, wanted
    return answers


def joins(cluster: Cluster, groups: Iterable[str]) -> Answers:
    """Tries to move the positions of every group: refused to members' principals too while the
    group has members, but for another reason.
    """
    admin = AdminClient(cluster.librdkafka() | {"log_level": 0})
    place = TopicPartition("pa.history.v1", 23, 0)
    return {
        ("group", group, "read"): _moved(admin, ConsumerGroupTopicPartitions(group, [place]))
        for group in groups
    }


def _moved(admin: AdminClient, group: ConsumerGroupTopicPartitions) -> bool:
    try:
        for future in admin.alter_consumer_group_offsets([group], request_timeout=30).values():
            found = [place.error for place in future.result(PATIENCE).topic_partitions]
    except KafkaException as error:
        found = [error.args[0]]
    # The group is looked at before its topics and its members.
    return all(
        error is None or error.code() != KafkaError.GROUP_AUTHORIZATION_FAILED for error in found
    )


def administers(cluster: Cluster, topic: str) -> Answers:
    """Tries to create, set and remove topics, and to look at and give rights; what is allowed is
    only tried out.
    """
    admin = AdminClient(cluster.librdkafka() | {"log_level": 0})
    setting = ConfigResource(
        ConfigResource.Type.TOPIC,
        topic,
        incremental_configs=[
            ConfigEntry("retention.ms", "3456000000", incremental_operation=AlterConfigOpType.SET)
        ],
    )
    right = AclBinding(
        ResourceType.TOPIC,
        topic,
        ResourcePatternType.LITERAL,
        f"User:{cluster.user}",
        "*",
        AclOperation.ALL,
        AclPermissionType.ALLOW,
    )
    new = NewTopic("pa.new.v1", num_partitions=1)
    tried: dict[tuple[str, str, str], Callable[[], Any]] = {
        ("topic", "pa.*", "create"): lambda: admin.create_topics([new], validate_only=True),
        ("topic", "pa.*", "alter_configs"): lambda: admin.incremental_alter_configs(
            [setting], validate_only=True
        ),
        ("topic", "pa.*", "delete"): lambda: admin.delete_topics([topic]),
        ("cluster", "kafka-cluster", "alter"): lambda: admin.create_acls([right]),
    }
    found = {name: _tried(attempt) for name, attempt in tried.items()}
    return found | {("cluster", "kafka-cluster", "describe"): _looks(cluster)}


def _looks(cluster: Cluster) -> bool:
    # Not by the client in C: it answers with an empty list where it is refused.
    try:
        acls.drift(cluster)
    except ClusterAuthorizationFailedError:
        return False
    return True


def _tried(attempt: Callable[[], Any]) -> bool:
    try:
        for future in attempt().values():
            future.result(PATIENCE)
    except KafkaException as error:
        return _allowed(error.args[0])
    return True


def _allowed(error: KafkaError | None) -> bool:
    if error is None or error.code() == KafkaError._PARTITION_EOF:
        return True
    assert error.code() in REFUSED, error
    return False
