"""What the topics hold after a run, read from their first record by a client of its own."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from confluent_kafka import Consumer, TopicPartition

from shared.events.catalogue import EXTERNAL, PRODUCERS
from shared.events.criteria import CaseDetermined, LineDetermined
from shared.events.intake import RequestReceived
from shared.events.letters import LetterIssued
from shared.ids import PARTITIONS

TOPICS = (*sorted(EXTERNAL), *(topic for topic in PRODUCERS if topic != "pa.audit.v1"))


@dataclass
class History:
    """Counts by case.

    A delivery that repeats an event id is a duplicate delivered; a second event id for one effect
    is a duplicate effect.

    `issued` are letters, whatever was delivered twice: others may look at it while records are
    taken in.
    """

    records: int = 0
    issued: int = 0
    deliveries: Counter[str] = field(default_factory=Counter)
    received: dict[str, set[str]] = field(default_factory=dict)
    determined: dict[str, set[str]] = field(default_factory=dict)
    lines: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    letters: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    clocks: dict[tuple[str, str], int] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)

    def take(self, topic: str, headers: dict[str, str], value: bytes) -> bool:
        """Takes in a record, in its partition's order; whether it is an event that was not there
        before.
        """
        self.records += 1
        if topic in EXTERNAL:
            return False
        event, case = headers["ce_id"], headers["ce_subject"]
        self.deliveries[event] += 1
        if self.deliveries[event] == 1:
            self._order(topic, case, headers["ce_caseclock"])
            self._effect(headers["ce_type"], case, event, value)
        return self.deliveries[event] == 1

    def _order(self, topic: str, case: str, clock: str) -> None:
        """The first deliveries of a case's events from one producer count 1, 2, 3 without a gap."""
        count = int(clock.split(";", maxsplit=1)[0].partition("=")[2])
        before = self.clocks.get((topic, case), 0)
        if count != before + 1:
            self.gaps.append(f"{PRODUCERS[topic]}: case {case} has {count} after {before}")
        self.clocks[topic, case] = max(before, count)

    def _effect(self, kind: str, case: str, event: str, value: bytes) -> None:
        if kind == RequestReceived.TYPE:
            self.received.setdefault(case, set()).add(event)
        elif kind == CaseDetermined.TYPE:
            self.determined.setdefault(case, set()).add(event)
        elif kind == LineDetermined.TYPE:
            self.lines.setdefault((case, _read(value)["sequence"]), set()).add(event)
        elif kind == LetterIssued.TYPE:
            content = _read(value)
            self.letters.setdefault((content["notice_id"], content["audience"]), set()).add(event)
            self.issued += 1


def _read(value: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(value)
    return content


class Reading:
    """Reads the topics from the start and keeps up with them; `seen` is told type, partition and
    case of every event that is new.
    """

    def __init__(
        self, broker: str, seen: Callable[[str, int, str], None] = lambda *_: None
    ) -> None:
        self.history = History()
        self._seen = seen
        self._consumer = Consumer(
            {
                "bootstrap.servers": broker,
                "group.id": "crash-check",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "log_level": 2,
            }
        )
        self._consumer.assign(
            [TopicPartition(topic, p, 0) for topic in TOPICS for p in range(PARTITIONS)]
        )

    def read(self, seconds: float) -> int:
        """Takes in what comes within so many seconds; how much it was."""
        before, until = self.history.records, time.monotonic() + seconds
        while time.monotonic() < until:
            for message in self._consumer.consume(1000, 0.2):
                if message.error() is None:
                    given = cast("list[tuple[str, bytes | None]]", message.headers() or [])
                    headers = {
                        name: (text or b"").decode("ascii", "replace") for name, text in given
                    }
                    if self.history.take(str(message.topic()), headers, message.value() or b""):
                        self._seen(
                            headers["ce_type"], message.partition() or 0, headers["ce_subject"]
                        )
        return self.history.records - before

    def close(self) -> None:
        """Leaves."""
        self._consumer.close()
