"""A broker whose records lie in a file, one a line, written by whoever appends: what was published
outlives a process that is killed.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from shared.lanes.memory.broker import MemoryBroker
from shared.lanes.seals import Sealer
from shared.lanes.state.record import Record
from shared.lanes.state.write_set import OutboxEntry
from shared.lanes.transport import Acknowledged, PartitionRef


class FileBroker(MemoryBroker):
    """The broker in memory, kept in a file; `milliseconds` is its clock.

    A record is one `write`, so it is there whole or not at all.
    """

    def __init__(self, path: Path, milliseconds: Callable[[], int] = lambda: 0) -> None:
        self._reading: int | None = None
        super().__init__(lambda: milliseconds() if self._reading is None else self._reading)
        for record in records(path):
            self._reading = record.timestamp
            super().append(
                (record.topic, record.partition), record.key, record.headers, record.value
            )
        self._reading = None
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def append(
        self,
        place: PartitionRef,
        key: bytes | None,
        headers: Iterable[tuple[str, bytes | None]],
        value: bytes | None,
    ) -> int:
        """Appends a record and its line; raises `OSError`, with nothing appended, where the line
        cannot be written.
        """
        record = Record(*place, self.bounds(place)[1], self._now(), key, tuple(headers), value)
        os.write(self._file, line(record))
        return super().append(place, key, record.headers, value)

    def close(self) -> None:
        """Closes the file."""
        os.close(self._file)


class FilePublisher:
    """Appends on `poll` and `flush`, in the order sent.

    Where the file cannot be written, that entry and those behind it are refused, as a broker does.
    """

    def __init__(self, broker: FileBroker, sealer: Sealer) -> None:
        self._broker = broker
        self._sealer = sealer
        self._queue: deque[tuple[OutboxEntry, Acknowledged]] = deque()

    def send(self, entry: OutboxEntry, acknowledged: Acknowledged) -> None:
        """Queues an entry."""
        self._queue.append((entry, acknowledged))

    def poll(self, seconds: float) -> None:
        """Appends and acknowledges what is queued; never waits."""
        del seconds
        error: str | None = None
        while self._queue:
            entry, acknowledged = self._queue.popleft()
            error = error or self._append(entry)
            acknowledged(error, None)

    def _append(self, entry: OutboxEntry) -> str | None:
        headers = self._sealer.record_headers(entry)
        try:
            self._broker.append((entry.topic, entry.partition), entry.key, headers, entry.value)
        except OSError as error:
            return error.strerror
        return None

    def flush(self, seconds: float) -> bool:
        """Polls once."""
        self.poll(seconds)
        return True

    def renew(self) -> None:
        """Forgets what is queued."""
        self._queue.clear()


def line(record: Record) -> bytes:
    """A record as a line of ASCII."""
    headers = [(name, _text(value)) for name, value in record.headers]
    return (
        json.dumps([*record[:4], _text(record.key), headers, _text(record.value)]).encode() + b"\n"
    )


def records(path: Path) -> list[Record]:
    """The records of a file, in the order in which they were appended; none if there is no file."""
    return [record_of(one) for one in path.read_bytes().splitlines()] if path.exists() else []


def record_of(kept: bytes | str) -> Record:
    """A record from its line."""
    topic, partition, offset, timestamp, key, headers, value = json.loads(kept)
    pairs = tuple([(name, _octets(text)) for name, text in headers])
    return Record(topic, partition, offset, timestamp, _octets(key), pairs, _octets(value))


def _text(max_bytes: bytes | None) -> str | None:
    return None if max_bytes is None else max_bytes.decode("latin-1")


def _octets(text: object) -> bytes | None:
    return text.encode("latin-1") if isinstance(text, str) else None
