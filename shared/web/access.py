"""Names the action of each route, and lets through who may do it: a route takes `allowed(Action.X)`
as a dependency, which gives the `Principal`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from uuid import UUID

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from fastapi.security import HTTPBearer

from shared.access.actions import Action, Relation
from shared.access.permissions import may, may_somewhere
from shared.access.principal import Principal
from shared.errors import Unavailable
from shared.observe.seldom import Seldom
from shared.web.identity import OPEN, unauthorized
from shared.web.looks import Looks
from shared.web.problems import Problem

log = structlog.get_logger()
REFUSED = Seldom()


class Permission(HTTPBearer):
    """The right to do an action: to anything, or only to some (`somewhere`), and then the route
    looks what it is asked about.
    """

    def __init__(self, action: Action, *, somewhere: bool) -> None:
        super().__init__(bearerFormat="JWT", scheme_name="bearer", auto_error=False)
        self.action, self.somewhere = action, somewhere

    async def __call__(self, request: Request) -> Principal:  # type: ignore[override]
        """The principal; 403 where its roles do not reach so far."""
        principal: Principal | None = getattr(request.state, "principal", None)
        if principal is None:
            raise unauthorized("token_missing", "This needs a bearer token.", "Bearer")
        reaches = (
            may_somewhere(principal, self.action)
            if self.somewhere
            else may(principal, self.action, Relation.ANY)
        )
        if not reaches:
            who, what = principal.subject, self.action.value
            if count := REFUSED.due((who, what)):
                log.warning("role_refused", principal=who, action=what, count=count)
            raise forbidden("role", "None of the token's roles may do this.")
        self._note(request, principal)
        return principal

    def _note(self, request: Request, principal: Principal) -> None:
        """Tells the audit log of a read of a case that is not the principal's own."""
        looks: Looks | None = getattr(request.app.state, "looks", None)
        given = request.path_params.get("case_id")
        if looks is not None and given and may(principal, self.action, Relation.ANY):
            with suppress(ValueError):
                looks.note(principal, self.action, UUID(str(given)))


def allowed(action: Action) -> Any:
    """The dependency of a route that anybody may use who may do the action to everything."""
    return Depends(Permission(action, somewhere=False))


def allowed_somewhere(action: Action) -> Any:
    """The dependency of a route that checks by itself whether the principal may do the action to
    what it is asked about (`shared.access.permissions.may`).
    """
    return Depends(Permission(action, somewhere=True))


def looks_of(request: Request) -> Looks:
    """Where a route tells of a look before it answers; raises `Unavailable` where nobody listens:
    then nobody may look.
    """
    looks: Looks | None = getattr(request.app.state, "looks", None)
    if looks is None:
        raise Unavailable("Looks cannot be recorded here.", code="not_recorded")
    return looks


def forbidden(code: str, detail: str) -> Problem:
    """The refusal of somebody who is known."""
    challenge = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
    return Problem(HTTPStatus.FORBIDDEN, code, detail, challenge)


def permissions_of(route: RouteContext) -> list[Permission]:
    """What a route demands; `fastapi.routing.iter_route_contexts` gives those of an application."""
    return list(_permissions(getattr(route, "dependant", None)))


def _permissions(dependant: Dependant | None) -> Iterator[Permission]:
    if dependant is None:
        return
    if isinstance(dependant.call, Permission):
        yield dependant.call
    for one in dependant.dependencies:
        yield from _permissions(one)


def unguarded(app: FastAPI) -> list[str]:
    """The paths whose routes name no action, and are not for everybody."""
    return [
        route.path or repr(route)
        for route in iter_route_contexts(app.routes)
        if route.path not in OPEN and not permissions_of(route)
    ]
