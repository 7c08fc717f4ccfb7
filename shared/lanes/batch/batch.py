"""Works a batch of one service's records in memory: reads them, finds their cases, hands outsiders'
records home. No I/O but one load of cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from shared.errors import Impossible, Malformed
from shared.ids import NO_LANE, lane_of
from shared.lanes.batch.delivery import BatchContext, CausalDelivery
from shared.lanes.batch.handover import STRAY, TOO_LARGE, fits, handed_on
from shared.lanes.batch.reader import ReadRecord, refusal
from shared.lanes.batch.timers_and_tasks import keep, settle
from shared.lanes.outcome import Received
from shared.lanes.seals import UNSEALED
from shared.lanes.state.case import KILLED_READER, Case, HeldRecord
from shared.lanes.state.lane import Lane
from shared.lanes.state.record import Record

log = structlog.get_logger()


class Batch:
    """One batch over the lanes of one poll, at one instant; its result is in `delivery`."""

    def __init__(
        self, context: BatchContext, lanes: dict[int, Lane], now: datetime, reference: Any
    ) -> None:
        self._context = context
        self._lanes = lanes
        self._now = now
        self.delivery = CausalDelivery(context, lanes, now, reference)

    def take(self, records: Iterable[Record]) -> None:
        """Works input records in the order given (offset order within a topic)."""
        # All are read before one is placed: so the cases of the whole batch come in one query.
        self._work([item for record in records if (item := self._read(record)) is not None])

    def _work(self, items: list[ReadRecord]) -> None:
        self._load(items)
        for item in items:
            self._place(item)

    def settle(self, expected: Sequence[tuple[int, Received]]) -> None:
        """Works timers or the results of tasks, given with their lanes."""
        self._load_cases({received.case_id: p for p, received in expected})
        for p, received in expected:
            settle(self.delivery, p, received)

    def postpone(self, expected: Sequence[tuple[int, Received]]) -> None:
        """Keeps timers for later and tasks open: the store would not take what came of them."""
        for p, received in expected:
            keep(self.delivery, p, received)

    def retry(self, cases: Sequence[tuple[int, UUID]]) -> None:
        """Works what is held of these cases again (a requeue), in order."""
        loaded = self._load_cases({case_id: p for p, case_id in cases})
        self._look_up_held(loaded)
        for case in loaded:
            for held in case.held:
                held.requeued = held.requeued or held.blocks
            self.delivery.drain(case)

    def reread(self, records: Sequence[Record]) -> None:
        """Works parked records again that no case is known of (a requeue); one that can be read now
        is placed like a new one, the others stay parked.
        """
        self._work([item for record in records if (item := self._item(record)) is not None])
        held = {
            (p, held.record.topic, held.record.offset) for _, p, held in self.delivery.writes.hold
        }
        places = [(record.partition, record.topic, record.offset) for record in records]
        self.delivery.writes.release += [place for place in places if place not in held]

    def keep(self, record: Record, why: str) -> None:
        """Leaves a record parked that was read again: the store would not take what came of it."""
        self.delivery.park(None, HeldRecord(record, "store", why), record.partition)

    def block(self, cases: Sequence[tuple[int, UUID]]) -> None:
        """Takes a requeue back: the store would not take what came of it."""
        for case in self._load_cases({case_id: p for p, case_id in cases}):
            self.delivery.block(case)

    def refuse(self, record: Record, why: str) -> None:
        """Parks a record without deciding on it: the store would not take what came of it."""
        item = self._read(record)
        if item is None:
            return
        self._load([item])
        home = item.rejection is None and self._home(item) == record.partition
        case = self.delivery.case(self._resolve(item), record.partition) if home else None
        if case is not None:
            self.delivery.reserve(case, item)
        self.delivery.park(case, HeldRecord(record, "store", why), record.partition)

    def _load_cases(self, wanted: dict[UUID, int]) -> list[Case]:
        cases, _ = self._context.load(wanted, set())
        self.delivery.writes.cases.update(cases)
        return list(cases.values())

    def set_aside(self, record: Record) -> None:
        """Parks a record unread: it killed whoever read it."""
        if not self._passes(record):
            return
        # Its headers alone: a lane that hands it on again would have it worked here, and once more
        # when this one is read again.
        via = self._context.reader.via(record)
        if not self._came_before(record, via):
            self.delivery.park(None, HeldRecord(record, KILLED_READER), record.partition)

    def _read(self, record: Record) -> ReadRecord | None:
        item = self._item(record) if self._passes(record) else None
        return None if item is None or self._came_before(record, item.via) else item

    def _passes(self, record: Record) -> bool:
        """Moves the lane's position past the record; false if it lies behind that."""
        lane = self._lanes[record.partition]
        # The stored position decides, whatever the client delivers again: worked a second time, a
        # record would be answered twice ("everything is answered").
        if record.offset < lane.positions.get(record.topic, 0):
            return False
        lane.positions[record.topic] = record.offset + 1
        return True

    def _item(self, record: Record) -> ReadRecord | None:
        """The record as it can be worked; one that cannot be read, or is nobody's, is parked."""
        if self._context.service.passes_over(record):
            return None
        if not self._context.seals.passes(record, self._lanes[record.partition]):
            # Unread: it belongs to nobody, whatever case it names.
            self.delivery.park(None, HeldRecord(record, UNSEALED), record.partition)
            return None
        try:
            return self._context.reader.read(record, self._now)
        except (Malformed, Impossible) as error:
            held = HeldRecord(record, *refusal(error))
        # A bug in reading must not take the record's neighbours down.
        except Exception as error:  # noqa: BLE001
            # No health information.
            log.error(  # noqa: TRY400
                "reading_failed",
                topic=record.topic,
                offset=record.offset,
                error=type(error).__name__,
            )
            held = HeldRecord(record, "bug", type(error).__name__)
        self.delivery.park(None, held, record.partition)
        return None

    def _came_before(self, record: Record, via: tuple[int, int] | None) -> bool:
        """Whether another lane handed this record on before: each lane hands its own on in order,
        and repeats only what it may not have sent.
        """
        if via is None:
            return False
        (partition, seq), topic, lane = via, record.topic, self._lanes[record.partition]
        handover = f"{topic}<{partition}"
        if seq < lane.positions.get(handover, 0):
            return True
        lane.topic_ids[handover] = lane.topic_ids.get(topic, "")
        lane.positions[handover] = seq + 1
        return False

    def _load(self, items: list[ReadRecord]) -> None:
        wanted: dict[UUID, int] = {}
        aliases: set[tuple[int, str]] = set()
        for item in items:
            p = item.record.partition
            # What belongs to another lane is handed on unlooked at: no lane reads another's rows.
            if self._home(item) != p:
                continue
            wanted[item.case_id] = p
            if item.address is not None:
                aliases.update([(p, alias) for alias in item.address.aliases])
        cases, names = self._context.load(wanted, aliases)
        self.delivery.writes.cases.update(cases)
        self.delivery.outcome_writer.names.update(names)
        self._look_up_held(cases.values())

    def _look_up_held(self, cases: Iterable[Case]) -> None:
        """Looks for the aliases of outsiders' records that cases hold: they may be applied now."""
        aliases = {
            (case.p, alias)
            for case in cases
            for held in case.held
            for alias in self._context.reader.aliases(held.record, self._now)
        }
        if aliases:
            self.delivery.outcome_writer.names.update(self._context.load({}, aliases)[1])

    def _place(self, item: ReadRecord) -> None:
        p = item.record.partition
        if item.rejection is not None:
            self.delivery.reject(item)
        elif (home := self._home(item)) == p:
            self.delivery.offer(self.delivery.case(self._resolve(item), p), item)
        elif item.address is not None:
            self._forward(item, home)
        else:
            self.delivery.park(
                None, HeldRecord(item.record, "lane", "The event's case lives in another lane."), p
            )

    def _home(self, item: ReadRecord) -> int:
        """The lane that the record belongs to: the one that its address names, or an event's case;
        else where it was found.
        """
        if item.address is not None:
            return item.address.partition
        lane = lane_of(item.case_id)
        return item.record.partition if lane == NO_LANE else lane

    def _resolve(self, item: ReadRecord) -> UUID:
        """The case that the record is for: the first that an alias names, as the batch knows it by
        now.
        """
        if item.address is not None:
            names = self.delivery.outcome_writer.names
            for alias in item.address.aliases:
                named = names.get((item.record.partition, alias))
                if named is not None:
                    return named
        return item.case_id

    def _forward(self, item: ReadRecord, partition: int) -> None:
        """Hands an outsider's record to its home lane, with its first id and receipt, sealed; one
        that is too large for that is rejected.
        """
        record, value = item.record, item.record.value or b""
        lane = self._lanes[record.partition]
        external = self._context.service.external[record.topic]
        headers = handed_on(item, external.headers, lane.next_seq, self._context.key)
        # Looked at before it is stored: a committed entry that the broker refuses stops its lane.
        if not external.handed_on or not fits(headers, value):
            item.rejection, item.case_id = TOO_LARGE if external.handed_on else STRAY, item.id
            self.delivery.reject(item)
            return
        home = record.topic, partition
        self.delivery.outcome_writer.put(lane, home, str(item.case_id).encode(), headers, value)
