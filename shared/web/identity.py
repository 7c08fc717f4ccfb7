"""Finds out who a request comes from, before anything of its body is read."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.access.claims import BadToken
from shared.access.principal import Principal, Role
from shared.access.tokens import Verifier, parsed
from shared.errors import Unavailable
from shared.observe.seldom import Seldom
from shared.web.bodies import unread
from shared.web.problems import Problem

PROBES = frozenset({"/healthz", "/readyz"})
DISCOVERY = ("/.well-known/smart-configuration", "/fhir/.well-known/smart-configuration")
OPEN = PROBES | {*DISCOVERY}
"""Answered to whoever asks: what an orchestrator and a client without a token have to read."""
METRICS = "/metrics"
REFUSED = Seldom()
log = structlog.get_logger()
SCRAPER = Principal("loopback", frozenset({Role.OPERATIONS}))
"""Who reads metrics from the same machine. Metrics hold counts and no health information, but say
how much a plan refers: across a network they need a token, which Prometheus can send.
"""


class Identity:
    """Puts the principal of a request where routes find it; without a good token there is no
    further, whatever the path.
    """

    def __init__(self, app: ASGIApp, verifier: Verifier) -> None:
        self._app, self._verifier = app, verifier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on who is known; answers 401 to the others."""
        if scope["type"] == "http" and scope["path"] not in OPEN:
            try:
                scope.setdefault("state", {})["principal"] = await self._principal(scope)
            except (Problem, Unavailable) as refused:
                code = refused.code or "keys_unknown"
                if count := REFUSED.due(code):
                    log.warning("token_refused", code=code, count=count)
                await unread(scope, refused)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _principal(self, scope: Scope) -> Principal:
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if not given and scope["path"] == METRICS and _is_loopback(scope):
            return SCRAPER
        if not given:
            raise unauthorized("token_missing", "This needs a bearer token.", "Bearer")
        try:
            token = parsed(_bearer(given))
            if self._verifier.is_due(token):
                await run_in_threadpool(self._verifier.refresh, token)
            return self._verifier.principal(token)
        except BadToken as bad:
            code = bad.code or "token_malformed"
            raise unauthorized(code, str(bad), 'Bearer error="invalid_token"') from bad


def unauthorized(code: str, detail: str, challenge: str) -> Problem:
    """The refusal of whoever is not known, with what would make them known (RFC 6750)."""
    return Problem(HTTPStatus.UNAUTHORIZED, code, detail, {"WWW-Authenticate": challenge})


def _bearer(given: list[bytes]) -> str:
    """The token of the one Authorization header."""
    scheme, _, token = given[0].decode("latin-1").partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer":
        raise BadToken("One Authorization header with a bearer token is needed.", code="token_form")
    return token.strip(" ")


def _is_loopback(scope: Scope) -> bool:
    """Whether a request comes from the same machine, without anybody in between who says so."""
    try:
        return ip_address((scope.get("client") or ("",))[0]).is_loopback
    except ValueError:
        return False
