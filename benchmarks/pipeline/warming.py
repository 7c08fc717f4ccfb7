"""A broker fresh from its start compiles its code while it works; who came first in the run would
pay for that.
"""

from __future__ import annotations

from confluent_kafka import Consumer, Producer, TopicPartition

from benchmarks.pipeline.throughput import Progress
from benchmarks.testbed.topics import topics
from shared.ids import PARTITIONS

TOPIC = "bench.warm-up"
ROUNDS = 400
RECORDS = 100
VALUE = b"x" * 2_000
HEADERS: list[tuple[str, str | bytes | None]] = [
    (f"header-{n}", b"a value of usual length") for n in range(12)
]


def warm_broker(broker: str, progress: Progress) -> None:
    """Small batches to every partition, read back at once, as many as make the broker's pace
    steady.
    """
    with topics(broker, [TOPIC]):
        to = Producer(
            {"bootstrap.servers": broker, "enable.idempotence": True, "acks": "all", "linger.ms": 1}
        )
        reader = Consumer(
            {
                "bootstrap.servers": broker,
                "group.id": TOPIC,
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 5,
            }
        )
        reader.assign([TopicPartition(TOPIC, p, 0) for p in range(PARTITIONS)])
        for number in range(ROUNDS):
            for n in range(RECORDS):
                to.produce(TOPIC, VALUE, b"key", n % PARTITIONS, headers=HEADERS)
            to.flush()
            reader.consume(RECORDS, 0.01)
            progress(number + 1)
        reader.close()
