"""The lane log on a broker that speaks Kafka's protocol: the embedded one, and the one that `PRIORAUTH_TEST_BROKER` names."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from shared.clock import monotonic
from shared.events.envelope import Envelope, unpack
from shared.events.intake import INTAKE
from shared.events.submissions import SUBMISSIONS
from shared.ids import PARTITIONS
from shared.kafka.embedded import EmbeddedBroker
from shared.lanes.process import Replica
from shared.settings import Settings, load
from tests.contracts.stores import Stores, create_tables
from tests.contracts.toy import Order, case_of, intake

REAL = os.environ.get("PRIORAUTH_TEST_BROKER", "")
COUNT = 200


@pytest.fixture(params=["embedded", pytest.param("real", marks=pytest.mark.skipif(not REAL, reason="PRIORAUTH_TEST_BROKER names no Kafka"))])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    url = f"sqlite:///{tmp_path}/intake.sqlite"
    create_tables(url)
    broker = EmbeddedBroker(tmp_path / "broker.log")
    if request.param == "embedded":
        broker.start()
    own = replace(
        load("intake"), broker=REAL or broker.address, database_url=url, state=tmp_path, instance=f"toy-{uuid4()}", embedded=request.param == "embedded"
    )
    own = replace(own, broker=broker.address) if own.embedded else own
    yield own
    broker.stop()


@pytest.fixture
def prefix(settings: Settings) -> Iterator[str]:
    """Topics of this test's own on a broker that others use too."""
    names = [f"{topic}" for topic in (SUBMISSIONS, INTAKE, "pa.criteria.v1")]
    admin = AdminClient({"bootstrap.servers": settings.broker})
    if settings.embedded:
        for future in admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in names]).values():
            future.result(10)
    yield ""


def write(settings: Settings, orders: list[Order]) -> None:
    """Writes orders as an outsider with its own idea of partitions does."""
    producer = Producer({"bootstrap.servers": settings.broker, "linger.ms": 5})
    for order in orders:
        producer.produce(SUBMISSIONS, json.dumps(asdict(order)).encode(), key=order.text.encode())
    assert producer.flush(20) == 0


def published(settings: Settings, wanted: int, seconds: float) -> list[Envelope]:
    """The events on intake's topic that belong to this run, as soon as there are `wanted` distinct ones, or what there is when time is up."""
    consumer = Consumer({"bootstrap.servers": settings.broker, "group.id": str(uuid4()), "auto.offset.reset": "earliest", "enable.auto.commit": False})
    consumer.assign([TopicPartition(INTAKE, p, 0) for p in range(PARTITIONS)])
    found: list[Envelope] = []
    deadline = monotonic() + seconds
    while len({envelope.id for envelope in found}) < wanted and monotonic() < deadline:
        for message in consumer.consume(500, 0.2):
            assert message.error() is None
            found.append(unpack(tuple(message.headers() or ())))  # type: ignore[arg-type]
    consumer.close()
    return found


async def run(settings: Settings, until: int, seconds: float = 40.0) -> None:
    """Runs a replica until its cases have so many events of their own and all is published."""
    replica = Replica(intake(), settings)
    stores = Stores(lambda _: settings.database_url)
    await replica.start()
    deadline = monotonic() + seconds
    done = 0
    while done < until and monotonic() < deadline:
        await asyncio.sleep(0.05)
        done = stores.rows("intake", "SELECT COALESCE(SUM(seq), 0) FROM case_state")[0][0]
    health = replica.engine.health
    await replica.stop()
    assert done >= until, (done, health, replica.ready())


@pytest.mark.stack
def test_two_hundred_submissions_survive_a_restart(settings: Settings, prefix: str) -> None:
    run_id = uuid4().hex[:8]
    orders = [Order(f"{run_id}-{n % 50}", n % PARTITIONS if n < 50 else (n % 50) % PARTITIONS, f"{run_id}-{n}") for n in range(COUNT)]
    write(settings, orders[: COUNT // 2])
    asyncio.run(run(settings, COUNT // 2))
    write(settings, orders[COUNT // 2 :])
    asyncio.run(run(settings, COUNT))
    cases = {case_of(order.case) for order in orders}
    mine = [envelope for envelope in published(settings, COUNT, 20) if envelope.case_id in cases]
    assert len({envelope.id for envelope in mine}) == COUNT
    for case in cases:
        own = [envelope.clock["intake"] for envelope in mine if envelope.case_id == case]
        assert sorted(set(own)) == list(range(1, 5))
