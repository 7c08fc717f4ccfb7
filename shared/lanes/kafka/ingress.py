"""Writes what enters over HTTP to Kafka: acknowledged by all replicas before anybody is told that
it was taken.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from confluent_kafka import KafkaException, Producer

from shared.errors import Unavailable
from shared.lanes.kafka.publisher import producer_settings

PATIENCE = 10_000
"""Milliseconds. Here a sender waits, and nothing is stored yet: giving up loses nothing, for the
same content sent again is one submission.
"""


class Ingress:
    """A producer for outsiders' records.

    `publish` returns once the log has the record, else raises `Unavailable`.
    """

    def __init__(self, broker: str) -> None:
        self._producer = Producer(
            producer_settings(broker)
            | {
                "message.timeout.ms": PATIENCE,
                "linger.ms": 1,
                "queue.buffering.max.messages": 10_000,
            }
        )
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._poll, name="ingress", daemon=True)

    def start(self) -> None:
        """Starts serving acknowledgements."""
        self._thread.start()

    def stop(self) -> None:
        """Waits for what is under way, then ends."""
        self._producer.flush(5)
        self._stopping.set()
        self._thread.join(5)

    def _poll(self) -> None:
        while not self._stopping.is_set():
            self._producer.poll(0.1)

    async def publish(
        self, topic: str, partition: int, key: bytes, headers: dict[str, str], value: bytes
    ) -> None:
        """Writes one record to a partition."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def acknowledged(error: Any, _message: Any) -> None:
            # Called in the polling thread; the future belongs to the loop's.
            loop.call_soon_threadsafe(_settle, done, error)

        try:
            pairs: list[tuple[str, str | bytes | None]] = [
                (name, text.encode("ascii")) for name, text in headers.items()
            ]
            self._producer.produce(topic, value, key, partition, acknowledged, headers=pairs)
        except (BufferError, KafkaException) as error:
            raise Unavailable(
                "The submission queue is full.", code="busy", remedy="Try again in a second."
            ) from error
        await done


def _settle(done: asyncio.Future[None], error: Any) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(
            Unavailable(
                "The log did not acknowledge the record in time.",
                code="not_acknowledged",
                remedy="Send it again: the same content is one submission.",
            )
        )
