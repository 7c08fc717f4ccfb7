"""What stands before an application's routes: limits, HEAD, and problem documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from fastapi import FastAPI

from shared.access.claims import Expected
from shared.access.key_set import KeySet, source_of
from shared.access.local_issuer import LOCAL, local_issuer
from shared.access.tokens import Verifier
from shared.clock import Clock, monotonic
from shared.errors import Impossible
from shared.settings import REQUESTS_PER_SECOND, Settings
from shared.web import problems
from shared.web.bodies import Bodies
from shared.web.browsers import Browsers, names_of
from shared.web.capacity import Capacity
from shared.web.heads import Heads
from shared.web.identity import Identity
from shared.web.limits import BearerLimits


class Door(NamedTuple):
    """Whose tokens are taken, the names that a service is reached by, and how often a bearer may
    ask.
    """

    verifier: Verifier
    names: frozenset[str]
    per_second: int = REQUESTS_PER_SECOND


def door_of(settings: Settings, clock: Clock) -> Door:
    """The door of a service; raises `Impossible` where no issuer of tokens is set."""
    verifier = verifier_of(settings, clock)
    return Door(verifier, names_of(settings), settings.requests_per_second)


def verifier_of(settings: Settings, clock: Clock) -> Verifier:
    """The verifier that the settings describe; an embedded stack trusts its own local issuer alone.

    Raises `Impossible` where no issuer is set: a service without one would answer nobody, or
    anybody.
    """
    tokens, expected = settings.tokens, LOCAL
    source = tokens.jwks
    if settings.embedded:
        issuer = local_issuer(settings.state)
        issuer.establish()
        source = str(issuer.jwks)
    elif not (tokens.issuer and tokens.audience and tokens.jwks):
        raise Impossible(
            "Nothing says whose tokens are taken.",
            code="setting",
            remedy=(
                "Set PRIORAUTH_TOKENS_ISSUER, PRIORAUTH_TOKENS_AUDIENCE and PRIORAUTH_TOKENS_JWKS."
            ),
        )
    else:
        expected = Expected(tokens.issuer, tokens.audience)
    keys = KeySet(source_of(source), monotonic)
    return Verifier(keys, expected, clock, local=expected.issuer == LOCAL.issuer)


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a service has otherwise than others, by the beginning of a path: the bytes of a body,
    and the form of an error. Without a `door` nobody is known: routes that need somebody refuse.
    """

    bodies: Mapping[str, int] = field(default_factory=dict)
    forms: Mapping[str, problems.Form] = field(default_factory=dict)
    door: Door | None = None


def guard(app: FastAPI, entrance: Entrance) -> None:
    """Puts everything before the routes of an application."""
    # The last one that is added stands first. Bodies stand before the count: who sends slowly takes
    # no place among the requests that are worked. Who is not known sends no body.
    app.add_middleware(Capacity)
    app.add_middleware(Bodies, most=entrance.bodies)
    if entrance.door:
        app.add_middleware(BearerLimits, per_second=entrance.door.per_second)
        app.add_middleware(Identity, verifier=entrance.door.verifier)
    app.add_middleware(Heads)
    problems.install(app, entrance.forms)
    app.add_middleware(Browsers, names=entrance.door.names if entrance.door else None)
