"""Works a batch of a service that folds whole lanes: each lane's records, in order, into the lane's
state and rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shared.lanes.batch.mishaps import Mishaps
from shared.lanes.outcome import LaneBatch
from shared.lanes.seals import SealCheck
from shared.lanes.service import LaneService
from shared.lanes.state.lane import Lane
from shared.lanes.state.record import Record
from shared.lanes.state.write_set import Writes


def fold(
    service: LaneService,
    lanes: dict[int, Lane],
    records: Iterable[Record],
    now: datetime,
    seals: SealCheck,
) -> tuple[Writes, Mishaps]:
    """What the records come to; the lanes given are changed."""
    writes, mishaps = Writes(), Mishaps()
    by_lane: dict[int, list[Record]] = {}
    for record in records:
        lane = lanes[record.partition]
        # A record delivered again would be a second entry of the audit log.
        if record.offset >= lane.positions.get(record.topic, 0):
            lane.positions[record.topic] = record.offset + 1
            by_lane.setdefault(record.partition, []).append(record)
            if not seals.passes(record, lane):
                mishaps.unseal(record)
    for p, lane_records in by_lane.items():
        folded = service.fold(lanes[p].state, LaneBatch(p, lane_records, now, mishaps.unsealed))
        lanes[p].state = writes.lane_states[p] = folded.state
        for row in folded.rows:
            writes.rows.setdefault(row.table, []).append(row.values)
    return writes, mishaps
