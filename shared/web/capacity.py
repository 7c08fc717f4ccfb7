"""How many requests a service works at a time: one more is told to come back."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.bodies import busy
from shared.web.problems import answer_to

MOST_REQUESTS = 512
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Answered always: who cannot see that a service is busy takes it for dead."""


class Capacity:
    """Counts the requests under way."""

    def __init__(self, app: ASGIApp, most: int = MOST_REQUESTS) -> None:
        self._app = app
        self._most = most
        self._working = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on while there is room for it."""
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return
        if self._working >= self._most:
            refused = busy(f"The service is working on {self._most} requests.")
            await answer_to(scope, refused)(scope, receive, send)
            return
        self._working += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._working -= 1
