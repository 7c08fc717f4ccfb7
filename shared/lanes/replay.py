"""Replays the history of a service's lanes into an empty store: the same inputs at the recorded
instants give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from shared.clock import SettableClock
from shared.instants import instant
from shared.lanes.batch.history import spans
from shared.lanes.batch.kinds import INPUT, REQUEUE, REREAD, TASK, TICK
from shared.lanes.batch.timers_and_tasks import task_cause, timer_cause
from shared.lanes.engine.claims import LaneClaims
from shared.lanes.engine.commit import Transactions
from shared.lanes.engine.health import Health
from shared.lanes.engine.ports import Ports, Setup
from shared.lanes.engine.tasks import TaskPool
from shared.lanes.memory.broker import MemoryBroker
from shared.lanes.memory.twins import MemoryPublisher, MemorySource
from shared.lanes.outcome import Received
from shared.lanes.service import Service
from shared.lanes.state.record import Record
from shared.lanes.state.write_set import BatchNote, ReferenceWrite
from shared.lanes.store.lane_store import LaneStore
from shared.lanes.transport import TaskResult

Read = Callable[[str, int, int, int], Sequence[Record]]


class Replay:
    """A run of a service over its history.

    What it publishes goes to `broker`, in memory; no task is run, its recorded result is taken.
    The reference data of the recorded sets must be in the store (`with_reference`).
    """

    def __init__(
        self, service: Service, store: LaneStore, setup: Setup, topic_ids: dict[str, str]
    ) -> None:
        self.broker = MemoryBroker()
        self._clock = SettableClock(instant(0))
        self._store = store
        self._publisher = MemoryPublisher(self.broker)
        source = MemorySource(self.broker, service.name, service.consumes)
        tasks = TaskPool({}, source.put, self._clock.monotonic)
        ports = Ports(store, self._publisher, source, self._clock, tasks)
        health = Health()
        self._claims = LaneClaims(service, ports, health, setup)
        self._claims.topic_ids = topic_ids
        self._transactions = Transactions(service, ports, setup, self._claims, health)

    def run(self, history: Iterable[BatchNote], read: Read) -> None:
        """Works batches in the order given (ascending `n` within a lane); `read` gives a topic's
        records of a partition from first to last offset.
        """
        for note in history:
            if note.p not in self._claims.lanes:
                self._claims.lanes |= self._store.claim((note.p,), "replay")
            # As it was: batches that are not replayed have numbers too, and tasks their turns from
            # those.
            self._claims.lanes[note.p].next_batch = note.n
            self._clock.at = instant(note.at)
            # What was read then, however the data has gone on since.
            self._store.references.point(note.reference)
            self._work(note, read)
            self._publisher.poll(0)

    def _work(self, note: BatchNote, read: Read) -> None:
        run = self._transactions.run
        match note.kind:
            case "input":
                run(INPUT, recorded_records(note, read))
            case "refuse":
                refused = INPUT.on_poison("replay") if INPUT.on_poison else INPUT
                run(refused, recorded_records(note, read))
            case "reread":
                run(REREAD, recorded_records(note, read))
            case "tick":
                run(TICK, recorded_timers(note))
            case "effect":
                run(TASK, recorded_results(note))
            case "requeue":
                self._requeue(recorded_cases(note))
            # What the store did not take, or nobody lived to read, decided and published nothing.
            case _:
                return

    def _requeue(self, cases: list[tuple[int, UUID]]) -> None:
        # An operator marked the rows: nothing in the history of the lane itself did.
        ids = [case_id for _, case_id in cases]
        self._store.requeue(ids)
        self._transactions.cache.evict(ids)
        self._transactions.run(REQUEUE, cases)


def with_reference(store: LaneStore, original: LaneStore, history: Iterable[BatchNote]) -> None:
    """Brings the sets that a history names into a store, with their items; raises `Impossible`
    where the original store lacks one.
    """
    for sha256 in dict.fromkeys(note.reference for note in history if note.reference):
        known = original.references.load(sha256)
        items = original.references.items([entry.sha256 for entry in known.entries])
        store.references.point("")
        store.references.seed(ReferenceWrite("", known, items))


def recorded_records(note: BatchNote, read: Read) -> list[Record]:
    """The records of a batch, in the order in which it worked them."""
    return [
        record
        for topic, first, last in spans(note.ranges)
        for record in read(topic, note.p, first, last)
    ]


def recorded_timers(note: BatchNote) -> list[tuple[int, Received]]:
    """The timers of a batch, as the causes that they were."""
    return [
        (note.p, timer_cause(UUID(case_id), kind, at))
        for case_id, kind, at in json.loads(note.ranges)
    ]


def recorded_results(note: BatchNote) -> list[tuple[int, Received]]:
    """The results of tasks of a batch, as the causes that they were."""
    return [
        (note.p, task_cause(TaskResult(note.p, UUID(case_id), kind, key, result)))
        for case_id, kind, key, result in json.loads(note.ranges)
    ]


def recorded_cases(note: BatchNote) -> list[tuple[int, UUID]]:
    """The cases of a requeue."""
    return [(note.p, UUID(case_id)) for (case_id,) in json.loads(note.ranges)]
