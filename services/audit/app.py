"""Puts audit together: its lanes, its HTTP, and the signing of checkpoints while the log grows."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from services.audit.api import routes
from services.audit.handlers import checkpoint_now, service, signer_of
from services.audit.store import Engine, Sealed
from shared.clock import SystemClock, monotonic
from shared.errors import PriorauthError
from shared.events.audit import AUDIT, CheckpointSigned
from shared.events.catalogue import DOORS
from shared.events.envelope import Envelope, headers_of, pack
from shared.ids import NAMESPACE, derive, home_partition
from shared.lanes.kafka.ingress import Ingress
from shared.lanes.replica import Replica
from shared.lanes.store.connect import reading_engine
from shared.lanes.store.migrate import prepare
from shared.settings import Settings
from shared.web.application import application
from shared.web.entrance import Entrance, door_of

log = structlog.get_logger()
LOOK_SECONDS, MOST_SECONDS = 1.0, 10.0
"""A checkpoint follows when the log has been quiet for a look, and under steady growth after ten
seconds.
"""
LOG = derive(NAMESPACE, "audit", "checkpoints")


def build(settings: Settings) -> FastAPI:
    """Audit, ready to serve."""
    engine = reading_engine(settings.database_url)
    prepare("audit", engine)
    signer_of(engine, settings)
    ingress = Ingress(settings.cluster, DOORS["audit"])

    replica = Replica(service(settings), settings)

    async def sign() -> None:
        before, signed = 0, monotonic()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            grown, before = replica.engine.health.worked != before, replica.engine.health.worked
            if not grown or monotonic() - signed >= MOST_SECONDS:
                signed = monotonic()
                await seal(engine, settings, ingress)

    door = door_of(settings, SystemClock())
    return application(replica, ingress, [routes(engine, settings)], Entrance(door=door), sign)


async def seal(engine: Engine, settings: Settings, ingress: Ingress) -> None:
    """Signs what was added since the last checkpoint, if anything was; what fails is tried again at
    the next look.
    """
    now = SystemClock().now()
    try:
        sealed = await run_in_threadpool(checkpoint_now, engine, settings, now)
        if sealed is not None:
            await announce(ingress, sealed, now)
    except PriorauthError as error:
        # The message says it all.
        log.error("checkpoint_not_signed", code=error.code, why=str(error))  # noqa: TRY400


async def announce(ingress: Ingress, sealed: Sealed, now: datetime) -> None:
    """Publishes a checkpoint that is stored already; one that a crash swallows is in the log all
    the same, and the next one covers it.
    """
    signed = CheckpointSigned(size=sealed.size, root_sha256=sealed.root.hex(), note=sealed.note)
    ident = derive(LOG, signed.TYPE, signed.root_sha256)
    envelope = Envelope(
        ident,
        signed.TYPE,
        now.isoformat(),
        LOG,
        "audit",
        {"audit": int(sealed.note.split("\n")[1])},
        "",
        LOG.hex,
    )
    headers = {
        name: bytes(value or b"").decode("ascii")
        for name, value in headers_of(pack(envelope))
        if isinstance(value, bytes)
    }
    await ingress.publish(
        AUDIT,
        home_partition(LOG.bytes),
        str(LOG).encode(),
        headers,
        signed.model_dump_json().encode(),
    )
