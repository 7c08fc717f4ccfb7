"""Writes what enters over HTTP to Kafka: acknowledged by all replicas before anybody is told that
it was taken.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any
from uuid import UUID

from confluent_kafka import KafkaException, Producer

from shared.errors import Unavailable
from shared.ids import record_id
from shared.json_bounds import MAX_VALUE, too_large
from shared.kafka.cluster import Cluster
from shared.lanes.kafka.log import KafkaLog, code_of
from shared.lanes.kafka.publisher import producer_settings

PATIENCE = 10_000
"""Milliseconds. Here a sender waits, and nothing is stored yet: giving up loses nothing, for the
same request sent again belongs to the same case.
"""


class Ingress:
    """A producer for outsiders' records, to these topics and no others.

    `publish` returns once the log has the record, else raises `Unavailable`.
    """

    def __init__(self, cluster: Cluster, topics: tuple[str, ...]) -> None:
        self._topics = topics
        self._log = KafkaLog(cluster, embedded=False)
        self._topic_ids: dict[str, str] = {}
        self._producer = Producer(
            producer_settings(cluster)
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
    ) -> UUID:
        """Writes one record to a partition; the id of the record, from the place that it got."""
        if topic not in self._topics:
            raise ValueError(topic)
        # Before it is written: what has no id afterwards could not be followed.
        if topic not in self._topic_ids:
            self._topic_ids |= await asyncio.to_thread(self._log.ids, (topic,))
        loop = asyncio.get_running_loop()
        done: asyncio.Future[int] = loop.create_future()

        def acknowledged(error: Any, message: Any) -> None:
            # Called in the polling thread; the future belongs to the loop's.
            loop.call_soon_threadsafe(_settle, done, error, message)

        try:
            pairs: list[tuple[str, str | bytes | None]] = [
                (name, text.encode("ascii")) for name, text in headers.items()
            ]
            self._producer.produce(topic, value, key, partition, acknowledged, headers=pairs)
        except (BufferError, KafkaException) as error:
            # Too large now is too large in a second.
            if isinstance(error, KafkaException) and code_of(error) == "MSG_SIZE_TOO_LARGE":
                raise too_large(MAX_VALUE) from error
            raise Unavailable(
                "The submission queue is full.", code="busy", remedy="Try again in a second."
            ) from error
        return record_id(self._topic_ids[topic], partition, await done)


def _settle(done: asyncio.Future[int], error: Any, message: Any) -> None:
    if done.done():
        return
    # Without a place where the broker took a repeat of what it had already: it has the record, and
    # nobody can say under which id.
    if error is None and message.offset() >= 0:
        done.set_result(message.offset())
    else:
        done.set_exception(
            Unavailable(
                "The log did not acknowledge the record in time.",
                code="not_acknowledged",
                remedy="Send it again: the same request belongs to the same case.",
            )
        )
