"""Who a submission on Kafka comes from, as its signature proves: a detached JWS (RFC 7515, appendix
F; RFC 7797) over the record's bytes, by a key of the sender that they name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from jwt import PyJWK, PyJWS
from jwt.exceptions import PyJWTError

from services.intake.model import Refusal, Submission
from shared.errors import Malformed
from shared.lanes.seals import SealKey
from shared.lanes.state.reference import ReferenceItem

SENDER_KEYS = "sender-keys"
SENDER, SIGNATURE, DOOR = "pa_sender", "pa_jws", "pa_door"
ALGORITHMS = {"EC": "ES256", "OKP": "EdDSA", "RSA": "RS256"}
"""The algorithm of each type of key: a signature does not choose its own."""
NOT_SIGNED = Refusal("not_signed", "The submission carries no signature of the sender it names.")
WRONG_SIGNATURE = Refusal(
    "wrong_signature", "The signature is not one of the sender that the submission names."
)
SenderKeys = Mapping[str, Mapping[str, PyJWK]]


@dataclass(frozen=True, slots=True)
class Proofs:
    """What submissions are held against: the senders' keys by their ids, and the key of our own
    door, which knows who has come in by it.
    """

    door: SealKey
    senders: SenderKeys = field(default_factory=dict)


def sender_keys(items: Iterable[ReferenceItem]) -> SenderKeys:
    """The keys of each sender: an item a sender, named like it, its content a JWKS (RFC 7517) of
    public keys with ids; raises `Malformed` for any other.
    """
    return {item.id: _keys(item) for item in items if item.kind == SENDER_KEYS}


def _keys(item: ReferenceItem) -> dict[str, PyJWK]:
    try:
        given: list[dict[str, Any]] = json.loads(item.content)["keys"]
        keys = {str(one["kid"]): PyJWK(one, ALGORITHMS[one["kty"]]) for one in given}
        private = any("d" in one for one in given)
    except (ValueError, KeyError, TypeError, AttributeError, PyJWTError) as error:
        raise Malformed(
            f"The keys of sender {item.id} are no JWKS of EC, OKP or RSA keys with ids.",
            code="sender_keys",
        ) from error
    if private:
        raise Malformed(f"Sender {item.id} gave private keys away.", code="sender_keys")
    return keys


def door_mark(door: SealKey, named: Mapping[str, str], value: bytes) -> str:
    """What our door adds to a record with these headers that it writes for somebody whom it let
    in.
    """
    return door.seal(sha256(value).digest() + named.get(SENDER, "").encode())


def unproved(proofs: Proofs, submission: Submission, value: bytes) -> Refusal | None:
    """Why what was read from these bytes does not count as its sender's; nothing if it does."""
    named = submission.proof
    mark = named.get(DOOR)
    if mark and compare_digest(mark, door_mark(proofs.door, named, value)):
        return None
    if not named.get(SIGNATURE):
        return NOT_SIGNED
    jws = PyJWS()
    try:
        header = jws.get_unverified_header(named[SIGNATURE])
        key = proofs.senders.get(submission.sender, {})[str(header["kid"])]
        # Detached alone: bytes that came along in the signature are not those that are read.
        if header.get("b64", True) is not False:
            return WRONG_SIGNATURE
        jws.decode(named[SIGNATURE], key, [str(key.algorithm_name)], detached_payload=value)
    except (PyJWTError, KeyError, ValueError, TypeError):
        return WRONG_SIGNATURE
    return None
