"""The four services as they are shipped, each on its real store, with a broker in a file and a
clock that the sweep sets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from benchmarks.testbed.keys import check_of, keys_of
from services.audit.handlers import service as audit
from services.criteria.handlers import service as criteria
from services.intake.handlers import service as intake
from services.letters.handlers import service as letters
from shared.access.service_keys import ServiceKeys
from shared.instants import instant
from shared.lanes.engine.engine import Engine
from shared.lanes.engine.ports import Ports, Setup
from shared.lanes.engine.tasks import TaskKind, TaskPool
from shared.lanes.memory.broker import MemoryBroker
from shared.lanes.memory.twins import MemoryExecutor, MemorySource
from shared.lanes.service import CaseService, Service
from shared.lanes.store.connect import store_of
from shared.lanes.transport import Publisher
from shared.settings import SERVICES, Settings
from tests.desk import with_desk

SETTINGS = with_desk(
    Settings(
        "",
        "",
        Path(),
        "",
        0,
        "sweep",
        ServiceKeys(),
        embedded=False,
        log_level="",
        batch_records=500,
        render=True,
    )
)
"""State is kept in the working folder: each process of the sweep has its own."""


@cache
def service_of(name: str) -> Service:
    """A service; reading its policies or templates takes a second, so it is made once a process."""
    made: dict[str, Callable[[Settings], Service]] = dict(
        zip(SERVICES, (intake, criteria, letters, audit), strict=True)
    )
    return made[name](replace(SETTINGS, keys=keys_of(name)))


class PacedClock:
    """Batch `n` is worked at the `n`-th of these instants (microseconds since 1970), later ones at
    the last. A look at the intervals takes 0.3 s.
    """

    def __init__(self, instants: tuple[int, ...]) -> None:
        self.instants = instants
        self.batch: Callable[[], int] = lambda: 0
        self._seconds = 0.0

    def now(self) -> datetime:
        """The instant of the batch in work."""
        return instant(self.micros())

    def micros(self) -> int:
        """The same in microseconds since 1970."""
        return self.instants[min(self.batch(), len(self.instants) - 1)]

    def monotonic(self) -> float:
        """So much further on that every step finds a tick due."""
        self._seconds += 0.3
        return self._seconds


def engine_of(
    name: str, url: str, clock: PacedClock, broker: MemoryBroker, publisher: Publisher
) -> Engine:
    """An engine of a service on the store at `url`; tasks run in the caller's thread."""
    service = service_of(name)
    source = MemorySource(broker, name, service.consumes)
    runs = service.tasks if isinstance(service, CaseService) else {}
    kinds = {kind: TaskKind(run, MemoryExecutor()) for kind, run in runs.items()}
    tasks = TaskPool(kinds, source.put, clock.monotonic)
    ports = Ports(store_of(service, url), publisher, source, clock, tasks)
    engine = Engine(
        service, ports, Setup("sweep", keys_of(name).handover, code="sweep", seals=check_of(name))
    )
    clock.batch = lambda: engine.health.batches
    return engine
