"""Where a FHIR client learns how to get a token: the plan's identity provider issues them, and we
take them (SMART App Launch 2.2, backend services).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter

from shared.access.permissions import PERMISSIONS
from shared.settings import TokenSettings
from shared.web.identity import DISCOVERY
from shared.web.problems import Problem, documented


def discovery(tokens: TokenSettings) -> APIRouter:
    """`/.well-known/smart-configuration`, below the FHIR base and at the root."""
    router = APIRouter(tags=["FHIR"])

    def configuration() -> dict[str, Any]:
        """The token endpoint and what a client asks of it; 404 where none is set."""
        if not tokens.endpoint:
            raise Problem(
                HTTPStatus.NOT_FOUND, "no_token_endpoint", "No token endpoint is set here."
            )
        return {
            "issuer": tokens.issuer,
            "token_endpoint": tokens.endpoint,
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
            "scopes_supported": sorted(PERMISSIONS.scopes),
            "code_challenge_methods_supported": ["S256"],
            "capabilities": ["client-confidential-asymmetric", "permission-v2"],
        }

    for path in DISCOVERY:
        router.get(path, responses=documented(HTTPStatus.NOT_FOUND))(configuration)
    return router
