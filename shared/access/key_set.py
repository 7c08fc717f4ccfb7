"""The public keys of whoever issues tokens: a JWKS (RFC 7517) in a file or at an address, read
again when it is old, or when a token names a key that it lacks.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from shared.errors import Malformed, Unavailable
from shared.json_bounds import admit

AGAIN_SECONDS = 30.0
"""Between two looks for a key that is not there: tokens with made-up keys cause no more."""
OLD_SECONDS = 600.0
"""After which keys are looked up again: one that its issuer withdrew ends here."""
LOST_SECONDS = 24 * 3600.0
"""How long keys are trusted that cannot be looked up again."""
MOST_BYTES, SECONDS = 256 * 1024, 5.0
RSA_BITS = 2048
ALGORITHMS = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}
"""The one algorithm for each type of key: a token does not choose."""

PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey
Fetch = Callable[[], bytes]


class TrustedKey(NamedTuple):
    """A public key and the only algorithm that it verifies."""

    algorithm: str
    key: PublicKey


class KeySet:
    """Keys by their id. `fetch` gives the JWKS and may take its time; `monotonic` are seconds."""

    def __init__(self, fetch: Fetch, monotonic: Callable[[], float]) -> None:
        self._fetch, self._monotonic = fetch, monotonic
        self._keys: dict[str, TrustedKey] = {}
        self._read: float | None = None
        self._tried: float | None = None
        self._lock = threading.Lock()

    def find(self, kid: str) -> TrustedKey | None:
        """The key of this id, none if there is no such key; `Unavailable` where the keys are not
        known (any more).
        """
        if self._read is None or self._monotonic() - self._read > LOST_SECONDS:
            raise Unavailable(
                "The keys that tokens are checked with are not available.", code="token_keys"
            )
        return self._keys.get(kid)

    def is_due(self, kid: str) -> bool:
        """Whether to look the keys up (again) before this one is asked for."""
        now = self._monotonic()
        if self._tried is not None and now - self._tried < AGAIN_SECONDS:
            return False
        return self._read is None or kid not in self._keys or now - self._read > OLD_SECONDS

    def refresh(self, kid: str) -> None:
        """Looks the keys up if that is due; what cannot be read leaves those that are known."""
        with self._lock:
            if not self.is_due(kid):
                return
            try:
                self._keys = dict(keys_of(self._fetch()))
                self._read = self._monotonic()
            except (OSError, Malformed):
                pass
            finally:
                self._tried = self._monotonic()


def keys_of(jwks: bytes) -> Iterator[tuple[str, TrustedKey]]:
    """The keys of a JWKS that verify tokens, with their ids; others are left out, and so are those
    that share an id. `Malformed` where the whole is no JWKS.
    """
    try:
        admit(jwks, MOST_BYTES)
        entries = json.loads(jwks)["keys"]
        ids = Counter(one["kid"] for one in entries if isinstance(one.get("kid"), str))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Malformed("The key set is no JWKS.", code="token_keys") from error
    for one in entries:
        kid = one.get("kid")
        if isinstance(kid, str) and ids[kid] == 1 and (key := _trusted(one)):
            yield kid, key


def _trusted(jwk: dict[str, Any]) -> TrustedKey | None:
    """A key, if it is one that we take."""
    algorithm = ALGORITHMS.get(str(jwk.get("kty")))
    if (
        algorithm is None
        or jwk.get("alg", algorithm) != algorithm
        or jwk.get("use", "sig") != "sig"
    ):
        return None
    # The public parts alone, should the set hold more than it ought to.
    public = {name: jwk[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in jwk}
    try:
        key = PyJWK(public, algorithm).key
    except (PyJWTError, ValueError, TypeError, KeyError):
        return None
    return TrustedKey(algorithm, key) if _is_strong(key) else None


def _is_strong(key: object) -> bool:
    match key:
        case RSAPublicKey():
            return key.key_size >= RSA_BITS
        case EllipticCurvePublicKey():
            return isinstance(key.curve, SECP256R1)
        case _:
            return isinstance(key, Ed25519PublicKey)


def source_of(address: str) -> Fetch:
    """How to read a JWKS from a file or an HTTP address."""
    return _Address(address) if "://" in address else Path(address).read_bytes


class _Address:
    def __init__(self, url: str) -> None:
        # A setting, and checked there.
        self._request = Request(url, headers={"Accept": "application/json"})  # noqa: S310
        # Keys come from the address that was set, and from none that it points to.
        self._opener = build_opener(_NoRedirects)

    def __call__(self) -> bytes:
        with self._opener.open(self._request, timeout=SECONDS) as answer:
            found: bytes = answer.read(MOST_BYTES + 1)
            return found


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None
