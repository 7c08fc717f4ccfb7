"""The lane log's engine: takes arrivals, works them in memory, commits once, publishes, and
recovers by claiming anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from shared.errors import LaneRefused
from shared.lanes.batch.kinds import INPUT, REQUEUE, REREAD, TASK, TICK
from shared.lanes.batch.timers_and_tasks import task_cause
from shared.lanes.engine.admission import Admission, portions
from shared.lanes.engine.caution import Caution
from shared.lanes.engine.claims import LaneClaims
from shared.lanes.engine.commit import Isolation, Transactions
from shared.lanes.engine.health import Health
from shared.lanes.engine.ports import Ports, Setup
from shared.lanes.engine.stall import StallWatch
from shared.lanes.engine.timers import due
from shared.lanes.service import CaseService, Service
from shared.lanes.state.record import Record
from shared.lanes.transport import Arrival, Assigned, Records, Revoked, TaskResult

log = structlog.get_logger()

STALE_ARRIVALS = 1_000
"""A consumer that delivers as fast as it is emptied must not keep a recovery from its end."""


class Engine:
    """Runs one service's lanes in one thread.

    `step` does one thing and returns; whatever a port raises goes to `recover`.
    """

    def __init__(self, service: Service, ports: Ports, setup: Setup) -> None:
        self._service = service
        self._ports = ports
        self._limits = setup.limits
        self.health = Health()
        self._claims = LaneClaims(service, ports, self.health, setup)
        self._transactions = Transactions(service, ports, setup, self._claims, self.health)
        self._publishing = self._transactions.publishing
        self._decides = isinstance(service, CaseService)
        self._isolation = Isolation(self._transactions, self._claims, parks=self._decides)
        self._caution = Caution(ports, self._claims, self._isolation, setup.limits.records)
        self._next_tick = 0.0
        self._watch = StallWatch(service.consumes, ports, self._claims, setup.limits.watch)

    def step(self, seconds: float = 0.05) -> bool:
        """Works the next arrival and what is due; true if there was an arrival.

        Raises `Unavailable` and `Zombie`.
        """
        # A refused entry shows here, before another batch adds to what must be sent again.
        self._publishing.serve()
        self.health.last_poll = self._ports.clock.monotonic()
        waiting = self._publishing.backlog > 0
        # Acknowledgements come from polling alone: who waits for records longer delays them.
        arrival = self._ports.source.take(0.002 if waiting else seconds)
        if arrival is not None:
            self._on(arrival)
        elif waiting:
            self._publishing.serve(0.005)
        else:
            self._look()
        if self._ports.clock.monotonic() >= self._next_tick:
            self._tick()
        return arrival is not None

    def _on(self, arrival: Arrival) -> None:
        match arrival:
            case Assigned():
                self._claims.assigned = arrival
                self.recover()
            case Revoked():
                self._claims.assigned = None
                self._drop()
                self._ports.tasks.resume(())
            case Records(records):
                self._input(records)
            case TaskResult():
                self._task_result(arrival)

    def recover(self) -> None:
        """Forgets everything in memory and claims the assigned lanes anew: the one way back from
        any doubt.
        """
        self._drop()
        # In this order. The old producer ends before the outbox is read: what it still had queued
        # would come behind what is sent again, out of order. And that goes out before anything new
        # is read: a later batch never overtakes an earlier one.
        self._publishing.renew()
        self._forget_arrivals()
        self._claims.claim()
        self._seed()
        self._publishing.begin()
        self._run_tasks()
        self._claims.begin()

    def _seed(self) -> None:
        """Takes up the package's reference data; a release that may not stops, aloud."""
        if not self._claims.lanes:
            return
        try:
            self._transactions.reference.seed()
        except LaneRefused as refused:
            for p in sorted(self._claims.lanes):
                self._claims.refuse(p, str(refused))

    def _run_tasks(self) -> None:
        """Goes on with every open task after a claim: results may have been dropped, and other
        owners have left tasks to us.
        """
        lanes = sorted(self._claims.lanes)
        self._ports.tasks.resume(self._ports.store.tasks.open(lanes) if lanes else ())

    def _tend_tasks(self) -> None:
        """Starts tasks whose pauses are over, and says which are failing."""
        tasks = self._ports.tasks
        tasks.wake()
        self.health.failing = tasks.failing()
        # Lost if the store does not answer; but then everything is claimed anew, and the next
        # failure says it again.
        self._ports.store.tasks.mark_failing(tasks.alarms())

    def _forget_arrivals(self) -> None:
        """Drops what has arrived: it comes again, records from the stored positions, tasks from
        the rows that are open. Only the assignment counts.
        """
        for _ in range(STALE_ARRIVALS):
            match self._ports.source.take(0):
                case None:
                    return
                case Assigned() as assigned:
                    self._claims.assigned = assigned
                case Revoked():
                    self._claims.assigned = None
                case _:
                    continue

    def _drop(self) -> None:
        self._claims.drop()
        self._transactions.cache.clear()

    def _input(self, records: Sequence[Record]) -> None:
        accepted = [record for record in records if self._accept(record)]
        self._publishing.wait(self._limits.backlog)
        # What can be set aside only: a service that folds whole lanes leaves nothing out.
        rest = self._caution.work(accepted) if self._decides else accepted
        for portion in portions(rest, self._limits.records, self._limits.max_bytes):
            self._isolation.run(INPUT, portion)

    def _accept(self, record: Record) -> bool:
        admission = (
            self._claims.sequence.judge(record)
            if record.partition in self._claims.lanes
            else Admission.DROP
        )
        if admission is Admission.REWIND:
            place = (record.topic, record.partition)
            self._ports.source.seek(place, self._claims.sequence.expected(place))
        return admission is Admission.TAKE

    def _task_result(self, done: TaskResult) -> None:
        """Takes in a result if its task is open still: one that ran twice counts once."""
        task_id = (done.case_id, done.kind, done.key)
        lanes = self._claims.lanes
        wanted = done.p in lanes and self._ports.store.tasks.is_open(*task_id)
        if wanted:
            self._isolation.run(TASK, [(done.p, task_cause(done))])
        if not wanted or done.p not in self._claims.lanes:
            # Nobody here takes it in: what waits behind it in its queue must not wait for that.
            self._ports.tasks.end([task_id])

    def _look(self) -> None:
        """Claims anew when reading has stopped without a word."""
        stuck = self._watch.stuck()
        if stuck:
            log.error(
                "reading_stuck",
                service=self._service.name,
                lanes=sorted({p for _, p in stuck}),
                remedy="The lanes are claimed anew.",
            )
            self.recover()

    def _tick(self) -> None:
        self._next_tick = self._ports.clock.monotonic() + self._limits.tick
        lanes = self._claims.lanes
        if lanes and self._decides:
            self._isolation.run(TICK, due(self._ports, self._service.consumes, lanes))
            self._retry(sorted(lanes))
        if self._decides:
            self._tend_tasks()
        if lanes or self._claims.left:
            self._publishing.note()

    def _retry(self, ps: Sequence[int]) -> None:
        """Works what an operator asked for: whole cases in order, and records that have none."""
        cases, records = self._ports.store.requeued(ps)
        # The operator's process marked the rows behind our back: in memory nothing is marked.
        self._transactions.cache.evict(cases)
        self._isolation.run(REQUEUE, [(p, case_id) for case_id, p in cases.items()])
        self._isolation.run(REREAD, records)

    def close(self, seconds: float = 10.0) -> None:
        """Flushes what is published, stores how far it got, ends the tasks and closes the store."""
        try:
            self._publishing.close(seconds)
        finally:
            self._ports.tasks.stop()
            self._ports.store.close()
