"""Wires the log up: how a lane's records are appended, and when its checkpoints are signed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from services.audit.keys import signing_key
from services.audit.log.append import append
from services.audit.log.note import Signer
from services.audit.store import Engine, LogStore, Sealed
from services.audit.tables import TABLES
from shared.events.audit import AUDIT
from shared.events.catalogue import CONSUMES
from shared.instants import micros
from shared.lanes.outcome import LaneBatch
from shared.lanes.service import Folded, LaneService
from shared.settings import Settings

GATHER_MS = 250
"""Nobody waits for the log."""


def service(settings: Settings) -> LaneService:
    """The audit log as the lane engine runs it."""
    return LaneService(
        name="audit",
        topic=AUDIT,
        consumes=CONSUMES["audit"],
        fold=partial(fold, settings.keys.salts),
        tables=TABLES,
        gather_ms=GATHER_MS,
    )


def fold(secret: bytes, state: bytes | None, batch: LaneBatch) -> Folded:
    """A lane's log with one entry more for each record."""
    appended = append(state, batch, secret)
    return Folded(appended.state, appended.rows)


def checkpoint_now(engine: Engine, settings: Settings, now: datetime) -> Sealed | None:
    """Signs all lanes' heads and stores the checkpoint; nothing when nothing was added since, or
    another process was first.

    Raises Impossible when a lane does not continue what was signed before, and where the key of a
    signed log is gone.
    """
    return LogStore(engine).seal(signer_of(engine, settings), micros(now))


def signer_of(engine: Engine, settings: Settings) -> Signer:
    """What the log is signed with; a new key only for a log that was never signed."""
    return signing_key(settings, begun=lambda: LogStore(engine).now()[1] is not None)
