"""What goes into a decision and what comes out of it: plain values, so that deciding does no
I/O.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from shared.events.model import EventData
from shared.lanes.state.record import Place, Record
from shared.lanes.state.reference import PlannedItem

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class TimerDue:
    """A timer of the case went off: its kind and the instant it was set for."""

    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class TaskDone:
    """A task ended: its kind and key, and what it returned (JSON values only)."""

    kind: str
    key: str
    result: dict[str, Any]


class ExternalData:
    """What an outsider's record says, where that is no event: the service that reads it derives its
    own class.
    """

    __slots__ = ()


class Received(NamedTuple):
    """One thing to decide on.

    `id` is the cause of whatever follows; `received_at` is the instant the platform first had it,
    `time` when it happened: an event of ours, when its producer decided on it.
    """

    id: UUID
    case_id: UUID
    type: str
    data: EventData | ExternalData | TimerDue | TaskDone
    time: datetime
    received_at: datetime
    raw: bytes = b""


class Emit(NamedTuple):
    """An event to publish.

    `discriminator` is a domain key (line, audience) where one cause emits several of a type.
    """

    data: EventData
    discriminator: str = ""


class Timer(NamedTuple):
    """Sets the case's timer of a kind to an instant; `None` cancels it."""

    kind: str
    due_at: datetime | None


class Task(NamedTuple):
    """Something to do in the world outside the transaction; `key` is unique per case and kind, and
    doing it twice is harmless.

    Tasks of a kind with the same `queue` run one at a time, those of a lane in the order in which
    they were decided; a task without one waits for no other.
    """

    kind: str
    key: str
    payload: dict[str, Any]
    queue: str = ""


class Row(NamedTuple):
    """A row of one of the service's own tables, written in the lane's transaction; a row with the
    same primary key is replaced.

    A value that is an event which the same outcome emits is stored as that event's published bytes.
    """

    table: str
    values: dict[str, Any]


class LaneBatch(NamedTuple):
    """Raw records of lane `p` over all topics, and the instant of their batch; `unsealed` are the
    places of those that do not come from their topic's producer.
    """

    p: int
    records: Sequence[Record]
    now: datetime
    unsealed: Collection[Place] = ()


class DecisionFailure(NamedTuple):
    """An exception that a decision answered: its type, never its text, and the `place` (file and
    line) that raised it.

    `sender` says whose record it was, in a form that names nobody: many failures of one sender are
    that sender's, those of several are the software's.
    """

    error: str
    place: str
    sender: str


class Outcome(NamedTuple, Generic[S]):
    """The new state of the case and everything that follows from it.

    `state=None` leaves the case without state. `aliases` are further names that the case can be
    found by in its lane, `forgotten` those that name it no longer; neither touches an alias of
    another case. `reference` is reference data that decisions are to read from an instant on.
    `failure` is what the outcome stands in for, where deciding failed. `anew` is what an outsider's
    record opens beside this case: forgotten first, an alias can pass from this case to that one.
    """

    state: S | None
    events: tuple[Emit, ...] = ()
    timers: tuple[Timer, ...] = ()
    tasks: tuple[Task, ...] = ()
    rows: tuple[Row, ...] = ()
    aliases: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()
    reference: tuple[PlannedItem, ...] = ()
    failure: DecisionFailure | None = None
    anew: NewCase[S] | None = None


class NewCase(NamedTuple, Generic[S]):
    """A case that nothing was known of, in the same lane, and what follows for it."""

    case_id: UUID
    outcome: Outcome[S]
