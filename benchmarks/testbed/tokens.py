"""Tokens for services that a run starts: the one place where benchmarks and tests get them."""

from __future__ import annotations

from pathlib import Path

from shared.access.local_issuer import LOCAL, LocalIssuer
from shared.access.principal import Principal, Role
from shared.clock import SystemClock

EVERYBODY = Principal("test", frozenset(Role))
"""Who may do everything that anybody may."""


def trusting(issuer: LocalIssuer) -> dict[str, str]:
    """The settings of a service on a real broker that takes a local issuer's tokens."""
    issuer.establish()
    return {
        "PRIORAUTH_TOKENS_ISSUER": LOCAL.issuer,
        "PRIORAUTH_TOKENS_AUDIENCE": LOCAL.audience,
        "PRIORAUTH_TOKENS_JWKS": str(issuer.jwks.absolute()),
    }


def bearing(folder: Path, who: Principal = EVERYBODY) -> dict[str, str]:
    """The header that shows a principal to services which trust the issuer in a folder; without
    senders it speaks for all.
    """
    issuer = LocalIssuer(folder)
    senders = {"senders": who.senders} if who.senders else {}
    token = issuer.token(who.subject, who.roles, SystemClock(), **senders)
    return {"Authorization": f"Bearer {token}"}
