"""Latency at light load: from a submission being sent to its `CaseDetermined` being readable on
Kafka, on one clock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from confluent_kafka import Consumer

from benchmarks.pipeline.running import Running
from benchmarks.pipeline.throughput import Acknowledged, Progress, producer, send
from benchmarks.testbed.synthetic_requests import Submission
from benchmarks.testbed.topics import ends
from shared.events.criteria import CRITERIA, CaseDetermined
from shared.events.submissions import SUBMISSIONS
from shared.kafka.cluster import Cluster
from shared.lanes.kafka.log import KafkaLog

DETERMINED = CaseDetermined.TYPE.encode()
PATIENCE = 15.0


class Watcher(threading.Thread):
    """Notes when each case's determination can be read."""

    def __init__(self, broker: str, expected: int) -> None:
        super().__init__(name="watcher", daemon=True)
        self.seen: dict[str, float] = {}
        self._expected = expected
        self._stopping = threading.Event()
        self._consumer = Consumer(
            {"bootstrap.servers": broker, "group.id": "bench-watcher", "enable.auto.commit": False}
        )
        self._consumer.assign(ends(self._consumer, [CRITERIA]))

    def run(self) -> None:
        """Reads until every case was seen, or the watch is over."""
        while not self._stopping.is_set() and len(self.seen) < self._expected:
            for message in self._consumer.consume(100, 0.005):
                headers: dict[str, Any] = dict(message.headers() or ())
                if headers.get("ce_type") == DETERMINED:
                    self.seen.setdefault(headers["ce_subject"].decode(), time.monotonic())
        self._consumer.close()

    def end(self, seconds: float) -> None:
        """Waits this long for the rest."""
        self.join(seconds)
        self._stopping.set()
        self.join()


def latency(
    at_work: Running, submissions: Sequence[Submission], rate: int, progress: Progress
) -> dict[str, Any]:
    """p50, p99 and the longest of our services, in milliseconds; `missing` cases were not
    determined in time; `cores` were busy with it, `cores_of` by process.
    """
    watcher = Watcher(at_work.servers.broker, len(submissions))
    watcher.start()
    to = producer(at_work.servers.broker, 0)
    topic_id = KafkaLog(Cluster(at_work.servers.broker), embedded=False).ids((SUBMISSIONS,))[
        SUBMISSIONS
    ]
    sent: dict[str, float] = {}

    def opens(submission: Submission, at: float) -> Acknowledged:
        """Notes the case that it opened, once the log says where it is."""

        def acknowledged(_error: Any, message: Any) -> None:
            sent[submission.case_at(topic_id, message.offset())] = at

        return acknowledged

    began, before = time.monotonic(), at_work.spent()
    for number, submission in enumerate(submissions):
        while (left := began + number / rate - time.monotonic()) > 0:
            to.poll(min(left, 0.005))
        send(to, SUBMISSIONS, submission, opens(submission, time.monotonic()))
        to.poll(0)
        progress(number + 1)
    to.flush()
    watcher.end(PATIENCE)
    lasted = time.monotonic() - began
    busy = {
        name: round((spent - before.get(name, 0.0)) / lasted, 2)
        for name, spent in at_work.spent().items()
    }
    taken = sorted(
        (watcher.seen[case] - at) * 1000 for case, at in sent.items() if case in watcher.seen
    )
    missing = len(sent) - len(taken)
    found = {
        "rate": rate,
        "cases": len(taken),
        "missing": missing,
        "cores": round(sum(busy.values()), 2),
        "cores_of": busy,
    }
    if not taken:
        return {"p50": None, "p99": None, "max": None, **found}
    at = [round(taken[min(len(taken) - 1, int(len(taken) * share))], 1) for share in (0.50, 0.99)]
    return {"p50": at[0], "p99": at[1], "max": round(taken[-1], 1), **found}
