"""How a lane marks an outsider's record that it hands to the lane which the record belongs to."""

from __future__ import annotations

from collections.abc import Collection

from shared.events.envelope import named_headers, pack_headers
from shared.json_bounds import MAX_VALUE
from shared.lanes.batch.reader import ORIGIN, RECEIVED, SEAL, TYPE, VIA, ReadRecord, seal
from shared.lanes.service import Rejection

MAX_HEADERS = 4096
"""Bytes of an outsider's packed headers; with `MAX_VALUE` they stay below what the topic takes."""
TOO_LARGE = Rejection("size", "The record is too large to be handed to its member's lane.")
STRAY = Rejection("lane", "The record does not lie in the lane of the case that it names.")


def fits(headers: bytes, value: bytes) -> bool:
    """Whether the broker takes the record once it is handed on."""
    return len(value) <= MAX_VALUE and len(headers) <= MAX_HEADERS


def handed_on(item: ReadRecord, names: Collection[str], seq: int, key: bytes) -> bytes:
    """Those of the record's headers that its home lane reads, packed, with its first id and receipt
    and its place `seq` in the outbox of the lane that hands it on, sealed with `key`.

    By that place its reader knows a repeat, and not by its offset: one that was parked unread is
    handed on after those that came behind it.
    """
    record = item.record
    provenance = (
        str(item.id),
        item.received_at.isoformat(),
        f"{record.partition}:{seq}",
    )
    return pack_headers(
        named_headers(record.headers, {TYPE, *names})
        | dict(zip((ORIGIN, RECEIVED, VIA), provenance, strict=True))
        | {SEAL: seal(key, provenance, record.value or b"")}
    )
