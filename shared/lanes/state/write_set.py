"""Everything one transaction writes, gathered in memory first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from shared.lanes.state.case import Case, HeldRecord
from shared.lanes.state.lane import Lane
from shared.lanes.state.reference import PlannedItem, ReferenceItem, ReferenceSet

FEW = 150
"""Rows up to which a transaction counts as small."""


class OutboxEntry(NamedTuple):
    """An event as stored and as published: packed headers, explicit partition."""

    p: int
    seq: int
    topic: str
    partition: int
    key: bytes
    headers: bytes
    value: bytes


class OpenTask(NamedTuple):
    """A task that a decision asked for; `cause` is the event that did.

    `turn` orders the tasks of a lane; `error` is why it keeps failing, empty while it does not.
    """

    case_id: UUID
    kind: str
    key: str
    p: int
    cause: UUID
    payload: str
    queue: str
    turn: int
    error: str = ""


class OpenTimer(NamedTuple):
    """A timer set for `due_at` that is worked from `try_at` on, in microseconds since 1970; the two
    differ once a decision on it has failed.
    """

    case_id: UUID
    kind: str
    p: int
    due_at: int
    try_at: int


class ReferenceWrite(NamedTuple):
    """A new set of reference data with the items that are new in it; `before` is the hash of the
    set that it was made from.
    """

    before: str
    created: ReferenceSet
    items: tuple[ReferenceItem, ...]


class BatchNote(NamedTuple):
    """What the history says of a batch: enough to replay it to the same bytes."""

    p: int
    n: int
    kind: str
    at: int
    ranges: str
    parked: int
    reference: str
    code: str


@dataclass(slots=True)
class Writes:
    """The contents of a transaction over the lanes of one poll."""

    lanes: dict[int, Lane] = field(default_factory=dict)
    cases: dict[UUID, Case] = field(default_factory=dict)
    outbox: list[OutboxEntry] = field(default_factory=list)
    aliases: dict[tuple[int, str], UUID] = field(default_factory=dict)
    # With the case that each named: it may name another one by the end of the batch.
    forgotten: list[tuple[int, str, UUID]] = field(default_factory=list)
    hold: list[tuple[Case | None, int, HeldRecord]] = field(default_factory=list)
    release: list[tuple[int, str, int]] = field(default_factory=list)
    blocked_again: list[UUID] = field(default_factory=list)
    timers: dict[tuple[UUID, str], OpenTimer | None] = field(default_factory=dict)
    tasks: dict[tuple[UUID, str, str], OpenTask] = field(default_factory=dict)
    # Ended tasks are a list of their own: one result may end a task and ask for it anew.
    tasks_done: list[tuple[UUID, str, str]] = field(default_factory=list)
    # Not written: tasks whose results could not be decided on, which run again.
    tasks_kept: list[tuple[UUID, str, str]] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lane_states: dict[int, bytes] = field(default_factory=dict)
    batches: list[BatchNote] = field(default_factory=list)
    planned: list[PlannedItem] = field(default_factory=list)
    """Reference data that decisions of this batch take up, and the set that comes of it."""
    reference: ReferenceWrite | None = None

    @property
    def small(self) -> bool:
        """Whether so little is written that the way to the database costs more than the rows."""
        return len(self.outbox) + len(self.cases) + sum(map(len, self.rows.values())) < FEW
