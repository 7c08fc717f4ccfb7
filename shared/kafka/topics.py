"""The declared topics, and what a broker lacks of them (kafka-python's synchronous admin client:
for tools, not for services).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from kafka.errors import TopicAlreadyExistsError

from shared.kafka.cluster import Cluster

SHAPE = frozenset({"exists", "partitions", "replicas"})
"""What differs in a topic itself and cannot be set: partitions never change, replicas are moved by
the cluster's own tools.
"""


@dataclass(frozen=True, slots=True)
class DeclaredTopic:
    """A topic as `topics.yaml` wants it."""

    name: str
    partitions: int
    settings: dict[str, str]


@dataclass(frozen=True, slots=True)
class Drift:
    """Where a broker's topic differs from its declaration."""

    topic: str
    setting: str
    declared: str
    actual: str


def declared() -> tuple[DeclaredTopic, ...]:
    """The topics of `topics.yaml`, with the defaults filled in."""
    content = yaml.safe_load(files("shared.kafka").joinpath("topics.yaml").read_text())
    return tuple(
        DeclaredTopic(
            name,
            content["partitions"],
            {k: _text(v) for k, v in {**content["defaults"], **own}.items()},
        )
        for name, own in content["topics"].items()
    )


def apply(cluster: Cluster, *, replication: int = 1) -> tuple[str, ...]:
    """Creates the declared topics that the broker lacks; returns their names."""
    with admin_of(cluster) as admin:
        existing = set(admin.list_topics())
        missing = [t for t in declared() if t.name not in existing]
        for topic in missing:
            _create(admin, topic, replication)
        return tuple(t.name for t in missing)


def _create(admin: KafkaAdminClient, topic: DeclaredTopic, replication: int) -> None:
    new = NewTopic(
        name=topic.name,
        num_partitions=topic.partitions,
        replication_factor=replication,
        topic_configs=_settings(topic, replication),
    )
    try:
        admin.create_topics([new])
    except TopicAlreadyExistsError:
        return


def correct(cluster: Cluster, *, replication: int = 1) -> tuple[Drift, ...]:
    """Sets every setting that differs as it is declared; returns what differed.

    Partitions, replicas and missing topics are not settings.
    """
    found = tuple(
        one for one in drift(cluster, replication=replication) if one.setting not in SHAPE
    )
    with admin_of(cluster) as admin:
        for name in sorted({one.topic for one in found}):
            admin.alter_configs(
                [
                    ConfigResource(
                        ConfigResourceType.TOPIC,
                        name,
                        {one.setting: one.declared for one in found if one.topic == name},
                    )
                ]
            )
    return found


def drift(cluster: Cluster, *, replication: int = 1) -> tuple[Drift, ...]:
    """Every difference between the declared topics and the broker's; a missing topic differs in
    `exists`, one with too few replicas in `replicas`.
    """
    with admin_of(cluster) as admin:
        existing = set(admin.list_topics())
        found: list[Drift] = [
            Drift(t.name, "exists", "yes", "no") for t in declared() if t.name not in existing
        ]
        present = {t.name: t for t in declared() if t.name in existing}
        for described in admin.describe_topics(list(present)):
            topic = present[described["name"]]
            found += _shaped(topic, described["partitions"], replication)
            found += _configured(admin, topic, replication)
        return tuple(found)


def _shaped(
    topic: DeclaredTopic, partitions: list[dict[str, Any]], replication: int
) -> list[Drift]:
    replicas = min((len(one["replica_nodes"]) for one in partitions), default=0)
    counted = (
        []
        if len(partitions) == topic.partitions
        else [Drift(topic.name, "partitions", str(topic.partitions), str(len(partitions)))]
    )
    return counted + (
        [Drift(topic.name, "replicas", str(replication), str(replicas))]
        if replicas < replication
        else []
    )


def _configured(admin: KafkaAdminClient, topic: DeclaredTopic, replication: int) -> list[Drift]:
    """Settings that differ; one that the broker does not tell of cannot be judged."""
    by_topic = {
        name: setting
        for one in admin.describe_configs(
            [ConfigResource(ConfigResourceType.TOPIC, topic.name)]
        ).values()
        for name, setting in one.items()
    }
    actual = {name: str(setting["value"]) for name, setting in by_topic.get(topic.name, {}).items()}
    return [
        Drift(topic.name, name, value, actual[name])
        for name, value in _settings(topic, replication).items()
        if name in actual and actual[name] != value
    ]


def _settings(topic: DeclaredTopic, replication: int) -> dict[str, str]:
    return topic.settings | {"min.insync.replicas": str(max(1, replication - 1))}


@contextmanager
def admin_of(cluster: Cluster) -> Iterator[KafkaAdminClient]:
    """An admin client, closed at the end."""
    admin = KafkaAdminClient(**cluster.kafka_python(), request_timeout_ms=15_000)
    try:
        yield admin
    finally:
        admin.close()


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
