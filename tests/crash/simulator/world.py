"""The world of one seed: its time, its processes, and the scheduler that says who goes next and what befalls whom."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from shared.lanes.applying import micros
from shared.lanes.outcome import Outcome, Received
from shared.lanes.ports import Service
from shared.lanes.service import CaseService
from shared.lanes.source import Records
from shared.lanes.writes import OutboxEntry
from tests.crash.simulator.broker import SimulatedBroker
from tests.crash.simulator.cases import LANES, UNDECIDABLE
from tests.crash.simulator.disk import Disk
from tests.crash.simulator.faults import AFTER, DELAY, DUPLICATE, FULL, JUMP, KILL, LOST, PARTITION, REBALANCE, SLOW, Faults, Plan
from tests.crash.simulator.invariants import Ledger
from tests.crash.simulator.people import People
from tests.crash.simulator.process import Process, services

START = micros(datetime(2026, 3, 2, 9, tzinfo=UTC))
SECOND, HOUR, DAY = 1_000_000, 3_600_000_000, 86_400_000_000
RENDERING = 0.3
"""The share of seeds whose letters get documents, which doubles the number of events."""
DEEP = 2
"""How many processes may stand still inside each other."""


@cache
def disks() -> dict[str, Disk]:
    """The stores, emptied for every seed."""
    return {name: Disk(service) for name, service in services(render_documents=True).items()}


class World:
    """Everything that happens in one seed, in the order of one thread."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.random = random.Random(f"schedule {plan.seed}")  # noqa: S311 - a schedule, not a secret
        self.faults = Faults(plan)
        self.now, self.elapsed, self.steps, self.trace = START, 0, 0, 0
        self.ledger = Ledger()
        self.broker = SimulatedBroker(lambda: self.now // 1000)
        self.people = People(self)
        self.repaired = False
        self.renders = self.random.random() < RENDERING
        self.services = {name: self._breakable(service) for name, service in services(render_documents=self.renders).items()}
        self.story: list[str] | None = None
        self._ends: list[tuple[int, Callable[[], object]]] = []
        self._deep = 0
        self.disks = disks()
        for disk in self.disks.values():
            disk.reset()
        self.processes = [Process(self, service, self.disks[name], "one") for name, service in self.services.items()]

    def _breakable(self, service: Service) -> Service:
        """Criteria with a bug that some requests meet, until it is repaired."""
        if not isinstance(service, CaseService) or service.name != "criteria":
            return service
        decide = service.decide

        def broken(state: Any, received: Received, now: datetime) -> Outcome[Any]:
            if not self.repaired and UNDECIDABLE.encode() in received.raw:
                raise ZeroDivisionError
            return decide(state, received, now)

        return replace(service, decide=broken)

    def note(self, what: str) -> None:
        """Adds to the trace, by whose sum two runs of a seed are compared."""
        self.trace = zlib.crc32(what.encode(), self.trace)
        if self.story is not None:
            self.story.append(f"{self.steps:5} {what}")

    def step(self) -> None:
        """One turn: time passes, what was to end ends, and somebody acts."""
        self.steps += 1
        self._pass(self.random.randint(1_000, 400_000))
        if not self.faults.over and self.random.random() < 0.012:
            self._pass(self.random.randint(HOUR, 40 * HOUR))
        self._expire()
        if self.people.due(self.steps):
            self.people.act()
        elif kind := self.faults.disturbs():
            self._disturb(kind)
        else:
            self.work()

    def _pass(self, microseconds: int) -> None:
        self.now += microseconds
        self.elapsed += microseconds

    def hesitates(self) -> bool:
        """Whether a process in trouble waits a little longer before it tries again."""
        return not self.faults.over and self.random.random() < 0.6

    def work(self) -> None:
        """One process goes on, or its workers end what they have begun."""
        free = [process for process in self.processes if not process.busy and not (process.slow and self.random.random() < 0.9)]
        if not free:
            return
        process = self.random.choice(free)
        if process.service.name == "audit" and self.random.random() < 0.6:
            return
        if process.pool._waiting and self.random.random() < 0.3:
            process.pool.run()
        else:
            process.step()

    def interlude(self) -> None:
        """A process stands still: the others go on for a while."""
        if self._deep >= DEEP:
            return
        self._deep += 1
        try:
            for _ in range(self.random.randint(1, 8)):
                self._pass(self.random.randint(1_000, 400_000))
                self.work()
        finally:
            self._deep -= 1

    def land(self, producer: str, entry: OutboxEntry) -> None:
        """An entry arrives at the broker."""
        offset = self.broker.publish(entry)
        self.note(f"{producer} {entry.topic}/{entry.partition}@{offset} {zlib.crc32(entry.headers)} {zlib.crc32(entry.value)}")
        self.ledger.appended_by(producer, entry, offset)

    def abandon(self, producer: str, entries: Sequence[OutboxEntry]) -> None:
        """What a producer had under way when it was given up: lost, or landing later, in order."""
        if not entries or self.random.random() < 0.6:
            return
        landing = entries[: self.random.randint(1, len(entries))]

        def land() -> None:
            for entry in landing:
                self.land(producer, entry)

        self.later(self.random.randint(1, 40), land)

    def later(self, steps: int, act: Callable[[], object]) -> None:
        """Does something after so many steps, or when the faults are over."""
        self._ends.append((self.steps + steps, act))

    def _expire(self, *, every: bool = False) -> None:
        due = [end for end in self._ends if every or end[0] <= self.steps]
        self._ends = [end for end in self._ends if end not in due]
        for _, act in due:
            act()

    def bury(self, process: Process) -> None:
        """The process is gone; another one takes its place after a while."""
        self._remove(process, told=False)
        self.abandon(process.service.name, [entry for entry, _ in process.publisher.sent])
        if not any(other.service is process.service and not other.stale for other in self.processes):
            self.later(self.random.randint(1, 25), lambda: self.start(process.service, process.owner))

    def _stop(self, process: Process) -> None:
        """SIGTERM: the process ends what it has begun, and another one takes its place."""
        process.end()
        self.bury(process)

    def start(self, service: Service, owner: str) -> Process:
        """A new process of a service."""
        process = Process(self, service, self.disks[service.name], owner)
        self.processes.append(process)
        return process

    def _remove(self, process: Process, *, told: bool) -> None:
        self.processes.remove(process)
        if not process.stale:
            process.source.leave(told=told)

    def fill(self, disk: Disk) -> None:
        """The disk takes nothing for a while."""
        disk.full = True
        self.later(self.random.randint(2, 30), lambda: setattr(disk, "full", False))

    def part(self, process: Process) -> None:
        """The broker or the store is out of the process's reach for a while."""
        which = self.random.choice(("cut", "storeless"))
        setattr(process, which, True)
        self.later(self.random.randint(2, 40), lambda: setattr(process, which, False))

    def _disturb(self, kind: str) -> None:
        if not self.processes:
            return
        troubled = [process for process in self.processes if process.troubled]
        process = self.random.choice(troubled if troubled and self.random.random() < 0.5 else self.processes)
        self.note(f"{process.service.name} {kind}")
        acts: dict[str, Callable[[Process], None]] = {
            KILL: lambda one: self.bury(one) if self.random.random() < 0.5 else self._stop(one),
            PARTITION: self.part,
            FULL: lambda one: self.fill(one.disk),
            AFTER: lambda one: setattr(one, "doubt", True),
            SLOW: lambda one: self._for_a_while(one, "slow"),
            DELAY: self._delay,
            JUMP: lambda one: setattr(one.clock, "skew", self.random.choice((-1, 1)) * self.random.randint(SECOND, 3 * DAY)),
            DUPLICATE: self._again,
            LOST: self._lose,
            REBALANCE: self._rebalance,
        }
        act = acts.get(kind)
        if act is not None and not process.busy:
            act(process)

    def _for_a_while(self, process: Process, what: str) -> None:
        setattr(process, what, True)
        self.later(self.random.randint(5, 60), lambda: setattr(process, what, False))

    def _delay(self, process: Process) -> None:
        """Some places show nothing, or nothing lands that is sent."""
        if self.random.random() < 0.2:
            self._for_a_while(process, "held")
            return
        late = process.source.hidden if self.random.random() < 0.6 else process.publisher.slow
        places = [(topic, p) for topic in (*process.service.consumes, process.service.topic) for p in range(LANES)]
        some = set(self.random.sample(places, self.random.randint(0, len(places))))
        late |= some
        self.later(self.random.randint(3, 60), lambda: late.difference_update(some))

    def _again(self, process: Process) -> None:
        """Records come once more: a run of them from the middle, or a place is read again from there."""
        cursors, doubted = process.source._cursors, process.engine._own.sequence._gaps
        read = [place for place, offset in cursors.items() if offset and place not in doubted]
        if not read:
            return
        place = self.random.choice(read)
        if self.random.random() < 0.5:
            cursors[place] = self.random.randint(0, cursors[place])
            return
        first = self.random.randrange(cursors[place])
        process.source.put(Records(self.broker.read(place, first, self.random.randint(1, cursors[place] - first))))

    def _lose(self, process: Process) -> None:
        """A fetch is lost between the client and the engine: reading goes on behind it.

        Not twice at one place: the engine takes a gap that it has read again for one that the broker has, as transactions' markers leave.
        """
        cursors, doubted = process.source._cursors, process.engine._own.sequence._gaps
        unread = [place for place, offset in cursors.items() if offset < self.broker.end(place) and place not in doubted]
        if unread:
            place = self.random.choice(unread)
            cursors[place] = self.random.randint(cursors[place] + 1, self.broker.end(place))

    def _rebalance(self, process: Process) -> None:
        """A second owner comes, or goes; the first is told, or goes on as a zombie until it is."""
        if process.stale:
            return
        others = [other for other in self.processes if other.service is process.service and other is not process and not other.stale]
        if others:
            process.end()
            self._remove(process, told=True)
            return
        if self.random.random() < 0.5:
            process.source.leave(told=False)
            process.stale = True
            self.later(self.random.randint(5, 60), lambda: self._tell(process))
        self.start(process.service, self.random.choice(("one", "two")))

    def _tell(self, process: Process) -> None:
        """A zombie learns that it is one."""
        if process in self.processes:
            self.processes.remove(process)
            self.abandon(process.service.name, [entry for entry, _ in process.publisher.sent])

    def heal(self) -> None:
        """No more faults: whatever was wrong is right again, but for clocks that are off."""
        self.faults.over = True
        while self._ends:
            self._expire(every=True)
        for process in list(self.processes):
            if process.stale:
                self._tell(process)
        for process in self.processes:
            process.doubt = False
            process.publisher.slow.clear()
            process.hurry()
            process.source.hidden.clear()

    def repair(self) -> None:
        """What could not be decided or written now can be, and an operator asks for all that is parked once more."""
        self.repaired = True
        for name, disk in self.disks.items():
            disk.repaired = True
            disk.rows("UPDATE parked SET requeued = TRUE WHERE reason != 'waiting'")
            self.note(f"{name} repaired")

    def rest(self, rounds: int = 400) -> bool:
        """Lets everybody work undisturbed until nothing moves any more; false if that does not come."""
        quiet, before = 0, (-1, -1)
        for _ in range(rounds):
            for process in list(self.processes):
                for _ in range(3):
                    self.steps += 1
                    self._pass(100_000)
                    process.step()
                process.pool.run()
            moved = (self.ledger.appended, self.ledger.commits)
            waiting = any(process.troubled or process.engine._publishing.backlog for process in self.processes)
            quiet, before = (quiet + 1 if moved == before and not waiting else 0), moved
            if quiet:
                self._pass(11 * SECOND)
            if quiet > 3:
                return True
        return False
