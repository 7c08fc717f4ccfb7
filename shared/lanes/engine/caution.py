"""Finds the record that kills whoever reads it, so that its lane gets past it."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from shared.lanes.batch.kinds import ASIDE, INPUT
from shared.lanes.engine.claims import LaneClaims
from shared.lanes.engine.commit import Isolation
from shared.lanes.engine.ports import Ports
from shared.lanes.state.record import Record

log = structlog.get_logger()
DEADLY = 2
"""Claims that began to read and committed nothing, the present one included: one owner has died,
and it may have been of a record.
"""


class Caution:
    """Works records of lanes whose last owners died on their own, each noted before it is read.

    A lane is worked so for as many records as one batch takes. Its owner died in the first batch
    after a claim, which had no more of the lane: all that it can have died of is among them, unless
    another topic's came in between, and then the next claim is nearer.
    """

    def __init__(self, ports: Ports, claims: LaneClaims, isolation: Isolation, most: int) -> None:
        self._ports = ports
        self._claims = claims
        self._isolation = isolation
        self._most = most
        self._singly: dict[int, int] = {}

    def work(self, records: Sequence[Record]) -> Sequence[Record]:
        """Works those that must be on their own; returns the others."""
        # A claim is counted where it begins to read and not where it is made: an idle lane, claimed
        # with every start and every move, would look as if all its owners had died.
        if not self._claims.lanes.keys() <= self._claims.begun:
            self._begin({record.partition for record in records} - self._claims.begun)
        if not self._singly:
            return records
        return [record for record in records if not self._alone(record)]

    def _begin(self, ps: set[int]) -> None:
        lanes = {p: self._claims.lanes[p] for p in ps}
        if not lanes:
            return
        self._ports.store.begin(lanes)
        self._claims.begun |= ps
        for p, lane in lanes.items():
            lane.claims += 1
            self._singly.pop(p, None)
            if lane.claims >= DEADLY or lane.suspects:
                self._singly[p] = self._most
                log.warning("records_worked_singly", lane=p)

    def _alone(self, record: Record) -> bool:
        """Works the record if it must be on its own; false if not."""
        p, topic = record.partition, record.topic
        left, lane = self._singly.get(p, 0), self._claims.lanes.get(p)
        if not left or lane is None:
            return False
        self._singly[p] = left - 1
        if left == 1:
            del self._singly[p]
        # Its last owner noted the topic's next record, and this is the first that comes of it.
        if topic in lane.suspects:
            # Operators search for this name: it stays.
            log.error("record_set_aside", topic=topic, lane=p, offset=record.offset)
            self._isolation.run(ASIDE, [record])
            lane.suspects.discard(topic)
        else:
            self._ports.store.note(lane, topic)
            self._isolation.run(INPUT, [record])
        return True
