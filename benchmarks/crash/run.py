"""One crash run: a steady stream of requests, SIGKILL spread over the services, and the count of what came out."""

from __future__ import annotations

import json
import random
import signal
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

from confluent_kafka import Producer

from benchmarks.crash.grounds import Grounds, embedded, real
from benchmarks.crash.history import History, Reading
from benchmarks.pipeline.requests import Submission, submissions
from shared.events.submissions import SUBMISSIONS, AuthorizationRequestSubmitted

Say = Callable[[str], None]


class Sizes(NamedTuple):
    """How many requests are sent, how many replicas are killed meanwhile, and how many each service has."""

    cases: int
    kills: int
    replicas: int


STREAM_SECONDS_PER_KILL = 2.0
STALL_SECONDS = 90.0
AUDIT_SECONDS = 120.0
LEVELS: dict[str, Callable[[Path, int], AbstractContextManager[Grounds]]] = {"embedded": embedded, "real": real}


def crash(level: str, sizes: Sizes, seed: int, say: Say) -> dict[str, Any]:
    """Runs and judges; `level` is `embedded` or `real`."""
    cases, kills, replicas = sizes
    requests = submissions(cases, run=f"crash{seed}-")
    with tempfile.TemporaryDirectory(prefix="priorauth-crash-") as folder, LEVELS[level](Path(folder), replicas) as grounds:
        say(f"on {grounds.name}")
        for row in grounds.rows:
            for replica in row:
                grounds.start(replica)
            _wait_ready(grounds, row)
        reading = Reading(grounds.broker)
        plan = _plan(sum(grounds.rows, ()), kills, seed)
        recovered = _stream(grounds, requests, plan, say)
        _until_done(reading, 2 * cases, say)
        audited = _verify(grounds, reading.history.records)
        reading.close()
        return judged(requests, reading.history) | {
            "level": level,
            "where": grounds.name,
            "replicas": replicas,
            "kills": {victim: plan.count(victim) for victim in sorted(set(plan))},
            "recovery_s": {"p50": round(statistics.median(recovered), 2), "max": round(max(recovered), 2)} if recovered else {},
            "audit_verified": audited["verified"] and audited["events"] == reading.history.records,
            "audit_events": audited["events"],
            "seed": seed,
        }


def _plan(replicas: tuple[str, ...], kills: int, seed: int) -> list[str]:
    """The victims in order: every replica in turn, shuffled."""
    order = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    victims = [replicas[n % len(replicas)] for n in range(kills)]
    order.shuffle(victims)
    return victims


def _stream(grounds: Grounds, requests: list[Submission], plan: list[str], say: Say) -> list[float]:
    """Sends the requests evenly and kills a service every so often; the seconds that each took to be ready again."""
    producer = Producer({"bootstrap.servers": grounds.broker, "enable.idempotence": True, "linger.ms": 5, "log_level": 2})
    headers: list[tuple[str, str | bytes | None]] = [("ce_type", AuthorizationRequestSubmitted.TYPE.encode())]
    rest, recovered = list(requests), []
    share = max(1, len(requests) // (len(plan) + 1))
    for n, victim in enumerate([*plan, ""]):
        _send(producer, headers, rest[:share] if victim else rest)
        rest = rest[share:]
        if victim:
            recovered.append(_kill(grounds, victim))
            say(f"kill {n + 1} of {len(plan)}: {victim}, ready again after {recovered[-1]:.1f} s")
    producer.flush(60)
    return recovered


def _send(producer: Producer, headers: list[tuple[str, str | bytes | None]], requests: list[Submission]) -> None:
    """Sends within about two seconds, so that the kill falls into work."""
    pause = STREAM_SECONDS_PER_KILL / max(1, len(requests))
    for request in requests:
        producer.produce(SUBMISSIONS, request.value, request.case_id.encode(), request.partition, headers=headers)
        producer.poll(0)
        time.sleep(pause)


def _kill(grounds: Grounds, victim: str) -> float:
    process = grounds.processes[victim]
    process.send_signal(signal.SIGKILL)
    process.wait()
    started = time.monotonic()
    grounds.start(victim)
    _wait_ready(grounds, (victim,))
    return time.monotonic() - started


def _wait_ready(grounds: Grounds, replicas: tuple[str, ...], within: float = 120.0) -> None:
    deadline = time.monotonic() + within
    for replica in replicas:
        while not _ready(grounds, replica):
            if time.monotonic() > deadline:
                tail = (grounds.folder / f"{replica}.log").read_text(errors="replace")[-1500:]
                raise TimeoutError(f"{replica} did not get ready:\n{tail}")
            time.sleep(0.05)


def _ready(grounds: Grounds, replica: str) -> bool:
    try:
        with urllib.request.urlopen(f"{grounds.url(replica)}/readyz", timeout=2) as answer:  # noqa: S310 - our own process
            return bool(answer.status == 200)
    except OSError:
        return False


def _until_done(reading: Reading, letters: int, say: Say) -> None:
    """Reads until every case has its letters and nothing more comes, or until nothing has come for a long time."""
    quiet = 0.0
    while quiet < STALL_SECONDS and not (reading.history.issued >= letters and quiet >= 3.0):
        came = reading.read(1.0)
        quiet = 0.0 if came else quiet + 1.0
        say(f"letters {reading.history.issued} of {letters}")


def _verify(grounds: Grounds, records: int) -> dict[str, Any]:
    """Audit's own verification, once it holds as many entries as the topics have records, or when it had its time."""
    deadline = time.monotonic() + AUDIT_SECONDS
    while (report := _report(grounds))["verified"] and report["events"] < records and time.monotonic() < deadline:
        time.sleep(1)
    return report


def _report(grounds: Grounds) -> dict[str, Any]:
    with urllib.request.urlopen(f"{grounds.url('audit-0')}/v1/verify", timeout=300) as answer:  # noqa: S310 - our own process
        report: dict[str, Any] = json.load(answer)
    return report


def judged(requests: list[Submission], history: History) -> dict[str, Any]:
    """What is missing, what is there twice, what is out of order."""
    sent = {request.case_id for request in requests}
    notices = {notice for events in history.determined.values() for notice in events}
    lettered = {notice for notice, _ in history.letters}
    effects = (history.received, history.determined, history.lines, history.letters)
    return {
        "cases": len(sent),
        "records": history.records,
        "lost": {
            "requests": len(sent - set(history.received)),
            "determinations": len(sent - set(history.determined)),
            "letters": 2 * len(sent) - history.issued if history.issued < 2 * len(sent) else 0,
            "notices_without_letter": len(notices - lettered),
        },
        "duplicates_delivered": sum(count - 1 for count in history.deliveries.values()),
        "duplicate_effects": sum(len(events) - 1 for effect in effects for events in effect.values()),
        "strangers": len(set(history.received) - sent),
        "reordered": len(history.gaps),
        "first_gaps": history.gaps[:5],
    }


def passed(result: dict[str, Any]) -> bool:
    """Whether nothing was lost, doubled or reordered, and the log verifies."""
    return (
        not any(result["lost"].values()) and not (result["duplicate_effects"] or result["strangers"] or result["reordered"]) and bool(result["audit_verified"])
    )
