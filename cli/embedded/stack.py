"""The embedded stack: a broker in memory and the four services as processes on 127.0.0.1, with all
state in one folder.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep
from typing import IO

from cli.embedded.state_folder import Say, claimed, set_aside
from cli.services.credentials import vouch
from cli.services.web import answers
from shared.access.key_files import FOLDER
from shared.access.key_folder import make_keys
from shared.clock import monotonic
from shared.errors import Unavailable
from shared.kafka.cluster import Cluster
from shared.kafka.embedded import EmbeddedBroker
from shared.kafka.topics import apply
from shared.settings import SERVICES, environment_of

READY_SECONDS = 120.0
UMASK = 0o077
SHIFTED = ("intake", "criteria", "letters")
"""The services that decide by the time."""


@dataclass
class Stack:
    """A running embedded stack; `urls` are the services' HTTP addresses, `ahead` is by how many
    hours the clocks that they decide by are ahead.
    """

    state: Path
    broker: EmbeddedBroker
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    lock: IO[str] | None = None
    ahead: int = 0

    @property
    def documents(self) -> Path:
        """Where the letters' documents are."""
        return self.state / "documents"

    def check(self) -> None:
        """Raises `Unavailable` when one of the services ended by itself."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise Unavailable(
                    f"The {name} service {ending(process.returncode)}.",
                    code="ended",
                    remedy=f"Read {self.state / 'log' / f'{name}.log'}.",
                )

    def start_service(self, name: str, module: str = "", replica: int = 0) -> None:
        """Starts a replica of a service (of `services.<name>`, or of another module) on a free port
        of its own choosing.
        """
        (self.state / f"{name}.port").unlink(missing_ok=True)
        environment = environment_of(
            {
                "PRIORAUTH_BROKER": self.broker.address,
                "PRIORAUTH_STATE": str(self.state),
                "PRIORAUTH_KEYS": str(self.state / "keys"),
                "PRIORAUTH_EMBEDDED": "1",
                "PRIORAUTH_CLOCK_SHIFT": str(self.ahead),
                "PRIORAUTH_INSTANCE": f"{name}-{replica}",
                "PRIORAUTH_DATABASE_URL": "",
                "PRIORAUTH_HTTP_HOST": "",
                "PRIORAUTH_HTTP_PORT": "",
            }
        )
        command = [sys.executable, "-m", module or f"services.{name}"]
        with (self.state / "log" / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(  # noqa: S603
                command,
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def shift(self, hours: int, within: float) -> None:
        """Starts the services that decide again, with their clocks so many hours further ahead:
        nothing else of them is another.
        """
        self.ahead += hours
        for name in SHIFTED:
            self._end(self.processes.pop(name))
            self.start_service(name)
        self.wait_ready(within)

    def wait_ready(self, within: float) -> None:
        """Waits so many seconds until every service is ready; raises `Unavailable` naming the one
        that is not and its log.
        """
        deadline = monotonic() + within
        for name in SERVICES:
            while not self._ready(name):
                if self.processes[name].poll() is not None or monotonic() > deadline:
                    raise self._unready(name)
                sleep(0.02)
        self._describe()

    def _unready(self, name: str) -> Unavailable:
        """Why a service is not ready: in its own words where it refused to start."""
        log = self.state / "log" / f"{name}.log"
        code = self.processes[name].poll()
        if problem := refusal(log, name):
            return Unavailable(problem, code="refused")
        how = "did not get ready in time" if code is None else ending(code)
        return Unavailable(f"The {name} service {how}.", code="unready", remedy=f"Read {log}.")

    def _ready(self, name: str) -> bool:
        port = self.state / f"{name}.port"
        if not port.exists():
            return False
        self.urls[name] = f"http://127.0.0.1:{port.read_text().strip()}"
        vouch(self.urls[name], self.state)
        return answers(f"{self.urls[name]}/readyz")

    def _describe(self) -> None:
        pids = {name: process.pid for name, process in self.processes.items()} | {
            "broker": self.broker.pid
        }
        content = {
            "run_id": (self.state / "run.id").read_text(),
            "broker": self.broker.address,
            "urls": self.urls,
            "pids": pids,
        }
        (self.state / "run.json").write_text(json.dumps(content, indent=1))

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        """Ends a process, which has a while to finish its work."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stop(self) -> None:
        """Stops what was started, services first."""
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            self._end(process)
        self.broker.stop()
        (self.state / "run.json").unlink(missing_ok=True)
        if self.lock is not None:
            self.lock.close()


def start(state: Path, say: Say, within: float = READY_SECONDS) -> Stack:
    """Starts broker and services, which get ready within so many seconds.

    The broker's contents died with its last run, so a state folder from then is set aside.
    """
    state = state.absolute()
    # Health information and keys: only the owner reads what is written from here on.
    os.umask(UMASK)
    lock = claimed(state)
    set_aside(state, say)
    state.mkdir(FOLDER, parents=True, exist_ok=True)
    state.chmod(FOLDER)
    # Before anything else, so that the folder is known as a stack's even if the disk is full.
    (state / "run.id").write_text(secrets.token_hex(8))
    (state / "log").mkdir(exist_ok=True)
    make_keys(state / "keys")
    stack = Stack(state, EmbeddedBroker(state / "log" / "broker.log"), lock=lock)
    with ExitStack() as unless_ready:
        unless_ready.callback(stack.stop)
        say("starting the broker")
        stack.broker.start()
        apply(Cluster(stack.broker.address))
        say("starting intake, criteria, letters, audit")
        for name in SERVICES:
            stack.start_service(name)
        stack.wait_ready(within)
        unless_ready.pop_all()
    return stack


def refusal(file: Path, service: str) -> str | None:
    """The sentence that a service which refused to start ended its log with."""
    words = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return words[-1] if words and words[-1].startswith(f"{service} cannot start: ") else None


def ending(code: int) -> str:
    """How a process came to its end, from its exit code: a negative one is a signal's number."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
