"""A service's HTTP application: its routes, health and metrics, with the replica and the ingress
running for as long as it serves.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response

from shared.access.actions import Action
from shared.clock import SystemClock
from shared.lanes.kafka.ingress import Ingress
from shared.lanes.replica import Replica
from shared.observe.metrics import exposition
from shared.web import parked
from shared.web.access import allowed, unguarded
from shared.web.entrance import Entrance, guard
from shared.web.looks import Looks
from shared.web.problems import documented

Background = Callable[[], Awaitable[None]]
Figures = Callable[[], str]
"""Metrics of a service's own, in Prometheus' text format: `app.state.figures`."""


def application(
    replica: Replica,
    ingress: Ingress,
    routers: list[APIRouter],
    entrance: Entrance,
    background: Background | None = None,
) -> FastAPI:
    """The application; `background` runs beside it and is cancelled at the end.

    Raises `ValueError` for an entrance without a door, and for a route that names no action.
    """
    looks = Looks(replica.service.name, ingress.publish, SystemClock())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        ingress.start()
        await replica.start()
        async with running(background), running(looks.run):
            yield
        await replica.stop()
        await looks.flush()
        ingress.stop()

    app = FastAPI(
        title=f"priorauth {replica.service.name}",
        lifespan=lifespan,
        openapi_url=None,
        responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    )
    app.state.looks = looks
    guard(app, entrance)
    for router in routers:
        app.include_router(router)
    app.include_router(operations(replica))
    app.include_router(parked.routes(replica.service, replica.parked))
    app.include_router(interface(app))
    if entrance.door is None or unguarded(app):
        raise ValueError(f"Not guarded: {unguarded(app) or 'the application'}")
    return app


@asynccontextmanager
async def running(background: Background | None) -> AsyncIterator[None]:
    """Runs a background coroutine for the length of the block."""
    if background is None:
        yield
        return
    task = asyncio.create_task(_awaited(background))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _awaited(background: Background) -> None:
    await background()


def interface(app: FastAPI) -> APIRouter:
    """`/openapi.json`: what can be asked here, for whoever may ask anything."""
    router = APIRouter(tags=["operations"])

    @router.get("/openapi.json", dependencies=[allowed(Action.READ_INTERFACE)])
    def openapi() -> dict[str, Any]:
        """The routes of the service (OpenAPI)."""
        return app.openapi()

    return router


def operations(replica: Replica) -> APIRouter:
    """`/healthz` (the process lives), `/readyz` (work gets done), `/v1/lanes` (which lanes it has,
    which it refuses, which tasks are failing), `/metrics` (Prometheus text).
    """
    router = APIRouter(tags=["operations"])

    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        """The process lives."""
        return {"status": "alive"}

    @router.get("/readyz")
    def readyz(response: Response) -> dict[str, str]:
        """Whether work gets done; 503 with the reason if not."""
        ready, why = replica.ready()
        response.status_code = 200 if ready else 503
        return {"status": why}

    @router.get("/v1/lanes", dependencies=[allowed(Action.READ_LANES)])
    def lanes() -> dict[str, Any]:
        """How many lanes this replica works, those that it refuses, with the reason, and how many
        tasks of each kind are failing.
        """
        health = replica.engine.health
        refused = [{"lane": p, "why": why} for p, why in sorted(health.refused.items())]
        return {
            "service": replica.service.name,
            "replica": replica.instance,
            "lanes": health.lanes,
            "refused": refused,
            "failing_tasks": health.failing,
        }

    @router.get("/metrics", dependencies=[allowed(Action.READ_METRICS)])
    def metrics(request: Request) -> Response:
        """Counters and gauges in Prometheus' text format."""
        more: Figures = getattr(request.app.state, "figures", str)
        return Response(
            exposition(replica.service.name, replica.engine.health) + more(),
            media_type="text/plain; version=0.0.4",
        )

    return router
