"""How much one principal may ask of a process: requests a second with a burst, and requests at a
time, so that a client that runs wild leaves room for the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.access.principal import Principal
from shared.clock import monotonic
from shared.web.bodies import unread
from shared.web.problems import Problem

BURST_SECONDS = 2.0
"""How many seconds' worth of requests may come at once."""
AT_A_TIME = 128
"""A quarter of what a process works at a time."""
MOST_KNOWN = 10_000


@dataclass(slots=True)
class _Account:
    """What a principal has left (requests), as of an instant, and how many are under way."""

    left: float
    at: float
    working: int = 0


class BearerLimits:
    """Counts the requests of each principal; who is not known is refused elsewhere."""

    def __init__(
        self, app: ASGIApp, per_second: int, clock: Callable[[], float] = monotonic
    ) -> None:
        self._app, self._rate, self._clock = app, per_second, clock
        self._accounts: dict[str, _Account] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what a principal has room for; answers 429 to the rest."""
        principal: Principal | None = scope.get("state", {}).get("principal")
        if scope["type"] != "http" or principal is None:
            await self._app(scope, receive, send)
            return
        account = self._account(principal.subject)
        if account.left < 1 or account.working >= AT_A_TIME:
            await unread(scope, too_many(self._rate))(scope, receive, send)
            return
        account.left -= 1
        account.working += 1
        try:
            await self._app(scope, receive, send)
        finally:
            account.working -= 1

    def _account(self, subject: str) -> _Account:
        """The principal's account, filled up to now."""
        now, most = self._clock(), self._rate * BURST_SECONDS
        if subject not in self._accounts and len(self._accounts) >= MOST_KNOWN:
            self._accounts = {who: one for who, one in self._accounts.items() if one.working}
        account = self._accounts.setdefault(subject, _Account(most, now))
        account.left = min(most, account.left + (now - account.at) * self._rate)
        account.at = now
        return account


def too_many(per_second: int) -> Problem:
    """The refusal of a request too many."""
    return Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too_many",
        f"A token's bearer may ask {per_second} times a second, and {AT_A_TIME} at a time.",
        {"Retry-After": "1"},
    )
