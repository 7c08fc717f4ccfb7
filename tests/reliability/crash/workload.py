"""A steady stream of requests from a thread of its own, and what became of each as its sender knows
it.
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

from confluent_kafka import Message, Producer

from benchmarks.testbed.synthetic_requests import Submission
from shared.events.submissions import SUBMISSIONS, AuthorizationRequestSubmitted
from shared.kafka.cluster import Cluster
from shared.lanes.kafka.log import KafkaLog

HEADERS: list[tuple[str, str | bytes | None]] = [
    ("ce_type", AuthorizationRequestSubmitted.TYPE.encode())
]


class Workload(threading.Thread):
    """Sends `rate` requests a second, and none beyond what `allow` says.

    Instants are monotonic seconds: in `at` by the request's reference, in `opened` by the case that
    the request opened, once the broker has said where its record is.
    """

    def __init__(self, broker: str, requests: list[Submission], rate: float) -> None:
        super().__init__(name="stream", daemon=True)
        self.at: dict[str, float] = {}
        self.opened: dict[str, float] = {}
        self._topic_id = KafkaLog(Cluster(broker), embedded=False).ids((SUBMISSIONS,))[SUBMISSIONS]
        self._requests = requests
        self._pause = 1 / rate
        self._allowed = 0
        self._sent: dict[str, dict[str, Any]] = {}
        self._changed = threading.Condition()
        self._ending = threading.Event()
        self._producer = Producer(
            {
                "bootstrap.servers": broker,
                "enable.idempotence": True,
                "linger.ms": 5,
                "message.timeout.ms": 900_000,
                "log_level": 0,
            }
        )

    def allow(self, count: int) -> None:
        """Lets it send the first `count` requests."""
        with self._changed:
            self._allowed = max(self._allowed, min(count, len(self._requests)))
            self._changed.notify_all()

    def reached(self, count: int) -> None:
        """Waits until so many were sent."""
        with self._changed:
            self._changed.wait_for(
                lambda: len(self.at) >= min(count, len(self._requests)) or self._ending.is_set()
            )

    def run(self) -> None:
        """Sends until all are sent or somebody ends it, and waits for the broker to have them."""
        due = time.monotonic()
        for n, request in enumerate(self._requests):
            while not self._may(n):
                self._producer.poll(0)  # an outage may outlast what may be sent
                due = time.monotonic()
            if self._ending.is_set():
                break
            due = max(due + self._pause, time.monotonic() - 1)
            while (left := due - time.monotonic()) > 0:
                self._producer.poll(left)  # returns at the first acknowledgement
            self._send(request)
        self._producer.flush(300)

    def _may(self, n: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: n < self._allowed or self._ending.is_set(), 0.1)

    def _send(self, request: Submission) -> None:
        entry = self._sent[request.reference] = {
            "reference": request.reference,
            "case": None,
            "partition": request.partition,
            "sent_ms": _now_ms(),
            "acknowledged_ms": None,
        }

        def acknowledged(error: object, message: Message) -> None:
            if error is not None:
                return
            entry["acknowledged_ms"] = _now_ms()
            # Not known where the broker took a repeat of what it had already.
            if (offset := message.offset()) is not None and offset >= 0:
                entry["case"] = request.case_at(self._topic_id, offset)
                self.opened[entry["case"]] = self.at[request.reference]

        with self._changed:
            self.at[request.reference] = time.monotonic()
            self._changed.notify_all()
        while True:
            try:
                self._producer.produce(
                    SUBMISSIONS,
                    request.value,
                    request.reference.encode(),
                    request.partition,
                    acknowledged,
                    headers=HEADERS,
                )
                break
            except BufferError:
                self._producer.poll(0.1)

    def end(self) -> None:
        """Sends no more."""
        self._ending.set()
        with self._changed:
            self._changed.notify_all()
        self.join()

    def save(self, path: Path) -> None:
        """Writes what was sent and when the broker had it (milliseconds since 1970; none: nobody
        knows whether it has), a line each.
        """
        with path.open("w") as file:
            file.writelines(json.dumps(entry) + "\n" for entry in self._sent.values())


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
