"""Which records a lane takes, so that nothing is skipped by a late batch, and how many it works at
once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

from shared.lanes.state.record import Record
from shared.lanes.transport import PartitionRef


class Admission(Enum):
    """What to do with a record."""

    TAKE = "take"
    DROP = "drop"
    REWIND = "seek"


class OffsetTracker:
    """The next offset expected of each place.

    A gap is read again until its end comes twice: that is what the broker really has.
    """

    def __init__(self) -> None:
        self._next: dict[PartitionRef, int] = {}
        self._gaps: dict[PartitionRef, int] = {}

    def begin(self, place: PartitionRef, offset: int) -> None:
        """The place is read from `offset` on."""
        self._next[place] = offset
        self._gaps.pop(place, None)

    def expected(self, place: PartitionRef) -> int:
        """The offset that should come next."""
        return self._next[place]

    def judge(self, record: Record) -> Admission:
        """Judges a record; `REWIND` asks for the place to be read from `expected` again."""
        place = (record.topic, record.partition)
        expected = self._next.get(place)
        if expected is None or record.offset < expected:
            return Admission.DROP
        # Lost on the way, or never there (markers of transactions, compaction)? Only reading the
        # place once more can tell; taken as it came, a lost batch would be skipped without a word.
        if record.offset > expected:
            seen = self._gaps.get(place)
            if seen is None or record.offset < seen:
                self._gaps[place] = record.offset
                return Admission.REWIND
            # Fetched before the rewind: it comes again behind the end of the gap.
            if record.offset > seen:
                return Admission.DROP
        self._gaps.pop(place, None)
        self._next[place] = record.offset + 1
        return Admission.TAKE


def portions(records: Sequence[Record], most: int, max_bytes: int) -> Iterator[Sequence[Record]]:
    """The records in order, in runs of at most `most`, whose values have at most so many bytes
    together unless a single one has more.
    """
    begin = size = 0
    for at, record in enumerate(records):
        more = len(record.value or b"")
        if at > begin and (at - begin == most or size + more > max_bytes):
            yield records[begin:at]
            begin, size = at, 0
        size += more
    if records:
        yield records[begin:]
