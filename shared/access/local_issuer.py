"""Issues tokens on one machine: an embedded stack, or an evaluation in containers, has no identity
provider. Who can read its key file may do everything there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from shared.access.claims import Expected
from shared.access.key_files import FOLDER, signing_key
from shared.access.principal import EVERY_SENDER, Role
from shared.clock import Clock

LOCAL = Expected("urn:priorauth:local", "priorauth")
FOLDER_NAME, KEY, JWKS = "access", "issuer.key", "jwks.json"
LIFE_SECONDS = 15 * 60
READABLE = 0o644


class LocalIssuer:
    """The issuer whose key stands in a folder."""

    def __init__(self, folder: Path) -> None:
        self._key_file, self.jwks = folder / KEY, folder / JWKS

    @property
    def exists(self) -> bool:
        """Whether it was established."""
        return self._key_file.exists()

    def establish(self) -> None:
        """Makes the key where there is none, and the file of its public half."""
        self.jwks.parent.mkdir(mode=FOLDER, parents=True, exist_ok=True)
        jwk = _public(signing_key(self._key_file, make=True))
        content = json.dumps({"keys": [jwk]})
        if self.jwks.exists() and self.jwks.read_text() == content:
            return
        with tempfile.NamedTemporaryFile("w", dir=self.jwks.parent, delete=False) as new:
            new.write(content)
        Path(new.name).chmod(READABLE)
        Path(new.name).replace(self.jwks)

    def token(
        self,
        subject: str,
        roles: frozenset[Role],
        clock: Clock,
        senders: frozenset[str] = frozenset({EVERY_SENDER}),
    ) -> str:
        """A token of fifteen minutes."""
        key = signing_key(self._key_file, make=False)
        now = int(clock.now().timestamp())
        claims = {
            "iss": LOCAL.issuer,
            "aud": LOCAL.audience,
            "sub": subject,
            "iat": now,
            "exp": now + LIFE_SECONDS,
            "roles": sorted(roles),
            "senders": sorted(senders),
        }
        header = {"typ": "at+jwt", "kid": _public(key)["kid"]}
        return jwt.encode(claims, key, algorithm="EdDSA", headers=header)


def local_issuer(state: Path) -> LocalIssuer:
    """The issuer of the stack that keeps everything in this folder."""
    return LocalIssuer(state / FOLDER_NAME)


def _public(key: Ed25519PrivateKey) -> dict[str, str]:
    """The public half as a JWK; its id is its thumbprint (RFC 7638)."""
    jwk = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    named = json.dumps({name: jwk[name] for name in ("crv", "kty", "x")}, separators=(",", ":"))
    kid = base64.urlsafe_b64encode(hashlib.sha256(named.encode()).digest()).rstrip(b"=").decode()
    return {**jwk, "kid": kid, "alg": "EdDSA", "use": "sig"}
