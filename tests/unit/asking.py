"""Asks an application over HTTP without a server in between."""

from __future__ import annotations

import asyncio

import httpx
from fastapi import APIRouter, FastAPI

from tests.access import known


class Http:
    """An application of these routes."""

    def __init__(self, routes: APIRouter) -> None:
        app = FastAPI()
        app.include_router(routes)
        self._transport = httpx.ASGITransport(known(app))

    def get(self, path: str) -> httpx.Response:
        """The answer to one GET."""

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=self._transport, base_url="http://service"
            ) as client:
                return await client.get(path)

        return asyncio.run(ask())
