"""How much is worked at once: bounded in records, and in bytes because what a batch makes of them takes many times their size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.lanes.record import Record


def portions(records: Sequence[Record], most: int, octets: int) -> Iterator[Sequence[Record]]:
    """The records in order, in runs of at most `most`, whose values have at most so many bytes together unless a single one has more."""
    begin = size = 0
    for at, record in enumerate(records):
        more = len(record.value or b"")
        if at > begin and (at - begin == most or size + more > octets):
            yield records[begin:at]
            begin, size = at, 0
        size += more
    if records:
        yield records[begin:]
