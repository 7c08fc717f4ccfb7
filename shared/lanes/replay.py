"""Replays the history of a service's lanes into an empty store: the same inputs at the recorded
instants give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from shared.clock import SettableClock
from shared.instants import instant
from shared.lanes.batch.history import spans
from shared.lanes.batch.kinds import EFFECT, INPUT, REQUEUE, REREAD, TICK
from shared.lanes.batch.timers_and_tasks import effect_cause, fired
from shared.lanes.engine.claims import LaneClaims
from shared.lanes.engine.commit import Transactions
from shared.lanes.engine.health import Health
from shared.lanes.engine.ports import Ports, Setup
from shared.lanes.engine.tasks import Effects
from shared.lanes.memory.broker import MemoryBroker
from shared.lanes.memory.twins import MemoryPublisher, MemorySource
from shared.lanes.service import Service
from shared.lanes.state.record import Record
from shared.lanes.state.write_set import BatchNote
from shared.lanes.store.lane_store import LaneStore
from shared.lanes.transport import EffectDone

Read = Callable[[str, int, int, int], Sequence[Record]]


class Replay:
    """A run of a service over its history.

    What it publishes goes to `broker`, in memory; no effect is run, their recorded results are
    taken.
    """

    def __init__(
        self, service: Service, store: LaneStore, setup: Setup, topic_ids: dict[str, str]
    ) -> None:
        self.broker = MemoryBroker()
        self._clock = SettableClock(instant(0))
        self._store = store
        self._publisher = MemoryPublisher(self.broker)
        source = MemorySource(self.broker, service.name, service.consumes)
        effects = Effects(ThreadPoolExecutor(1), {}, source.put)
        ports = Ports(store, self._publisher, source, self._clock, effects)
        health = Health()
        self._own = LaneClaims(service, ports, health, setup.owner)
        self._own.topic_ids = topic_ids
        self._transactions = Transactions(service, ports, setup, self._own, health)

    def run(self, history: Iterable[BatchNote], read: Read) -> None:
        """Works batches in the order given (ascending `n` within a lane); `read` gives a topic's
        records of a partition from first to last offset.
        """
        for note in history:
            if note.p not in self._own.lanes:
                self._own.lanes |= self._store.claim((note.p,), "replay")
            self._clock.at = instant(note.at)
            self._work(note, read)
            self._publisher.poll(0)

    def _work(self, note: BatchNote, read: Read) -> None:
        match note.kind:
            case "input":
                records = [
                    record
                    for topic, first, last in spans(note.ranges)
                    for record in read(topic, note.p, first, last)
                ]
                self._transactions.run(INPUT, records)
            case "refuse":
                records = [
                    record
                    for topic, first, last in spans(note.ranges)
                    for record in read(topic, note.p, first, last)
                ]
                refused = INPUT.on_poison("replay") if INPUT.on_poison else INPUT
                self._transactions.run(refused, records)
            case "reread":
                self._transactions.run(
                    REREAD,
                    [
                        record
                        for topic, first, last in spans(note.ranges)
                        for record in read(topic, note.p, first, last)
                    ],
                )
            case "tick":
                self._transactions.run(
                    TICK,
                    [
                        (note.p, fired(UUID(case_id), kind, at))
                        for case_id, kind, at in json.loads(note.ranges)
                    ],
                )
            case "effect":
                done = [
                    EffectDone(note.p, UUID(case_id), kind, key, result)
                    for case_id, kind, key, result in json.loads(note.ranges)
                ]
                self._transactions.run(EFFECT, [(note.p, effect_cause(result)) for result in done])
            case "requeue":
                cases = [UUID(case_id) for (case_id,) in json.loads(note.ranges)]
                self._store.requeue(cases)
                self._transactions.cache.evict(cases)
                self._transactions.run(REQUEUE, [(note.p, case_id) for case_id in cases])
            case _:
                return
