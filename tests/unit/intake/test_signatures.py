"""Where submissions on Kafka must be signed, nobody speaks for a sender whose key they lack."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from jwt import PyJWS
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from benchmarks.testbed.keys import keys_of
from services.intake.handlers import service
from services.intake.model import IntakeState
from services.intake.reading.signatures import DOOR, SENDER_KEYS, SIGNATURE, door_mark
from services.intake.reference import intake_reference, packaged
from shared.errors import Malformed
from shared.events.submissions import SUBMISSIONS, AuthorizationRequestSubmitted
from shared.examples import reference_case
from shared.lanes.outcome import Outcome, Received
from shared.lanes.seals import SealKey
from shared.lanes.state.reference import ReferenceItem
from shared.settings import load

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEYS: dict[str, Any] = {
    "ES256": generate_private_key(SECP256R1()),
    "EdDSA": Ed25519PrivateKey.generate(),
    "RS256": generate_rsa_key(65537, 2048),
}
PUBLIC = {"ES256": ECAlgorithm, "EdDSA": OKPAlgorithm, "RS256": RSAAlgorithm}
BODY = reference_case() | {"sender": "clinic"}
VALUE = json.dumps(BODY).encode()
OTHERS = json.dumps(BODY | {"sender": "other"}).encode()
SETTINGS = replace(load("intake"), keys=keys_of("intake"), signed_submissions=True)


def jwk(algorithm: str, *, private: bool = False) -> dict[str, Any]:
    key = KEYS[algorithm] if private else KEYS[algorithm].public_key()
    return {**json.loads(PUBLIC[algorithm].to_jwk(key)), "kid": algorithm}  # type: ignore[attr-defined]


def sender(name: str, *keys: dict[str, Any]) -> ReferenceItem:
    return ReferenceItem(SENDER_KEYS, name, json.dumps({"keys": keys}).encode())


CLINIC = sender("clinic", *map(jwk, KEYS))


def signed(algorithm: str, value: bytes = VALUE, key: Any = None, **header: Any) -> str:
    named = {"kid": algorithm} | header
    return PyJWS().encode(value, key or KEYS[algorithm], algorithm, named, is_payload_detached=True)


def answered(
    headers: dict[str, str], value: bytes = VALUE, state: IntakeState | None = None, **other: Any
) -> Outcome[IntakeState]:
    """What intake decides on a record with these headers."""
    intake = service(replace(SETTINGS, **other))
    read = intake.external[SUBMISSIONS].read(AuthorizationRequestSubmitted.TYPE, headers, value)
    received = Received(UUID(int=1), UUID(int=2), "", read, NOW, NOW, value)
    return intake.decide(intake_reference((*packaged(), CLINIC)), state, received, NOW)


def code(outcome: Outcome[IntakeState]) -> str:
    """The code of the rejection; empty where the request was taken."""
    return next((str(one.data.code) for one in outcome.events if hasattr(one.data, "code")), "")


@pytest.mark.parametrize("algorithm", KEYS)
def test_what_its_sender_signed_is_taken(algorithm: str):
    assert code(answered({SIGNATURE: signed(algorithm)})) == ""


def test_without_a_signature_it_is_refused_by_name_and_its_bytes_are_kept():
    outcome = answered({})
    assert code(outcome) == "not_signed"
    assert outcome.state is None
    assert outcome.rows


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_signature_of_other_bytes_or_for_another_sender_is_refused(algorithm: str):
    good = signed(algorithm)
    assert code(answered({SIGNATURE: good}, VALUE + b" ")) == "wrong_signature"
    assert code(answered({SIGNATURE: signed(algorithm, OTHERS)}, OTHERS)) == "wrong_signature"
    assert code(answered({SIGNATURE: good[:-4] + "AAAA"})) == "wrong_signature"


def test_a_signature_by_a_key_that_is_not_the_senders_is_refused():
    stranger = Ed25519PrivateKey.generate()
    assert code(answered({SIGNATURE: signed("EdDSA", key=stranger)})) == "wrong_signature"


@pytest.mark.parametrize(
    "jws",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "é..",
        signed("ES256", kid="EdDSA"),
        signed("ES256", kid="unknown"),
        PyJWS().encode(VALUE, KEYS["EdDSA"], "EdDSA", {"kid": "EdDSA"}),
        PyJWS().encode(VALUE, None, "none", {"kid": "EdDSA"}, is_payload_detached=True),
        PyJWS().encode(
            VALUE,
            jwk("RS256")["n"].encode(),
            "HS256",
            {"kid": "RS256"},
            is_payload_detached=True,
        ),
        PyJWS().encode(VALUE, KEYS["EdDSA"], "EdDSA", is_payload_detached=True),
    ],
)
def test_what_is_no_detached_signature_by_a_named_key_is_refused(jws: str):
    assert code(answered({SIGNATURE: jws})) in {"not_signed", "wrong_signature"}


def test_what_came_in_by_our_own_door_needs_none_and_only_our_door_can_say_so():
    door = SealKey(keys_of("intake").door)
    assert code(answered({DOOR: door_mark(door, {}, VALUE)})) == ""
    assert code(answered({DOOR: door_mark(door, {}, VALUE)}, OTHERS)) == "not_signed"
    assert code(answered({DOOR: door_mark(SealKey(b"x" * 32), {}, VALUE)})) == "not_signed"


def test_an_unsigned_repeat_or_amendment_leaves_a_case_as_it_was():
    state = answered({SIGNATURE: signed("EdDSA")}).state
    assert state is not None
    outcome = answered({}, state=state)
    assert (code(outcome), outcome.state) == ("not_signed", state)


def test_where_senders_are_trusted_nothing_is_asked_for():
    assert code(answered({}, signed_submissions=False)) == ""


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"keys":[{}]}', b'{"keys":[{"kid":"1","kty":"oct","k":"c2VjcmV0"}]}'],
)
def test_keys_that_are_none_are_not_taken_up(content: bytes):
    with pytest.raises(Malformed, match="JWKS"):
        intake_reference((*packaged(), ReferenceItem(SENDER_KEYS, "clinic", content)))


def test_private_keys_are_not_taken_up():
    with pytest.raises(Malformed, match="private"):
        intake_reference((*packaged(), sender("clinic", jwk("EdDSA", private=True))))
