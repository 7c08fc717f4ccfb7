"""Wires the log up: how a lane's records are appended, and when its checkpoints are signed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from services.audit.keys import keep_signed, last_signed, signing_key
from services.audit.log.append import append
from services.audit.log.note import Signer
from services.audit.store import Engine, LogStore, Sealed
from services.audit.tables import TABLES
from shared.errors import Impossible
from shared.events.audit import AUDIT
from shared.events.catalogue import CONSUMES
from shared.instants import micros
from shared.lanes.outcome import LaneBatch
from shared.lanes.service import Folded, LaneService
from shared.settings import Settings

GATHER_MS = 250
"""Nobody waits for the log."""
BEGIN_ANEW = (
    "keep this store as it is, and begin a new log with an empty store and without audit.key, "
    "audit.pub and audit.last. Whoever holds a later checkpoint will see that entries are missing."
)


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

    Raises Impossible when a lane does not continue what was signed before, where the store lacks
    what was signed last, and where the key of a signed log is gone.
    """
    store = LogStore(engine)
    signer, last = signer_of(engine, settings), last_signed(settings)
    if last is not None and not store.has(last):
        raise Impossible(
            "The log's store lacks the checkpoint that was signed last: an older copy was put "
            "back, or entries were lost.",
            code="log_went_back",
            remedy=f"Bring the newest copy back. If there is none: {BEGIN_ANEW}",
        )
    sealed = store.seal(signer, micros(now))
    if sealed is not None:
        keep_signed(settings, sealed.note)
    return sealed


def signer_of(engine: Engine, settings: Settings) -> Signer:
    """What the log is signed with; a new key only for a log that was never signed."""
    return signing_key(settings, begun=lambda: LogStore(engine).now()[1] is not None)
