"""Who asks in tests: the one place where they get a principal or a token."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from cli.services.credentials import bearer
from shared.access.local_issuer import local_issuer
from shared.access.principal import EVERY_SENDER, Principal, Role
from shared.clock import SystemClock
from tests.patience import PATIENCE

ANYBODY = Principal("test", frozenset(Role), frozenset({EVERY_SENDER}), local=True)
"""Who may do everything that anybody may."""


def known(app: ASGIApp, who: Principal = ANYBODY) -> ASGIApp:
    """An application without a door, asked by a principal whom a door has let in."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["principal"] = who
        await app(scope, receive, send)

    return asked


class Token(httpx.Auth):
    """Shows a running stack the token that the command line would show it for a role."""

    def __init__(self, role: Role) -> None:
        self._role = role

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {bearer(str(request.url), self._role)}"
        yield request


def read(url: str, role: Role) -> bytes:
    """What a running stack answers a role."""
    return httpx.get(url, auth=Token(role), timeout=PATIENCE).raise_for_status().content


def token_headers(state: Path, who: Principal = ANYBODY) -> dict[str, str]:
    """The header that shows a token of the local issuer in a stack's state folder."""
    token = local_issuer(state).token(who.subject, who.roles, SystemClock(), who.senders)
    return {"Authorization": f"Bearer {token}"}
