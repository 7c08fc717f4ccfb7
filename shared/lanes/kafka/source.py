"""Consumption through FastStream's confluent broker in raw batches: records are queued as they are,
and nothing is acknowledged by the framework.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import count
from threading import Thread
from typing import Any, cast

import structlog
from confluent_kafka import Consumer, KafkaException, Message, TopicPartition
from faststream import AckPolicy
from faststream.confluent import KafkaBroker

from shared.clock import monotonic
from shared.errors import Unavailable
from shared.kafka.cluster import Cluster
from shared.lanes.kafka.consumer_recovery import ConsumerRecovery
from shared.lanes.kafka.inbox import Inbox
from shared.lanes.kafka.log import KafkaLog, code_of
from shared.lanes.kafka.quiet import QuietPlaces
from shared.lanes.kafka.records import raw, record_of, untouched, whole_lanes
from shared.lanes.service import Service
from shared.lanes.transport import Arrival, Assigned, PartitionRef, Records, Revoked

log = structlog.get_logger()
MAX_RECORDS = 2_000
FETCH_BYTES = 64 * 1024
"""A fetch names every partition, so each costs the broker much: it gathers for the service's time
unless this much is there.
"""
LARGEST = 11 * 1024 * 1024
"""Bytes of one place in a fetch, so that the largest record that topics take (10 MiB) fits."""
AHEAD = {"fetch.max.bytes": LARGEST + FETCH_BYTES, "queued.max.messages.kbytes": 4_096}
"""What a fetch brings at most, and what the client keeps ready besides the inbox.

By default it is 50 and 64 MB, which a backlog fills and fragments.
"""
REPORT_SECONDS, REPEAT_SECONDS = 1.0, 10.0
"""Seconds between two commits of positions that moved, and of the same ones."""


class KafkaSource:
    """One replica's consumer.

    The group's range assignor gives it the same partition of every topic: a lane is whole or is not
    started.
    """

    def __init__(
        self, cluster: Cluster, service: Service, instance: str, *, embedded: bool
    ) -> None:
        self.inbox = Inbox()
        self.inbox.full, self.inbox.room = self._pause, self._resume
        self._topics = service.consumes
        self._embedded, self._quiet = embedded, QuietPlaces()
        self._log = KafkaLog(cluster, embedded=embedded)
        self._generations = count(1)
        self._generation = 0
        self._consumer: Consumer | None = None
        self._reported_at, self._reporting = 0.0, Thread()
        self._unread = ""
        self._reported: Mapping[PartitionRef, int] = {}
        self._recovery = ConsumerRecovery(self._forget)
        self.broker = KafkaBroker(
            cluster.address,
            config=cast("Any", AHEAD | cluster.librdkafka_security()),
            # The client would create a missing topic, with one partition.
            allow_auto_create_topics=False,
            # Without a number the framework cancels what is being queued at once.
            graceful_timeout=10,
            # Nothing is validated on the way here: one bad record would take its whole batch along.
            apply_types=False,
            logger=None,
        )
        configuration = self.broker.config.broker_config
        configuration.builder = self._recovery.observing(configuration.builder)
        self.keep = partial(self._recovery.keep, self._subscribed(service, instance))

    def _subscribed(self, service: Service, instance: str) -> Any:
        session = {
            "session_timeout_ms": 2_000 if self._embedded else 6_000,
            "heartbeat_interval_ms": 500 if self._embedded else 1_500,
        }
        subscriber = self.broker.subscriber(
            *self._topics,
            group_id=f"priorauth-{service.name}",
            group_instance_id=None
            if self._embedded
            # The embedded broker takes 6 s to let a static member in, 1 s for others.
            else instance,
            batch=True,
            max_records=MAX_RECORDS,
            polling_interval=0.02,
            # By default the framework commits before the handler has run.
            ack_policy=AckPolicy.MANUAL,
            # For a position outside the log, any other choice skips or repeats without a word.
            auto_offset_reset=cast("Any", "error"),
            # Outsiders may write in transactions; what they abort was never sent.
            isolation_level="read_committed",
            # The only one that gives a member the same partition of every topic: a whole lane.
            partition_assignment_strategy=("range",),
            fetch_max_wait_ms=service.gather_ms,
            fetch_min_bytes=FETCH_BYTES,
            max_partition_fetch_bytes=LARGEST,
            parser=untouched,
            decoder=raw,
            on_assign=self._on_assign,
            on_revoke=self._on_revoke,
            on_lost=self._on_revoke,
            **cast("Any", session),
        )
        subscriber(self._queue)
        return subscriber

    def _forget(self) -> None:
        self._generation, self._consumer = next(self._generations), None
        self.inbox.put(Revoked(self._generation))

    async def _queue(self, messages: tuple[Message, ...]) -> None:
        """The framework would swallow an error and read on; a batch that could not be queued is
        claimed back instead of skipped.
        """
        try:
            records = tuple([record_of(message) for message in messages])
            if self._embedded:
                self._quiet.arrived(records)
            self.inbox.put(Records(records))
        except Exception as error:  # noqa: BLE001 - raised again where the engine sees it
            self._unread = type(error).__name__

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """No I/O here: assign, pause, tell the engine.

        It claims the lanes and then says where to read. If this raised, the framework would start
        its task again and read on from Kafka's own offset, past records that nobody has handled.

        With an offset, so that the client asks for no committed one: there may be none, and its
        late answer would stop a partition for good.
        """
        self._generation, self._consumer = next(self._generations), consumer
        consumer.assign([TopicPartition(place.topic, place.partition, 0) for place in partitions])
        consumer.pause(partitions)
        self.inbox.put(Assigned(self._generation, whole_lanes(partitions, self._topics)))
        self._recovery.assigned()

    def _on_revoke(self, consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        # A consumer that was replaced may call late: its successor's lanes are not its to lose.
        if consumer is self._consumer:
            self._forget()
            self._recovery.unassigned()
        consumer.unassign()

    def take(self, seconds: float) -> Arrival | None:
        """The next arrival; raises `Unavailable` if a batch was lost on the way here."""
        if self._unread:
            why, self._unread = self._unread, ""
            raise Unavailable(f"A batch could not be queued ({why}).", remedy="It is read again.")
        return self.inbox.take(seconds, MAX_RECORDS)

    def start(self, generation: int, positions: Mapping[PartitionRef, int]) -> None:
        """Assigns the lanes' partitions with their offsets: what was fetched before is dropped by
        the client.

        A call waits for the poll under way, and so for its callbacks: nothing may be locked here
        that they need, and the lanes may be gone afterwards.
        """
        consumer = self._consumer
        self._quiet.begin()
        if generation == self._generation and consumer is not None:
            places = [TopicPartition(topic, p, offset) for (topic, p), offset in positions.items()]
            consumer.assign(places)
            consumer.resume(places)
            # Revoked while we waited for the poll: these places are another's by now.
            if self._consumer is not consumer:
                consumer.unassign()

    def seek(self, place: PartitionRef, offset: int) -> None:
        """Reads a topic's partition from `offset` on."""
        if (consumer := self._consumer) is not None:
            try:
                consumer.seek(TopicPartition(*place, offset))
            except KafkaException as error:
                raise Unavailable(
                    "The consumer cannot seek.", remedy="Its lanes are claimed anew."
                ) from error

    def bounds(self, places: Iterable[PartitionRef]) -> dict[PartitionRef, tuple[int, int]]:
        """First offset and log end of each place."""
        return self._log.bounds(list(places))

    def ends(self, places: Iterable[PartitionRef]) -> dict[PartitionRef, int]:
        """Log end of each place; the embedded broker's only where nothing comes any more."""
        latest = self._log.ends(list(places))
        if not self._embedded:
            return latest
        return dict.fromkeys(latest, -1) if self.inbox.holds_records else self._quiet.ends(latest)

    def topic_ids(self) -> dict[str, str]:
        """The broker's ids of the consumed topics."""
        return self._log.ids(self._topics)

    def report_positions(self, positions: Mapping[PartitionRef, int]) -> None:
        """Commits positions for lag tools: at most once a second where they moved, and now and then
        where they did not, because an answer may be lost.

        From a thread of its own: the client takes calls between two polls of its own, and may let
        one wait for several (0.3 s was measured).
        """
        consumer = self._consumer
        quiet = monotonic() - self._reported_at
        if (
            consumer is None
            or quiet < (REPEAT_SECONDS if positions == self._reported else REPORT_SECONDS)
            or self._reporting.is_alive()
        ):
            return
        self._reported_at, self._reported = monotonic(), dict(positions)
        offsets = [TopicPartition(topic, p, offset) for (topic, p), offset in positions.items()]
        self._reporting = Thread(
            target=_commit, args=(consumer, offsets), name="positions", daemon=True
        )
        self._reporting.start()

    def _pause(self) -> None:
        self._each(lambda consumer: consumer.pause(consumer.assignment()))

    def _resume(self) -> None:
        self._each(lambda consumer: consumer.resume(consumer.assignment()))

    def _each(self, act: Any) -> None:
        if (consumer := self._consumer) is not None:
            try:
                act(consumer)
            except (KafkaException, RuntimeError) as error:
                log.info("flow_control_failed", error=type(error).__name__)


def _commit(consumer: Consumer, offsets: list[TopicPartition]) -> None:
    try:
        consumer.commit(offsets=offsets, asynchronous=True)
    except KafkaException as error:
        log.info("hint_not_committed", code=code_of(error))
    except RuntimeError as error:  # closed meanwhile
        log.info("hint_not_committed", code=str(error))
