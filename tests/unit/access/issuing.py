"""An issuer of tokens for tests: three keys of the kinds that are taken, good tokens, and whatever
can be made of them.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from shared.access.claims import Expected
from shared.access.key_set import KeySet
from shared.access.tokens import Verifier
from shared.clock import SettableClock

Json = dict[str, Any]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = int(NOW.timestamp())
EXPECTED = Expected("https://id.plan.example", "priorauth")
ALGORITHMS = ("RS256", "ES256", "EdDSA")


def private(algorithm: str, which: str = "ours") -> Any:
    """A key for an algorithm; each name is another key."""
    return KEYS[algorithm, which]


class Keys(dict[tuple[str, str], Any]):
    """Keys that are made when they are first asked for."""

    def __missing__(self, name: tuple[str, str]) -> Any:
        self[name] = _made(name[0])
        return self[name]


KEYS = Keys()


def _made(algorithm: str) -> Any:
    match algorithm:
        case "RS256":
            return rsa.generate_private_key(65_537, 2048)
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case _:
            return ed25519.Ed25519PrivateKey.generate()


def public(algorithm: str, which: str = "ours") -> Json:
    """The public half as a JWK, named by its algorithm."""
    made = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}[algorithm]
    jwk = made.to_jwk(private(algorithm, which).public_key(), as_dict=True)
    return {**jwk, "kid": algorithm, "use": "sig", "alg": algorithm}


def jwks() -> bytes:
    return json.dumps({"keys": [public(one) for one in ALGORITHMS]}).encode()


def claims(**changes: Any) -> Json:
    """Good claims with changes; a claim that is None is left out."""
    good = {
        "iss": EXPECTED.issuer,
        "aud": EXPECTED.audience,
        "sub": "clinic-7",
        "iat": SECOND,
        "exp": SECOND + 300,
        "roles": ["submitter"],
        "senders": ["npi:1234567893"],
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def header(algorithm: str = "EdDSA", **changes: Any) -> Json:
    good = {"alg": algorithm, "typ": "at+jwt", "kid": algorithm}
    return {name: value for name, value in (good | changes).items() if value is not None}


def part(content: Any) -> str:
    """A part of a token: base64url of bytes, or of the JSON of anything else."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(head: Any, body: Any, algorithm: str = "EdDSA", which: str = "ours") -> str:
    """A token of any header and any claims with a signature that fits them."""
    text = f"{part(head)}.{part(body)}"
    signer = jwt.PyJWS().get_algorithm_by_name(algorithm)
    return f"{text}.{part(signer.sign(text.encode(), private(algorithm, which)))}"


def token(algorithm: str = "EdDSA", **changes: Any) -> str:
    return signed(header(algorithm), claims(**changes), algorithm)


def verifier() -> Verifier:
    """A verifier that knows the keys, at one moment of 2026."""
    found = KeySet(jwks, lambda: 0.0)
    found.refresh("")
    return Verifier(found, EXPECTED, SettableClock(NOW), local=False)
