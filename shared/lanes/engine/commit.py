"""Works a batch in memory and commits it in one transaction; what is committed is published at
once.

A batch that fails for what is in it runs again in smaller ones, down to the entry that did it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

import structlog

from shared.errors import LaneRefused, Unavailable, Zombie
from shared.events.catalogue import PRODUCERS
from shared.instants import instant, micros
from shared.lanes.batch.batch import Batch
from shared.lanes.batch.delivery import BatchContext
from shared.lanes.batch.fold import fold
from shared.lanes.batch.kinds import BatchKind
from shared.lanes.batch.mishaps import Mishaps
from shared.lanes.batch.reader import Reader
from shared.lanes.engine.breaker import Breakers
from shared.lanes.engine.case_cache import CaseCache
from shared.lanes.engine.claims import LaneClaims
from shared.lanes.engine.health import Health, tell
from shared.lanes.engine.outbox import OutboxSender
from shared.lanes.engine.ports import Ports, Setup
from shared.lanes.engine.reference import ReferenceReader
from shared.lanes.service import CaseService, LaneService, Service
from shared.lanes.state.lane import Lane
from shared.lanes.state.record import Record
from shared.lanes.state.write_set import BatchNote, Writes

log = structlog.get_logger()
E = TypeVar("E")


class Transactions:
    """One batch after another.

    A batch that fails leaves nothing behind, in the store or in memory.
    """

    def __init__(
        self, service: Service, ports: Ports, setup: Setup, claims: LaneClaims, health: Health
    ) -> None:
        self._service = service
        self._ports = ports
        self._setup = setup
        self._claims = claims
        self._health = health
        self._breakers = Breakers(setup.limits.breaker)
        self.cache = CaseCache(ports.store, setup.limits.cases)
        self.reference = ReferenceReader(service, ports)
        self.publishing = OutboxSender(
            service.consumes, ports, claims, health, setup.limits.rotate_seconds
        )
        self._context = self._batch_context(service) if isinstance(service, CaseService) else None

    def _batch_context(self, service: CaseService[Any]) -> BatchContext:
        reader = Reader(
            service,
            self._setup.key,
            lambda topic: self._claims.topic_ids.get(topic, ""),
            broker_time=self._setup.broker_time,
        )
        sources = frozenset(PRODUCERS[topic] for topic in service.consumes if topic in PRODUCERS)
        return BatchContext(
            service, reader, self.cache.load, self._setup.key, sources, self._setup.seals
        )

    def run(self, kind: BatchKind[E], entries: Sequence[E]) -> None:
        """Works entries of lanes that are ours, commits and publishes; raises whatever decisions,
        store or publisher raise.
        """
        lanes = {
            p: self._claims.lanes[p].copy()
            for p in sorted({kind.lane_of(entry) for entry in entries})
        }
        # Never back, whatever this machine's clock or the last owner's showed: a lane's history is
        # ordered by these instants ("time goes on").
        now = instant(
            max([micros(self._ports.clock.now()), *(lane.last_at for lane in lanes.values())])
        )
        # Read once, before anything is decided: what a batch reads is one set, whatever is
        # published while it works, and its note names it.
        current = self.reference.at(micros(now))
        writes, mishaps = self._worked(kind, entries, (lanes, now), current.data)
        writes.reference = self.reference.planning(writes.planned, micros(now))
        if kind.fresh:
            for lane in lanes.values():
                lane.claims = 0
        self._note(
            writes,
            lanes,
            BatchNote(0, 0, kind.name, micros(now), "", 0, current.sha256, self._setup.code),
            (kind.noted(entries, mishaps.unsealed), mishaps.parked),
        )
        self._commit(writes)
        tell(self._health, mishaps, len(entries))
        if kind.fresh:
            worked = Counter(kind.lane_of(entry) for entry in entries)
            worked.subtract(p for p, _, _ in mishaps.unsealed)
            for p, why in self._breakers.note(worked, mishaps, now):
                self._claims.refuse(p, why)

    def _worked(
        self,
        kind: BatchKind[E],
        entries: Sequence[E],
        place: tuple[dict[int, Lane], datetime],
        reference: Any,
    ) -> tuple[Writes, Mishaps]:
        lanes, now = place
        if self._context is None:
            service, records = (
                cast("LaneService", self._service),
                cast("Sequence[Record]", entries),
            )
            return fold(service, lanes, records, now, self._setup.seals)
        batch = Batch(self._context, lanes, now, reference)
        try:
            kind.work(batch, entries)
        except BaseException:
            # Changed in place, and nobody will commit it.
            self.cache.evict(batch.delivery.writes.cases)
            raise
        return batch.delivery.writes, batch.delivery.mishaps

    def _note(
        self,
        writes: Writes,
        lanes: dict[int, Lane],
        note: BatchNote,
        facts: tuple[dict[int, str], dict[int, int]],
    ) -> None:
        worked, parked = facts
        writes.lanes = lanes
        for p, lane in lanes.items():
            lane.last_at = note.at
            writes.batches.append(
                note._replace(
                    p=p, n=lane.next_batch, ranges=worked.get(p, ""), parked=parked.get(p, 0)
                )
            )
            lane.next_batch += 1

    def _commit(self, writes: Writes) -> None:
        try:
            self._ports.store.commit(writes)
        except Unavailable:
            # It may have committed all the same: what is in memory must not be written any more.
            self._claims.drop()
            raise
        except BaseException:
            self.cache.evict(writes.cases)
            raise
        # The copies replace the originals: no acknowledgement can have come for those meanwhile,
        # because only this thread polls the publisher, and not between copying and here.
        self._claims.lanes.update(writes.lanes)
        self.cache.keep(writes.cases)
        self._health.batches += 1
        # Not before: a rollback after sending would leave events that never were ("published is
        # durable"), and a result whose task has no row is dropped. A crash here loses neither: both
        # are in the store, and the lane's next owner begins with them.
        self.publishing.send(writes.outbox)
        # Ended first: a result may ask for the same task again.
        self._ports.tasks.end(writes.tasks_done)
        self._ports.tasks.keep(writes.tasks_kept)
        self._ports.tasks.submit(writes.tasks.values())


class Isolation:
    """Keeps one bad entry from harming its neighbours: it is parked, or its lane stops and all
    others go on.
    """

    def __init__(self, transactions: Transactions, claims: LaneClaims, *, parks: bool) -> None:
        self._transactions = transactions
        self._claims = claims
        self._parks = parks

    def run(self, kind: BatchKind[E], entries: Sequence[E]) -> None:
        """Works the entries whose lanes are ours; raises `Unavailable` and `Zombie` only."""
        entries = [entry for entry in entries if kind.lane_of(entry) in self._claims.lanes]
        if not entries:
            return
        try:
            self._transactions.run(kind, entries)
        # Not the content's fault: parking for it would park a payer's whole day.
        except (Unavailable, Zombie):
            raise
        except LaneRefused as refused:
            for p in {kind.lane_of(entry) for entry in entries}:
                self._claims.refuse(p, str(refused))
        # Decisions or store could not take the content: find what did it.
        except Exception as error:  # noqa: BLE001
            reason = type(error).__name__
            # Values may be health information.
            log.error(  # noqa: TRY400
                "batch_failed", kind=kind.name, entries=len(entries), error=reason
            )
            self._divide(kind, entries, lambda entry: self._isolate(kind, entry, reason))

    def _divide(
        self, kind: BatchKind[E], entries: Sequence[E], single: Callable[[E], None]
    ) -> None:
        if len(entries) == 1:
            single(entries[0])
            return
        middle = len(entries) // 2
        self.run(kind, entries[:middle])
        self.run(kind, entries[middle:])

    def _isolate(self, kind: BatchKind[E], entry: E, reason: str) -> None:
        if kind.on_poison is not None and self._parks:
            self.run(kind.on_poison(reason), [entry])
        else:
            self._claims.refuse(
                kind.lane_of(entry), f"a {kind.name} batch cannot be stored ({reason})"
            )
