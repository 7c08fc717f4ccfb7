"""The kinds of batches: what each works, which lane an entry belongs to, and what the history says
of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from shared.lanes.batch.batch import Batch
from shared.lanes.batch.history import noted, picked, ranges
from shared.lanes.outcome import Received
from shared.lanes.state.record import Place, Record

E = TypeVar("E")


@dataclass(frozen=True)
class BatchKind(Generic[E]):
    """How entries of one kind are worked.

    `on_poison` says what is done with one that the store would not take (none: its lane stops).

    `fresh` records are worked for the first time: only they count in the breaker.
    """

    name: str
    lane_of: Callable[[E], int]
    work: Callable[[Batch, Sequence[E]], None]
    note: Callable[[Sequence[E]], dict[int, str]]
    on_poison: Callable[[str], BatchKind[E]] | None = None
    fresh: bool = False

    def noted(self, entries: Sequence[E], unsealed: Collection[Place]) -> dict[int, str]:
        """What the history says of a batch of these entries. What nobody sealed was not worked: a
        replay, which has no keys, could not tell it apart.
        """
        if not unsealed:
            return self.note(entries)
        return picked(
            [record for record in cast("Sequence[Record]", entries) if record.place not in unsealed]
        )


def _lane_of_record(record: Record) -> int:
    return record.partition


def _lane_of_pair(entry: tuple[int, Any]) -> int:
    return entry[0]


def _set_aside(batch: Batch, records: Sequence[Record]) -> None:
    for record in records:
        batch.set_aside(record)


# What the store did not take came of a decision. So the batches that take the place of a poisonous
# one decide nothing: they park, keep, block or postpone.
def _refuse(why: str, batch: Batch, records: Sequence[Record]) -> None:
    for record in records:
        batch.refuse(record, why)


def _refused(why: str) -> BatchKind[Record]:
    return BatchKind("refuse", _lane_of_record, partial(_refuse, why), ranges, fresh=True)


def _keep(why: str, batch: Batch, records: Sequence[Record]) -> None:
    for record in records:
        batch.keep(record, why)


def _kept(why: str) -> BatchKind[Record]:
    return BatchKind("keep", _lane_of_record, partial(_keep, why), picked)


def _blocked(_why: str) -> BatchKind[tuple[int, UUID]]:
    return BatchKind("block", _lane_of_pair, Batch.block, noted)


def _postponed(_why: str) -> BatchKind[tuple[int, Received]]:
    return BatchKind("postpone", _lane_of_pair, Batch.postpone, noted)


INPUT: BatchKind[Record] = BatchKind(
    "input", _lane_of_record, Batch.take, ranges, _refused, fresh=True
)
TICK: BatchKind[tuple[int, Received]] = BatchKind(
    "tick", _lane_of_pair, Batch.settle, noted, _postponed
)
# Stored histories call it `effect`: the word is data, and stays.
TASK: BatchKind[tuple[int, Received]] = BatchKind(
    "effect", _lane_of_pair, Batch.settle, noted, _postponed
)
REQUEUE: BatchKind[tuple[int, UUID]] = BatchKind(
    "requeue", _lane_of_pair, Batch.retry, noted, _blocked
)
ASIDE: BatchKind[Record] = BatchKind("aside", _lane_of_record, _set_aside, ranges, fresh=True)
REREAD: BatchKind[Record] = BatchKind("reread", _lane_of_record, Batch.reread, picked, _kept)
