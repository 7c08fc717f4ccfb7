"""Messages of the Kafka client as raw records, and the partitions of an assignment as lanes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import methodcaller
from typing import Any, cast

import structlog
from confluent_kafka import Message, TopicPartition
from faststream.confluent.message import KafkaMessage

from shared.events.envelope import UNREADABLE
from shared.lanes.state.record import Record

log = structlog.get_logger()

# For a name that is not UTF-8 the client returns a list and leaves an exception pending. A plain
# call that the interpreter has specialised does not notice, and the exception comes up somewhere
# else; a call through `methodcaller` is always checked.
_read_headers: Callable[[Message], list[tuple[str, bytes | None]] | None] = methodcaller("headers")


def record_of(message: Message) -> Record:
    """A message as it was read; nothing in it can make this fail."""
    _, timestamp = message.timestamp()
    key, value = message.key(), message.value()
    return Record(
        str(message.topic()),
        cast("int", message.partition()),
        cast("int", message.offset()),
        timestamp,
        key,
        _headers(message),
        value,
    )


def _headers(message: Message) -> tuple[tuple[str, bytes | None], ...]:
    try:
        return tuple(_read_headers(message) or ())
    except (SystemError, UnicodeDecodeError):
        # Refused wherever it is read: no header of ours lacks a value.
        return ((UNREADABLE, None),)


async def untouched(messages: tuple[Message, ...]) -> KafkaMessage:
    """FastStream's parser: looks at nothing, so that no record can spoil its batch."""
    return KafkaMessage(
        body=cast("Any", messages), raw_message=messages, consumer=cast("Any", None), is_manual=True
    )


async def raw(message: KafkaMessage) -> Any:
    """FastStream's decoder: hands the messages on."""
    return message.raw_message


def whole_lanes(partitions: Iterable[TopicPartition], topics: tuple[str, ...]) -> tuple[int, ...]:
    """The partition numbers that were assigned for every topic; half a lane is not a lane."""
    held: dict[int, set[str]] = {}
    for place in partitions:
        held.setdefault(place.partition, set()).add(place.topic)
    # Half a lane would apply events of one topic and never see their causes on another.
    half = sorted(p for p, names in held.items() if names != set(topics))
    if half:
        log.error(
            "half_lanes",
            lanes=half,
            remedy="Stop every replica of this service and start them again.",
        )
    return tuple(sorted(p for p in held if p not in half))
