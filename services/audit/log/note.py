"""Signed notes of C2SP (signed-note, Ed25519): a text that tools nobody here wrote can check."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.errors import Malformed

ED25519 = b"\x01"
TAG = 4
_DASH = "\u2014 "


class Untrusted(Malformed):
    """The note carries no valid signature of a trusted key."""


@dataclass(frozen=True)
class Signer:
    """A named key that signs; its text form begins with `PRIVATE+KEY`, as Go's note package writes
    it.
    """

    name: str
    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.key.public_key().public_bytes_raw()

    def written(self) -> str:
        """The private key as one line: to be kept secret."""
        secret = base64_text(ED25519 + self.key.private_bytes_raw())
        return f"PRIVATE+KEY+{self.name}+{key_id(self.name, self.public).hex()}+{secret}"

    def verifier(self) -> str:
        """The public key as one line: what a reader is given to trust."""
        key = base64_text(ED25519 + self.public)
        return f"{self.name}+{key_id(self.name, self.public).hex()}+{key}"


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes that name a key in a signature line."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:TAG]


def signer(written: str) -> Signer:
    """The key in a line that `Signer.written` wrote.

    Raises Malformed, without repeating the line.
    """
    try:
        private, word, name, tag, encoded = written.strip().split("+", 4)
        seed = base64.b64decode(encoded, validate=True)
        found = Signer(name, Ed25519PrivateKey.from_private_bytes(seed[1:]))
    except (ValueError, binascii.Error):
        raise Malformed("The signing key cannot be read.", code="bad_key") from None
    if (private, word, seed[:1]) != ("PRIVATE", "KEY", ED25519) or key_id(
        name, found.public
    ).hex() != tag:
        raise Malformed("The signing key is not an Ed25519 note key.", code="bad_key")
    return found


def sign(text: str, by: Signer) -> str:
    """The note: the text, an empty line, and one signature line.

    Raises Malformed for a text that no note may have.
    """
    if not text.endswith("\n") or any(char < " " and char != "\n" for char in text):
        raise Malformed(
            "The text of a note ends in a newline and has no other control characters.",
            code="bad_note",
        )
    signature = key_id(by.name, by.public) + by.key.sign(text.encode())
    return f"{text}\n{_DASH}{by.name} {base64_text(signature)}\n"


def read(note: str, verifiers: Iterable[str]) -> str:
    """The text of a note that a trusted key signed.

    Raises Untrusted when none did, or when a trusted key's signature is wrong.
    """
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise Untrusted(code="bad_note")
    trusted = dict(_public(verifier) for verifier in verifiers)
    good = 0
    for line in lines[:-1].split("\n"):
        name, tag, signature = _signature(line)
        if (name, tag) in trusted:
            _check(trusted[name, tag], signature, f"{text}\n".encode())
            good += 1
    if not good:
        raise Untrusted(code="no_signature")
    return f"{text}\n"


def _public(verifier: str) -> tuple[tuple[str, bytes], Ed25519PublicKey]:
    """The name, tag and key of a verifier line."""
    try:
        name, tag, encoded = verifier.strip().split("+", 2)
        decoded = base64.b64decode(encoded, validate=True)
        found = Ed25519PublicKey.from_public_bytes(decoded[1:])
    except (ValueError, binascii.Error):
        raise Malformed("The public key cannot be read.", code="bad_key") from None
    if decoded[:1] != ED25519 or key_id(name, decoded[1:]).hex() != tag:
        raise Malformed("The public key is not an Ed25519 note key.", code="bad_key")
    return (name, key_id(name, decoded[1:])), found


def _signature(line: str) -> tuple[str, bytes, bytes]:
    """The name, tag and signature of a signature line.

    Raises Untrusted for a line of another form.
    """
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise Untrusted(code="bad_note") from None
    if not line.startswith(_DASH) or not name or len(decoded) <= TAG:
        raise Untrusted(code="bad_note")
    return name, decoded[:TAG], decoded[TAG:]


def _check(key: Ed25519PublicKey, signature: bytes, text: bytes) -> None:
    """Raises Untrusted unless the key signed the text."""
    try:
        key.verify(signature, text)
    except InvalidSignature:
        raise Untrusted(code="bad_signature") from None


def base64_text(content: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(content).decode()
