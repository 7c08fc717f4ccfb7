"""The services that decide, on a broker in memory and stores in a folder, at one moment of 2026,
with their real HTTP in front: what is sent is worked before the sender is answered.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, LiteralString, cast
from uuid import UUID

import psycopg
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from benchmarks.testbed.keys import check_of, keys_of, sealer_of
from services.criteria.handlers import service as criteria
from services.intake import handlers, store
from services.intake.api import entrance, routes
from services.intake.model import IntakeState
from services.letters.api import routes as letter_routes
from services.letters.handlers import documents_folder
from services.letters.handlers import service as letters
from shared.clock import SettableClock
from shared.events.envelope import Envelope, unpack
from shared.events.intake import INTAKE
from shared.events.submissions import SUBMISSIONS
from shared.ids import record_id
from shared.instants import micros
from shared.lanes.engine.engine import Engine
from shared.lanes.engine.ports import Limits, Ports, Setup
from shared.lanes.engine.tasks import TaskKind, TaskPool
from shared.lanes.memory.broker import MemoryBroker
from shared.lanes.memory.twins import MemoryExecutor, MemoryPublisher, MemorySource
from shared.lanes.service import CaseService, Service
from shared.lanes.state.record import Record
from shared.lanes.store.connect import reading_engine, sqlite_path, store_of
from shared.lanes.store.migrate import upgrade
from shared.lanes.store.sqlite import SqliteDatabase
from shared.settings import Settings, load
from shared.web.entrance import Entrance, guard
from tests.access import heard, known
from tests.cases.table import RECEIVED
from tests.desk import with_desk

SERVICES = ("intake", "criteria", "letters")
LIMITS = Limits(tick=0.0, rotate_seconds=0.0)
QUIET = 3
MOST = 300


Urls = Mapping[str, str]
"""The address of each service's empty store."""


class NeverAtRestError(RuntimeError):
    """The services go on publishing; nothing can be said of a case."""


def templates(folder: Path) -> Path:
    """An empty store of each service, to be copied for each platform."""
    for name in SERVICES:
        engine = reading_engine(f"sqlite:///{folder}/{name}.sqlite")
        upgrade(name, engine)
        engine.dispose()
    return folder


class Platform:
    """Everything from a sender to the letters; `documents` are made where somebody reads them.
    Stores are files in the folder, or those at `urls`.
    """

    def __init__(
        self, stores: Path, folder: Path, *, documents: bool, urls: Urls | None = None
    ) -> None:
        shutil.copytree(stores, folder)
        self.clock = SettableClock(RECEIVED)
        self.broker = MemoryBroker(lambda: micros(self.clock.at) // 1000)
        self.settings = {
            name: replace(
                load(name),
                state=folder,
                keys=keys_of(name),
                database_url=urls[name] if urls else f"sqlite:///{folder}/{name}.sqlite",
                render=documents,
            )
            for name in SERVICES
        }
        made: Mapping[str, Any] = {
            "intake": handlers.service,
            "criteria": lambda settings: criteria(with_desk(settings)),
            "letters": letters,
        }
        self.engines = {
            name: self._engine(made[name](settings), settings)
            for name, settings in self.settings.items()
        }
        self._reading = {
            name: reading_engine(self.settings[name].database_url) for name in ("intake", "letters")
        }
        self._web = {"intake": self._intake(), "letters": self._letters()}
        self._loop = asyncio.Runner()
        self.late = 0.0

    def _engine(self, service: Service, settings: Settings) -> Engine:
        source = MemorySource(self.broker, service.name, service.consumes)
        runs = service.tasks if isinstance(service, CaseService) else {}
        kinds = {kind: TaskKind(run, MemoryExecutor()) for kind, run in runs.items()}
        tasks = TaskPool(kinds, source.put, self.clock.monotonic)
        ports = Ports(
            store_of(service, settings.database_url),
            MemoryPublisher(self.broker, sealer_of(service.name)),
            source,
            self.clock,
            tasks,
        )
        return Engine(
            service,
            ports,
            Setup("one", settings.keys.handover, limits=LIMITS, seals=check_of(service.name)),
        )

    def _intake(self) -> FastAPI:
        engine = self._reading["intake"]

        async def look(case_id: UUID) -> IntakeState | None:
            return store.case(engine, case_id)

        external = handlers.submissions(self.settings["intake"])
        app = FastAPI()
        guard(app, entrance(self.settings["intake"].max_native_bytes))
        app.include_router(routes(engine, self._publish, look, external, self.clock))
        return app

    def _letters(self) -> FastAPI:
        app = FastAPI()
        heard(app)
        guard(app, Entrance())
        folder = documents_folder(self.settings["letters"])
        app.include_router(letter_routes(self._reading["letters"], folder))
        return app

    async def _publish(
        self, ce_type: str, partition: int, headers: dict[str, str], value: bytes
    ) -> UUID:
        named = {"ce_type": ce_type, **headers}
        pairs = [(name, text.encode("ascii")) for name, text in named.items()]
        offset = self.broker.append((SUBMISSIONS, partition), b"", pairs, value)
        if self.late:
            asyncio.get_running_loop().call_later(self.late, self.settle)
        else:
            self.settle()
        return record_id(self.broker.topic_id(SUBMISSIONS), partition, offset)

    def settle(self) -> None:
        """Lets every service work until nothing arrives any more."""
        idle = 0
        for _ in range(MOST):
            busy = [engine.step(0) for engine in self.engines.values()]
            idle = 0 if any(busy) else idle + 1
            if idle == QUIET:
                return
        raise NeverAtRestError

    def send(self, path: str, body: bytes, media_type: str, *, late: float = 0.0) -> Response:
        """Posts to intake a minute after whatever was before; `late` is by how many seconds the
        services work later than the record is in the log.
        """
        self.clock.at += timedelta(minutes=1)
        self.late = late
        return self._loop.run(
            self._ask("intake", "POST", path, content=body, headers={"content-type": media_type})
        )

    def pass_days(self, days: int) -> None:
        """Lets time pass, and the services do what is due by then."""
        self.clock.at += timedelta(days=days)
        self.settle()

    def record(
        self, partition: int, headers: list[tuple[str, bytes | None]], value: bytes | None
    ) -> None:
        """Puts an outsider's record into the log of submissions."""
        self.broker.append((SUBMISSIONS, partition), b"any key", headers, value)

    def write(self, topic: str, case_id: UUID, ce_type: str, value: bytes) -> None:
        """Writes an outsider's record about a case, into the partition of that case."""
        self.clock.at += timedelta(minutes=1)
        lane = next(one.partition for one in self.broker.records(INTAKE) if _of(one) == case_id)
        self.broker.append((topic, lane), case_id.bytes, [("ce_type", ce_type.encode())], value)
        self.settle()

    def get(self, service: str, path: str) -> Response:
        """What a service's HTTP reads."""
        return self._loop.run(self._ask(service, "GET", path))

    async def _ask(self, service: str, method: str, path: str, **content: Any) -> Response:
        transport = ASGITransport(known(self._web[service]))
        async with AsyncClient(transport=transport, base_url=f"http://{service}") as client:
            answer = await client.request(method, path, **content)
        await asyncio.sleep(self.late and self.late + 0.05)
        return answer

    def events(self, topic: str) -> list[tuple[Envelope, bytes]]:
        """The events of a topic, partition by partition."""
        found = [(unpack(one.headers), one.value or b"") for one in self.broker.records(topic)]
        return list({envelope.id: (envelope, value) for envelope, value in found}.values())

    def parked(self) -> list[str]:
        """What any service could not work, with the reason."""
        return [
            f"{name}: {reason}"
            for name, settings in self.settings.items()
            for (reason,) in rows(settings.database_url, "SELECT reason FROM parked")
        ]

    def close(self) -> None:
        """Closes every connection."""
        self._loop.close()
        for engine in self._reading.values():
            engine.dispose()
        for one in self.engines.values():
            one.close(0)


def _of(record: Record) -> UUID:
    return unpack(record.headers).case_id


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query on a store."""
    if not url.startswith("sqlite"):
        with psycopg.connect(url) as connection:
            return connection.execute(cast("LiteralString", sql)).fetchall()
    database = SqliteDatabase(sqlite_path(url))
    try:
        return [tuple(row) for row in database.query(sql)]
    finally:
        database.close()


@contextmanager
def running(
    stores: Path, folder: Path, *, documents: bool, urls: Urls | None = None
) -> Iterator[Platform]:
    """A platform of its own."""
    platform = Platform(stores, folder, documents=documents, urls=urls)
    try:
        yield platform
    finally:
        platform.close()
