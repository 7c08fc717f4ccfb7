"""How a lane marks an outsider's record that it hands to the lane which the record belongs to."""

from __future__ import annotations

from shared.events.envelope import pack_headers
from shared.lanes.batch.reader import ORIGIN, RECEIVED, SEAL, VIA, ReadRecord, seal


def handed_on(item: ReadRecord, seq: int, key: bytes) -> bytes:
    """The record's packed headers, with its first id and receipt and its place `seq` in the outbox
    of the lane that hands it on, sealed with `key`.

    By that place its reader knows a repeat, and not by its offset: one that was parked unread is
    handed on after those that came behind it.
    """
    record = item.record
    provenance = (
        str(item.id),
        item.received_at.isoformat(),
        f"{record.partition}:{seq}",
    )
    kept = {
        name: text.decode("ascii")
        for name, text in record.headers
        if text is not None and name not in (ORIGIN, RECEIVED, VIA, SEAL)
    }
    return pack_headers(
        kept
        | dict(zip((ORIGIN, RECEIVED, VIA), provenance, strict=True))
        | {SEAL: seal(key, provenance, record.value or b"")}
    )
