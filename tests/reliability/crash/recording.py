"""The raw history of a run, for the checkers: every record of every topic, read once more from the
first one by a client that has not read before.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from confluent_kafka import Consumer, Message, TopicPartition

from shared.ids import PARTITIONS
from tests.reliability.crash.history import TOPICS

QUIET_SECONDS = 5.0
SENT, RECORDS = "sent.jsonl", "records.jsonl"


def record(broker: str, folder: Path) -> int:
    """Writes `records.jsonl`, a record a line in the order of its partition; how many there are."""
    count = 0
    with (folder / RECORDS).open("w") as file:
        for message in _messages(broker):
            file.write(json.dumps(_line(message)) + "\n")
            count += 1
    return count


def _messages(broker: str) -> Iterator[Message]:
    """Everything, until nothing has come for a while: the embedded broker does not tell the ends of
    its logs.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": broker,
            "group.id": "crash-record",
            "enable.auto.commit": False,
            "auto.offset.reset": "error",
            "log_level": 2,
        }
    )
    consumer.assign([TopicPartition(topic, p, 0) for topic in TOPICS for p in range(PARTITIONS)])
    came = time.monotonic()
    try:
        while time.monotonic() - came < QUIET_SECONDS:
            for message in consumer.consume(1000, 0.5):
                if message.error() is None:
                    came = time.monotonic()
                    yield message
    finally:
        consumer.close()


def _line(message: Message) -> dict[str, Any]:
    """Place, time (milliseconds since 1970), headers as text, value as text."""
    given = cast("list[tuple[str, bytes | None]]", message.headers() or [])
    return {
        "topic": message.topic(),
        "partition": message.partition(),
        "offset": message.offset(),
        "timestamp_ms": message.timestamp()[1],
        "headers": {name: (value or b"").decode("latin-1") for name, value in given},
        "value": (message.value() or b"").decode("utf-8", "surrogateescape"),
    }
