"""Bearer tokens: signed JWTs (RFC 9068) of one issuer. What is verified, and in which order, never
depends on what a token says of itself.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple, NoReturn

from jwt import PyJWS
from jwt.exceptions import PyJWTError
from jwt.utils import base64url_decode

from shared.access.claims import BadToken, Expected, principal_of
from shared.access.key_set import ALGORITHMS, KeySet, TrustedKey
from shared.access.principal import Principal
from shared.clock import Clock
from shared.errors import Malformed
from shared.json_bounds import admit

MOST_CHARACTERS = 16 * 1024
TYPES = frozenset({"at+jwt", "application/at+jwt"})
"""An access token: an identity token of the same issuer for the same audience is none."""
COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
KID = re.compile(r"[\x21-\x7e]{1,200}")

Json = dict[str, Any]


class Unverified(NamedTuple):
    """A token as it came, and the key and algorithm that its header names."""

    text: str
    kid: str
    algorithm: str


class Verifier:
    """Knows the keys of one issuer; `local` where that is the issuer of an embedded stack."""

    def __init__(self, keys: KeySet, expected: Expected, clock: Clock, *, local: bool) -> None:
        self._keys, self._expected, self._clock = keys, expected, clock
        self._local = local
        self._jws = PyJWS(algorithms=list(ALGORITHMS.values()))

    def is_due(self, token: Unverified) -> bool:
        """Whether keys are to be looked up before a token is verified, which may take seconds."""
        return self._keys.is_due(token.kid)

    def refresh(self, token: Unverified) -> None:
        """Looks keys up, if that is due."""
        self._keys.refresh(token.kid)

    def principal(self, token: Unverified) -> Principal:
        """Who a token speaks for; raises `BadToken`."""
        key = self._keys.find(token.kid)
        if key is None:
            raise BadToken("The token is signed with a key that is not known.", code="token_key")
        claims = _json(self._payload(token, key))
        now = self._clock.now().timestamp()
        return principal_of(claims, self._expected, now, local=self._local)

    def _payload(self, token: Unverified, key: TrustedKey) -> bytes:
        """What was signed."""
        if token.algorithm != key.algorithm:
            raise BadToken("The token's algorithm is not its key's.", code="token_algorithm")
        try:
            payload: bytes = self._jws.decode(token.text, key.key, algorithms=[key.algorithm])
        except (PyJWTError, ValueError, TypeError) as error:
            raise BadToken("The token's signature is wrong.", code="token_signature") from error
        return payload


def parsed(text: str) -> Unverified:
    """A token's header, as far as it decides how the token is verified; raises `BadToken`."""
    if len(text) > MOST_CHARACTERS or not COMPACT.fullmatch(text):
        _malformed()
    header = _json(_bytes(text.partition(".")[0]))
    if not isinstance(algorithm := header.get("alg"), str) or algorithm not in ALGORITHMS.values():
        raise BadToken("The token's algorithm is not taken.", code="token_algorithm")
    # Extensions that must be understood, and payloads that are not what they look like.
    if header.keys() & {"crit", "b64", "cty", "zip", "enc"}:
        raise BadToken("The token's header asks for what is not done here.", code="token_header")
    kind = header.get("typ")
    if not isinstance(kind, str) or kind.lower() not in TYPES:
        raise BadToken("The token is no access token (typ at+jwt).", code="token_type")
    if not isinstance(kid := header.get("kid"), str) or not KID.fullmatch(kid):
        raise BadToken("The token does not name its key.", code="token_key")
    return Unverified(text, kid, algorithm)


def _bytes(part: str) -> bytes:
    try:
        return base64url_decode(part)
    except ValueError:
        _malformed()


def _json(raw: bytes) -> Json:
    """A JSON object in which no member stands twice: two readers could take it for two tokens."""
    try:
        admit(raw, MOST_CHARACTERS)
        found = json.loads(raw, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, Malformed, RecursionError):
        _malformed()
    return found if isinstance(found, dict) else _malformed()


def _once(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_number(_: str) -> NoReturn:
    raise ValueError


def _malformed() -> NoReturn:
    raise BadToken("The token is no signed JWT.", code="token_malformed")
