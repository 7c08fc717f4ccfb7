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
from shared.kafka.embedded import EmbeddedBroker
from shared.kafka.topics import apply, declared

SERVICES = ("intake", "criteria", "letters", "audit")


@dataclass
class Grounds:
    """A broker, a store per service, and the services as processes that may be killed; `folder` holds their logs and state."""

    name: str
    broker: str
    folder: Path
    settings: dict[str, dict[str, str]]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, service: str) -> None:
        """Starts a service's process, or starts it again."""
        environment = {**os.environ, "PRIORAUTH_RENDER": "0", "PRIORAUTH_LOG_LEVEL": "warning", **self.settings[service]}
        with (self.folder / f"{service}.log").open("ab") as log:
            command = [sys.executable, "-m", f"services.{service}"]
            self.processes[service] = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

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

    def url(self, service: str) -> str:
        """Where a service's HTTP is now."""
        return f"http://127.0.0.1:{(self.folder / service / f'{service}.port').read_text().strip()}"


def _settings(folder: Path, service: str, broker: str) -> dict[str, str]:
    state = folder / service
    state.mkdir(parents=True, exist_ok=True)
    own = {"PRIORAUTH_STATE": str(state), "PRIORAUTH_INSTANCE": f"crash-{service}", "PRIORAUTH_HTTP_PORT": "0"}
    return own | {"PRIORAUTH_BROKER": broker, "PRIORAUTH_DATABASE_URL": f"sqlite:///{state}/{service}.sqlite", "PRIORAUTH_EMBEDDED": "1"}


@contextmanager
def embedded(folder: Path) -> Iterator[Grounds]:
    """The embedded broker, which is not killed (it keeps nothing), and SQLite files."""
    broker = EmbeddedBroker(folder / "broker.log")
    broker.start()
    try:
        apply(broker.address)
        grounds = Grounds("embedded", broker.address, folder, {service: _settings(folder, service, broker.address) for service in SERVICES})
        yield from _running(grounds)
    finally:
        broker.stop()


@contextmanager
def real(folder: Path) -> Iterator[Grounds]:
    """The Kafka and PostgreSQL that the settings name, else fresh ones; topics and databases are the run's own."""
    names = {service: f"crash_{service}_{os.getpid()}" for service in SERVICES}
    with servers() as found, topics(found.broker, tuple(topic.name for topic in declared())), databases(found.postgres, list(names.values())) as urls:
        settings = {
            service: _settings(folder, service, found.broker) | {"PRIORAUTH_DATABASE_URL": urls[names[service]], "PRIORAUTH_EMBEDDED": "0"}
            for service in SERVICES
        }
        where = found.described()
        yield from _running(Grounds(f"{where['broker']}; {where['database']}", found.broker, folder, settings))


def _running(grounds: Grounds) -> Iterator[Grounds]:
    try:
        for service in SERVICES:
            grounds.start(service)
        yield grounds
    finally:
        grounds.stop()
