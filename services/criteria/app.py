"""Puts criteria together: its lanes and its HTTP."""

from __future__ import annotations

from fastapi import FastAPI

from services.criteria.api import routes
from services.criteria.handlers import service
from shared.lanes.kafka.ingress import Ingress
from shared.lanes.replica import Replica
from shared.lanes.store.connect import reading_engine
from shared.lanes.store.migrate import upgrade
from shared.settings import Settings
from shared.web.application import application


def build(settings: Settings) -> FastAPI:
    """Criteria, ready to serve."""
    engine = reading_engine(settings.database_url)
    upgrade("criteria", engine)
    return application(
        Replica(service(settings), settings), Ingress(settings.broker), [routes(engine)]
    )
