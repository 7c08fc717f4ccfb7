"""Puts letters together: its lanes, its HTTP, and the worker process that renders."""

from __future__ import annotations

from fastapi import FastAPI

from services.letters.api import routes
from services.letters.decide import RENDER
from services.letters.handlers import documents_folder, service
from services.letters.render.workers import RenderPool
from shared.clock import SystemClock
from shared.events.catalogue import DOORS
from shared.lanes.kafka.ingress import Ingress
from shared.lanes.publications import MAX_BYTES
from shared.lanes.replica import Replica
from shared.lanes.store.connect import reading_engine
from shared.lanes.store.migrate import prepare
from shared.lanes.store.published import PublishedReference
from shared.settings import Settings
from shared.web.application import application
from shared.web.entrance import Entrance, door_of
from shared.web.reference import checking, reading


def build(settings: Settings) -> FastAPI:
    """Letters, ready to serve."""
    engine = reading_engine(settings.database_url)
    prepare("letters", engine)
    letters, known = service(settings), PublishedReference(engine)
    assert letters.references is not None  # noqa: S101 - it writes in a plan's name
    replica = Replica(letters, settings, pools={RENDER: RenderPool()})
    clock = SystemClock()
    return application(
        replica,
        Ingress(settings.cluster, DOORS["letters"]),
        [
            routes(engine, documents_folder(settings)),
            reading(known, clock),
            checking(known, letters.references, clock),
        ],
        Entrance({"/v1/reference": MAX_BYTES}, door=door_of(settings, clock)),
    )
