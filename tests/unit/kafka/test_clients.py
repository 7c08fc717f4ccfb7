"""No client of the product is made without the settings that prove who it is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.kafka import acls, lag, refusal, topics, users
from shared.kafka.cluster import Cluster
from shared.lanes.kafka import ingress, log, publisher, source
from shared.lanes.seals import Sealer
from tests.contracts.toy import intake

ROOT = Path(__file__).resolve().parents[3]
CLIENTS = frozenset(
    {
        "AdminClient",
        "Consumer",
        "KafkaAdminClient",
        "KafkaBroker",
        "KafkaConsumer",
        "KafkaProducer",
        "Producer",
    }
)
SECURED = Cluster("kafka:1", "sasl_ssl", user="someone", password="-")  # noqa: S106
MADE_IN = {
    ("shared/kafka/lag.py", "Consumer"),
    ("shared/kafka/lag.py", "KafkaConsumer"),
    ("shared/kafka/refusal.py", "AdminClient"),
    ("shared/kafka/topics.py", "KafkaAdminClient"),
    ("shared/lanes/kafka/ingress.py", "Producer"),
    ("shared/lanes/kafka/log.py", "AdminClient"),
    ("shared/lanes/kafka/publisher.py", "Producer"),
    ("shared/lanes/kafka/source.py", "KafkaBroker"),
}
"""Every place that makes one; each is entered by a test below."""


class Made(Exception):
    """A client was made, with these settings."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__()
        self.settings: dict[str, Any] = {**(given[0] if given else {}), **named}


def made(enter: Callable[[], Any]) -> dict[str, Any]:
    with pytest.raises(Made) as at:
        enter()
    return at.value.settings


def raising(*given: Any, **named: Any) -> None:
    raise Made(*given, **named)


def calls() -> Iterator[tuple[str, str]]:
    for folder in ("cli", "services", "shared"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    if name in CLIENTS:
                        yield path.relative_to(ROOT).as_posix(), name


def test_clients_are_made_where_this_test_looks_and_nowhere_else():
    assert set(calls()) == MADE_IN


@pytest.mark.parametrize(
    ("module", "name", "enter"),
    [
        (ingress, "Producer", lambda: ingress.Ingress(SECURED, ())),
        (
            publisher,
            "Producer",
            lambda: publisher.KafkaPublisher(SECURED, Sealer("pa.intake.v1", ())),
        ),
        (log, "AdminClient", lambda: log.KafkaLog(SECURED, embedded=False)),
        (refusal, "AdminClient", lambda: refusal.refusal(SECURED)),
        (
            lag,
            "Consumer",
            lambda: lag._written(SECURED, {lag.TopicPartition("pa.intake.v1", 0): 0}),
        ),
    ],
)
def test_a_client_in_c_proves_who_it_is(
    module: Any, name: str, enter: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, name, raising)

    assert SECURED.librdkafka().items() <= made(enter).items()


def test_a_client_that_is_renewed_proves_it_again(monkeypatch: pytest.MonkeyPatch):
    out = publisher.KafkaPublisher(SECURED, Sealer("pa.intake.v1", ()))
    monkeypatch.setattr(publisher, "Producer", raising)

    assert SECURED.librdkafka().items() <= made(out.renew).items()


@pytest.mark.parametrize(
    ("module", "name", "enter"),
    [
        (topics, "KafkaAdminClient", lambda: topics.apply(SECURED)),
        (topics, "KafkaAdminClient", lambda: topics.correct(SECURED)),
        (topics, "KafkaAdminClient", lambda: topics.drift(SECURED)),
        (topics, "KafkaAdminClient", lambda: acls.apply(SECURED)),
        (topics, "KafkaAdminClient", lambda: acls.remove(SECURED)),
        (topics, "KafkaAdminClient", lambda: acls.drift(SECURED)),
        (topics, "KafkaAdminClient", lambda: users.apply(SECURED, Path("/nowhere"))),
        (topics, "KafkaAdminClient", lambda: lag.lag(SECURED, datetime.now(UTC))),
        (lag, "KafkaConsumer", lambda: lag._bounds(SECURED, [])),
    ],
)
def test_a_tools_client_proves_who_it_is(
    module: Any, name: str, enter: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, name, raising)

    assert SECURED.kafka_python().items() <= made(enter).items()


def test_the_lanes_consumer_proves_who_it_is():
    broker = source.KafkaSource(SECURED, intake(), "one", embedded=False).broker

    configuration = broker.config.broker_config.connection_config
    for settings in (configuration.consumer_config, configuration.admin_config):
        assert SECURED.librdkafka().items() <= settings.items()
