"""Works a batch of one service's records in memory: order, decisions, parking. No I/O but one load of cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from shared.errors import Impossible, LaneRefused, Malformed
from shared.events.envelope import pack_headers
from shared.lanes.applying import Applier, instant, micros
from shared.lanes.case import WAITING, Case, Held
from shared.lanes.lane import Lane
from shared.lanes.order import Verdict, verdict
from shared.lanes.outcome import Received, TaskDone, TimerDue
from shared.lanes.reading import ORIGIN, RECEIVED, SEAL, Item, Reader, seal
from shared.lanes.record import Record
from shared.lanes.service import CaseService
from shared.lanes.writes import Writes

Load = Callable[[dict[UUID, int], set[tuple[int, str]]], tuple[dict[UUID, Case], dict[tuple[int, str], UUID]]]
log = structlog.get_logger()


@dataclass(frozen=True)
class Bench:
    """What a batch is worked with: the service, its reader, the store's load, the lanes owned, and the forwarding key."""

    service: CaseService[Any]
    reader: Reader
    load: Load
    key: bytes
    sources: frozenset[str]


class Batch:
    """One batch over the lanes of one poll, at one instant; its result is `writes`."""

    def __init__(self, bench: Bench, lanes: dict[int, Lane], now: datetime) -> None:
        self._bench = bench
        self._lanes = lanes
        self._now = now
        self.writes = Writes()
        self._applier = Applier(bench.service.name, bench.service.topic, self.writes, now)
        self._aliases: dict[tuple[int, str], UUID] = {}
        self.parked: dict[int, int] = {}
        self.worked = 0

    def take(self, records: Iterable[Record]) -> None:
        """Works input records in the order given (offset order within a topic)."""
        items = [entry for record in records if (entry := self._read(record)) is not None]
        self._load(items)
        for item in items:
            self._work(item)

    def fire(self, events: Iterable[tuple[int, Received]]) -> None:
        """Works timers, given with their lanes; a timer that fired is gone."""
        entries = list(events)
        cases, _ = self._bench.load({received.case_id: p for p, received in entries}, set())
        self.writes.cases.update(cases)
        for p, received in entries:
            if isinstance(received.data, TimerDue):
                self.writes.timers[received.case_id, received.data.kind] = (p, None)
            self._settle(p, received)

    def end(self, p: int, received: Received) -> None:
        """Works the result of an effect; its task is done."""
        cases, _ = self._bench.load({received.case_id: p}, set())
        self.writes.cases.update(cases)
        if isinstance(received.data, TaskDone):
            self.writes.tasks_done.append((received.case_id, received.data.kind, received.data.key))
        self._settle(p, received)

    def _settle(self, p: int, received: Received) -> None:
        case = self._case(received.case_id, p)
        try:
            outcome = self._bench.service.decide(case.state, received, self._now)
            self._applier.apply(case, self._lanes[p], received.id, outcome)
        except Exception as error:  # noqa: BLE001 - what cannot be settled is dropped aloud, its neighbours stand
            log.error("settling_failed", case_id=str(case.case_id), type=received.type, error=type(error).__name__)  # noqa: TRY400 - no health information

    def refuse(self, record: Record, held: Held) -> None:
        """Parks a record without looking into it: the store would not take what came of it."""
        self._lanes[record.partition].positions[record.topic] = record.offset + 1
        self._park(None, held, record.partition)

    def retry(self, case_ids: dict[UUID, int]) -> None:
        """Works what is held of these cases again (a requeue), in order."""
        cases, _ = self._bench.load(case_ids, set())
        self.writes.cases.update(cases)
        for case in cases.values():
            self._drain(case)

    def _read(self, record: Record) -> Item | None:
        lane = self._lanes[record.partition]
        if record.offset < lane.positions.get(record.topic, 0):
            return None
        lane.positions[record.topic] = record.offset + 1
        self.worked += 1
        try:
            return self._bench.reader.read(record, self._now)
        except (Malformed, Impossible) as error:
            self._park(None, Held(record, error.code or type(error).__name__, str(error)), record.partition)
            return None

    def _load(self, items: list[Item]) -> None:
        wanted: dict[UUID, int] = {}
        aliases: set[tuple[int, str]] = set()
        for item in items:
            p = item.record.partition
            wanted[item.case_id] = p
            if item.address and item.address.alias and item.address.partition in (p, -1):
                aliases.add((p, item.address.alias))
        cases, self._aliases = self._bench.load(wanted, aliases)
        self.writes.cases.update(cases)

    def _work(self, item: Item) -> None:
        p = item.record.partition
        if item.rejection is not None:
            self._reject(item)
        elif self._home(item) != p:
            self._forward(item, self._home(item))
        else:
            case = self._case(self._resolve(item), p)
            if self._try(case, item):
                self._drain(case)

    def _home(self, item: Item) -> int:
        """The lane that the record belongs to: where it was found, unless an outsider put it elsewhere."""
        if item.address is None:
            return item.record.partition
        if item.address.partition >= 0:
            return item.address.partition
        case = self.writes.cases.get(item.case_id)
        return case.p if case else item.record.partition

    def _resolve(self, item: Item) -> UUID:
        if item.address is None or item.address.alias is None:
            return item.case_id
        key = (item.record.partition, item.address.alias)
        return self.writes.aliases.get(key) or self._aliases.get(key) or item.case_id

    def _case(self, case_id: UUID, p: int) -> Case:
        case = self.writes.cases.get(case_id)
        if case is None:
            case = self.writes.cases[case_id] = Case(case_id, p)
        return case

    def _try(self, case: Case, item: Item) -> bool:
        """Applies the item, or holds it; true if it was applied and others of the case may now be."""
        judged = self._judge(case, item)
        if judged is Verdict.SKIP:
            return False
        if case.blocked:
            return self._park(case, Held(item.record, "behind"), case.p)
        if judged is Verdict.WAIT:
            return self._park(case, Held(item.record, WAITING), case.p)
        failure = self._apply(case, item)
        return failure is None or self._park(case, failure, case.p)

    def _judge(self, case: Case, item: Item) -> Verdict:
        if item.envelope is None:
            return Verdict.APPLY
        judged = verdict(case, item.envelope, self._bench.sources)
        if judged is Verdict.FORK:
            raise LaneRefused("An event's predecessor is not the one we know: its producer's history forked.", remedy="Read docs/operations/lanes.md.")
        return judged

    def _apply(self, case: Case, item: Item) -> Held | None:
        """Applies the item; what it returns instead of applying is to be parked."""
        item.case_id = case.case_id
        if item.failure is not None:
            return Held(item.record, item.failure.code or "malformed", str(item.failure))
        failure = self._decide(case, item) if item.data is not None else None
        if failure is None and item.envelope is not None:
            case.applied[item.envelope.producer] = (item.envelope.clock[item.envelope.producer], item.envelope.id.hex)
            case.dirty = True
        return failure

    def _decide(self, case: Case, item: Item) -> Held | None:
        try:
            outcome = self._bench.service.decide(case.state, item.received(), self._now)
            self._applier.apply(case, self._lanes[case.p], item.id, outcome)
        except (Malformed, Impossible) as error:
            return Held(item.record, error.code or type(error).__name__, str(error))
        except Exception as error:  # noqa: BLE001 - a bug must not take its neighbours down; the breaker stops a lane that only fails
            log.error("decision_failed", case_id=str(case.case_id), type=item.type, error=type(error).__name__)  # noqa: TRY400 - a traceback may hold health information
            return Held(item.record, "bug", type(error).__name__)
        return None

    def _reject(self, item: Item) -> None:
        external = self._bench.service.external[item.record.topic]
        assert item.rejection is not None  # noqa: S101 - the caller looked
        outcome = external.reject(item.id, item.rejection, item.record.value or b"", item.received_at)
        self._applier.apply(self._case(item.id, item.record.partition), self._lanes[item.record.partition], item.id, outcome)

    def _forward(self, item: Item, partition: int) -> None:
        """Hands an outsider's record to its home lane, with its first id and receipt, sealed."""
        record, origin, received = item.record, str(item.id), item.received_at.isoformat()
        kept = {name: value.decode("ascii") for name, value in record.headers if value is not None and name not in (ORIGIN, RECEIVED, SEAL)}
        sealed = kept | {ORIGIN: origin, RECEIVED: received, SEAL: seal(self._bench.key, origin, received)}
        self._applier.put(self._lanes[record.partition], (record.topic, partition), str(item.case_id).encode(), pack_headers(sealed), record.value or b"")

    def _park(self, case: Case | None, held: Held, p: int) -> bool:
        held.at = micros(self._now)
        self.writes.hold.append((case, p, held))
        if case is not None:
            case.held.append(held)
            case.dirty = True
        if held.reason != WAITING:
            self.parked[p] = self.parked.get(p, 0) + 1
        return False

    def _drain(self, case: Case) -> None:
        """Applies what the case holds, in order, as long as something can be."""
        while case.held and self._release_one(case):
            pass

    def _release_one(self, case: Case) -> bool:
        """Applies the first held record that can be; a blocking one that was not requeued ends the search."""
        for held in case.held:
            if held.blocks:
                return False
            item = self._bench.reader.read(held.record, instant(held.at))
            judged = self._judge(case, item)
            if judged is Verdict.WAIT:
                continue
            if judged is Verdict.APPLY and self._apply(case, item) is not None:
                return self._block_again(case)
            self._forget(case, held)
            return True
        return False

    def _block_again(self, case: Case) -> bool:
        for held in case.held:
            held.requeued = False
        self.writes.blocked_again.append(case.case_id)
        return False

    def _forget(self, case: Case, held: Held) -> None:
        case.held.remove(held)
        case.dirty = True
        kept = [entry for entry in self.writes.hold if entry[2] is not held]
        if len(kept) == len(self.writes.hold):
            self.writes.release.append((case.p, held.record.topic, held.record.offset))
        self.writes.hold = kept
