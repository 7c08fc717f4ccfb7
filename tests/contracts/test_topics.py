"""The declared topics on a real broker: created once, their drift told, their settings put
right.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from time import monotonic, sleep
from uuid import uuid4

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from shared.kafka import topics
from shared.kafka.cluster import Cluster
from shared.kafka.topics import DeclaredTopic, Drift, apply, correct, drift
from tests.patience import PATIENCE

BROKER = os.environ.get("PRIORAUTH_TEST_BROKER", "")
pytestmark = pytest.mark.needs("PRIORAUTH_TEST_BROKER")
SETTINGS = {"retention.ms": "3456000000", "compression.type": "producer"}


@pytest.fixture
def admin() -> Iterator[KafkaAdminClient]:
    client = KafkaAdminClient(bootstrap_servers=BROKER)
    yield client
    client.close()


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch, admin: KafkaAdminClient) -> Iterator[DeclaredTopic]:
    """A topic that is declared and nothing else, deleted afterwards."""
    made = DeclaredTopic(f"declared-{uuid4().hex[:8]}", 3, SETTINGS)
    monkeypatch.setattr(topics, "declared", lambda: (made,))
    yield made
    admin.delete_topics([made.name])


def comes_to(expected: tuple[Drift, ...]) -> None:
    """A broker answers before each part of it has heard of a change."""
    deadline = monotonic() + PATIENCE
    while (found := drift(Cluster(BROKER))) != expected and monotonic() < deadline:
        sleep(0.05)
    assert found == expected


def test_a_missing_topic_is_told_then_created_once(topic: DeclaredTopic):
    assert drift(Cluster(BROKER)) == (Drift(topic.name, "exists", "yes", "no"),)

    assert apply(Cluster(BROKER)) == (topic.name,)

    comes_to(())
    assert apply(Cluster(BROKER)) == ()


def test_settings_that_differ_are_told_and_put_right(topic: DeclaredTopic, admin: KafkaAdminClient):
    apply(Cluster(BROKER))
    comes_to(())
    admin.alter_configs(
        [ConfigResource(ConfigResourceType.TOPIC, topic.name, {"retention.ms": "1000"})]
    )
    differing = (Drift(topic.name, "retention.ms", "3456000000", "1000"),)
    comes_to(differing)

    assert correct(Cluster(BROKER)) == differing

    comes_to(())


def test_too_few_replicas_and_another_number_of_partitions_are_told_and_left(
    topic: DeclaredTopic, monkeypatch: pytest.MonkeyPatch
):
    apply(Cluster(BROKER))
    comes_to(())
    monkeypatch.setattr(topics, "declared", lambda: (DeclaredTopic(topic.name, 4, SETTINGS),))

    found = drift(Cluster(BROKER), replication=3)

    shape = (Drift(topic.name, "partitions", "4", "3"), Drift(topic.name, "replicas", "3", "1"))
    assert found == (*shape, Drift(topic.name, "min.insync.replicas", "2", "1"))
    assert correct(Cluster(BROKER)) == ()
    comes_to(shape[:1])
