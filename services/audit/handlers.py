"""Wires the log up: how a lane's records are appended, and when its checkpoints are signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from services.audit.keys import signing_key
from services.audit.log.append import append
from services.audit.store import Engine, LogStore, Sealed
from services.audit.tables import TABLES
from shared.events.audit import AUDIT
from shared.events.catalogue import CONSUMES
from shared.instants import micros
from shared.lanes.service import Folded, LaneService
from shared.lanes.state.record import Record
from shared.settings import Settings

GATHER_MS = 250
"""Nobody waits for the log."""


def service(settings: Settings) -> LaneService:
    """The audit log as the lane engine runs it."""
    return LaneService(
        name="audit",
        topic=AUDIT,
        consumes=CONSUMES["audit"],
        fold=partial(fold, settings.lane_key),
        tables=TABLES,
        gather_ms=GATHER_MS,
    )


def fold(
    secret: bytes, state: bytes | None, p: int, records: Sequence[Record], now: datetime
) -> Folded:
    """A lane's log with one entry more for each record."""
    appended = append(state, p, records, micros(now), secret)
    return Folded(appended.state, appended.rows)


def checkpoint_now(engine: Engine, settings: Settings, now: datetime) -> Sealed | None:
    """Signs all lanes' heads and stores the checkpoint; nothing when nothing was added since, or
    another process was first.

    Raises Impossible when a lane does not continue what was signed before.
    """
    return LogStore(engine).seal(signing_key(settings), micros(now))
