"""What a token's claims say, once its signature holds: whether it is for us and in force, and who
its bearer is. Pure: the instant is given.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from shared.access.permissions import PERMISSIONS
from shared.access.principal import Principal, Role
from shared.errors import PriorauthError

SKEW_SECONDS = 60
"""How far the issuer's clock may be from ours."""
MOST_SECONDS = 3600
"""How long after it was issued a token is taken, whatever it says of its own end."""
MOST_SENDERS, MOST_TEXT = 1_000, 256
LATEST = 1e11
"""Seconds since 1970 that are no date any more."""
SCOPE = re.compile(r"(?P<resource>system/[A-Za-z]+)\.(?P<letters>c?r?u?d?s?)")
OLD_SCOPES = {"read": "rs", "write": "cud", "*": "cruds"}
"""SMART's first version in the letters of its second."""

Json = dict[str, Any]


class BadToken(PriorauthError):
    """The token is not taken; `code` says why."""


class Expected(NamedTuple):
    """Who must have issued a token, and for whom."""

    issuer: str
    audience: str


def principal_of(claims: Json, expected: Expected, now: float, *, local: bool) -> Principal:
    """Who a token speaks for at `now` (seconds since 1970); raises `BadToken`. `local` where the
    issuer is that of an embedded stack.
    """
    _check_parties(claims, expected)
    _check_times(claims, now)
    subject = claims.get("sub")
    if not (isinstance(subject, str) and 0 < len(subject) <= MOST_TEXT and subject.isprintable()):
        raise BadToken("The token names no subject.", code="token_claims")
    roles = _texts(claims, "roles")
    senders = frozenset(_texts(claims, "senders"))
    if len(senders) > MOST_SENDERS or any(not 0 < len(one) <= MOST_TEXT for one in senders):
        raise BadToken("The token's senders are too many or too long.", code="token_claims")
    known = {Role(one) for one in roles if one in set(Role)}
    return Principal(subject, frozenset(known | scoped(claims.get("scope", ""))), senders, local)


def scoped(scope: object) -> set[Role]:
    """The roles that a FHIR client's scopes stand for."""
    if not isinstance(scope, str):
        raise BadToken("The token's scope is no text.", code="token_claims")
    held = [_scope(one) for one in scope.split(" ")]
    return {
        role
        for needed, role in PERMISSIONS.scopes.items()
        if any(_holds(one, _scope(needed)) for one in held)
    }


def _scope(text: str) -> tuple[str, frozenset[str]]:
    """A scope's resource and letters; none for what we do not read, such as one with a query."""
    resource, _, permission = text.partition(".")
    found = SCOPE.fullmatch(f"{resource}.{OLD_SCOPES.get(permission, permission)}")
    return (found["resource"], frozenset(found["letters"])) if found else ("", frozenset())


def _holds(held: tuple[str, frozenset[str]], needed: tuple[str, frozenset[str]]) -> bool:
    return held[0] == needed[0] and held[1] >= needed[1]


def _check_parties(claims: Json, expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise BadToken("The token is of another issuer.", code="token_issuer")
    audience = claims.get("aud")
    for_us = audience if isinstance(audience, list) else [audience]
    if expected.audience not in for_us:
        raise BadToken("The token is for another audience.", code="token_audience")


def _check_times(claims: Json, now: float) -> None:
    issued, ends = _instant(claims, "iat"), _instant(claims, "exp")
    begins = _instant(claims, "nbf") if "nbf" in claims else issued
    if max(issued, begins) > now + SKEW_SECONDS:
        raise BadToken("The token is not in force yet.", code="token_early")
    if ends <= now - SKEW_SECONDS:
        raise BadToken("The token has expired.", code="token_expired")
    if issued <= now - MOST_SECONDS - SKEW_SECONDS:
        raise BadToken("The token was issued too long ago.", code="token_age")


def _instant(claims: Json, name: str) -> float:
    value: Any = claims.get(name)
    # A number that is a text or a truth is none, whatever other readers make of it.
    if type(value) is bool or not isinstance(value, int | float) or not 0 <= value < LATEST:
        raise BadToken(f"The token's {name} is missing, or no instant.", code="token_claims")
    return float(value)


def _texts(claims: Json, name: str) -> list[str]:
    value = claims.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadToken(f"The token's {name} are no list of texts.", code="token_claims")
    return value
