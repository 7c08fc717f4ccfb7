"""What makes a service out of the lane log: what it reads, how it decides, what it keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import SQLModel

from shared.events.envelope import type_of
from shared.events.model import EventData
from shared.lanes.outcome import LaneBatch, Outcome, Received, Row
from shared.lanes.state.record import Record
from shared.lanes.state.reference import ReferenceItem

S = TypeVar("S", bound=BaseModel)
GATHER_MS = 30
"""How long a service gathers records before it works them, in milliseconds: longer is cheaper, and
somebody may be waiting.
"""


@dataclass(frozen=True, slots=True)
class HomeAddress:
    """Where an outsider's record belongs: the lane, and the case in it: that of the first of
    `aliases` which names one, else `case_id`.

    The first alias is the record's own: the same sent again has the same. All that its outcome may
    give are among them: an alias that was not looked for may be another case's.
    """

    partition: int
    case_id: UUID
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an outsider's record cannot be accepted: a code and a sentence that repeats none of its
    content.
    """

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class External(Generic[S]):
    """How records that outsiders wrote to one topic are read, addressed, and answered when they
    cannot be accepted.
    """

    read: Callable[[str, dict[str, str], bytes], Any]
    """(ce_type or empty, the headers that are read, value) -> data for `Received`, or raises
    `Malformed` with a code.
    """
    address: Callable[[Any, UUID], HomeAddress]
    """(data, record id) -> where it belongs; raises `Malformed` where that can be nowhere."""
    reject: Callable[[UUID, Rejection, bytes, datetime], Outcome[S]]
    """(record id, rejection, raw value, received at) -> the answer; its case has no state."""
    headers: frozenset[str] = frozenset()
    """Names of the headers that are read besides `ce_type`: what others hold decides nothing."""
    passes_over: Callable[[str], bool] | None = None
    """(ce_type or empty) -> whether the record is for another service alone: it is not read, and
    nobody is answered.
    """
    handed_on: bool = True
    """Whether a record that lies in another lane than its case's is handed to that one; else it is
    rejected, and the service never writes to the topic.
    """


@dataclass(frozen=True, slots=True)
class References:
    """The reference data that a service's decisions read: its `kinds`, what comes with the package,
    and how a set of items becomes what `decide` is given.

    Items of the `fixed` kinds never change under their name. `build` raises `Malformed` or
    `Impossible` for items that this release cannot read; the same items give equal results.
    """

    kinds: frozenset[str]
    packaged: Callable[[], tuple[ReferenceItem, ...]]
    build: Callable[[tuple[ReferenceItem, ...]], Any]
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CaseService(Generic[S]):
    """A service that decides event by event, case by case.

    `decide` gets the reference data in force (None where the service has none), the case's state,
    what was received, and the batch's instant.
    """

    name: str
    topic: str
    consumes: tuple[str, ...]
    state: type[S]
    decide: Callable[[Any, S | None, Received, datetime], Outcome[S]]
    reads: frozenset[type[EventData]]
    tables: tuple[type[SQLModel], ...] = ()
    external: dict[str, External[S]] = field(default_factory=dict)
    tasks: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)
    references: References | None = None
    gather_ms: int = GATHER_MS

    def passes_over(self, record: Record) -> bool:
        """Whether an outsider's record is for another service alone, by what its headers say."""
        external = self.external.get(record.topic)
        passes = external.passes_over if external else None
        return passes is not None and passes(type_of(record.headers))


@dataclass(frozen=True, slots=True)
class Folded:
    """What a lane's records came to: the lane's new state and the rows to insert."""

    state: bytes
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class LaneService:
    """A service that takes a lane's records as they are, in order, without looking at cases: the
    audit log.

    `fold(state, batch)` gets the lane's state (None at first) and a batch of its records.
    """

    name: str
    topic: str
    consumes: tuple[str, ...]
    fold: Callable[[bytes | None, LaneBatch], Folded]
    tables: tuple[type[SQLModel], ...] = ()
    gather_ms: int = GATHER_MS


Service = CaseService[Any] | LaneService
"""Either kind of service, as an engine is given it."""
