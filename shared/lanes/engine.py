"""The lane log's engine: takes arrivals, works them in memory, commits once, publishes, and recovers by claiming anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import structlog

from shared.clock import monotonic
from shared.errors import LaneRefused, Unavailable, Zombie
from shared.events.catalogue import PRODUCERS
from shared.lanes.acceptance import Acceptance
from shared.lanes.applying import instant, micros
from shared.lanes.cache import CaseCache
from shared.lanes.case import Held
from shared.lanes.folding import fold
from shared.lanes.health import Health
from shared.lanes.lane import Lane
from shared.lanes.ownership import Ownership
from shared.lanes.ports import Ports, Service, Setup
from shared.lanes.reading import Reader
from shared.lanes.record import Record
from shared.lanes.service import CaseService
from shared.lanes.source import Arrival, Assigned, EffectDone, Records, Revoked
from shared.lanes.timing import due, effect_cause
from shared.lanes.working import Batch, Bench
from shared.lanes.writes import BatchNote, OutboxEntry, Writes

log = structlog.get_logger()


class Engine:
    """Runs one service's lanes in one thread. `step` does one thing and returns; whatever a port raises goes to `recover`."""

    def __init__(self, service: Service, ports: Ports, setup: Setup) -> None:
        self._service = service
        self._ports = ports
        self._setup = setup
        self.health = Health()
        self._own = Ownership(service, ports, self.health, setup.owner)
        self._cache = CaseCache(ports.store, setup.limits.cases)
        self._failed = ""
        self._next_tick = 0.0
        self._stored: dict[int, int] = {}
        self._fruitless: dict[int, int] = {}
        self._bench = self._made_bench(service) if isinstance(service, CaseService) else None

    def _made_bench(self, service: CaseService[Any]) -> Bench:
        reader = Reader(service, self._setup.key, lambda topic: self._own.topic_ids.get(topic, ""), broker_time=self._setup.broker_time)
        sources = frozenset(PRODUCERS[topic] for topic in service.consumes if topic in PRODUCERS)
        return Bench(service, reader, self._cache.load, self._setup.key, sources)

    def step(self, seconds: float = 0.05) -> bool:
        """Works the next arrival or what is due; true if there was an arrival. Raises `Unavailable` and `Zombie`."""
        self._ports.publisher.poll(0)
        if self._failed:
            raise Unavailable(f"The broker refused an event ({self._failed}).", code="publish", remedy="It is published again.")
        self.health.last_poll = monotonic()
        waiting = any(lane.backlog for lane in self._own.lanes.values())
        arrival = self._ports.source.take(0.002 if waiting else seconds)
        if arrival is not None:
            self._on(arrival)
        elif waiting:
            self._ports.publisher.poll(0.005)
        if monotonic() >= self._next_tick:
            self._tick()
        return arrival is not None

    def _on(self, arrival: Arrival) -> None:
        match arrival:
            case Assigned():
                self._own.assigned = arrival
                self.recover()
            case Revoked():
                self._own.assigned = None
                self._drop()
            case Records(records):
                self._input(records)
            case EffectDone():
                self._effect(arrival)

    def recover(self) -> None:
        """Forgets everything in memory and claims the assigned lanes anew: the one way back from any doubt."""
        self._drop()
        self._ports.publisher.renew()
        self._failed = ""
        for lane in self._own.claim().values():
            entries = self._ports.store.unpublished(lane)
            self._publish(entries)
        self._stored = {p: lane.acked for p, lane in self._own.lanes.items()}
        for task in self._ports.store.open_tasks(sorted(self._own.lanes)) if self._own.lanes else ():
            self._ports.effects.submit(task)
        self._own.begin()

    def _drop(self) -> None:
        self._own.drop()
        self._cache.clear()

    def _input(self, records: Sequence[Record]) -> None:
        accepted = [record for record in records if self._accept(record)]
        self._wait_for_broker()
        size = self._setup.limits.records
        for at in range(0, len(accepted), size):
            self._work(accepted[at : at + size])

    def _accept(self, record: Record) -> bool:
        judged = self._own.sequence.judge(record) if record.partition in self._own.lanes else Acceptance.DROP
        if judged is Acceptance.SEEK:
            place = (record.topic, record.partition)
            self._ports.source.seek(place, self._own.sequence.expected(place))
        return judged is Acceptance.TAKE

    def _wait_for_broker(self) -> None:
        """Takes no more work while too much is unpublished."""
        while sum(lane.backlog for lane in self._own.lanes.values()) > self._setup.limits.backlog and not self._failed:
            self._ports.publisher.poll(0.1)
            self.health.last_poll = monotonic()

    def _work(self, records: Sequence[Record]) -> None:
        """Works records in one transaction; if that fails for their content, in smaller ones, down to the culprit."""
        records = [record for record in records if record.partition in self._own.lanes]
        if not records:
            return
        try:
            self._transact("input", {record.partition for record in records}, lambda batch: batch.take(records), records)
        except (Unavailable, Zombie):
            raise
        except LaneRefused as refused:
            why = str(refused)
            self._divide(records, lambda: self._own.refuse(records[0].partition, why))
        except Exception as error:  # noqa: BLE001 - the store refused the content: find the record that did it
            log.error("batch_failed", service=self._service.name, records=len(records), error=type(error).__name__)  # noqa: TRY400 - values may be health information
            reason = type(error).__name__
            self._divide(records, lambda: self._park(records[0], reason))

    def _divide(self, records: Sequence[Record], single: Callable[[], None]) -> None:
        if len(records) == 1:
            single()
            return
        middle = len(records) // 2
        self._work(records[:middle])
        self._work(records[middle:])

    def _park(self, record: Record, why: str) -> None:
        self._transact("input", {record.partition}, lambda batch: batch.refuse(record, Held(record, "store", why)), [record])

    def _effect(self, done: EffectDone) -> None:
        if done.p in self._own.lanes:
            self._transact("effect", {done.p}, lambda batch: batch.end(done.p, effect_cause(done)), ())

    def _tick(self) -> None:
        self._next_tick = monotonic() + self._setup.limits.tick
        lanes = self._own.lanes
        if not lanes:
            return
        if self._bench is not None:
            events = due(self._ports, self._service.consumes, lanes)
            if events:
                self._transact("tick", {p for p, _ in events}, lambda batch: batch.fire(events), ())
            requeued = self._ports.store.requeued(sorted(lanes))
            if requeued:
                self._transact("requeue", set(requeued.values()), lambda batch: batch.retry(requeued), ())
        self._note_published()

    def _transact(self, kind: str, ps: set[int], work: Callable[[Batch], None], records: Sequence[Record]) -> None:
        lanes = {p: self._own.lanes[p].copy() for p in ps}
        now = instant(max(micros(self._ports.clock.now()), *(lane.last_at for lane in lanes.values())))
        if self._bench is None:
            writes, parked = fold(self._service, lanes, records, now), {}  # type: ignore[arg-type]
        else:
            batch = Batch(self._bench, lanes, now)
            try:
                work(batch)
            except BaseException:
                self._cache.evict(batch.writes.cases)
                raise
            writes, parked = batch.writes, batch.parked
        self._commit(writes, lanes, BatchNote(0, 0, kind, micros(now), "", 0, self._reference(), ""), records)
        self._break(ps, parked, records)

    def _reference(self) -> str:
        return self._service.reference() if isinstance(self._service, CaseService) else ""

    def _commit(self, writes: Writes, lanes: dict[int, Lane], note: BatchNote, records: Sequence[Record]) -> None:
        writes.lanes = lanes
        ranges = _ranges(records)
        for p, lane in lanes.items():
            lane.last_at = note.at
            writes.batches.append(note._replace(p=p, n=lane.next_batch, ranges=ranges.get(p, "")))
            lane.next_batch += 1
        try:
            self._ports.store.commit(writes)
        except BaseException:
            self._cache.evict(writes.cases)
            raise
        self._own.lanes.update(lanes)
        self._cache.keep(writes.cases)
        self._publish(writes.outbox)
        for task in writes.tasks.values():
            self._ports.effects.submit(task)
        self.health.last_commit = monotonic()
        self.health.batches += 1
        self.health.worked += len(records)

    def _break(self, ps: set[int], parked: dict[int, int], records: Sequence[Record]) -> None:
        """Stops a lane of which everything is parked: a bad deploy must not park a payer's whole day."""
        worked: dict[int, int] = {}
        for record in records:
            worked[record.partition] = worked.get(record.partition, 0) + 1
        for p in ps:
            self.health.parked += parked.get(p, 0)
            fruitless = worked.get(p, 0) > 0 and parked.get(p, 0) == worked[p]
            self._fruitless[p] = self._fruitless.get(p, 0) + worked[p] if fruitless else 0
            if self._fruitless[p] >= self._setup.limits.breaker:
                self._own.refuse(p, f"the last {self._fruitless[p]} events were all parked; see priorauth parked list")

    def _publish(self, entries: Sequence[OutboxEntry]) -> None:
        for entry in entries:
            self._ports.publisher.send(entry, partial(self._acknowledged, entry.p, self._own.lanes[entry.p].epoch, entry.seq))
        self._ports.publisher.poll(0)

    def _acknowledged(self, p: int, epoch: int, seq: int, error: object, _message: object) -> None:
        lane = self._own.lanes.get(p)
        if lane is None or lane.epoch != epoch:
            return
        if error is not None:
            self._failed = str(error)
            return
        lane.delivered(seq)
        self.health.published += 1

    def _note_published(self) -> None:
        """Stores how far publishing got, when nothing else does, and turns the outbox tables."""
        behind = {p: lane.copy() for p, lane in self._own.lanes.items() if lane.acked > self._stored.get(p, 0)}
        if not behind:
            return
        self._ports.store.commit(Writes(lanes=behind))
        self._stored = {p: lane.acked for p, lane in self._own.lanes.items()}
        self._ports.store.rotate()
        self._ports.source.hint({(topic, p): offset for p, lane in self._own.lanes.items() for topic, offset in lane.positions.items()})

    def close(self, seconds: float = 10.0) -> None:
        """Flushes what is published and stores how far it got; what remains is published by the next owner."""
        if self._ports.publisher.flush(seconds) and self._own.lanes and not self._failed:
            self._note_published()
        self._ports.effects.stop()


def _ranges(records: Sequence[Record]) -> dict[int, str]:
    """Which offsets of which topics a batch worked, per lane: `topic:first-last`, joined by `;`."""
    spans: dict[tuple[int, str], tuple[int, int]] = {}
    for record in records:
        key = (record.partition, record.topic)
        first, _ = spans.get(key, (record.offset, 0))
        spans[key] = (first, record.offset)
    by_lane: dict[int, list[str]] = {}
    for (p, topic), (first, last) in spans.items():
        by_lane.setdefault(p, []).append(f"{topic}:{first}-{last}")
    return {p: ";".join(parts) for p, parts in by_lane.items()}
