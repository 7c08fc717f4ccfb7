"""One replica of a service: the engine in its own thread, the consumer in the event loop, and how
both start and stop.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from importlib.metadata import version
from time import sleep

import structlog

from shared.clock import Clock, SteadyClock, monotonic
from shared.errors import PriorauthError, Unavailable, Zombie
from shared.lanes.engine.engine import Engine
from shared.lanes.engine.ports import Limits, Ports, Setup
from shared.lanes.engine.tasks import TaskKind, TaskPool
from shared.lanes.heap import HeapKeeper
from shared.lanes.kafka.publisher import KafkaPublisher
from shared.lanes.kafka.source import KafkaSource
from shared.lanes.seals import SealCheck, Sealer
from shared.lanes.service import CaseService, Service
from shared.lanes.store.connect import reading_engine, store_of
from shared.lanes.store.parked import Parked
from shared.settings import Settings

log = structlog.get_logger()
LONGEST_PAUSE = 5.0
WORKERS = 4
"""Tasks of a kind that run at once where the service brings no workers of its own: one that hangs
until its time is up leaves room for others.
"""


def kinds_of(service: Service, pools: Mapping[str, Executor]) -> dict[str, TaskKind]:
    """How the tasks of a service run: each kind in its own pool, of `pools` where that has one."""
    runs = service.tasks if isinstance(service, CaseService) else {}
    return {
        kind: TaskKind(run, pools.get(kind) or ThreadPoolExecutor(WORKERS, f"task-{kind}"))
        for kind, run in runs.items()
    }


def setup_of(settings: Settings) -> Setup:
    """How the engine of a process runs."""
    return Setup(
        settings.instance,
        settings.keys.handover,
        broker_time=not settings.embedded,
        limits=Limits(records=settings.batch_records),
        code=version("priorauth"),
        lasting=settings.keys.lasting(),
        seals=SealCheck(settings.keys.pairs.checks, required=settings.require_seals),
    )


class Replica:
    """A running service.

    It is ready while it polls, owns what it was assigned, and refuses no lane.
    """

    def __init__(
        self,
        service: Service,
        settings: Settings,
        *,
        clock: Clock | None = None,
        pools: Mapping[str, Executor] | None = None,
    ) -> None:
        self.service = service
        self.instance = settings.instance
        self.source = KafkaSource(
            settings.cluster, service, settings.instance, embedded=settings.embedded
        )
        clock = clock or SteadyClock(ahead=settings.ahead)
        self._tasks = TaskPool(
            kinds_of(service, pools or {}), self.source.inbox.put, clock.monotonic
        )
        self.parked = Parked(reading_engine(settings.database_url))
        store = store_of(service, settings.database_url)
        ports = Ports(
            store,
            KafkaPublisher(settings.cluster, Sealer(service.topic, settings.keys.pairs.seals)),
            self.source,
            clock,
            self._tasks,
        )
        self.engine = Engine(service, ports, setup_of(settings))
        self._heap = HeapKeeper()
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"{service.name}-engine", daemon=True
        )
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts the engine, then the consumer."""
        self._heap.take_over()
        self._thread.start()
        await self.source.broker.start()
        self._keeper = asyncio.create_task(self.source.keep())

    async def stop(self) -> None:
        """Stops fetching, finishes the batch in work, flushes, stores how far publishing got,
        leaves the group.
        """
        self._stopping.set()
        # The engine first: it must store how far publishing got while the lanes are its own.
        self._thread.join(20)
        if self._keeper is not None:
            self._keeper.cancel()
        await self.source.broker.stop()

    def _run(self) -> None:
        pause = 0.1
        while not self._stopping.is_set():
            try:
                self.engine.step()
                self._heap.tidy()
                pause = 0.1
            except (Unavailable, Zombie) as error:
                pause = self._recover(error, pause)
        with contextlib.suppress(PriorauthError):
            self.engine.close()

    def _recover(self, error: PriorauthError, pause: float) -> float:
        """Waits and claims anew; what cannot be reached now will be, and nothing is parked for
        it.
        """
        while not self._stopping.is_set():
            self.engine.health.unavailable = str(error)
            log.warning("waiting", service=self.service.name, why=str(error), seconds=pause)
            # A lane's other owner is at work: to claim it back at once would go on for ever in
            # turns.
            sleep(max(pause, 1.0) if isinstance(error, Zombie) else pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            try:
                self.engine.recover()
            except (Unavailable, Zombie) as again:
                error = again
            else:
                return 0.1
        return pause

    def ready(self) -> tuple[bool, str]:
        """Whether work gets done, and if not, why."""
        health = self.engine.health
        if health.unavailable:
            return False, health.unavailable
        if health.refused:
            return False, health.refusals()
        if not self._thread.is_alive():
            return False, "the engine stopped"
        # Seconds without a poll mean a stuck engine.
        if monotonic() - health.last_poll > 30:  # noqa: PLR2004
            return False, "the engine has not polled for 30 s"
        if not health.lanes:
            return False, "no lanes are assigned yet"
        return True, "ready"
