"""One measurement: fresh topics and store, events produced, replicas started, answers counted."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from confluent_kafka import Consumer, Producer

from benchmarks.lane.bare import SCRATCH
from benchmarks.lane.trivial import EVENTS_A_CASE, case, events
from benchmarks.testbed.machine import cpu_seconds
from benchmarks.testbed.servers import ROOT, Servers, databases
from benchmarks.testbed.topics import ends, topics
from shared.events.criteria import CRITERIA
from shared.events.intake import INTAKE
from shared.lanes.store.connect import reading_engine
from shared.lanes.store.migrate import upgrade
from shared.lanes.store.table_spec import bulks

LIMIT = 300.0
STORED = bulks(())["case_state"]
Pace = dict[str, int]
"""`wall` and `cpu`: events a second, and a second of processor time."""


@dataclass(frozen=True)
class Run:
    """What is measured: how many events, in which batches, over how many stored cases, by how many
    replicas.
    """

    events: int
    batch: int = 2_000
    stored: int = 0
    replicas: int = 1
    sqlite: bool = False


def lane(at: Servers, folder: Path, run: Run) -> Pace:
    """The pace of our lane."""
    with (
        topics(at.broker, (INTAKE, CRITERIA)),
        databases(at.postgres, [f"bench_lane_{os.getpid()}"]) as made,
    ):
        url = (
            f"sqlite:///{folder}/{time.monotonic_ns()}.sqlite"
            if run.sqlite
            else next(iter(made.values()))
        )
        upgrade("criteria", reading_engine(url))
        if run.stored:
            _fill(url, run.stored)
        _produce(at.broker, run.events)
        with _replicas(at, url, run) as pids:
            return _timed(at.broker, run.events, pids)


def bare(at: Servers, count: int) -> Pace:
    """The pace of the ceiling's loop."""
    with (
        topics(at.broker, (INTAKE, SCRATCH)),
        databases(at.postgres, [f"bench_bare_{os.getpid()}"]) as made,
        _apart(at) as core,
    ):
        _produce(at.broker, count)
        command = [
            sys.executable,
            "-m",
            "benchmarks.lane.bare",
            at.broker,
            next(iter(made.values())),
            str(count),
            *core,
        ]
        done = subprocess.run(
            command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, timeout=LIMIT
        )
    wall, cpu = done.stdout.split()
    return {"wall": int(wall), "cpu": int(cpu)}


def _fill(url: str, count: int) -> None:
    """Cases that were worked long ago, in whatever lane."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        with cursor.copy(f"COPY case_state ({STORED.quoted}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(STORED.types)
            for n in range(count):
                given = {
                    "case_id": case(-1 - n),
                    "p": n % 24,
                    "seq": 5,
                    "applied": "intake=5:0123456789abcdef0123456789abcdef",
                    "parked": 0,
                    "state": b'{"n":5}',
                }
                copy.write_row(STORED.ordered(given))
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE case_state")


def _produce(broker: str, count: int) -> None:
    to = Producer(
        {
            "bootstrap.servers": broker,
            "enable.idempotence": True,
            "linger.ms": 20,
            "log_level": 3,
            "queue.buffering.max.messages": 1_000_000,
        }
    )
    for event in events(count):
        to.produce(INTAKE, event.value, event.key, event.partition, headers=event.headers)
        to.poll(0)
    to.flush()


@contextmanager
def _replicas(at: Servers, url: str, run: Run) -> Iterator[list[int]]:
    settings = {
        "PRIORAUTH_BROKER": at.broker,
        "PRIORAUTH_DATABASE_URL": url,
        "PRIORAUTH_BATCH_RECORDS": str(run.batch),
        "PRIORAUTH_LOG_LEVEL": "warning",
    }
    with _apart(at, pinned=run.replicas == 1) as core:
        command = [sys.executable, "-m", "benchmarks.lane.worker", *core]
        started = [
            subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **settings, "PRIORAUTH_INSTANCE": f"lane-{n}"}
            )
            for n in range(run.replicas)
        ]
        try:
            yield [process.pid for process in started]
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(30)


@contextmanager
def _apart(at: Servers, *, pinned: bool = True) -> Iterator[list[str]]:
    """Keeps servers that were started for the run off the last core, and yields that core; nothing
    if they are somebody's, or there is but one core.
    """
    cores = sorted(os.sched_getaffinity(0))
    if not (pinned and at.started_here and len(cores) > 1):
        yield []
        return
    _keep_on(at, set(cores[:-1]))
    try:
        yield [str(cores[-1])]
    finally:
        _keep_on(at, set(cores))


def _keep_on(at: Servers, cores: set[int]) -> None:
    """Moves every thread of the servers, and of the database's sessions."""
    for pid in at.pids().values():
        children = (
            []
            if pid is None
            else [
                int(one)
                for path in Path(f"/proc/{pid}/task").glob("*/children")
                for one in path.read_text().split()
            ]
        )
        for process in [] if pid is None else [pid, *children]:
            for thread in Path(f"/proc/{process}/task").glob("*"):
                os.sched_setaffinity(int(thread.name), cores)


def _timed(broker: str, count: int, pids: list[int]) -> Pace:
    """From a tenth of the answers to the last of them."""
    consumer = Consumer({"bootstrap.servers": broker, "group.id": "bench-lane-watch"})
    until, start, answered = time.monotonic() + LIMIT, (0.0, 0.0, 0), 0
    while time.monotonic() < until:
        answered = sum(place.offset for place in ends(consumer, [CRITERIA]))
        now = time.monotonic(), sum(map(cpu_seconds, pids)), answered
        if not start[2] and answered >= count / 10:
            start = now
        if answered >= count:
            consumer.close()
            seconds, spent, worked = (
                max(here - there, 1e-9) for here, there in zip(now, start, strict=True)
            )
            return {"wall": round(worked / seconds), "cpu": round(worked / spent)}
        time.sleep(0.15)
    message = (
        f"The lane answered {answered} of {count} events in {LIMIT:.0f} s; {EVENTS_A_CASE} belong "
        f"to each case."
    )
    raise TimeoutError(message)
