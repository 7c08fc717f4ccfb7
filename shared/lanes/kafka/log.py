"""Asks the broker where its logs begin and end, and which topics they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import wait
from typing import Any, TypeVar, cast

from confluent_kafka import (
    IsolationLevel,
    KafkaError,
    KafkaException,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._listoffsets import OffsetSpec

from shared.errors import Unavailable
from shared.ids import PARTITIONS
from shared.kafka.cluster import Cluster
from shared.kafka.refusal import refusal
from shared.lanes.transport import PartitionRef

T = TypeVar("T")
PATIENCE, ASKING = 5, 1.0


class KafkaLog:
    """One broker's answers, each asked for now; raises `Unavailable` when none comes within 5 s.

    A client that got no answer is replaced: after a broker stood still it may get none for minutes,
    though others do.
    """

    def __init__(self, cluster: Cluster, *, embedded: bool) -> None:
        self._cluster = cluster
        self._settings = cluster.librdkafka() | {"log_level": 3}
        self._embedded = embedded
        self._admin = AdminClient(self._settings)

    def bounds(self, places: Sequence[PartitionRef]) -> dict[PartitionRef, tuple[int, int]]:
        """First offset and log end of each place.

        The embedded broker answers ListOffsets(latest) wrongly: there the end is not known.

        What the client remembers of earlier fetches is no end either: another replica may have had
        the place since, and read further.
        """
        first = self._offsets(places, _spec("earliest"))
        last = dict.fromkeys(places, -1) if self._embedded else self.ends(places)
        return {place: (first[place], last[place]) for place in places}

    def ends(self, places: Sequence[PartitionRef]) -> dict[PartitionRef, int]:
        """What the broker tells of each place's end.

        The embedded broker's answer is the base of the last batch plus one.
        """
        return self._offsets(places, _spec("latest"))

    def ids(self, topics: Sequence[str]) -> dict[str, str]:
        """The broker's ids of topics; raises `Unavailable` also when one of them does not have our
        number of partitions.
        """
        described = self._answers(
            lambda: self._admin.describe_topics(
                TopicCollection(list(topics)), request_timeout=PATIENCE
            )
        )
        if any(len(topic.partitions) != PARTITIONS for topic in described.values()):
            raise Unavailable(
                f"A topic does not have {PARTITIONS} partitions.",
                remedy="Run: priorauth topics drift.",
            )
        return {topic.name: str(topic.topic_id) for topic in described.values()}

    def _offsets(self, places: Sequence[PartitionRef], spec: OffsetSpec) -> dict[PartitionRef, int]:
        requests = {TopicPartition(*place): spec for place in places}
        # The end of all that was written, open transactions too: an end before them would let a
        # timer fire although more of what came before it is to be read.
        offsets = self._answers(
            lambda: self._admin.list_offsets(
                requests, isolation_level=IsolationLevel.READ_UNCOMMITTED, request_timeout=PATIENCE
            )
        )
        return {(place.topic, place.partition): answer.offset for place, answer in offsets.items()}

    def _answers(self, ask: Callable[[], dict[T, Any]]) -> dict[T, Any]:
        try:
            futures = ask()
            # All of them, before anything is raised: the client may be replaced then, and must not
            # go while its own thread still hands out answers.
            wait(futures.values())
            return {key: future.result() for key, future in futures.items()}
        except KafkaException as error:
            # What the broker itself says of a topic is an answer.
            if is_local(error):
                self._admin = AdminClient(self._settings)
                # A password that was changed, an authority that is no longer trusted.
                if self._cluster.secured and (refused := refusal(self._cluster, ASKING)):
                    raise refused from error
            remedy = "Check PRIORAUTH_BROKER and that the topics exist: priorauth topics apply."
            raise Unavailable(
                f"Kafka does not answer ({code_of(error)}).", remedy=remedy
            ) from error


def code_of(error: KafkaException) -> str:
    """The client's name for what went wrong."""
    inner = error.args[0] if error.args else None
    return str(inner.name()) if isinstance(inner, KafkaError) else type(error).__name__


def is_local(error: KafkaException) -> bool:
    """Whether the client says so itself (no answer, no connection), and not the broker."""
    inner = error.args[0] if error.args else None
    return not isinstance(inner, KafkaError) or inner.code() < 0


def _spec(name: str) -> OffsetSpec:
    return cast("OffsetSpec", getattr(OffsetSpec, name)())
