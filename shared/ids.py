"""Derived identifiers: the same cause always yields the same id, so a repeat is recognised wherever it arrives."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID, uuid5

NAMESPACE = UUID("6c1f7a52-3f0e-5d3b-9a55-7f3b0b8a9c11")
PARTITIONS = 24


def derive(cause: UUID, *parts: str) -> UUID:
    """The id of what follows from `cause`; `parts` are domain keys (type, line, audience), never positions in a list."""
    return uuid5(cause, "\x1f".join(parts))


def record_id(topic_id: str, partition: int, offset: int) -> UUID:
    """The id of a record that an outsider wrote, as the cause of what follows from it."""
    return derive(NAMESPACE, "record", topic_id, str(partition), str(offset))


def submission_id(sender: str, content_hash: str) -> UUID:
    """The id of a submission: the same sender sending the same content sends the same submission."""
    return derive(NAMESPACE, "submission", sender, content_hash)


def member_token(key: bytes, sender: str, member: str) -> bytes:
    """A pseudonym of a member (32 bytes, HMAC-SHA256) that can be a routing key without being health information."""
    return hmac.new(key, f"{sender}\x1f{member}".encode(), hashlib.sha256).digest()


def home_partition(token: bytes) -> int:
    """The partition that a member's cases live in for ever: murmur2(token) mod 24, as Kafka's Java client counts it."""
    return (murmur2(token) & 0x7FFFFFFF) % PARTITIONS


def murmur2(content: bytes) -> int:
    """Kafka's 32-bit murmur2 (seed 0x9747b28c) over `content`, as an unsigned integer."""
    mask, m = 0xFFFFFFFF, 0x5BD1E995
    length = len(content)
    h = 0x9747B28C ^ length
    whole = length & ~3
    for at in range(0, whole, 4):
        k = (int.from_bytes(content[at : at + 4], "little") * m) & mask
        h = ((h * m) & mask) ^ ((((k ^ (k >> 24)) & mask) * m) & mask)
    if whole < length:
        h = ((h ^ int.from_bytes(content[whole:], "little")) * m) & mask
    h = ((h ^ (h >> 13)) * m) & mask
    return h ^ (h >> 15)
