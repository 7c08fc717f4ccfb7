"""Lanes, cases and held records as rows, and back."""

from __future__ import annotations

import json
from typing import Any

from shared.lanes.state.case import Case, HeldRecord
from shared.lanes.state.lane import Lane
from shared.lanes.state.record import Record


def lane_of(*row: Any) -> Lane:
    """A lane from (p, epoch, owner, next_seq, published_seq, next_batch, last_at, claims)."""
    lane = Lane(*row)
    lane.acked = lane.published_seq
    return lane


def lane_row(lane: Lane) -> tuple[Any, ...]:
    """A lane as a row of `lane`.

    `published_seq` never decreases: `acked` grows while an epoch lasts, and the transaction that
    writes it has compared epochs.
    """
    return (
        lane.p,
        lane.epoch,
        lane.owner,
        lane.next_seq,
        lane.acked,
        lane.next_batch,
        lane.last_at,
        lane.claims,
    )


def case_row(case: Case) -> tuple[Any, ...]:
    """A case as a row of `case_state`."""
    state = (
        case.state.model_dump_json(exclude_defaults=True).encode()
        if case.state is not None
        else None
    )
    return (case.case_id, case.p, case.seq, case.prev, case.applied_text(), len(case.held), state)


def held_of(row: tuple[Any, ...]) -> HeldRecord:
    """A held record from (p, topic, offset, reason, detail, at, requeued, headers, value)."""
    p, topic, offset, reason, detail, at, requeued, headers, value = row
    timestamp, stored, *_ = json.loads(bytes(headers))
    pairs = tuple((name, None if text is None else bytes.fromhex(text)) for name, text in stored)
    held = HeldRecord(
        Record(topic, p, offset, timestamp, None, pairs, bytes(value)), reason, detail, at=at
    )
    held.stored, held.requeued, held.turn = True, bool(requeued), turn_of(headers)
    return held


def turn_of(headers: bytes) -> int:
    """When a held record's turn comes among those of its lane, from the headers of its row."""
    _, _, turn = (*json.loads(bytes(headers)), 0)[:3]
    return int(turn)


def parked_row(case: Case | None, p: int, held: HeldRecord) -> tuple[Any, ...]:
    """A held record as a row of `parked`: with raw bytes, headers (their JSON also keeps timestamp
    and turn), position and reason.
    """
    record = held.record
    headers = json.dumps(
        [
            record.timestamp,
            [(name, None if value is None else value.hex()) for name, value in record.headers],
            held.turn,
        ]
    ).encode()
    case_id = case.case_id if case else None
    return (
        p,
        record.topic,
        record.offset,
        case_id,
        held.reason,
        held.detail[:500],
        held.at,
        held.requeued,
        headers,
        record.value or b"",
    )
