"""The lane log on a broker that speaks Kafka's protocol: the embedded one, and the one that
`PRIORAUTH_TEST_BROKER` names.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from shared.clock import monotonic
from shared.events.envelope import Envelope, unpack
from shared.events.intake import SubmissionDuplicated
from shared.events.submissions import SUBMISSIONS
from shared.ids import PARTITIONS
from shared.kafka.embedded import EmbeddedBroker
from shared.lanes.outcome import Emit, Outcome, Received, Row
from shared.lanes.replica import Replica
from shared.lanes.service import CaseService, Rejection
from shared.settings import Settings, load
from tests.contracts.stores import Stores, create_tables
from tests.contracts.toy import Order, Tally, case_of, intake
from tests.patience import PATIENCE

REAL = os.environ.get("PRIORAUTH_TEST_BROKER", "")
COUNT = 200
LARGEST_RECORD = 10 * 1024 * 1024
"""Bytes: what the product's topics take."""


@dataclass(frozen=True)
class Place:
    """A broker, with two topics and a consumer group that no other run uses."""

    settings: Settings
    name: str

    @property
    def submissions(self) -> str:
        """Where orders are written."""
        return f"{self.name}.submissions"

    @property
    def service(self) -> CaseService[Tally]:
        """Toy intake on these topics."""
        event = type(
            "Accepted",
            (SubmissionDuplicated,),
            {
                "TOPIC": f"{self.name}.accepted",
                "TYPE": f"{self.name}.accepted.v1",
                "__module__": __name__,
            },
        )
        toy = intake()

        def decide(
            reference: Any, state: Tally | None, received: Received, now: datetime
        ) -> Outcome[Tally]:
            outcome = toy.decide(reference, state, received, now)
            events = tuple(Emit(event(**emit.data.model_dump())) for emit in outcome.events)
            return Outcome(
                outcome.state,
                events,
                outcome.timers,
                rows=tuple(Row(row.table, row.values | {"event": b""}) for row in outcome.rows),
            )

        def reject(
            record: UUID, rejection: Rejection, raw: bytes, received_at: datetime
        ) -> Outcome[Tally]:
            del rejection, raw
            return Outcome(None, (Emit(event(submission_id=record, received_at=received_at)),))

        external = {self.submissions: replace(toy.external[SUBMISSIONS], reject=reject)}
        return replace(
            toy,
            name=self.name,
            topic=f"{self.name}.accepted",
            consumes=(self.submissions,),
            decide=decide,
            reads=frozenset(),
            external=external,
        )


@pytest.fixture(
    params=["embedded", pytest.param("real", marks=pytest.mark.needs("PRIORAUTH_TEST_BROKER"))]
)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    url = f"sqlite:///{tmp_path}/toy.sqlite"
    create_tables(url)
    embedded = request.param == "embedded"
    broker = EmbeddedBroker(tmp_path / "broker.log")
    if embedded:
        broker.start()
    name = f"toy-{uuid4().hex[:8]}"
    settings = replace(
        load("toy"),
        broker=broker.address if embedded else REAL,
        database_url=url,
        state=tmp_path,
        instance=f"{name}-0",
        embedded=embedded,
    )
    made = Place(settings, name)
    topics = [made.submissions, made.service.topic]
    admin = AdminClient({"bootstrap.servers": settings.broker, "log_level": 0})
    for future in admin.create_topics(
        [
            NewTopic(topic, PARTITIONS, 1, config={"max.message.bytes": str(LARGEST_RECORD)})
            for topic in topics
        ]
    ).values():
        future.result(PATIENCE)
    yield made
    for future in admin.delete_topics(topics).values():
        future.exception(PATIENCE)
    broker.stop()


def write(place: Place, orders: list[Order], padding: int = 0) -> None:
    """Writes orders as an outsider with its own idea of partitions does, each with so many bytes of
    white space behind it.
    """
    producer = Producer(
        {
            "bootstrap.servers": place.settings.broker,
            "linger.ms": 5,
            "message.max.bytes": LARGEST_RECORD,
        }
    )
    refused: list[Any] = []
    for order in orders:
        producer.produce(
            place.submissions,
            json.dumps(asdict(order)).encode() + b" " * padding,
            key=order.text.encode(),
            on_delivery=lambda error, _message: refused.append(error) if error else None,
        )
    assert producer.flush(PATIENCE) == 0
    assert refused == []


def published(place: Place, wanted: int) -> list[Envelope]:
    """The events on intake's topic that belong to this run, as soon as there are `wanted` distinct
    ones, or what there is when time is up.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": place.settings.broker,
            "log_level": 0,
            "group.id": str(uuid4()),
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.assign([TopicPartition(place.service.topic, p, 0) for p in range(PARTITIONS)])
    found: list[Envelope] = []
    deadline = monotonic() + PATIENCE
    while len({envelope.id for envelope in found}) < wanted and monotonic() < deadline:
        for message in consumer.consume(500, 0.2):
            assert message.error() is None
            found.append(unpack(tuple(message.headers() or ())))  # type: ignore[arg-type]
    consumer.close()
    return found


async def run(place: Place, until: int) -> None:
    """Runs a replica until its cases have so many events of their own and all is published."""
    replica = Replica(place.service, place.settings)
    stores = Stores(lambda _: place.settings.database_url)
    await replica.start()
    deadline = monotonic() + PATIENCE
    done = 0
    while done < until and monotonic() < deadline:
        await asyncio.sleep(0.05)
        done = stores.rows("intake", "SELECT COALESCE(SUM(seq), 0) FROM case_state")[0][0]
    health = replica.engine.health
    await replica.stop()
    assert done >= until, (done, health, replica.ready())


@pytest.mark.stack
def test_two_hundred_submissions_survive_a_restart(place: Place) -> None:
    orders = [Order(f"case-{n % 50}", n % 50 % PARTITIONS, f"text-{n}") for n in range(COUNT)]
    write(place, orders[: COUNT // 2])
    asyncio.run(run(place, COUNT // 2))
    write(place, orders[COUNT // 2 :])
    asyncio.run(run(place, COUNT))
    found = published(place, COUNT)
    assert len({envelope.id for envelope in found}) == COUNT
    for case in {case_of(order.case) for order in orders}:
        own = [envelope.clock[place.name] for envelope in found if envelope.case_id == case]
        assert list(dict.fromkeys(own)) == [1, 2, 3, 4]


@pytest.mark.stack
def test_records_larger_than_a_batch_and_than_what_is_read_ahead_pass_in_order(
    place: Place,
) -> None:
    """More bytes than the inbox, the client and a fetch hold together, with small neighbours before
    and behind them.
    """
    orders = [Order(f"case-{n % 4}", n % 4, f"text-{n % 4}") for n in range(24)]
    for begin, padding in ((0, 0), (8, LARGEST_RECORD - 64 * 1024), (16, 0)):
        write(place, orders[begin : begin + 8], padding)
    asyncio.run(run(place, len(orders)))
    found = published(place, len(orders))
    for case in {case_of(order.case) for order in orders}:
        own = [envelope.clock[place.name] for envelope in found if envelope.case_id == case]
        assert list(dict.fromkeys(own)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.stack
def test_what_cannot_be_read_is_answered_and_the_batch_around_it_is_untouched(place: Place) -> None:
    good = [json.dumps(asdict(Order("ann", 3, text))) for text in ("before", "after")]
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.contracts.unreadable",
        place.settings.broker,
        place.submissions,
        "3",
        *good,
    ]
    subprocess.run(command, check=True, timeout=PATIENCE)
    asyncio.run(run(place, 6))
    found = [envelope.type for envelope in published(place, 6)]
    assert len(found) == 6
    stores = Stores(lambda _: place.settings.database_url)
    assert stores.rows("toy", "SELECT COUNT(*) FROM parked") == [(0,)]
    assert stores.rows("toy", "SELECT text FROM toy_note ORDER BY text") == [
        ("after",),
        ("before",),
    ]
