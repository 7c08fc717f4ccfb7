"""Every kind of bad token is a 401 with its code, and none of them a 500."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI

from shared.access.actions import Action
from shared.web.access import allowed
from shared.web.entrance import Door, Entrance, guard
from tests.unit.access.issuing import (
    ALGORITHMS,
    EXPECTED,
    SECOND,
    claims,
    header,
    part,
    private,
    public,
    signed,
    token,
    verifier,
)

HOUR = 3600


def changed(at: int, change: Callable[[str], str]) -> str:
    """A good token with one of its parts changed."""
    parts = token().split(".")
    parts[at] = change(parts[at])
    return ".".join(parts)


def flipped(text: str) -> str:
    """One bit of the bytes turned over."""
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[len(raw) // 2] ^= 1
    return part(bytes(raw))


def confused(key: bytes, algorithm: str = "HS256") -> str:
    """Signed by HMAC with what everybody knows."""
    text = f"{part(header(algorithm, kid='RS256'))}.{part(claims())}"
    return f"{text}.{part(hmac.new(key, text.encode(), hashlib.sha256).digest())}"


def pem(algorithm: str) -> bytes:
    key = private(algorithm).public_key()
    found: bytes = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return found


def der() -> str:
    """An ES256 token whose signature is written as certificates have it."""
    text = token("ES256").rpartition(".")[0]
    signature = private("ES256").sign(text.encode(), ec.ECDSA(hashes.SHA256()))
    return f"{text}.{part(signature)}"


def ending(number: str) -> str:
    """A token whose end is written so."""
    return signed(header(), GOOD.replace(f"{SECOND + 300}", number).encode())


GOOD = json.dumps(claims())
R_OF_ES256 = 32
BAD: dict[str, tuple[str, str]] = {
    # time
    "expired": (token(exp=SECOND - 61), "token_expired"),
    "expired long ago": (token(iat=0, exp=1), "token_expired"),
    "not before a while": (token(nbf=SECOND + 61), "token_early"),
    "issued in the future": (token(iat=SECOND + 61, exp=SECOND + HOUR), "token_early"),
    "issued too long ago": (token(iat=SECOND - HOUR - 61), "token_age"),
    "no end": (token(exp=None), "token_claims"),
    "no beginning": (token(iat=None), "token_claims"),
    "end as text": (token(exp=str(SECOND + 300)), "token_claims"),
    "end as truth": (token(exp=True), "token_claims"),
    "end without end": (
        ending("1e400"),
        "token_claims",
    ),
    "end as NaN": (
        ending("NaN"),
        "token_malformed",
    ),
    "end beyond all calendars": (token(exp=10**30), "token_claims"),
    "end of 5,000 digits": (ending("9" * 5_000), "token_malformed"),
    "end before all calendars": (token(exp=-1), "token_claims"),
    "beginning as list": (token(nbf=[SECOND]), "token_claims"),
    # parties
    "another issuer": (token(iss="https://id.other.example"), "token_issuer"),
    "almost the issuer": (token(iss=f"{EXPECTED.issuer}/"), "token_issuer"),
    "no issuer": (token(iss=None), "token_issuer"),
    "issuers in a list": (token(iss=[EXPECTED.issuer]), "token_issuer"),
    "another audience": (token(aud="other"), "token_audience"),
    "no audience": (token(aud=None), "token_audience"),
    "audience within another": (token(aud="priorauth-test"), "token_audience"),
    "audiences without ours": (token(aud=["a", "b"]), "token_audience"),
    "audience as object": (token(aud={"priorauth": 1}), "token_audience"),
    "no subject": (token(sub=None), "token_claims"),
    "empty subject": (token(sub=""), "token_claims"),
    "subject as number": (token(sub=7), "token_claims"),
    "subject with a line break": (token(sub="a\nb"), "token_claims"),
    "subject without end": (token(sub="a" * 300), "token_claims"),
    # what it grants
    "roles as text": (token(roles="submitter"), "token_claims"),
    "roles as numbers": (token(roles=[1]), "token_claims"),
    "senders as object": (token(senders={"a": 1}), "token_claims"),
    "an empty sender": (token(senders=[""]), "token_claims"),
    "a thousand and one senders": (token(senders=[str(n) for n in range(1_001)]), "token_claims"),
    "scope as list": (token(scope=["system/Claim.c"]), "token_claims"),
    # algorithm
    "none": (f"{part(header('none'))}.{part(claims())}.", "token_malformed"),
    "none with a signature": (changed(0, lambda _: part(header("none"))), "token_algorithm"),
    "NoNe": (changed(0, lambda _: part(header("NoNe"))), "token_algorithm"),
    "no algorithm": (signed(header(alg=None), claims()), "token_algorithm"),
    "algorithm as list": (signed(header(alg=["EdDSA"]), claims()), "token_algorithm"),
    "HMAC with the public key as PEM": (confused(pem("RS256")), "token_algorithm"),
    "HMAC with the public key as JWK": (
        confused(json.dumps(public("RS256")).encode()),
        "token_algorithm",
    ),
    "HMAC with the modulus": (confused(public("RS256")["n"].encode()), "token_algorithm"),
    "HMAC with nothing": (confused(b""), "token_algorithm"),
    "HMAC called RS256": (confused(pem("RS256"), "RS256"), "token_signature"),
    "RS512": (signed(header("RS512", kid="RS256"), claims(), "RS256"), "token_algorithm"),
    "PS256": (signed(header("PS256", kid="RS256"), claims(), "RS256"), "token_algorithm"),
    "ES256K": (signed(header("ES256K", kid="ES256"), claims(), "ES256"), "token_algorithm"),
    "an algorithm of another key": (
        signed(header("ES256", kid="RS256"), claims(), "ES256"),
        "token_algorithm",
    ),
    # key
    "another key of the same name": (signed(header(), claims(), which="theirs"), "token_signature"),
    "another RSA key": (signed(header("RS256"), claims(), "RS256", "theirs"), "token_signature"),
    "no key": (signed(header(kid=None), claims()), "token_key"),
    "an unknown key": (signed(header(kid="other"), claims()), "token_key"),
    "a key by path": (signed(header(kid="../../../../dev/null"), claims()), "token_key"),
    "a key by statement": (signed(header(kid="x' UNION SELECT 'k"), claims()), "token_key"),
    "a key by number": (signed(header(kid=1), claims()), "token_key"),
    "a key without end": (signed(header(kid="k" * 300), claims()), "token_key"),
    "a key beyond ASCII": (signed(header(kid="\u043a"), claims()), "token_key"),
    "a key of its own": (
        signed(header(kid="own", jwk=public("EdDSA", "own")), claims(), which="own"),
        "token_key",
    ),
    "our name on a key of its own": (
        signed(header(jwk=public("EdDSA", "own")), claims(), which="own"),
        "token_signature",
    ),
    "keys at an address": (
        signed(header(jku="http://127.0.0.1:1/jwks", kid="x"), claims(), which="own"),
        "token_key",
    ),
    # type and header
    "no type": (signed(header(typ=None), claims()), "token_type"),
    "an identity token": (signed(header(typ="JWT"), claims()), "token_type"),
    "a logout token": (signed(header(typ="logout+jwt"), claims()), "token_type"),
    "type as list": (signed(header(typ=["at+jwt"]), claims()), "token_type"),
    "a critical extension": (signed(header(crit=["exp"], exp=1), claims()), "token_header"),
    "an empty list of extensions": (signed(header(crit=[]), claims()), "token_header"),
    "b64": (signed(header(crit=["b64"], b64=False), claims()), "token_header"),
    "b64 not critical": (signed(header(b64=False), claims()), "token_header"),
    "a token in a token": (signed(header(cty="JWT"), token().encode()), "token_header"),
    "a token in a token without saying so": (signed(header(), token().encode()), "token_malformed"),
    "compressed": (signed(header(zip="DEF"), claims()), "token_header"),
    # form
    "header twice algorithm": (
        signed(b'{"alg":"EdDSA","typ":"at+jwt","kid":"EdDSA","alg":"none"}', claims()),
        "token_malformed",
    ),
    "claim twice": (
        signed(header(), GOOD.replace('"sub"', '"sub": "other", "sub"', 1).encode()),
        "token_malformed",
    ),
    "header as list": (signed([1], claims()), "token_malformed"),
    "claims as list": (signed(header(), [1]), "token_malformed"),
    "claims as number": (signed(header(), 1), "token_malformed"),
    "claims as nothing": (signed(header(), b""), "token_malformed"),
    "claims no JSON": (signed(header(), b"{"), "token_malformed"),
    "claims no UTF-8": (signed(header(), b'{"sub":"\xff"}'), "token_malformed"),
    "claims nested deeply": (signed(header(), b"[" * 3_000), "token_malformed"),
    "header nested deeply": (signed(b'{"alg":' + b"[" * 3_000, claims()), "token_malformed"),
    "null character": (signed(header(), b'{"sub":"a\\u0000"}'), "token_malformed"),
    "two parts": (token().rpartition(".")[0], "token_malformed"),
    "four parts": (f"{token()}.AAAA", "token_malformed"),
    "five parts, as if encrypted": ("AAAA.AAAA.AAAA.AAAA.AAAA", "token_malformed"),
    "no parts": ("token", "token_malformed"),
    "only dots": ("..", "token_malformed"),
    "no signature": (changed(2, lambda _: ""), "token_malformed"),
    "padded": (f"{token()}==", "token_malformed"),
    "the other base64": (changed(2, lambda text: f"+/{text[2:]}"), "token_malformed"),
    "JSON serialization": (json.dumps({"payload": "x", "signatures": []}), "token_malformed"),
    "a space in it": (changed(1, lambda text: f"{text[:9]} {text[9:]}"), "token_malformed"),
    "huge": (signed(header(), claims(more="a" * 20_000)), "token_malformed"),
    "beyond ASCII": ("t\xf6ken.t\xf6ken.t\xf6ken", "token_malformed"),
    "a length that is no base64": (changed(2, lambda text: text[:85]), "token_signature"),
    # mutations
    "header changed": (
        changed(0, lambda _: part(header() | {"x": 1})),
        "token_signature",
    ),
    "claims changed": (changed(1, lambda _: part(claims(roles=["operations"]))), "token_signature"),
    "a bit of the claims": (changed(1, flipped), "token_signature"),
    "a bit of the signature": (changed(2, flipped), "token_signature"),
    "signature cut": (changed(2, lambda text: text[:40]), "token_signature"),
    "signature longer": (changed(2, lambda text: f"{text}AAAA"), "token_signature"),
    "signature of zeros": (changed(2, lambda _: part(bytes(64))), "token_signature"),
    "signature of another token": (
        changed(2, lambda _: token(sub="other").rpartition(".")[2]),
        "token_signature",
    ),
    "ES256 with r and s zero": (
        f"{token('ES256').rpartition('.')[0]}.{part(bytes(2 * R_OF_ES256))}",
        "token_signature",
    ),
    "ES256 as DER": (der(), "token_signature"),
    "RS256 with a signature of ones": (
        f"{token('RS256').rpartition('.')[0]}.{part(bytes(255) + bytes([1]))}",
        "token_signature",
    ),
}
HEADERS: dict[str, tuple[list[tuple[str, str]], str]] = {
    "nothing": ([], "token_missing"),
    "another scheme": ([("Authorization", f"Basic {token()}")], "token_form"),
    "the token alone": ([("Authorization", token())], "token_form"),
    "an empty header": ([("Authorization", "")], "token_form"),
    "a scheme alone": ([("Authorization", "Bearer")], "token_malformed"),
    "two headers": ([("Authorization", f"Bearer {token()}")] * 2, "token_form"),
    "two tokens": ([("Authorization", f"Bearer {token()}, Bearer {token()}")], "token_malformed"),
    "a cookie": ([("Cookie", f"token={token()}")], "token_missing"),
}


def application() -> FastAPI:
    app = FastAPI()
    guard(app, Entrance(door=Door(verifier(), frozenset({"service"}))))

    @app.post("/v1/thing", dependencies=[allowed(Action.READ_INTERFACE)])
    def thing() -> str:
        return "done"

    return app


def asked(headers: list[tuple[str, str]], path: str = "/v1/thing") -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(application(), raise_app_exceptions=True)
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.post(path, headers=raw)

    return asyncio.run(ask())


def refused(answer: httpx.Response) -> str:
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    code: str = answer.json()["code"]
    return code


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_token_is_refused_by_its_code(kind: str):
    text, code = BAD[kind]
    answer = asked([("Authorization", f"Bearer {text}")])

    assert refused(answer) == code
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert text[-40:] not in answer.text.replace("token", "")


@pytest.mark.parametrize("kind", HEADERS)
def test_a_token_that_is_shown_otherwise_is_none(kind: str):
    headers, code = HEADERS[kind]
    assert refused(asked(headers)) == code


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_good_token_of_each_algorithm_is_taken(algorithm: str):
    assert asked([("Authorization", f"Bearer {token(algorithm)}")]).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": SECOND - 59},
        {"iat": SECOND - HOUR - 59},
        {"iat": SECOND + 59, "exp": SECOND + 300},
        {"nbf": SECOND + 59},
        {"aud": ["other", EXPECTED.audience]},
        {"exp": SECOND + 0.5},
        {"roles": ["submitter", "a role that nobody knows"]},
    ],
    ids=str,
)
def test_what_is_just_good_enough_is_taken(changes: dict[str, Any]):
    assert asked([("Authorization", f"bearer  {token(**changes)}")]).status_code == 200


def test_a_path_that_is_nowhere_wants_a_token_too():
    assert refused(asked([], "/v1/nowhere")) == "token_missing"


def test_a_token_that_another_library_call_makes_is_taken():
    made = jwt.encode(claims(), private("ES256"), "ES256", {"typ": "at+jwt", "kid": "ES256"})
    assert asked([("Authorization", f"Bearer {made}")]).status_code == 200
