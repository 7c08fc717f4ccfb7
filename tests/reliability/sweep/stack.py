"""The four services as whole processes on the embedded broker, forked from one that has imported
everything; each can be killed and started again.
"""

from __future__ import annotations

import os
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path

from benchmarks.testbed.keys import written
from shared.kafka.cluster import Cluster
from shared.kafka.embedded import EmbeddedBroker
from shared.kafka.topics import apply
from shared.settings import SERVICES
from shared.web.server.serve import serve
from tests.reliability.sweep.tracing import Processes

READY_SECONDS = 60.0


def served(name: str, environment: dict[str, str], log: Path) -> None:
    """What `python -m services.NAME` does, its standard error in a file."""
    os.environ.update(environment)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 2)
    serve(name, import_module(f"services.{name}.app").build)


@dataclass
class Stack:
    """Services by name; `folders` holds where each keeps its state, `folder` the logs and the
    others' state.
    """

    broker: str
    folder: Path
    forked: Processes
    folders: dict[str, Path] = field(default_factory=dict)
    running: dict[str, BaseProcess] = field(default_factory=dict)

    def state(self, name: str) -> Path:
        """A service's state folder."""
        return self.folders.get(name, self.folder / name)

    def start(self, name: str) -> None:
        """Starts a service; documents are not rendered, for that would take a pool of processes
        more.
        """
        state = self.state(name)
        state.mkdir(parents=True, exist_ok=True)
        self._port(name).unlink(missing_ok=True)
        environment = {
            "PRIORAUTH_BROKER": self.broker,
            "PRIORAUTH_STATE": str(state),
            "PRIORAUTH_KEYS": str(written(self.folder / "keys")),
            "PRIORAUTH_DATABASE_URL": f"sqlite:///{state}/{name}.sqlite",
            "PRIORAUTH_EMBEDDED": "1",
            "PRIORAUTH_INSTANCE": f"{name}-0",
            "PRIORAUTH_RENDER": "0",
            "PRIORAUTH_LOG_LEVEL": "warning",
        }
        self.running[name] = self.forked.start(served, name, environment, self.log(name))

    def log(self, name: str) -> Path:
        """What a service said on standard error."""
        return self.folder / f"{name}.log"

    def _port(self, name: str) -> Path:
        return self.state(name) / f"{name}.port"

    def ready(self, name: str) -> tuple[bool, str]:
        """Whether a service says that work gets done, and what it says."""
        if not self._port(name).exists():
            return False, "not started"
        return answer(f"{self.url(name)}/readyz")

    def url(self, name: str) -> str:
        """Where a service answers."""
        return f"http://127.0.0.1:{self._port(name).read_text().strip()}"

    def await_ready(self, *names: str) -> None:
        """Waits until services are ready; raises `TimeoutError` with what the first that is not
        says.
        """
        until = time.monotonic() + READY_SECONDS
        for name in names:
            while not (said := self.ready(name))[0]:
                if time.monotonic() > until or self.running[name].exitcode is not None:
                    raise TimeoutError(f"{name} is not ready: {said[1]}")
                time.sleep(0.05)

    def stop(self) -> None:
        """Ends what runs, with SIGTERM."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.join(20)
            if process.exitcode is None:
                process.kill()


@contextmanager
def running(folder: Path, forked: Processes, folders: dict[str, Path]) -> Iterator[Stack]:
    """Broker and services, all ready."""
    folder.mkdir(parents=True, exist_ok=True)
    broker = EmbeddedBroker(folder / "broker.log")
    broker.start()
    stack = Stack(broker.address, folder, forked, folders)
    try:
        apply(Cluster(broker.address))
        for name in SERVICES:
            stack.start(name)
        stack.await_ready(*SERVICES)
        yield stack
    finally:
        stack.stop()
        broker.stop()


def answer(url: str, headers: dict[str, str] | None = None) -> tuple[bool, str]:
    """Whether an address answers 200, and with what."""
    asked = urllib.request.Request(url, headers=headers or {})
    try:
        with urllib.request.urlopen(asked, timeout=120) as got:
            return bool(got.status == 200), got.read().decode()
    except urllib.error.HTTPError as error:
        return False, error.read().decode()
    except OSError as error:
        return False, str(error)
