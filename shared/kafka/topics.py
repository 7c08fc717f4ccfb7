"""The declared topics, and what a broker lacks of them (kafka-python's synchronous admin client: for tools, not for services)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import yaml
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from kafka.errors import TopicAlreadyExistsError

DEFAULT_MAX_BYTES = 10 * 1024 * 1024


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
        DeclaredTopic(name, content["partitions"], {k: _text(v) for k, v in {**content["defaults"], **own}.items()}) for name, own in content["topics"].items()
    )


def apply(broker: str, *, replication: int = 1) -> tuple[str, ...]:
    """Creates the declared topics that the broker lacks; returns their names."""
    admin = KafkaAdminClient(bootstrap_servers=broker, request_timeout_ms=15_000)
    try:
        existing = set(admin.list_topics())
        missing = [t for t in declared() if t.name not in existing]
        for topic in missing:
            _create(admin, topic, replication)
        return tuple(t.name for t in missing)
    finally:
        admin.close()


def _create(admin: KafkaAdminClient, topic: DeclaredTopic, replication: int) -> None:
    settings = dict(topic.settings) | {"min.insync.replicas": str(max(1, replication - 1))}
    new = NewTopic(name=topic.name, num_partitions=topic.partitions, replication_factor=replication, topic_configs=settings)
    try:
        admin.create_topics([new])
    except TopicAlreadyExistsError:
        return


def drift(broker: str) -> tuple[Drift, ...]:
    """Every difference between the declared topics and the broker's; a missing topic differs in `exists`."""
    admin = KafkaAdminClient(bootstrap_servers=broker, request_timeout_ms=15_000)
    try:
        existing = set(admin.list_topics())
        found: list[Drift] = [Drift(t.name, "exists", "yes", "no") for t in declared() if t.name not in existing]
        present = [t for t in declared() if t.name in existing]
        partitions = {t["name"]: len(t["partitions"]) for t in admin.describe_topics([t.name for t in present])}
        for topic in present:
            found += _differences(admin, topic, partitions[topic.name])
        return tuple(found)
    finally:
        admin.close()


def _differences(admin: KafkaAdminClient, topic: DeclaredTopic, partitions: int) -> list[Drift]:
    found = [] if partitions == topic.partitions else [Drift(topic.name, "partitions", str(topic.partitions), str(partitions))]
    described = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name)])
    actual = _configured(described).get(topic.name, {})
    return found + [Drift(topic.name, name, value, actual[name]) for name, value in topic.settings.items() if name in actual and actual[name] != value]


def _configured(described: object) -> dict[str, dict[str, str]]:
    """kafka-python's answer as {topic: {setting: value}}."""
    by_topic: dict[str, dict[str, str]] = {}
    if isinstance(described, dict):
        for resources in described.values():
            for name, settings in resources.items():
                by_topic[str(name)] = {str(k): str(v["value"] if isinstance(v, dict) else v) for k, v in settings.items()}
    return by_topic


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
