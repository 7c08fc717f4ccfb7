"""What stops a web page in a browser on the same machine: names that only our own pages have,
writes that no other page begins, answers that are kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.settings import LOOPBACK, Settings
from shared.web.bodies import WITHOUT, unread
from shared.web.identity import METRICS, PROBES
from shared.web.problems import Problem

AUTHORITY = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")
OWN_SITES = frozenset({"same-origin", "none"})
"""Of `Sec-Fetch-Site`: a page of ours, or nobody's page. `same-site` is not ours: sites do not tell
ports apart.
"""
KEPT_NOWHERE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared with, not listened on


def names_of(settings: Settings) -> frozenset[str]:
    """The names that a service is reached by: this machine's, and those that were set."""
    listening = () if settings.http_host in EVERYWHERE else (settings.http_host.lower(),)
    bare = {*LOOPBACK, *listening}
    return frozenset({f"[{one}]" if ":" in one else one for one in bare} | {*settings.http_names})


class Browsers:
    """`names` are the hosts that a request may name; without any, every host is taken (an
    application without a door of its own).
    """

    def __init__(self, app: ASGIApp, names: frozenset[str] | None) -> None:
        self._app, self._names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what comes by one of our names and from none but our pages."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answers = _unkept(send)
        headers = Headers(scope=scope)
        refused = self._misdirected(scope, headers) or _from_elsewhere(scope, headers)
        if refused:
            await unread(scope, refused)(scope, receive, answers)
        else:
            await self._app(scope, receive, answers)

    def _misdirected(self, scope: Scope, headers: Headers) -> Problem | None:
        """The refusal of a name that is not ours: a page whose own name was made to point here
        (DNS rebinding) still sends that name.
        """
        path = scope["path"]
        # An orchestrator asks by an address that it alone knows; with a token no page is asking.
        is_probe = path in PROBES or (path == METRICS and "authorization" in headers)
        if self._names is None or is_probe:
            return None
        given = [AUTHORITY.fullmatch(host.lower()) for host in headers.getlist("host")]
        if len(given) == 1 and given[0] and given[0]["name"] in self._names:
            return None
        return Problem(
            HTTPStatus.MISDIRECTED_REQUEST,
            "host",
            "The service is not reached by this name. PRIORAUTH_HTTP_NAMES sets its names.",
        )


def _from_elsewhere(scope: Scope, headers: Headers) -> Problem | None:
    """The refusal of a write that another page began."""
    if scope["method"] in WITHOUT:
        return None
    sites, origins = headers.getlist("sec-fetch-site"), headers.getlist("origin")
    host = headers.get("host", "")
    # Browsers that do not say where a request comes from say which page sends it.
    pages = {origin.partition("://")[2] for origin in origins}
    if (set(sites) <= OWN_SITES) if sites else (pages <= {host}):
        return None
    return Problem(
        HTTPStatus.FORBIDDEN, "cross_site", "A page of another origin may not write here."
    )


def _unkept(send: Send) -> Send:
    """Marks every answer as nothing to keep, and as nothing but what it says it is."""

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            _add(MutableHeaders(scope=message), KEPT_NOWHERE)
        await send(message)

    return marked


def _add(headers: MutableHeaders, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        if value not in headers.get(name, ""):
            headers[name] = value
