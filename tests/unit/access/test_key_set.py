"""Which keys are trusted, and how often they are looked up."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from shared.access.key_set import (
    AGAIN_SECONDS,
    LOST_SECONDS,
    OLD_SECONDS,
    KeySet,
    keys_of,
    source_of,
)
from shared.errors import Malformed, Unavailable
from tests.unit.access.issuing import jwks, public

Json = dict[str, Any]


class Provider:
    """An identity provider that counts how often it is asked."""

    def __init__(self) -> None:
        self.at, self.asked, self.down = 0.0, 0, False
        self.answer = jwks()

    def fetch(self) -> bytes:
        self.asked += 1
        if self.down:
            raise ConnectionRefusedError
        return self.answer

    def look(self, keys: KeySet, kid: str) -> bool:
        """Whether a key is found, looked up first if that is due, as a service does."""
        if keys.is_due(kid):
            keys.refresh(kid)
        return keys.find(kid) is not None


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def keys(provider: Provider) -> KeySet:
    return KeySet(provider.fetch, lambda: provider.at)


def test_a_key_that_is_known_is_not_looked_up_again(provider: Provider, keys: KeySet):
    assert all(provider.look(keys, "EdDSA") for _ in range(50))
    assert provider.asked == 1


def test_a_thousand_unknown_keys_cause_one_look(provider: Provider, keys: KeySet):
    assert provider.look(keys, "EdDSA")
    provider.at = AGAIN_SECONDS

    assert not any(provider.look(keys, f"made-up-{n}") for n in range(1_000))
    assert provider.asked == 2


def test_many_at_once_cause_one_look(provider: Provider, keys: KeySet):
    together = [threading.Thread(target=keys.refresh, args=("EdDSA",)) for _ in range(20)]
    for one in together:
        one.start()
    for one in together:
        one.join()

    assert provider.asked == 1


def test_a_new_key_is_found_and_an_old_one_forgotten(provider: Provider, keys: KeySet):
    assert provider.look(keys, "EdDSA")
    provider.answer = json.dumps({"keys": [public("ES256") | {"kid": "new"}]}).encode()
    provider.at = AGAIN_SECONDS

    assert provider.look(keys, "new")
    assert not provider.look(keys, "EdDSA")


def test_a_key_that_was_withdrawn_is_forgotten_though_nobody_asks_for_another(
    provider: Provider, keys: KeySet
):
    assert provider.look(keys, "EdDSA")
    provider.answer = b'{"keys":[]}'
    provider.at = OLD_SECONDS + 1

    assert not provider.look(keys, "EdDSA")


@pytest.mark.parametrize("answer", [b"", b"{", b"[]", b'{"keys":1}', b'{"keys":[1]}', b"\xff"])
def test_what_is_no_key_set_leaves_the_keys_that_are_known(
    provider: Provider, keys: KeySet, answer: bytes
):
    assert provider.look(keys, "EdDSA")
    provider.answer, provider.at = answer, OLD_SECONDS + 1

    assert provider.look(keys, "EdDSA")
    assert provider.asked == 2


def test_keys_are_trusted_for_a_day_while_their_issuer_is_away(provider: Provider, keys: KeySet):
    assert provider.look(keys, "EdDSA")
    provider.down, provider.at = True, LOST_SECONDS
    assert provider.look(keys, "EdDSA")

    provider.at = LOST_SECONDS + 1
    with pytest.raises(Unavailable):
        provider.look(keys, "EdDSA")


def test_without_any_keys_nobody_is_told_that_a_token_is_bad(provider: Provider, keys: KeySet):
    provider.down = True

    with pytest.raises(Unavailable):
        provider.look(keys, "EdDSA")


def other(kind: str) -> Json:
    match kind:
        case "short":
            short = rsa.generate_private_key(65_537, 1024).public_key()  # noqa: S505 - to be refused
            return RSAAlgorithm.to_jwk(short, as_dict=True)
        case "curve":
            return ECAlgorithm.to_jwk(
                ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True
            )
        case _:
            return OKPAlgorithm.to_jwk(ed448.Ed448PrivateKey.generate().public_key(), as_dict=True)


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "oct", "k": "c2VjcmV0", "alg": "RS256"},
        other("short"),
        other("curve"),
        other("ed448"),
        public("RS256") | {"alg": "RS512"},
        public("RS256") | {"use": "enc"},
        public("RS256") | {"n": "AQAB"},
        public("ES256") | {"x": "AA"},
        public("EdDSA") | {"x": 1},
        public("EdDSA") | {"kty": "RSA"},
        public("ES256") | {"kid": ["this"]},
        public("ES256") | {"kid": None},
        {"kty": "EC"},
        {},
    ],
)
def test_a_key_of_another_kind_is_left_out(key: Json):
    both = {"keys": [{"kid": "this"} | key, public("EdDSA")]}

    assert [kid for kid, _ in keys_of(json.dumps(both).encode())] == ["EdDSA"]


def test_keys_that_share_a_name_are_left_out():
    twice = {"keys": [public("EdDSA"), public("ES256") | {"kid": "EdDSA"}, public("RS256")]}

    assert [kid for kid, _ in keys_of(json.dumps(twice).encode())] == ["RS256"]


def test_a_key_set_without_end_is_refused():
    with pytest.raises(Malformed):
        list(keys_of(b'{"keys":[' + b" " * 300_000 + b"]}"))


def test_keys_are_read_from_a_file(tmp_path: Path):
    (tmp_path / "jwks.json").write_bytes(jwks())

    assert source_of(str(tmp_path / "jwks.json"))() == jwks()


class Web(http.server.BaseHTTPRequestHandler):
    """An address that has keys, and one that points to them."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/jwks")
            self.end_headers()
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(jwks())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Web)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_keys_come_from_the_address_that_was_set_and_from_none_that_it_points_to(address: str):
    assert source_of(f"{address}/jwks")() == jwks()
    with pytest.raises(OSError, match="302"):
        source_of(f"{address}/moved")()
