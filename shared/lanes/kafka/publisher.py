"""The only way out to Kafka: idempotent, acknowledged by all replicas, explicit partitions."""

from __future__ import annotations

from typing import Any

from confluent_kafka import KafkaException, Producer

from shared.errors import Unavailable
from shared.kafka.cluster import Cluster
from shared.lanes.seals import Sealer
from shared.lanes.state.write_set import OutboxEntry
from shared.lanes.transport import Acknowledged


def producer_settings(cluster: Cluster) -> dict[str, Any]:
    """Settings of librdkafka for publishing without loss, repetition inside a session, or
    reordering.
    """
    return cluster.librdkafka() | {
        # A request that is retried neither repeats its records nor lands behind a later one.
        "enable.idempotence": True,
        # Acknowledged by the leader alone, an event is lost with it, and counted as published.
        "acks": "all",
        # Never given up, however long the broker is away: what is behind an entry that timed out
        # would overtake it.
        "message.timeout.ms": 0,
        "linger.ms": 2,
        "batch.num.messages": 10_000,
        "queue.buffering.max.messages": 500_000,
        "queue.buffering.max.kbytes": 262_144,
        # What topics take, and no less: a committed event that the client refuses stops its lane.
        "message.max.bytes": 10_485_760,
        "compression.type": "lz4",
        "log_level": 3,
    }


class KafkaPublisher:
    """A confluent producer, used by one thread."""

    def __init__(self, cluster: Cluster, sealer: Sealer) -> None:
        # What comes behind an entry that the broker refused must not overtake it: the producer
        # fails as a whole, and a new one sends all of it again.
        self._settings = producer_settings(cluster) | {"enable.gapless.guarantee": True}
        self._producer = Producer(self._settings)
        self._sealer = sealer

    def send(self, entry: OutboxEntry, acknowledged: Acknowledged) -> None:
        """Queues an entry in order, sealed for its readers."""
        # Here and not in the outbox: a key may change between, and no replay has seals.
        headers = self._sealer.headers(entry)
        while True:
            try:
                self._producer.produce(
                    entry.topic,
                    entry.value,
                    entry.key,
                    entry.partition,
                    acknowledged,
                    headers=headers,
                )
            except BufferError:
                # Waits instead of skipping: entries leave in order, or not at all.
                self._producer.poll(0.1)
            except KafkaException as error:
                raise Unavailable(
                    "The broker's client refuses to send.", remedy="A new one is made."
                ) from error
            else:
                return

    def poll(self, seconds: float) -> None:
        """Runs due callbacks."""
        self._producer.poll(seconds)

    def flush(self, seconds: float) -> bool:
        """Waits until all is acknowledged."""
        return self._producer.flush(seconds) == 0

    def renew(self) -> None:
        """A new producer; what the old one had queued comes again from the outbox."""
        # Queued there, an entry could still go out behind the same one sent anew. What is in flight
        # may arrive all the same: a repeat, which readers know by its id.
        self._producer.purge()
        self._producer = Producer(self._settings)
