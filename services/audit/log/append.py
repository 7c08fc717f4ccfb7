"""A lane's log grown by a batch of records."""

from __future__ import annotations

from typing import NamedTuple

from services.audit.log import merkle
from services.audit.log.entry import entry, salt_key
from shared.events.catalogue import PRODUCERS
from shared.instants import micros
from shared.lanes.outcome import LaneBatch, Row
from shared.lanes.state.record import Record


class Appended(NamedTuple):
    """The lane's new frontier (packed), and the rows of what was added."""

    state: bytes
    rows: tuple[Row, ...]


def append(state: bytes | None, batch: LaneBatch, secret: bytes) -> Appended:
    """One entry for each record as it is, in order, and the subtrees that became full.

    Never fails on what a record holds. What does not come from its topic's producer is kept, and
    stands in no case's timeline. The same records give the same bytes.
    """
    tree, at = merkle.unpack(state), micros(batch.now)
    key = salt_key(secret, batch.p)
    entries = [
        entry(record, n, at, key, producer=_producer(record, batch))
        for n, record in enumerate(batch.records, tree.size)
    ]
    grown, full = merkle.extend(tree, [found["leaf"] for found in entries])
    rows = [Row("entry", found) for found in entries]
    rows += [
        Row("subtree", {"p": batch.p, "level": level, "i": i, "hash": found})
        for level, i, found in full
    ]
    return Appended(merkle.pack(grown), tuple(rows))


def _producer(record: Record, batch: LaneBatch) -> str:
    """Whose event the record is; nobody's where it was not sealed, or an outsider wrote it."""
    if batch.unsealed and record.place in batch.unsealed:
        return ""
    return PRODUCERS.get(record.topic, "")
