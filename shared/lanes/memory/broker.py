"""A broker in memory, with what the lane log relies on: partitions, offsets, log starts, topic ids,
and groups that share lanes out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Protocol
from uuid import UUID

from shared.errors import Unavailable
from shared.ids import PARTITIONS, derive
from shared.lanes.state.record import Record
from shared.lanes.transport import PartitionRef

BIRTH = UUID("3f0a1f0e-51a4-5d3c-9f6b-0b7a5c1d2e90")


class GroupMember(Protocol):
    """A consumer of a group, told of every change of its lanes."""

    def revoked(self) -> None:
        """All lanes are taken away."""

    def assigned(self, ps: tuple[int, ...]) -> None:
        """These are the lanes from now on."""


class MemoryBroker:
    """Topics of 24 partitions, made when first used; groups share out the first `lanes` of them.

    `away` makes every call raise `Unavailable`, as a broker does that nobody reaches.
    """

    def __init__(
        self, milliseconds: Callable[[], int] = lambda: 0, lanes: int = PARTITIONS
    ) -> None:
        self._now = milliseconds
        self._lanes = lanes
        self._logs: dict[PartitionRef, list[Record]] = {}
        self._ends: dict[PartitionRef, int] = {}
        self._starts: dict[PartitionRef, int] = {}
        self._generations: dict[str, int] = {}
        self._groups: dict[str, list[GroupMember]] = {}
        self.away = False

    def append(
        self,
        place: PartitionRef,
        key: bytes | None,
        headers: Iterable[tuple[str, bytes | None]],
        value: bytes | None,
    ) -> int:
        """Appends a record at the broker's own time; returns its offset."""
        self.reach()
        offset = self.bounds(place)[1]
        self._logs.setdefault(place, []).append(
            Record(*place, offset, self._now(), key, tuple(headers), value)
        )
        self._ends[place] = offset + 1
        return offset

    def skip(self, place: PartitionRef, count: int = 1) -> None:
        """Uses up offsets without a record, as the markers of transactions do."""
        self._ends[place] = self.bounds(place)[1] + count

    def read(self, place: PartitionRef, offset: int, most: int) -> tuple[Record, ...]:
        """Up to `most` records of a place from `offset` on."""
        self.reach()
        log = self._logs.get(place, [])
        first = bisect_left(log, offset, key=lambda record: record.offset)
        return tuple(log[first : first + most])

    def records(self, topic: str) -> list[Record]:
        """Everything a topic holds, partition by partition."""
        return [
            record
            for (name, _), log in sorted(self._logs.items())
            if name == topic
            for record in log
        ]

    def bounds(self, place: PartitionRef) -> tuple[int, int]:
        """First offset and log end of a place."""
        return self._starts.get(place, 0), self._ends.get(place, 0)

    def trim(self, place: PartitionRef, first: int) -> None:
        """Forgets what lies before `first`, as retention does."""
        self._starts[place] = first
        self._ends[place] = max(first, self._ends.get(place, 0))
        self._logs[place] = [
            record for record in self._logs.get(place, []) if record.offset >= first
        ]

    def recreate(self, topic: str) -> None:
        """Deletes a topic with all its records and makes a new one of the same name."""
        self._generations[topic] = self._generations.get(topic, 0) + 1
        for kept in (self._logs, self._ends, self._starts):
            for place in [place for place in kept if place[0] == topic]:
                del kept[place]

    def topic_id(self, topic: str) -> str:
        """The id of a topic, another one after it was made again."""
        return str(derive(BIRTH, topic, str(self._generations.get(topic, 0))))

    def reach(self) -> None:
        """Raises `Unavailable` while the broker is away."""
        if self.away:
            raise Unavailable("The broker in memory is away.", code="memory")

    def join(self, group: str, member: GroupMember) -> None:
        """Adds a consumer to a group: every member loses its lanes and is given its share anew."""
        self._groups.setdefault(group, []).append(member)
        self._share(group, member)

    def leave(self, group: str, member: GroupMember, *, notified: bool = True) -> None:
        """Takes a consumer out of a group; one that is not `notified` goes on believing that it has
        its lanes.
        """
        self._groups[group].remove(member)
        if notified:
            member.revoked()
        self._share(group)

    def _share(self, group: str, newest: GroupMember | None = None) -> None:
        # Eager, as the range assignor is: everybody loses everything before anybody is given more.
        members = self._groups[group]
        for member in members:
            if member is not newest:
                member.revoked()
        each, more = divmod(self._lanes, len(members)) if members else (0, 0)
        first = 0
        for i, member in enumerate(members):
            size = each + (1 if i < more else 0)
            member.assigned(tuple(range(first, first + size)))
            first += size
