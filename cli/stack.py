"""The embedded stack: a broker in memory and the four services as processes on 127.0.0.1, with all state in one folder."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep

from shared.clock import monotonic
from shared.errors import Unavailable
from shared.kafka.embedded import EmbeddedBroker
from shared.kafka.topics import apply

SERVICES = ("intake", "criteria", "letters", "audit")
Say = Callable[[str], None]


@dataclass
class Stack:
    """A running embedded stack; `urls` are the services' HTTP addresses."""

    state: Path
    broker: EmbeddedBroker
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def start_service(self, name: str) -> None:
        """Starts a service's process on a free port of its own choosing."""
        (self.state / f"{name}.port").unlink(missing_ok=True)
        log = (self.state / "log" / f"{name}.log").open("ab")
        environment = {
            **os.environ,
            "PRIORAUTH_BROKER": self.broker.address,
            "PRIORAUTH_STATE": str(self.state),
            "PRIORAUTH_EMBEDDED": "1",
            "PRIORAUTH_INSTANCE": f"{name}-0",
        }
        environment.pop("PRIORAUTH_DATABASE_URL", None)
        command = [sys.executable, "-m", f"services.{name}"]
        self.processes[name] = subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
        log.close()

    def wait_ready(self, within: float = 30.0) -> None:
        """Waits until every service is ready; raises `Unavailable` naming the one that is not and its log."""
        deadline = monotonic() + within
        for name in SERVICES:
            while not self._ready(name):
                if self.processes[name].poll() is not None or monotonic() > deadline:
                    raise Unavailable(f"The {name} service did not get ready.", remedy=f"Read {self.state / 'log' / f'{name}.log'}.")
                sleep(0.02)
        self._describe()

    def _ready(self, name: str) -> bool:
        port = self.state / f"{name}.port"
        if not port.exists():
            return False
        self.urls[name] = f"http://127.0.0.1:{port.read_text().strip()}"
        try:
            with urllib.request.urlopen(f"{self.urls[name]}/readyz", timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)  # noqa: PLR2004
        except (urllib.error.URLError, OSError):
            return False

    def _describe(self) -> None:
        pids = {name: process.pid for name, process in self.processes.items()} | {"broker": self.broker.pid}
        content = {"run_id": (self.state / "run.id").read_text(), "broker": self.broker.address, "urls": self.urls, "pids": pids}
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


def start(state: Path, say: Say) -> Stack:
    """Starts broker and services. The broker's contents died with its last run, so a state folder from then is set aside."""
    set_aside(state, say)
    (state / "log").mkdir(parents=True, exist_ok=True)
    (state / "run.id").write_text(secrets.token_hex(8))
    stack = Stack(state, EmbeddedBroker(state / "log" / "broker.log"))
    try:
        say("starting the broker")
        stack.broker.start()
        apply(stack.broker.address)
        say("starting intake, criteria, letters, audit")
        for name in SERVICES:
            stack.start_service(name)
        stack.wait_ready()
    except BaseException:
        stack.stop()
        raise
    return stack


def set_aside(state: Path, say: Say) -> None:
    """Moves a state folder of an earlier run out of the way, and says so in one line."""
    old = state / "run.id"
    if not old.exists():
        return
    aside = state.with_name(f"{state.name}-{old.read_text().strip()}")
    state.rename(aside)
    say(f"the embedded broker keeps nothing between runs: the last run's state is set aside in {aside.name}, starting afresh")
