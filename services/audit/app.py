"""Puts audit together: its lanes, its HTTP, and the signing of a checkpoint every second in which the log grew."""

from __future__ import annotations

import asyncio

import structlog
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from services.audit.api import routes
from services.audit.handlers import checkpoint_now, service
from shared.clock import SystemClock
from shared.errors import PriorauthError
from shared.lanes.ingress import Ingress
from shared.lanes.migrating import upgrade
from shared.lanes.opening import reading_engine
from shared.lanes.process import Replica
from shared.settings import Settings
from shared.web.application import application

log = structlog.get_logger()
EVERY_SECONDS = 1.0


def build(settings: Settings) -> FastAPI:
    """Audit, ready to serve."""
    engine = reading_engine(settings.database_url)
    upgrade("audit", engine)

    async def sign() -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await run_in_threadpool(checkpoint_now, engine, settings, SystemClock().now())
            except PriorauthError as error:
                log.error("checkpoint_not_signed", code=error.code, why=str(error))  # noqa: TRY400 - the message says it all

    return application(Replica(service(settings), settings), Ingress(settings.broker), [routes(engine, settings)], sign)
