"""Puts intake together: its lanes, its HTTP, and those who wait for an answer."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from services.intake import store
from services.intake.api import discovery, entrance, routes
from services.intake.api.figures import ClockFigures
from services.intake.handlers import service, submissions
from services.intake.model import IntakeState
from services.intake.reading.signatures import DOOR, door_mark
from shared.clock import SystemClock
from shared.events.catalogue import DOORS
from shared.events.submissions import SUBMISSIONS
from shared.lanes.kafka.ingress import Ingress
from shared.lanes.replica import Replica
from shared.lanes.seals import SealKey
from shared.lanes.store.connect import reading_engine
from shared.lanes.store.migrate import prepare
from shared.lanes.store.published import PublishedReference
from shared.settings import Settings
from shared.web.application import application
from shared.web.entrance import door_of
from shared.web.reference import checking, reading


def build(settings: Settings) -> FastAPI:
    """Intake, ready to serve."""
    engine = reading_engine(settings.database_url)
    prepare("intake", engine)
    ingress = Ingress(settings.cluster, DOORS["intake"])
    door = SealKey(settings.keys.door)

    async def publish(ce_type: str, partition: int, headers: dict[str, str], value: bytes) -> UUID:
        headers = {"ce_type": ce_type, **headers}
        if settings.signed_submissions:
            headers[DOOR] = door_mark(door, headers, value)
        return await ingress.publish(SUBMISSIONS, partition, b"", headers, value)

    async def look(case_id: UUID) -> IntakeState | None:
        return await run_in_threadpool(partial(store.case, engine, case_id))

    clock = SystemClock(settings.ahead)
    router = routes(engine, publish, look, submissions(settings), clock)
    intake, known = service(settings), PublishedReference(engine)
    assert intake.references is not None  # noqa: S101 - it decides by clock rules
    app = application(
        Replica(intake, settings),
        ingress,
        [
            router,
            reading(known, clock),
            checking(known, intake.references, clock),
            discovery(settings.tokens),
        ],
        entrance(settings.max_native_bytes, door_of(settings, SystemClock())),
    )
    app.state.figures = ClockFigures(engine, clock)
    return app
