"""The embedded stack: a broker in memory and the four services as processes on 127.0.0.1, with all
state in one folder.
"""

from __future__ import annotations

import fcntl
import json
import secrets
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from time import sleep
from typing import IO

from cli.services.addresses import run_file
from shared.clock import monotonic
from shared.errors import Unavailable
from shared.kafka.embedded import EmbeddedBroker
from shared.kafka.topics import apply
from shared.settings import SERVICES, environment_of

DISPOSABLE = "demo.done"
"""Marks a state folder that holds nothing but a finished demo: the next start may replace it."""
READY_SECONDS = 30.0
Say = Callable[[str], None]


@dataclass
class Stack:
    """A running embedded stack; `urls` are the services' HTTP addresses."""

    state: Path
    broker: EmbeddedBroker
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    lock: IO[str] | None = None

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
                "PRIORAUTH_EMBEDDED": "1",
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

    def wait_ready(self, within: float) -> None:
        """Waits so many seconds until every service is ready; raises `Unavailable` naming the one
        that is not and its log.
        """
        deadline = monotonic() + within
        for name in SERVICES:
            while not self._ready(name):
                if self.processes[name].poll() is not None or monotonic() > deadline:
                    raise Unavailable(
                        f"The {name} service {self._unready(name)}.",
                        remedy=f"Read {self.state / 'log' / f'{name}.log'}.",
                    )
                sleep(0.02)
        self._describe()

    def _unready(self, name: str) -> str:
        code = self.processes[name].poll()
        return "did not get ready in time" if code is None else ending(code)

    def _ready(self, name: str) -> bool:
        port = self.state / f"{name}.port"
        if not port.exists():
            return False
        self.urls[name] = f"http://127.0.0.1:{port.read_text().strip()}"
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

    def stop(self) -> None:
        """Stops what was started, services first."""
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.broker.stop()
        (self.state / "run.json").unlink(missing_ok=True)
        if self.lock is not None:
            self.lock.close()


def start(state: Path, say: Say, within: float = READY_SECONDS) -> Stack:
    """Starts broker and services, which get ready within so many seconds.

    The broker's contents died with its last run, so a state folder from then is set aside.
    """
    lock = locked(state)
    set_aside(state, say)
    (state / "log").mkdir(parents=True, exist_ok=True)
    (state / "run.id").write_text(secrets.token_hex(8))
    stack = Stack(state, EmbeddedBroker(state / "log" / "broker.log"), lock=lock)
    with ExitStack() as unless_ready:
        unless_ready.callback(stack.stop)
        say("starting the broker")
        stack.broker.start()
        apply(stack.broker.address)
        say("starting intake, criteria, letters, audit")
        for name in SERVICES:
            stack.start_service(name)
        stack.wait_ready(within)
        unless_ready.pop_all()
    return stack


def locked(state: Path) -> IO[str]:
    """A file beside the folder, locked for as long as it is open; `Unavailable` if it already is.

    Beside it, because the folder itself is set aside while its lock is held.
    """
    state.parent.mkdir(parents=True, exist_ok=True)
    lock = state.with_name(f"{state.name}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        refuse_if_running(state)
        raise Unavailable(
            f"Another stack is starting or stopping in {state}.",
            code="running",
            remedy="Wait for it, or name another folder with --state.",
        ) from error
    return lock


def ending(code: int) -> str:
    """How a process came to its end, from its exit code: a negative one is a signal's number."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def set_aside(state: Path, say: Say) -> None:
    """Moves a state folder of an earlier run out of the way and says so in one line; what a
    finished demo left is replaced.

    Raises `Unavailable` while a stack still runs from the folder.
    """
    old = state / "run.id"
    if not old.exists():
        return
    refuse_if_running(state)
    if (state / DISPOSABLE).exists():
        shutil.rmtree(state)
        return
    aside = state.with_name(f"{state.name}-{old.read_text().strip()}")
    state.rename(aside)
    say(
        f"the embedded broker keeps nothing between runs: the last run's state is set aside in "
        f"{aside.name}, starting afresh"
    )


def refuse_if_running(state: Path) -> None:
    """Raises `Unavailable` when a service of the folder's last run still answers."""
    running = run_file(state)
    if any(answers(f"{url}/healthz") for url in running.get("urls", {}).values()):
        pids = " ".join(str(pid) for pid in running.get("pids", {}).values())
        remedy = f"Press Ctrl-C there (or: kill {pids}), or name another folder with --state."
        raise Unavailable(
            f"A stack is running from {state} already.", code="running", remedy=remedy
        )


def answers(url: str) -> bool:
    """Whether an address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False
