"""The world of one seed: its time, its processes, and the scheduler that says who goes next and
what befalls whom.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from benchmarks.testbed.keys import sealer_of
from shared.instants import micros
from shared.lanes.outcome import Outcome, Received
from shared.lanes.service import CaseService, Service
from shared.lanes.state.write_set import OutboxEntry
from tests.reliability.simulator.broker import SimulatedBroker
from tests.reliability.simulator.cases import DEADLY, UNDECIDABLE
from tests.reliability.simulator.disk import Disk
from tests.reliability.simulator.faults import Faults, Killed, Plan
from tests.reliability.simulator.ledger import Ledger
from tests.reliability.simulator.process import Process, services
from tests.reliability.simulator.scenario import People
from tests.reliability.simulator.trouble import Trouble
from tests.reliability.simulator.unevaluable import evaluating

START = micros(datetime(2026, 3, 2, 9, tzinfo=UTC))
HOUR = 3_600_000_000
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
        # A schedule, not a secret.
        self.random = random.Random(f"schedule {plan.seed}")  # noqa: S311
        self.faults = Faults(plan)
        self.now, self.elapsed, self.steps, self.trace = START, 0, 0, 0
        self.ledger = Ledger()
        self.trouble = Trouble(self)
        self.broker = SimulatedBroker(lambda: self.now // 1000)
        self.people = People(self)
        self.repaired, self.deaths = False, 0
        self.renders = self.random.random() < RENDERING
        self.services = {
            name: self._breakable(service)
            for name, service in services(render_documents=self.renders).items()
        }
        self.story: list[str] | None = None
        self.ends: list[tuple[int, Callable[[], object]]] = []
        self._deep = 0
        self.disks = disks()
        for disk in self.disks.values():
            disk.reset()
        self.processes = [
            Process(self, service, self.disks[name], "one")
            for name, service in self.services.items()
        ]

    def _breakable(self, service: Service) -> Service:
        """Criteria with bugs that some requests meet, until they are repaired: one that raises
        outside the evaluation, one within it, and one that ends the process.
        """
        if not isinstance(service, CaseService) or service.name != "criteria":
            return service
        decide = service.decide

        def broken(reference: Any, state: Any, received: Received, now: datetime) -> Outcome[Any]:
            if not self.repaired and UNDECIDABLE.encode() in received.raw:
                raise ZeroDivisionError
            if not self.repaired and DEADLY.encode() in received.raw:
                self.note("criteria dies of what it reads")
                raise Killed
            with evaluating(repaired=self.repaired):
                return decide(reference, state, received, now)

        return replace(service, decide=broken)

    def note(self, what: str) -> None:
        """Adds to the trace, by whose sum two runs of a seed are compared."""
        self.trace = zlib.crc32(what.encode(), self.trace)
        if self.story is not None:
            self.story.append(f"{self.steps:5} {what}")

    def step(self) -> None:
        """One turn: time passes, what was to end ends, and somebody acts."""
        self.steps += 1
        self.passes(self.random.randint(1_000, 400_000))
        if not self.faults.over and self.random.random() < 0.012:
            self.passes(self.random.randint(HOUR, 40 * HOUR))
        self.expire()
        if self.people.due(self.steps):
            self.people.act()
        elif kind := self.faults.disturbs():
            self.trouble.strike(kind)
        else:
            self.work()

    def passes(self, microseconds: int) -> None:
        self.now += microseconds
        self.elapsed += microseconds

    def hesitates(self) -> bool:
        """Whether a process in trouble waits a little longer before it tries again."""
        return not self.faults.over and self.random.random() < 0.6

    def work(self) -> None:
        """One process goes on, or its workers end what they have begun."""
        free = [
            process
            for process in self.processes
            if not process.busy and not (process.slow and self.random.random() < 0.9)
        ]
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
                self.passes(self.random.randint(1_000, 400_000))
                self.work()
        finally:
            self._deep -= 1

    def land(self, producer: str, entry: OutboxEntry) -> None:
        """An entry arrives at the broker."""
        offset = self.broker.publish(entry, sealer_of(producer))
        self.note(
            f"{producer} {entry.topic}/{entry.partition}@{offset} {zlib.crc32(entry.headers)} "
            f"{zlib.crc32(entry.value)}"
        )
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
        self.ends.append((self.steps + steps, act))

    def expire(self, *, every: bool = False) -> None:
        due = [end for end in self.ends if every or end[0] <= self.steps]
        self.ends = [end for end in self.ends if end not in due]
        for _, act in due:
            act()

    def bury(self, process: Process) -> None:
        """The process is gone; another one takes its place after a while."""
        self.deaths += 1
        self.remove(process, notified=False)
        self.abandon(process.service.name, [entry for entry, _ in process.publisher.sent])
        self.revive(process)

    def revive(self, gone: Process) -> None:
        """A service of which no process is left gets another one."""
        if not any(other.service is gone.service and not other.stale for other in self.processes):
            self.later(self.random.randint(1, 25), lambda: self.start(gone.service, gone.owner))

    def start(self, service: Service, owner: str) -> Process:
        """A new process of a service."""
        process = Process(self, service, self.disks[service.name], owner)
        self.processes.append(process)
        return process

    def remove(self, process: Process, *, notified: bool) -> None:
        self.processes.remove(process)
        if not process.stale:
            process.source.leave(notified=notified)
