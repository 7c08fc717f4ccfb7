"""Where a crash run takes place: the embedded broker with SQLite, or real Kafka with PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.testbed.keys import written
from benchmarks.testbed.servers import databases, servers
from benchmarks.testbed.tokens import trusting
from benchmarks.testbed.topics import topics
from shared.access.local_issuer import local_issuer
from shared.kafka.cluster import Cluster
from shared.kafka.embedded import EmbeddedBroker, free_port
from shared.kafka.topics import apply, declared
from shared.lanes.store.connect import reading_engine
from shared.lanes.store.migrate import upgrade
from tests.reliability.crash.faults import SERVICES
from tests.reliability.crash.outages import Outages
from tests.reliability.crash.stores import Stores

READY_SECONDS = 120.0


@dataclass
class Environment:
    """A broker, a store per service, and the services as processes to start and kill; `folder`
    holds their logs and state.

    `settings` are a service's, which its replicas share; a replica is called `intake-0` and keeps
    its port when it starts again. `outages` is None where broker and database are not ours to take
    away. `ended` names replicas that ended by themselves: they are started again.
    """

    name: str
    broker: str
    folder: Path
    settings: dict[str, dict[str, str]]
    replicas: int = 1
    outages: Outages | None = None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stores = Stores(
            {
                service: settings["PRIORAUTH_DATABASE_URL"]
                for service, settings in self.settings.items()
            }
        )

    def start_all(self) -> None:
        """The first replica of every service, then the second of every one, and so on, for the
        first one makes the store.
        """
        for n in range(self.replicas):
            for service in SERVICES:
                self.start(f"{service}-{n}")
            self.wait_ready()

    def start(self, replica: str) -> None:
        """Starts a replica's process, or starts it again."""
        service = replica.rpartition("-")[0]
        own = {
            "PRIORAUTH_INSTANCE": owner(replica),
            "PRIORAUTH_HTTP_PORT": str(self.ports.setdefault(replica, free_port())),
        }
        environment = {
            **os.environ,
            "PRIORAUTH_RENDER": "0",
            "PRIORAUTH_LOG_LEVEL": "warning",
            **self.settings[service],
            **own,
        }
        with (self.folder / f"{replica}.log").open("ab") as log:
            command = [sys.executable, "-m", f"services.{service}"]
            self.processes[replica] = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def kill(self, replica: str) -> None:
        """SIGKILL: it is gone until it is started again."""
        process = self.processes.pop(replica)
        process.kill()
        process.wait()

    def retire(self, replica: str) -> None:
        """SIGTERM: it ends in good order."""
        _end(self.processes.pop(replica))

    def suspend(self, replica: str) -> None:
        """SIGSTOP: it does nothing and knows nothing of it."""
        self.processes[replica].send_signal(signal.SIGSTOP)

    def resume(self, replica: str) -> None:
        """SIGCONT: it goes on as if no time had passed."""
        self.processes[replica].send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Ends what runs."""
        for process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self.processes.values():
            _end(process)
        self.stores.close()

    def url(self, service: str) -> str:
        """Where the HTTP of one of a service's replicas is."""
        replica = min(one for one in self.processes if one.startswith(service))
        return f"http://127.0.0.1:{self.ports[replica]}"

    def wait_ready(self) -> None:
        """Waits until every replica is; one that ended by itself is noted and started again.

        Raises `TimeoutError` with the end of a log.
        """
        deadline = time.monotonic() + READY_SECONDS
        for replica in list(self.processes):
            while said := self._unready(replica):
                if self.processes[replica].poll() is not None:
                    self.ended.append(replica)
                    self.start(replica)
                if time.monotonic() > deadline:
                    tail = (self.folder / f"{replica}.log").read_text(errors="replace")[-1500:]
                    raise TimeoutError(f"{replica} did not get ready: {said}\n{tail}")
                time.sleep(0.05)

    def _unready(self, replica: str) -> str:
        """Why a replica is not ready; empty when it is."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.ports[replica]}/readyz", timeout=2
            ):
                return ""
        except urllib.error.HTTPError as error:
            return error.read().decode()
        except OSError as error:
            return str(error)


def owner(replica: str) -> str:
    """How a replica calls itself in its group and in the lanes that it owns."""
    return f"crash-{replica}"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _settings(folder: Path, service: str, broker: str) -> dict[str, str]:
    state = folder / service
    state.mkdir(0o700, parents=True, exist_ok=True)
    return {
        "PRIORAUTH_STATE": str(state),
        "PRIORAUTH_KEYS": str(written(folder / "keys")),
        "PRIORAUTH_BROKER": broker,
        "PRIORAUTH_DATABASE_URL": f"sqlite:///{state}/{service}.sqlite",
        "PRIORAUTH_EMBEDDED": "1",
    }


@contextmanager
def embedded(folder: Path, replicas: int = 1) -> Iterator[Environment]:
    """The embedded broker, which is not killed (it keeps nothing), and SQLite files."""
    broker = EmbeddedBroker(folder / "broker.log")
    broker.start()
    try:
        apply(Cluster(broker.address))
        grounds = Environment(
            "embedded",
            broker.address,
            folder,
            {service: _settings(folder, service, broker.address) for service in SERVICES},
            replicas,
        )
        yield from _running(grounds)
    finally:
        broker.stop()


@contextmanager
def real(folder: Path, replicas: int = 1) -> Iterator[Environment]:
    """The Kafka and PostgreSQL that the settings name, else fresh ones, which may then be taken
    away; topics and databases are the run's own.
    """
    names = {service: f"crash_{service}_{os.getpid()}" for service in SERVICES}
    with (
        servers() as found,
        topics(found.broker, tuple(topic.name for topic in declared())),
        databases(found.postgres, list(names.values())) as urls,
    ):
        for service in SERVICES:
            upgrade(service, reading_engine(urls[names[service]]))
        settings = {
            service: _settings(folder, service, found.broker)
            | {"PRIORAUTH_DATABASE_URL": urls[names[service]], "PRIORAUTH_EMBEDDED": "0"}
            | trusting(local_issuer(folder / service))
            for service in SERVICES
        }
        where = found.described()
        outages = Outages(found) if found.started_here else None
        yield from _running(
            Environment(
                f"{where['broker']}; {where['database']}",
                found.broker,
                folder,
                settings,
                replicas,
                outages,
            )
        )


def _running(grounds: Environment) -> Iterator[Environment]:
    try:
        yield grounds
    finally:
        if grounds.outages:
            grounds.outages.end()
        grounds.stop()
