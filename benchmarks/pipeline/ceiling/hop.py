"""One hop of the ceiling as a process: read a batch, validate, COPY the recorded outputs, produce
them, flush, commit the offsets.
"""

from __future__ import annotations

import argparse
import gc
import signal
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from confluent_kafka import Consumer, Message, Producer

from benchmarks.pipeline.ceiling.recording import Output, load
from shared import settings
from shared.events.model import EventData
from shared.events.submissions import AuthorizationRequestSubmitted
from shared.lanes.service import CaseService

BATCH = 1_000
SUBMISSIONS, INTAKE, CRITERIA, LETTERS = (
    f"ceiling.{name}" for name in ("submissions", "intake", "criteria", "letters")
)
TOPICS = (SUBMISSIONS, INTAKE, CRITERIA, LETTERS)
CONSUMES = {
    "intake": (SUBMISSIONS, CRITERIA, LETTERS),
    "criteria": (INTAKE,),
    "letters": (INTAKE, CRITERIA),
    "audit": TOPICS,
}
WRITES = {"intake": INTAKE, "criteria": CRITERIA, "letters": LETTERS, "audit": ""}
TABLE = (
    "CREATE TABLE IF NOT EXISTS ceiling_log (n bigserial PRIMARY KEY, topic text, key bytea, type "
    "text, headers bytea, value bytea)"
)
COPY = "COPY ceiling_log (topic, key, type, headers, value) FROM STDIN (FORMAT BINARY)"
Row = tuple[str, bytes, str, bytes, bytes]


@dataclass
class Pace:
    """How many records were read, from the first batch's arrival to the last batch's end, in
    seconds on the wall and of the loop's thread.
    """

    records: int = 0
    began: float = 0.0
    ended: float = 0.0
    cpu: float = 0.0

    def per_second(self) -> tuple[float, float]:
        """Records a second, and a second of processor time in the loop."""
        return self.records / max(self.ended - self.began, 1e-9), self.records / max(self.cpu, 1e-9)


@dataclass(frozen=True)
class Ground:
    """Where a hop runs and what it reads: the topics, and the types that it acts on (none: it
    copies every record).
    """

    broker: str
    database: str
    consumes: tuple[str, ...]
    reads: dict[bytes, type[EventData]]


class Hop:
    """A consumer, a producer and a connection; nothing is kept from batch to batch."""

    def __init__(self, ground: Ground, recording: dict[bytes, list[Output]], group: str) -> None:
        self.pace = Pace()
        self._recording = recording
        self._reads = ground.reads
        self._connection = psycopg.connect(
            ground.database.replace("postgresql+psycopg://", "postgresql://"), autocommit=True
        )
        self._connection.execute(TABLE)
        self._consumer = Consumer(
            {
                "bootstrap.servers": ground.broker,
                "group.id": group,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "partition.assignment.strategy": "range",
                "fetch.wait.max.ms": 20,
                "fetch.min.bytes": 1,
                "max.partition.fetch.bytes": 11 * 1024 * 1024,
            }
        )
        self._producer = Producer(
            {
                "bootstrap.servers": ground.broker,
                "enable.idempotence": True,
                "acks": "all",
                "linger.ms": 5,
                "compression.type": "lz4",
            }
        )
        self._consumer.subscribe(list(ground.consumes))

    def step(self) -> int:
        """One batch, whole: nothing is committed that was not validated, stored and
        acknowledged.
        """
        messages = self._consumer.consume(BATCH, 0.02)
        if not messages:
            return 0
        self.pace.began = self.pace.began or time.monotonic()
        cpu = time.thread_time()
        rows = self._followed(messages) if self._reads else self._audited(messages)
        self._copy(rows)
        self._producer.flush()
        self._consumer.commit(asynchronous=False)
        self.pace.ended, self.pace.cpu = time.monotonic(), self.pace.cpu + time.thread_time() - cpu
        self.pace.records += len(messages)
        return len(messages)

    def _followed(self, messages: list[Message]) -> list[Row]:
        """Validates each event that the service acts on, and produces what followed from it."""
        rows: list[Row] = []
        for message in messages:
            headers: dict[str, Any] = dict(message.headers() or ())
            if (event := self._reads.get(headers["ce_type"])) is not None:
                _validated(event, message.value())
            for out in self._recording.get(headers["ce_id"], ()):
                self._producer.produce(
                    out.topic, out.value, out.key, out.partition, headers=out.headers
                )
                rows.append((out.topic, out.key, "", out.packed, out.value))
        self._producer.poll(0)
        return rows

    def _audited(self, messages: list[Message]) -> list[Row]:
        """Every event as it is: audit takes raw bytes."""
        rows: list[Row] = []
        for message in messages:
            headers: Any = message.headers() or ()
            packed = b"\n".join([name.encode() + b"\n" + (value or b"") for name, value in headers])
            kind = dict(headers).get("ce_type", b"").decode()
            rows.append(
                (str(message.topic()), message.key() or b"", kind, packed, message.value() or b"")
            )
        return rows

    def _copy(self, rows: list[Row]) -> None:
        with (
            self._connection.transaction(),
            self._connection.cursor() as cursor,
            cursor.copy(COPY) as copy,
        ):
            copy.set_types(("text", "bytea", "text", "bytea", "bytea"))
            for row in rows:
                copy.write_row(row)

    def close(self) -> None:
        """Leaves the group."""
        self._consumer.close()
        self._connection.close()


def reads(name: str) -> dict[bytes, type[EventData]]:
    """The events that the service of this hop acts on, by type, as the service itself declares
    them; audit reads none.
    """
    if name == "audit":
        return {}
    service: CaseService[Any] = import_module(f"services.{name}.handlers").service(
        settings.load(name)
    )
    acts_on: tuple[type[EventData], ...] = (AuthorizationRequestSubmitted, *service.reads)
    return {event.TYPE.encode(): event for event in acts_on}


def _validated(event: type[EventData], value: Any) -> EventData:
    return event.model_validate_json(value, extra="ignore")


def main() -> None:
    """Runs until SIGTERM, or until `--once` records were read; then prints how many, and how many a
    second.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("hop", choices=CONSUMES)
    for name in ("--broker", "--database", "--recording", "--group"):
        parser.add_argument(name, required=True)
    parser.add_argument("--once", type=int, default=0, help="stop after this many records")
    parser.add_argument("--divert", default="", help="produce to this topic instead")
    given = parser.parse_args()
    recording = load(Path(given.recording), frozenset({WRITES[given.hop]}))
    if given.divert:
        recording = {
            cause: [out._replace(topic=given.divert) for out in outputs]
            for cause, outputs in recording.items()
        }
    hop = Hop(
        Ground(given.broker, given.database, CONSUMES[given.hop], reads(given.hop)),
        recording,
        given.group,
    )
    going = [True]
    signal.signal(signal.SIGTERM, lambda *_: going.clear())
    gc.freeze()
    gc.disable()
    while going and not (given.once and hop.pace.records >= given.once):
        hop.step()
    hop.close()
    wall, cpu = hop.pace.per_second()
    sys.stdout.write(f"{hop.pace.records} {wall:.0f} {cpu:.0f}\n")


if __name__ == "__main__":
    main()
