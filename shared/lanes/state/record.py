"""One Kafka record as it was read: nothing decoded, nothing trusted."""

from __future__ import annotations

from typing import NamedTuple

Place = tuple[int, str, int]
"""Partition, topic and offset of a record."""


class Record(NamedTuple):
    """Raw bytes with their position.

    `timestamp` is in milliseconds since 1970 (UTC); header values may be missing or not text.
    """

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    value: bytes | None

    @property
    def place(self) -> Place:
        """Where the record is."""
        return self.partition, self.topic, self.offset
