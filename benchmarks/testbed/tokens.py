"""Whose tokens the services of a run take, on a real broker."""

from __future__ import annotations

from shared.access.local_issuer import LOCAL, LocalIssuer


def trusting(issuer: LocalIssuer) -> dict[str, str]:
    """The settings of a service that takes a local issuer's tokens."""
    issuer.establish()
    return {
        "PRIORAUTH_TOKENS_ISSUER": LOCAL.issuer,
        "PRIORAUTH_TOKENS_AUDIENCE": LOCAL.audience,
        "PRIORAUTH_TOKENS_JWKS": str(issuer.jwks.absolute()),
    }
