"""Requests that go through the whole stack, and what came of each, read from the topics by a client
of its own.
"""

from __future__ import annotations

import json
import time
from typing import NamedTuple, cast

from confluent_kafka import Consumer, Producer, TopicPartition

from benchmarks.testbed.keys import ROUTING
from shared.events.criteria import CRITERIA
from shared.events.intake import INTAKE
from shared.events.letters import LETTERS
from shared.events.submissions import SUBMISSIONS, AuthorizationRequestSubmitted
from shared.examples import reference_case
from shared.ids import PARTITIONS, case_id, home_partition, member_token, record_id
from shared.kafka.cluster import Cluster
from shared.lanes.kafka.log import KafkaLog

TOPICS = (INTAKE, CRITERIA, LETTERS)
Outcome = dict[str, list[str]]
"""By topic, the types of a case's events in order, repeats left out."""


class Event(NamedTuple):
    """An event as it was published."""

    type: str
    content: tuple[object, ...]


class Requests:
    """Sends requests, each a case of its own, and reads what is published about them."""

    def __init__(self, broker: str) -> None:
        self._producer = Producer({"bootstrap.servers": broker, "linger.ms": 0, "log_level": 2})
        self._consumer = Consumer(
            {
                "bootstrap.servers": broker,
                "group.id": "sweep",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 20,
                "log_level": 2,
            }
        )
        self._consumer.assign(
            [TopicPartition(topic, p, 0) for topic in TOPICS for p in range(PARTITIONS)]
        )
        self._topic_id = KafkaLog(Cluster(broker), embedded=False).ids((SUBMISSIONS,))[SUBMISSIONS]
        self._events: dict[str, dict[str, dict[str, Event]]] = {}
        self._sent = 0
        self.records = 0
        self.unlike: list[str] = []

    def send(self) -> str:
        """Sends the reference case under a reference of its own; its case."""
        self._sent += 1
        request = reference_case() | {"reference": f"sweep-{self._sent}"}
        value = json.dumps(request).encode()
        places: list[int | None] = []
        p = home_partition(member_token(ROUTING, request["member"]["id"]))
        self._producer.produce(
            SUBMISSIONS,
            value,
            b"sweep",
            p,
            lambda _, message: places.append(message.offset()),
            headers=[("ce_type", AuthorizationRequestSubmitted.TYPE.encode())],
        )
        self._producer.flush(10)
        offset = next(one for one in places if one is not None)
        return str(case_id(record_id(self._topic_id, p, offset), p))

    @property
    def total(self) -> int:
        """Records in all topics that audit reads."""
        return self._sent + self.records

    def read(self, seconds: float = 0.05) -> None:
        """Takes in what is there."""
        for message in self._consumer.consume(500, seconds):
            if message.error() is None:
                self.records += 1
                headers = tuple(cast("list[tuple[str, bytes]]", message.headers() or []))
                named = {name: text.decode() for name, text in headers}
                content = (message.partition(), message.key(), headers, message.value())
                self._take(
                    str(message.topic()),
                    named["ce_subject"],
                    named["ce_id"],
                    Event(named["ce_type"], content),
                )

    def _take(self, topic: str, case: str, ident: str, event: Event) -> None:
        known = self._events.setdefault(case, {}).setdefault(topic, {}).setdefault(ident, event)
        if known != event:
            self.unlike.append(f"event {ident} of {case} was published twice and not alike")

    def outcome(self, case: str) -> Outcome:
        """What is known of a case by now."""
        return {
            topic: [event.type for event in events.values()]
            for topic, events in self._events.get(case, {}).items()
        }

    def await_outcome(self, case: str, wanted: Outcome | None, seconds: float) -> bool:
        """Reads until a case has come to what is wanted, or until nothing came for a second where
        nothing is known to be wanted; false if time runs out.
        """
        until, quiet = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            before = self.records
            self.read(0.1)
            quiet = quiet + 1 if self.records == before else 0
            if self.outcome(case) == wanted or (
                wanted is None and self.outcome(case) and quiet >= 15
            ):
                return True
        return False

    def close(self) -> None:
        """Leaves."""
        self._consumer.close()
