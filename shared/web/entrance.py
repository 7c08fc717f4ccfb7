"""What stands before an application's routes: limits, HEAD, and problem documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import FastAPI

from shared.web import problems
from shared.web.bodies import Bodies
from shared.web.capacity import Capacity
from shared.web.heads import Heads


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a service has otherwise than others, by the beginning of a path: the bytes of a body,
    and the form of an error.
    """

    bodies: Mapping[str, int] = field(default_factory=dict)
    forms: Mapping[str, problems.Form] = field(default_factory=dict)


def guard(app: FastAPI, entrance: Entrance) -> None:
    """Puts everything before the routes of an application."""
    # The last one that is added stands first. Bodies stand before the count: who sends slowly takes
    # no place among the requests that are worked.
    app.add_middleware(Capacity)
    app.add_middleware(Bodies, most=entrance.bodies)
    app.add_middleware(Heads)
    problems.install(app, entrance.forms)
