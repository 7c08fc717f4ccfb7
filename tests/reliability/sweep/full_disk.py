"""A service whose state lies on a file system of 16 MB that is filled to the last byte: it must say
so, stop, lose nothing, and go on when there is room.

Run as `python -m tests.reliability.sweep.full_disk FOLDER SERVICE...` in a mount namespace of its
own, so that nobody else sees the file systems.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks.testbed.progress import Say
from shared.settings import SERVICES
from tests.reliability.sweep.requests import Outcome, Requests
from tests.reliability.sweep.stack import Stack, running
from tests.reliability.sweep.sweeping import Swept
from tests.reliability.sweep.tracing import Processes
from tests.reliability.sweep.whole_process import audited

ON, EVENT, FAULT = "full", "16-MB-filesystem", "enospc"
SIZE, BLOCK = "16m", 4_096
MOST_REQUESTS, PATIENCE = 200, 90.0
TOLD = ("full", "does not answer")


def sweep(folder: Path, services: tuple[str, ...], say: Say) -> Iterator[Swept]:
    """One group for each service: once left running while the disk is full, once killed
    meanwhile.
    """
    say(f"{ON}: a {SIZE} file system for each of {', '.join(services)}")
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = [
        "unshare",
        "--mount",
        *rights,
        "--propagation",
        "private",
        sys.executable,
        "-m",
        "tests.reliability.sweep.full_disk",
        str(folder),
        *services,
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, timeout=1_800)
    yield from (Swept(**group) for group in json.loads(done.stdout.splitlines()[-1]))


def main(folder: Path, services: list[str]) -> None:
    """Mounts, fills, judges; prints the groups as JSON."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended
    folders = {service: folder / f"small-{service}" for service in services}
    for small in folders.values():
        small.mkdir(parents=True)
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(small)], check=True
        )
    with running(folder / "stack", Processes(), folders) as stack:
        requests = Requests(stack.broker)
        requests.await_outcome(requests.send(), None, PATIENCE)
        case = requests.send()
        requests.await_outcome(case, None, PATIENCE)
        groups = [
            _Full(stack, requests, service, requests.outcome(case)).run() for service in services
        ]
        requests.close()
    sys.stdout.write(json.dumps([asdict(group) for group in groups]) + "\n")


class _Full:
    """One service on its small file system."""

    def __init__(self, stack: Stack, requests: Requests, service: str, wanted: Outcome) -> None:
        self._stack, self._requests, self._service, self._wanted = stack, requests, service, wanted
        self._ballast = stack.state(service) / "ballast"
        self._swept = Swept(ON, service, EVENT, FAULT)

    def run(self) -> Swept:
        """Left running, then killed and started again while there is no room."""
        began = time.monotonic()
        self._point("left running", lambda: None)
        self._point("killed meanwhile", self._kill)
        self._swept.seconds = round(time.monotonic() - began, 1)
        return self._swept

    def _point(self, name: str, meanwhile: Callable[[], None]) -> None:
        self._swept.points += 1
        _fill(self._ballast)
        cases, problems = self._until_told()
        meanwhile()
        problems += self._neighbours()
        self._ballast.unlink()
        problems += [*self._recovered(cases), *audited(self._stack, self._requests)]
        if problems:
            self._swept.failures.append(
                {"call": name, "n": 1, "fault": FAULT, "problems": problems[:5], "said": []}
            )

    def _until_told(self) -> tuple[list[str], list[str]]:
        """Requests until the service says that its store is full; some more after that."""
        cases = []
        for _ in range(MOST_REQUESTS):
            cases.append(self._requests.send())
            self._requests.read(0.1)
            ready, said = self._stack.ready(self._service)
            if not ready and any(word in said for word in TOLD):
                self._swept.said += 1
                return [*cases, *(self._requests.send() for _ in range(10))], []
        return cases, [f"{len(cases)} requests later it has not said that it has no room"]

    def _kill(self) -> None:
        """Dies and is started again, which may fail for lack of room; then it is started once more
        when there is some.
        """
        self._stack.running[self._service].kill()
        self._stack.running[self._service].join(10)
        self._stack.start(self._service)
        self._stack.running[self._service].join(8)

    def _neighbours(self) -> list[str]:
        said = {name: self._stack.ready(name) for name in SERVICES if name != self._service}
        return [
            f"its neighbour {name} is not ready: {why}"
            for name, (ready, why) in said.items()
            if not ready
        ]

    def _recovered(self, cases: list[str]) -> list[str]:
        """With room again: every request is answered as if nothing had happened, by the same
        process if it is still there.
        """
        if self._stack.running[self._service].exitcode is not None:
            self._stack.start(self._service)
        try:
            self._stack.await_ready(self._service)
        except TimeoutError as error:
            return [str(error)]
        for case in cases:
            if not self._requests.await_outcome(case, self._wanted, PATIENCE):
                return [f"{case} came to {self._requests.outcome(case)}"]
        return []


def _fill(ballast: Path) -> None:
    """Takes every block that is left."""
    with ballast.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(os.urandom(BLOCK))
            except OSError as error:
                if error.errno == errno.ENOSPC:
                    return
                raise


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
