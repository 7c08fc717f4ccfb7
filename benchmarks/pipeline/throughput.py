"""Cases a second: from the first submission produced to audit's log holding the letters of every
case.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from confluent_kafka import Producer

from benchmarks.pipeline.running import Running, Stopped
from benchmarks.testbed.synthetic_requests import Submission
from shared.events.submissions import AuthorizationRequestSubmitted

POLL = 0.2
STALL = 60.0
Progress = Callable[[int], None]
Acknowledged = Callable[[Any, Any], None]
Beside = Callable[[Producer, int], None]


def producer(broker: str, linger_ms: float) -> Producer:
    """A producer as a payer's platform would set it: idempotent, acknowledged by all."""
    return Producer(
        {
            "bootstrap.servers": broker,
            "enable.idempotence": True,
            "acks": "all",
            "linger.ms": linger_ms,
        }
    )


def send(
    to: Producer, topic: str, submission: Submission, acknowledged: Acknowledged | None = None
) -> None:
    """One submission, to its member's partition, as our own HTTP writes it; the id header is the
    ceiling's way to look it up.
    """
    headers = {
        "ce_specversion": "1.0",
        "ce_id": submission.reference,
        "ce_type": AuthorizationRequestSubmitted.TYPE,
        "ce_source": "/bench",
        "ce_subject": submission.reference,
        "content-type": "application/json",
    }
    to.produce(
        topic,
        submission.value,
        submission.reference.encode(),
        submission.partition,
        acknowledged,
        headers=[(name, text.encode()) for name, text in headers.items()],
    )


def run(
    at_work: Running,
    submissions: Sequence[Submission],
    progress: Progress,
    *,
    already: int = 0,
    beside: Beside | None = None,
) -> dict[str, Any]:
    """Sends everything at once and waits; figures of the whole way, and the processor time that it
    took per thousand cases.

    `already` cases went through before, to warm up; `beside` sends something else after each
    submission, given its number.
    """
    contestant, count = at_work.contestant, len(submissions)
    to = producer(at_work.servers.broker, 5)
    before, began = at_work.spent(), time.monotonic()
    for number, submission in enumerate(submissions):
        send(to, contestant.submissions, submission)
        if beside is not None:
            beside(to, number)
    to.flush()
    with psycopg.connect(at_work.databases["audit"], autocommit=True) as audit:
        _wait(at_work, audit, (already, count), progress)
    seconds, after = time.monotonic() - began, at_work.spent()
    return {
        "cases": count,
        "seconds": round(seconds, 2),
        "cases_per_s": round(count / seconds, 1),
        "cpu_s_per_1000_cases": {
            name: round((after[name] - spent) / count * 1000, 2) for name, spent in before.items()
        },
    }


def _wait(
    at_work: Running, audit: psycopg.Connection[Any], counts: tuple[int, int], progress: Progress
) -> None:
    """Until audit holds the letters of every case; raises `Stopped` when nothing moves any more."""
    already, count = counts
    done, moved = 0, time.monotonic()
    while done < count:
        time.sleep(POLL)
        row = audit.execute(at_work.contestant.letters).fetchone()
        now = row[0] - already if row else 0
        if now > done:
            done, moved = now, time.monotonic()
            progress(done)
        at_work.check()
        if time.monotonic() - moved > STALL:
            raise Stopped(
                f"{at_work.contestant.name}: {done} of {count} cases have their letters, and none "
                f"came in {STALL:.0f} s; logs: {at_work.folder}"
            )
