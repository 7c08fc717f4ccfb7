"""Words that stories are told in: submit, publish as an outsider, wait for what follows, read what
was published.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from confluent_kafka import Consumer, Producer, TopicPartition

from cli.services import service_client
from cli.services.request_file import submission_of
from cli.services.submit import sent
from shared.access.principal import Role
from shared.events.intake import INTAKE, RequestReceived, SubmissionRejected
from shared.events.submissions import SUBMISSIONS
from shared.ids import PARTITIONS
from tests.access import read
from tests.patience import PATIENCE
from tests.stacks import RunningStack

Json = dict[str, Any]
T = TypeVar("T")


def from_sender(example: Json, sender: str) -> Json:
    """The example as another sender's, so that stories do not meet in one case."""
    return {**example, "sender": f"story-{sender}"}


def bytes_of(content: Json) -> bytes:
    return json.dumps(content).encode()


def determined(stack: RunningStack, content: bytes) -> Json:
    """Submits over HTTP and waits: the case in one piece, as the command line shows it."""
    case_id = sent(content, stack.urls["intake"], 14).case_id
    assert case_id
    return described(stack, case_id)


def described(stack: RunningStack, case_id: str) -> Json:
    """A case once every line has a determination."""
    known = eventually(lambda: _settled(stack, case_id))
    return service_client.summary(
        "case", known, stack.desk.evaluation(case_id), stack.desk.letters(case_id), stack.documents
    )


def _settled(stack: RunningStack, case_id: str) -> Json | None:
    if not stack.desk.timeline(case_id):
        return None
    found = stack.desk.case(case_id)
    return found if found["settled"] else None


def eventually(look: Callable[[], T | None]) -> T:
    """What a look finds, as soon as it finds something."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"nothing came within {PATIENCE:.0f} s")


def by_line(case: Json) -> dict[int, str]:
    """The determination of every line."""
    return {line["sequence"]: line["determination"] for line in case["lines"]}


def publish(stack: RunningStack, records: list[Json], **settings: Any) -> None:
    """Writes records (`value`, and perhaps `key`, `headers`, `partition`) to the submissions topic,
    as a librdkafka producer with its defaults does.
    """
    producer = Producer(
        {"bootstrap.servers": stack.broker, "message.max.bytes": 40_000_000, **settings}
    )
    failed: list[Any] = []
    for record in records:
        producer.produce(
            SUBMISSIONS,
            on_delivery=lambda error, _message: failed.append(error) if error else None,
            **record,
        )
    assert producer.flush(PATIENCE) == 0
    assert not failed, failed


def rejections(stack: RunningStack, raw: list[bytes]) -> list[Json]:
    """The `SubmissionRejected` of each of these bytes, in their order."""
    wanted = {hashlib.sha256(one).hexdigest(): at for at, one in enumerate(raw)}
    found: dict[int, Json] = {}
    for headers, event in published(stack, INTAKE):
        if headers["ce_type"] == SubmissionRejected.TYPE and event["raw_sha256"] in wanted:
            found[wanted[event["raw_sha256"]]] = event
        if len(found) == len(wanted):
            break
    assert len(found) == len(wanted), f"only {sorted(found)} of {len(wanted)} were rejected"
    return [found[at] for at in sorted(found)]


def opened(stack: RunningStack, content: bytes) -> str:
    """The case that a request opened, however it was sent."""
    sha256 = submission_of(content).content_sha256
    return next(
        headers["ce_subject"]
        for headers, event in published(stack, INTAKE)
        if headers["ce_type"] == RequestReceived.TYPE and event["content_sha256"] == sha256
    )


def published(stack: RunningStack, topic: str) -> Iterator[tuple[dict[str, str], Json]]:
    """The headers and data of every event of a topic from its beginning, until nothing came for too
    long.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": stack.broker,
            "group.id": "story",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
    )
    try:
        consumer.assign([TopicPartition(topic, at, 0) for at in range(PARTITIONS)])
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            message = consumer.poll(0.2)
            if message is not None and message.error() is None:
                given = cast("list[tuple[str, bytes]]", message.headers() or [])
                headers = {name: value.decode() for name, value in given}
                yield headers, json.loads(message.value() or b"{}")
    finally:
        consumer.close()


def document(stack: RunningStack, letter_id: str, form: str) -> bytes:
    """A letter's document as the letters service gives it out."""
    url = f"{stack.urls['letters']}/v1/letters/{letter_id}.{form}"
    return read(url, Role.NURSE)
