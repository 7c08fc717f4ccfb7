"""Records a run of ours for the ceiling: every event it published, by the event that caused it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from confluent_kafka import Consumer, Message, TopicPartition

from benchmarks.pipeline.ceiling.hop import CONSUMES, SUBMISSIONS
from benchmarks.pipeline.ceiling.recording import Line, save
from benchmarks.testbed.topics import quiet_ends
from shared.events.criteria import CRITERIA
from shared.events.intake import INTAKE, RequestReceived
from shared.events.letters import LETTERS

NAMES = {INTAKE: "ceiling.intake", CRITERIA: "ceiling.criteria", LETTERS: "ceiling.letters"}


class Recorded(NamedTuple):
    """The file, how many events each topic has, and how many bytes their values have on average."""

    path: Path
    per_topic: dict[str, int]
    mean_bytes: int

    def inputs(self, hop: str) -> int:
        """How many records a hop reads."""
        return sum(self.per_topic[topic] for topic in CONSUMES[hop])


def record(broker: str, sent: Iterable[str], path: Path) -> Recorded:
    """Reads what ours published about the requests with these references, and saves it with the
    causes; what follows from a submission has its reference as the cause.
    """
    wanted = set(sent)
    every = list(map(_line, _messages(broker)))
    opened = {
        _subject(line): (line.cause, reference)
        for line in every
        if (reference := _reference(line)) in wanted
    }
    references = dict(opened.values())
    caused = [
        line._replace(cause=references.get(line.cause, line.cause))
        for line in every
        if _subject(line) in opened
    ]
    written = save(path, caused)
    per_topic = {topic: sum(line.topic == topic for line in caused) for topic in NAMES.values()} | {
        SUBMISSIONS: len(wanted)
    }
    return Recorded(path, per_topic, sum(len(line.value) for line in caused) // max(1, written))


def _subject(line: Line) -> str:
    return dict(line.headers)["ce_subject"]


def _reference(line: Line) -> str | None:
    """The reference of the request whose case this event opens."""
    if dict(line.headers)["ce_type"] != RequestReceived.TYPE:
        return None
    reference: str | None = json.loads(line.value).get("reference")
    return reference


def _messages(broker: str) -> Iterator[Message]:
    consumer = Consumer(
        {
            "bootstrap.servers": broker,
            "group.id": "bench-recorder",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 20,
        }
    )
    until = quiet_ends(consumer, NAMES)
    left = sum(until.values())
    consumer.assign([TopicPartition(topic, p, 0) for topic, p in until])
    while left > 0:
        for message in consumer.consume(1_000, 1.0):
            offset = message.offset()
            if (
                offset is not None
                and offset < until[str(message.topic()), message.partition() or 0]
            ):
                left -= 1
                yield message
    consumer.close()


def _line(message: Message) -> Line:
    given: Any = message.headers() or ()
    headers = [(name, value.decode()) for name, value in given]
    cause = str(UUID(dict(headers)["ce_causationid"]))
    key, value = message.key() or b"", message.value() or b""
    return Line(
        cause,
        NAMES[str(message.topic())],
        message.partition() or 0,
        key.decode(),
        headers,
        value.decode(),
    )
