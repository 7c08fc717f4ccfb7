"""What the lane log needs of a consumer, and what it gets from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from shared.lanes.state.record import Record
from shared.lanes.state.write_set import OutboxEntry

PartitionRef = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Assigned:
    """The group gave us these lanes (all of ours, not only new ones); nothing is read until
    `RecordSource.start`.
    """

    generation: int
    ps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Revoked:
    """The group took all our lanes."""

    generation: int


@dataclass(frozen=True, slots=True)
class Records:
    """Records in the order they were read."""

    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The result of a task of a case in lane `p`."""

    p: int
    case_id: UUID
    kind: str
    key: str
    result: dict[str, Any]


Arrival = Assigned | Revoked | Records | TaskResult


class RecordSource(Protocol):
    """A consumer that is told where to read; calls may come from another thread than its own."""

    def take(self, seconds: float) -> Arrival | None:
        """The next arrival, waiting at most `seconds`."""

    def start(self, generation: int, positions: Mapping[PartitionRef, int]) -> None:
        """Reads from these offsets on, unless the assignment is not `generation` any more."""

    def seek(self, place: PartitionRef, offset: int) -> None:
        """Reads a topic's partition from `offset` on."""

    def bounds(self, places: Iterable[PartitionRef]) -> dict[PartitionRef, tuple[int, int]]:
        """First offset and log end (-1: cannot be known) of each, asked now; raises
        `Unavailable`.
        """

    def ends(self, places: Iterable[PartitionRef]) -> dict[PartitionRef, int]:
        """How far each place is to be read to have read all that it holds now (-1: cannot be
        known); raises `Unavailable`.
        """

    def topic_ids(self) -> dict[str, str]:
        """The broker's ids of the consumed topics; raises `Unavailable`."""

    def report_positions(self, positions: Mapping[PartitionRef, int]) -> None:
        """Commits positions to Kafka for lag tools; nothing depends on it."""


Acknowledged = Callable[[Any, Any], None]
"""What the broker said of an entry: (error or None, message)."""


class Publisher(Protocol):
    """Sends outbox entries; the callback gets (error or None, message) once each, from `poll` or
    `flush`.
    """

    def send(self, entry: OutboxEntry, acknowledged: Acknowledged) -> None:
        """Queues an entry in order; blocks (polling) while the queue is full."""

    def poll(self, seconds: float) -> None:
        """Runs due callbacks, waiting at most `seconds` for one."""

    def flush(self, seconds: float) -> bool:
        """Waits until all is acknowledged; false if time ran out."""

    def renew(self) -> None:
        """Forgets all that is queued and starts afresh, after an error that the broker will not get
        over.
        """
