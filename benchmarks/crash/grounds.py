"""Where a crash run takes place: the embedded broker with SQLite, or real Kafka with PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.pipeline.servers import databases, servers
from benchmarks.pipeline.topics import topics
from shared.kafka.embedded import EmbeddedBroker, free_port
from shared.kafka.topics import apply, declared

SERVICES = ("intake", "criteria", "letters", "audit")


@dataclass
class Grounds:
    """A broker, a store per service, and the services as processes to start and kill; `folder` holds their logs and state.

    `settings` are a service's, which its replicas share; a replica is called `intake-0` and keeps its port when it starts again.
    """

    name: str
    broker: str
    folder: Path
    settings: dict[str, dict[str, str]]
    replicas: int = 1
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The first replica of every service, the second of every one, and so on: the order in which they start, for the first one makes the store."""
        return tuple(tuple(f"{service}-{n}" for service in SERVICES) for n in range(self.replicas))

    def start(self, replica: str) -> None:
        """Starts a replica's process, or starts it again."""
        service = replica.rpartition("-")[0]
        own = {"PRIORAUTH_INSTANCE": f"crash-{replica}", "PRIORAUTH_HTTP_PORT": str(self.ports.setdefault(replica, free_port()))}
        environment = {**os.environ, "PRIORAUTH_RENDER": "0", "PRIORAUTH_LOG_LEVEL": "warning", **self.settings[service], **own}
        with (self.folder / f"{replica}.log").open("ab") as log:
            command = [sys.executable, "-m", f"services.{service}"]
            self.processes[replica] = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def stop(self) -> None:
        """Ends what runs."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def url(self, replica: str) -> str:
        """Where a replica's HTTP is."""
        return f"http://127.0.0.1:{self.ports[replica]}"


def _settings(folder: Path, service: str, broker: str) -> dict[str, str]:
    state = folder / service
    state.mkdir(parents=True, exist_ok=True)
    return {
        "PRIORAUTH_STATE": str(state),
        "PRIORAUTH_BROKER": broker,
        "PRIORAUTH_DATABASE_URL": f"sqlite:///{state}/{service}.sqlite",
        "PRIORAUTH_EMBEDDED": "1",
    }


@contextmanager
def embedded(folder: Path, replicas: int = 1) -> Iterator[Grounds]:
    """The embedded broker, which is not killed (it keeps nothing), and SQLite files."""
    broker = EmbeddedBroker(folder / "broker.log")
    broker.start()
    try:
        apply(broker.address)
        grounds = Grounds("embedded", broker.address, folder, {service: _settings(folder, service, broker.address) for service in SERVICES}, replicas)
        yield from _running(grounds)
    finally:
        broker.stop()


@contextmanager
def real(folder: Path, replicas: int = 1) -> Iterator[Grounds]:
    """The Kafka and PostgreSQL that the settings name, else fresh ones; topics and databases are the run's own."""
    names = {service: f"crash_{service}_{os.getpid()}" for service in SERVICES}
    with servers() as found, topics(found.broker, tuple(topic.name for topic in declared())), databases(found.postgres, list(names.values())) as urls:
        settings = {
            service: _settings(folder, service, found.broker) | {"PRIORAUTH_DATABASE_URL": urls[names[service]], "PRIORAUTH_EMBEDDED": "0"}
            for service in SERVICES
        }
        where = found.described()
        yield from _running(Grounds(f"{where['broker']}; {where['database']}", found.broker, folder, settings, replicas))


def _running(grounds: Grounds) -> Iterator[Grounds]:
    try:
        yield grounds
    finally:
        grounds.stop()
