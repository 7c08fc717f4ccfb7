"""Puts criteria together: its lanes and its HTTP."""

from __future__ import annotations

from fastapi import FastAPI

from services.criteria.api.desk.desk import desk_of
from services.criteria.api.desk.routes import ReviewLog, commands
from services.criteria.api.doors import doors
from services.criteria.api.routes import evaluation_failures, results, routes
from services.criteria.engine.edition.library import Library
from services.criteria.handlers import service
from services.criteria.reference import library_of
from shared.clock import SystemClock
from shared.events.catalogue import DOORS
from shared.events.reviews import REVIEWS
from shared.instants import micros
from shared.lanes.kafka.ingress import Ingress
from shared.lanes.publications import MAX_BYTES
from shared.lanes.replica import Replica
from shared.lanes.seals import Sealer
from shared.lanes.store.connect import reading_engine
from shared.lanes.store.migrate import prepare
from shared.lanes.store.published import PublishedReference
from shared.settings import Settings
from shared.web.application import application
from shared.web.entrance import Entrance, door_of
from shared.web.reference import checking, publishing, reading


def build(settings: Settings) -> FastAPI:
    """Criteria, ready to serve."""
    engine = reading_engine(settings.database_url)
    prepare("criteria", engine)
    ingress = Ingress(settings.cluster, DOORS["criteria"])
    criteria, clock = service(settings), SystemClock(settings.ahead)
    known = PublishedReference(engine)
    assert criteria.references is not None  # noqa: S101 - it decides by policies

    log = ReviewLog(ingress, Sealer(REVIEWS, settings.keys.pairs.seals))

    def in_force() -> Library:
        items = known.items(known.newest().active(micros(clock.now())))
        return library_of(items)

    return application(
        Replica(criteria, settings),
        ingress,
        [
            routes(engine),
            evaluation_failures(engine),
            results(engine),
            doors(ingress),
            commands(desk_of(settings, engine), in_force, log, clock),
            reading(known, clock),
            checking(known, criteria.references, clock),
            publishing(known, ingress, criteria.references, clock),
        ],
        Entrance({"/v1/reference": MAX_BYTES}, door=door_of(settings, SystemClock())),
    )
