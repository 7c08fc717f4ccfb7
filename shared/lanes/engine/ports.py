"""What an engine is given to work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.clock import Clock
from shared.lanes.engine.tasks import TaskPool
from shared.lanes.seals import NO_SEALS, SealCheck
from shared.lanes.store.lane_store import LaneStore
from shared.lanes.transport import Publisher, RecordSource


@dataclass(frozen=True)
class Ports:
    """The outside of an engine; each has an in-memory twin."""

    store: LaneStore
    publisher: Publisher
    source: RecordSource
    clock: Clock
    tasks: TaskPool


@dataclass(frozen=True)
class Limits:
    """Bounds of one batch (`records`, `max_bytes`) and of what may be unpublished.

    `cases` are kept in memory between batches.

    Times in seconds: of a tick, and of a look at whether reading stands still.
    """

    records: int = 2_000
    max_bytes: int = 1024 * 1024
    backlog: int = 20_000
    cases: int = 4_000
    tick: float = 0.25
    watch: float = 10.0
    rotate_seconds: float = 5.0
    breaker: int = 200


@dataclass(frozen=True)
class Setup:
    """How an engine runs: who it is, the key that marks what its lanes hand to each other, whether
    the broker's append time counts, and its version. `lasting` names the keys that its store and
    its events rest on, by their use; `seals` says which events count as
    their producers'.
    """

    owner: str
    key: bytes
    broker_time: bool = True
    limits: Limits = Limits()
    code: str = ""
    lasting: Mapping[str, str] = field(default_factory=dict)
    seals: SealCheck = NO_SEALS
