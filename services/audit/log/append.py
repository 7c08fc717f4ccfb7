"""A lane's log grown by a batch of records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from services.audit.log import merkle
from services.audit.log.entry import entry, salt_key
from shared.lanes.outcome import Row
from shared.lanes.state.record import Record


class Appended(NamedTuple):
    """The lane's new frontier (packed), and the rows of what was added."""

    state: bytes
    rows: tuple[Row, ...]


def append(
    state: bytes | None, p: int, records: Sequence[Record], at: int, secret: bytes
) -> Appended:
    """One entry for each record as it is, in order, and the subtrees that became full.

    Never fails on what a record holds.

    `at` is the batch's instant in microseconds since 1970 (UTC); the same records give the same
    bytes.
    """
    tree = merkle.unpack(state)
    key = salt_key(secret, p)
    entries = [entry(record, n, at, key) for n, record in enumerate(records, tree.size)]
    grown, full = merkle.extend(tree, [found["leaf"] for found in entries])
    rows = [Row("entry", found) for found in entries]
    rows += [
        Row("subtree", {"p": p, "level": level, "i": i, "hash": found}) for level, i, found in full
    ]
    return Appended(merkle.pack(grown), tuple(rows))
