"""One process of a service: the real engine with simulated ports, run step by step as a replica
runs it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.testbed.keys import check_of
from services.audit.handlers import service as audit
from services.criteria.handlers import service as criteria
from services.intake.handlers import service as intake
from services.letters.decide import RENDER
from services.letters.handlers import service as letters
from services.letters.model import LettersState
from shared.access.service_keys import ServiceKeys
from shared.errors import Unavailable, Zombie
from shared.instants import instant
from shared.lanes.engine.engine import Engine
from shared.lanes.engine.ports import Limits, Ports, Setup
from shared.lanes.engine.tasks import TaskKind, TaskPool
from shared.lanes.memory.twins import MemoryExecutor
from shared.lanes.outcome import Outcome, Received
from shared.lanes.service import CaseService, Service
from shared.lanes.transport import Arrival
from shared.settings import Settings
from tests.desk import with_desk
from tests.reliability.simulator.broker import PATIENCE, SimulatedPublisher, SimulatedSource
from tests.reliability.simulator.cases import KEY
from tests.reliability.simulator.disk import Disk, SimulatedStore
from tests.reliability.simulator.faults import AFTER, BEFORE, FULL, KILL, PARTITION, PAUSE, Killed
from tests.reliability.simulator.queues import queued

if TYPE_CHECKING:
    from tests.reliability.simulator.world import World

AT = {
    "begin": (KILL, PAUSE, BEFORE),
    "statement": (KILL, PAUSE, BEFORE, FULL),
    "commit": (KILL, PAUSE, BEFORE),
    "committed": (KILL, PAUSE, AFTER, AFTER),
    "bounds": (KILL, PAUSE, PARTITION),
}
ANYWHERE = (KILL, PAUSE, PAUSE)
FAILING = 0.15
"""The share of attempts of tasks that fail."""


def render(payload: dict[str, Any]) -> dict[str, Any]:
    """The documents of a letter: a hash of what they would be made from."""
    sha256 = hashlib.sha256(payload["content"].encode()).hexdigest()
    return {
        "documents": [
            {
                "format": "pdf",
                "sha256": sha256,
                "size": len(payload["content"]),
                "path": f"{sha256}.pdf",
            }
        ]
    }


@cache
def services(*, render_documents: bool) -> dict[str, Service]:
    """The four services as they are shipped, but for the making of documents."""
    settings = Settings(
        "",
        "",
        Path(),
        "",
        0,
        "simulated",
        ServiceKeys(routing=KEY, numbers=KEY, salts=KEY),
        embedded=False,
        log_level="",
        batch_records=500,
        render=render_documents,
    )
    made = (
        intake(settings),
        criteria(with_desk(settings)),
        with_queues(letters(settings)),
        audit(settings),
    )
    return {service.name: service for service in made}


def with_queues(service: CaseService[LettersState]) -> CaseService[LettersState]:
    """Letters as shipped, but for the making of documents, and with a queue for some of them."""
    decide = service.decide

    def decided(
        reference: Any, state: LettersState | None, received: Received, now: datetime
    ) -> Outcome[LettersState]:
        return queued(decide(reference, state, received, now))

    return replace(service, tasks={RENDER: render}, decide=decided)


class SkewedClock:
    """The world's time as one machine tells it: off by `skew` microseconds."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.skew = 0

    def now(self) -> datetime:
        return instant(self._world.now + self.skew)

    def monotonic(self) -> float:
        return self._world.elapsed / 1e6


class Process:
    """One replica.

    `cut`: the broker is out of reach; `storeless`: the store is; `held`: nothing it sends lands;
    `slow`: it hardly gets to run; `doubt`: it will not hear that its next commit has happened.
    """

    def __init__(self, world: World, service: Service, disk: Disk, owner: str) -> None:
        self.world, self.service, self.disk, self.owner = world, service, disk, owner
        self.doubt = self.cut = self.storeless = self.held = self.slow = self.busy = (
            self.troubled
        ) = self.stale = False
        self.most = world.random.choice((2, 10, 100))
        self._waited = 0
        ledger, name = world.ledger, service.name
        self.store = SimulatedStore(
            disk,
            self.reach,
            lambda writes: ledger.committed(self, writes),
            lambda epochs: ledger.claimed(name, epochs),
        )
        self.publisher = SimulatedPublisher(self, world.broker)
        self.source = SimulatedSource(self, world.broker)
        self.pool = MemoryExecutor(patient=True)
        self.clock = SkewedClock(world)
        runs = service.tasks if isinstance(service, CaseService) else {}
        kinds = {
            kind: TaskKind(partial(self._task, kind, run), self.pool) for kind, run in runs.items()
        }
        tasks = TaskPool(kinds, self._deliver, self.clock.monotonic)
        limits = Limits(
            tick=2.5,
            rotate_seconds=0.0,
            records=world.random.choice((5, 500, 500)),
            backlog=world.random.choice((3, 50, 20_000)),
            cases=world.random.choice((2, 4_000)),
        )
        ports = Ports(self.store, self.publisher, self.source, self.clock, tasks)
        self.engine = Engine(
            service,
            ports,
            Setup(owner, KEY, limits=limits, code="simulated", seals=check_of(service.name)),
        )

    def _task(
        self, kind: str, run: Callable[[dict[str, Any]], dict[str, Any]], payload: dict[str, Any]
    ) -> dict[str, Any]:
        """Runs a task, which fails now and then."""
        key = str(json.loads(payload["content"])["letter_id"])
        self.world.ledger.queues.begins(self.service.name, kind, key)
        if not self.world.faults.over and self.world.random.random() < FAILING:
            raise Unavailable("What the task needs does not answer.", code="simulated")
        return run(payload)

    def _deliver(self, arrival: Arrival) -> None:
        self.source.put(arrival)

    def reach(self, where: str) -> None:
        """A place where the process may be interrupted: it stands still, dies, or is told that
        something does not answer.
        """
        if self.storeless and where in ("begin", "statement"):
            raise Unavailable("The store is out of reach.", code="simulated")
        if self.doubt and where == "committed":
            self.doubt = False
            raise Unavailable("The answer to the commit was lost.", code="simulated")
        faults = self.world.faults
        faults.left -= 1
        if faults.left <= 0 and (kind := faults.interrupts(AT.get(where, ANYWHERE))):
            self.world.note(f"{self.service.name} {where} {kind}")
            self._befalls(kind)

    def _befalls(self, kind: str) -> None:
        match kind:
            case "pause":
                self.world.interlude()
            case "kill":
                raise Killed
            case "disk_full":
                self.world.trouble.fill(self.disk)
            case "partition":
                self.world.trouble.part(self)
            case _:
                raise Unavailable(kind, code="simulated")

    def wait_out(self, seconds: float) -> None:
        """Whoever waits lets the others go on; nobody waits for ever."""
        if seconds:
            self._waited += 1
            self.world.interlude()
            if self._waited % PATIENCE == 0:
                self.cut = self.held = False
                self.publisher.slow.clear()

    def step(self) -> None:
        """One step as a replica's thread does it: whatever does not answer is tried again from a
        new claim.
        """
        self.busy = True
        try:
            if self.troubled and self.world.hesitates():
                return
            if self.troubled:
                self.engine.recover()
                self.troubled = False
            else:
                self.engine.step(0)
        except (Unavailable, Zombie):
            self.troubled = True
        except Killed:
            self.world.bury(self)
        finally:
            self.busy = False

    def hurry(self) -> None:
        """Large batches from now on: the faults are over."""
        self.most = 100
        self.engine._limits = replace(self.engine._limits, records=500, backlog=20_000)

    def end(self) -> None:
        """SIGTERM: what is under way is flushed."""
        self.busy = True
        try:
            self.engine.close(0)
        except (Unavailable, Zombie, Killed):
            self.world.note(f"{self.service.name} did not end well")
        finally:
            self.busy = False
