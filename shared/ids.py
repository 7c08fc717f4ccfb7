"""Derived identifiers: the same cause always yields the same id, so a repeat is recognised wherever
it arrives.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from uuid import UUID, SafeUUID

NAMESPACE = UUID("6c1f7a52-3f0e-5d3b-9a55-7f3b0b8a9c11")
PARTITIONS = 24
NO_LANE = 256
"""A case id has one byte for its lane; `NO_LANE` is the lane of an id that is no case's."""
DIGITS = 32
FIXED, VERSION_5 = ~(0xF000 << 64 | 0xC000 << 48), 5 << 76 | 0x8000 << 48
"""The bits that version and variant take in a UUID, and what they are in version 5 (RFC 9562,
section 5.5).
"""
VERSION_8, LANE_BYTE = 8 << 76 | 0x8000 << 48, 0xFF
"""Version 8 (RFC 9562, section 5.8) leaves a UUID's content to its maker: ours has the lane in its
last byte, and is 114 bits of a hash before that.
"""


def derive(cause: UUID, *parts: str) -> UUID:
    """The id of what follows from `cause`: UUID version 5; `parts` are domain keys (type, line,
    audience), never positions in a list.
    """
    digest = hashlib.sha1(
        cause.int.to_bytes(16, "big") + "\x1f".join(parts).encode(), usedforsecurity=False
    ).digest()
    return _uuid(int.from_bytes(digest[:16], "big") & FIXED | VERSION_5)


def parsed(text: str) -> UUID:
    """The UUID of 32 hexadecimal digits, with or without dashes; raises `ValueError` for anything
    else.
    """
    digits = text.replace("-", "")
    if len(digits) != DIGITS or not digits.isalnum():
        raise ValueError("A UUID has 32 hexadecimal digits.")
    return _uuid(int(digits, 16))


def _uuid(number: int) -> UUID:
    """As the library's own constructor makes it, at a third of its time: its checks look for what
    can not be here.
    """
    made = UUID.__new__(UUID)
    object.__setattr__(made, "int", number)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made


@lru_cache(4_096)
def case_of(text: str) -> UUID:
    """A case's id, which stands in each of its events."""
    return parsed(text)


@lru_cache(4_096)
def text_of(case_id: UUID) -> str:
    """The inverse of `case_of`."""
    return str(case_id)


def record_id(topic_id: str, partition: int, offset: int) -> UUID:
    """The id of a record that an outsider wrote, as the cause of what follows from it: that of a
    submission or a review.
    """
    return derive(NAMESPACE, "record", topic_id, str(partition), str(offset))


def case_id(record: UUID, lane: int) -> UUID:
    """The id of the case that a record opened in a lane: UUID version 8, derived from the record's
    id, and with the lane (0 to 255) in its last byte, so that whoever names the case knows where it
    lives.
    """
    hashed = derive(record, "case").int & FIXED & ~LANE_BYTE
    return _uuid(hashed | VERSION_8 | lane)


def lane_of(case_id: UUID) -> int:
    """The lane that a case lives in, as its id says; `NO_LANE` for an id that is no case's."""
    number = case_id.int
    is_case = number >> 76 & 0xF == 8 and number >> 62 & 0b11 == 0b10  # noqa: PLR2004
    return number & LANE_BYTE if is_case else NO_LANE


def member_token(key: bytes, member: str) -> bytes:
    """A pseudonym of a member (32 bytes, HMAC-SHA256) that can be a routing key without being
    health information.

    Whoever sends: what a member's several senders ask for shares a lane.
    """
    return hmac.digest(key, member.encode(), "sha256")


def home_partition(token: bytes) -> int:
    """The partition that a member's cases live in for ever: murmur2(token) mod 24, as Kafka's Java
    client counts it.
    """
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
