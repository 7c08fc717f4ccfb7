"""One Kafka record as it was read: nothing decoded, nothing trusted."""

from __future__ import annotations

from typing import NamedTuple


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
