"""What a clinician's command came to, as the desk signs it: a JWS (RFC 7515, EdDSA) over the whole
review.

Whether it holds follows from the review and the desk's public keys alone: the same in a replay,
years after the licence has lapsed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TypeVar

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import ValidationError

from shared.errors import Impossible, Malformed
from shared.events.reviews import DeclineCode, InformationAskedFor, ReviewSubmitted
from shared.lanes.state.reference import ReferenceItem

DESK_KEY = "desk_key"
"""The kind of the reference items that are the desk's public keys. No publication brings one: who
may publish policies could else decide as anybody.
"""
RETIREMENT = "desk_key_retirement"
"""The kind of those that say, by a key's id, that it counts no more. Publishing one can only stop
decisions, as a switch stops approvals; none is ever taken back.
"""
RETIRED = b'{"retired":true}'
ALGORITHM = "EdDSA"
Attested = TypeVar("Attested", ReviewSubmitted, InformationAskedFor)
"""What the desk signs."""
KINDS: dict[str, str] = {
    ReviewSubmitted.TYPE: "pa-review+jws",
    InformationAskedFor.TYPE: "pa-ask+jws",
}
"""`typ` of the signature by what is signed: none counts for something else."""
DeskKeys = Mapping[str, Ed25519PublicKey | None]
"""Public keys of the desk by their id; None where it was retired."""


def public_jwk(key: Ed25519PublicKey) -> bytes:
    """The key as JSON (RFC 8037), its members in the order that its id is made from."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    members = {"crv": "Ed25519", "kty": "OKP", "x": _text(raw)}
    return json.dumps(members, separators=(",", ":")).encode()


def key_id(key: Ed25519PublicKey) -> str:
    """The key's thumbprint (RFC 7638): whoever names it names this key and no other."""
    return _text(hashlib.sha256(public_jwk(key)).digest())


def item_of(key: Ed25519PublicKey) -> ReferenceItem:
    """The key as reference data, which a replay finds again."""
    return ReferenceItem(DESK_KEY, key_id(key), public_jwk(key))


def desk_keys(items: Iterable[ReferenceItem]) -> DeskKeys:
    """The desk's keys among reference items, by their ids; raises `Impossible` where a key is
    retired that is not among them, `Malformed` for what cannot be read.
    """
    all_of = tuple(items)
    keys: dict[str, Ed25519PublicKey | None] = {
        one.id: key_of(one.id, one.content) for one in all_of if one.kind == DESK_KEY
    }
    for one in all_of:
        if one.kind != RETIREMENT:
            continue
        if one.content != RETIRED:
            raise Malformed(f"The retirement of {one.id} does not say so.", code="retirement")
        if one.id not in keys:
            raise Impossible(f"The desk has no key {one.id} to retire.", code="no_such_key")
        keys[one.id] = None
    return keys


def key_of(name: str, content: bytes) -> Ed25519PublicKey:
    """The public key in a JWK; raises `Malformed` where it is none, or not the one of its name."""
    try:
        members = json.loads(content)
        padded = members["x"] + "=" * (-len(members["x"]) % 4)
        key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(padded))
    except (LookupError, TypeError, ValueError):
        raise Malformed(f"The desk key {name} is no Ed25519 key.", code="desk_key") from None
    if key_id(key) != name:
        raise Malformed(f"The desk key {name} has another name.", code="desk_key")
    return key


def signed(key: Ed25519PrivateKey, command: Attested) -> Attested:
    """The review, or question, with the desk's signature over all of it."""
    plain = command.model_copy(update={"attestation": None})
    headers = {"kid": key_id(key.public_key()), "typ": KINDS[command.TYPE]}
    token = jwt.PyJWS().encode(plain.published(), key, algorithm=ALGORITHM, headers=headers)
    return command.model_copy(update={"attestation": token})


def unattested(command: Attested, keys: DeskKeys) -> DeclineCode | None:
    """Why the review, or question, is not what the desk signed, or None."""
    if command.attestation is None:
        return DeclineCode.NOT_ATTESTED
    try:
        header = jwt.get_unverified_header(command.attestation)
        if header.get("typ") != KINDS[command.TYPE]:
            return DeclineCode.WRONG_SIGNATURE
        if (key := keys[header["kid"]]) is None:
            # Whenever it says that it was signed: who has the key can write any instant.
            return DeclineCode.KEY_RETIRED
        # One algorithm, whatever the header says: a key is never taken for one of another kind.
        content = jwt.PyJWS().decode(command.attestation, key, algorithms=[ALGORITHM])
    except (jwt.InvalidTokenError, KeyError, TypeError):
        return DeclineCode.WRONG_SIGNATURE
    try:
        attested = type(command).model_validate_json(content)
    except ValidationError:
        return DeclineCode.ATTESTATION_DIFFERS
    same = attested == command.model_copy(update={"attestation": None})
    return None if same else DeclineCode.ATTESTATION_DIFFERS


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
