"""FastStream's two Kafka brokers in raw batch mode, and the two producers, on one real broker:
records a second and CPU a record.

Run: python -m benchmarks.parts.clients BROKER [--records N] [--json FILE]. Makes topics of its own
and removes them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from faststream import AckPolicy
from faststream.confluent import KafkaBroker as ConfluentBroker
from faststream.confluent.message import KafkaMessage as ConfluentMessage
from faststream.kafka import KafkaBroker as AioBroker
from faststream.kafka.message import KafkaMessage as AioMessage

from benchmarks.testbed.progress import tell

PARTITIONS = 24
VALUE = os.urandom(1050).hex().encode()
HEADERS: list[tuple[str, str | bytes | None]] = [
    ("ce_id", b"6c1f7a52-3f0e-5d3b-9a55-7f3b0b8a9c11"),
    ("ce_type", b"pa.intake.request-received.v1"),
    ("ce_subject", b"49acecc1-28ce-5edf-ae17-716921ce6cb8"),
]
Run = Callable[[str, str, int], Coroutine[Any, Any, None]]


async def produce_confluent(broker: str, topic: str, records: int) -> None:
    """The idempotent producer of librdkafka, explicit partitions, headers."""
    producer = Producer(
        {
            "bootstrap.servers": broker,
            "enable.idempotence": True,
            "linger.ms": 5,
            "queue.buffering.max.messages": 1_000_000,
        }
    )
    for n in range(records):
        producer.produce(topic, VALUE, b"key", n % PARTITIONS, headers=HEADERS)
        if n % 1000 == 0:
            producer.poll(0)
    if producer.flush(120):
        raise RuntimeError("not everything was acknowledged")


async def produce_aiokafka(broker: str, topic: str, records: int) -> None:
    """The idempotent producer of aiokafka, explicit partitions, headers."""
    producer = AIOKafkaProducer(
        bootstrap_servers=broker, enable_idempotence=True, linger_ms=5, max_batch_size=1 << 20
    )
    await producer.start()
    try:
        for at in range(0, records, 1000):
            sent = [
                await producer.send(
                    topic, VALUE, key=b"key", partition=n % PARTITIONS, headers=HEADERS
                )
                for n in range(at, min(at + 1000, records))
            ]
            await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def consume_confluent(broker: str, topic: str, records: int) -> None:
    """FastStream over confluent, batches untouched."""

    async def parser(messages: Any) -> ConfluentMessage:
        given: dict[str, Any] = {"body": messages, "raw_message": messages, "consumer": None}
        return ConfluentMessage(**given, is_manual=True)

    async def decoder(message: Any) -> Any:
        return message.raw_message

    app = ConfluentBroker(broker, allow_auto_create_topics=False, apply_types=False, logger=None)
    common = {
        "batch": True,
        "max_records": 500,
        "auto_offset_reset": "earliest",
        "ack_policy": AckPolicy.MANUAL,
    }
    subscriber = app.subscriber(
        topic,
        group_id=f"bench-{time.time_ns()}",
        polling_interval=0.02,
        parser=parser,
        decoder=decoder,
        **common,
    )  # type: ignore[call-overload]
    await _drain(
        app, subscriber, records, lambda m: (m.partition(), m.offset(), m.headers(), m.value())
    )


async def consume_aiokafka(broker: str, topic: str, records: int) -> None:
    """FastStream over aiokafka, batches untouched."""

    async def parser(messages: Any) -> AioMessage:
        given: dict[str, Any] = {"body": messages, "raw_message": messages, "consumer": None}
        return AioMessage(**given)

    async def decoder(message: Any) -> Any:
        return message.raw_message

    app = AioBroker(broker, apply_types=False, logger=None)
    common = {
        "batch": True,
        "max_records": 500,
        "auto_offset_reset": "earliest",
        "ack_policy": AckPolicy.MANUAL,
    }
    subscriber = app.subscriber(
        topic,
        group_id=f"bench-{time.time_ns()}",
        batch_timeout_ms=20,
        parser=parser,
        decoder=decoder,
        **common,
    )  # type: ignore[call-overload]
    await _drain(app, subscriber, records, lambda m: (m.partition, m.offset, m.headers, m.value))


async def _drain(app: Any, subscriber: Any, records: int, read: Callable[[Any], Any]) -> None:
    """Runs the broker until every record was read; counts from the first batch on, so that joining
    the group is left out.
    """
    seen, done = 0, asyncio.Event()

    async def handler(messages: Any) -> None:
        nonlocal seen
        if not seen:
            now = (time.perf_counter(), time.process_time())
            _drain.started = now  # type: ignore[attr-defined]
        for message in messages:
            read(message)
        seen += len(messages)
        if seen >= records:
            done.set()

    subscriber(handler)
    await app.start()
    await asyncio.wait_for(done.wait(), 120)
    _drain.ended = (time.perf_counter(), time.process_time())  # type: ignore[attr-defined]
    await app.stop()


def measured(run: Run, broker: str, topic: str, records: int) -> dict[str, float]:
    """Records a second and CPU microseconds a record of one run."""
    started = (time.perf_counter(), time.process_time())
    asyncio.run(run(broker, topic, records))
    ended = (time.perf_counter(), time.process_time())
    if run in (consume_aiokafka, consume_confluent):
        started, ended = _drain.started, _drain.ended  # type: ignore[attr-defined]
    return {
        "records_per_s": records / (ended[0] - started[0]),
        "cpu_us_per_record": (ended[1] - started[1]) * 1e6 / records,
    }


def main() -> None:
    """Runs each three times in turn and prints medians."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("broker")
    arguments.add_argument("--records", type=int, default=60_000)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    admin, topic = (
        AdminClient({"bootstrap.servers": given.broker}),
        f"bench-clients-{time.time_ns()}",
    )
    for future in admin.create_topics([NewTopic(topic, PARTITIONS, 1)]).values():
        future.result()
    try:
        runs: dict[str, list[dict[str, float]]] = {}
        for _ in range(3):
            for run in (produce_confluent, produce_aiokafka, consume_confluent, consume_aiokafka):
                runs.setdefault(run.__name__, []).append(
                    measured(run, given.broker, topic, given.records)
                )
    finally:
        admin.delete_topics([topic])[topic].result()
    medians = {
        name: {
            key: round(statistics.median(result[key] for result in results), 1)
            for key in results[0]
        }
        for name, results in runs.items()
    }
    tell({"records": given.records, "value_bytes": len(VALUE), "medians": medians}, given.json)


if __name__ == "__main__":
    main()
