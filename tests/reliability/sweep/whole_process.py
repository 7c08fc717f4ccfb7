"""The sweep of whole processes: the service as it is shipped, over TCP to the embedded broker, dies
while a request goes through all four.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.testbed.progress import Say
from shared.settings import SERVICES
from tests.access import token_headers
from tests.reliability.sweep.requests import Outcome, Requests
from tests.reliability.sweep.stack import Stack, answer, running
from tests.reliability.sweep.sweeping import KILLED, Swept
from tests.reliability.sweep.tracing import Point, Processes, attached, spread

ON, EVENT, FAULT = "embedded", "whole-request", "kill"
THREAD_CALL = re.compile(r"^(\d+) +(\w+)\(", re.MULTILINE)
SPREAD = 12
"""Points a service and system call unless others are asked for: each costs the 4 s in which the
broker finds out that a member is gone.
"""
PATIENCE, AUDIT_SECONDS = 45.0, 60.0


def sweep(folder: Path, services: tuple[str, ...], most: int, say: Say) -> Iterator[Swept]:
    """One group for each service; its neighbours are never restarted."""
    with running(folder, Processes(), {}) as stack:
        requests = Requests(stack.broker)
        try:
            for service in services:
                yield _Whole(stack, requests, service).run(most or SPREAD, say)
        finally:
            requests.close()


class _Whole:
    """The points of one service."""

    def __init__(self, stack: Stack, requests: Requests, service: str) -> None:
        self._stack, self._requests, self._service = stack, requests, service
        self._swept = Swept(ON, service, EVENT, FAULT)
        self._cases: dict[str, Point] = {}
        self._wanted: Outcome = {}

    def run(self, most: int, say: Say) -> Swept:
        """So many points of each system call, spread evenly over those of an undisturbed
        request.
        """
        began = time.monotonic()
        chosen = [point for points in self._counted() for point in spread(points, most)]
        for done, point in enumerate(chosen):
            say(
                f"{self._service} {ON}: {done} of {len(chosen)}, {len(self._swept.failures)} "
                f"failures"
            )
            self._point(point)
        self._conclude()
        self._swept.calls = dict(Counter(point.call for point in self._cases.values()))
        self._swept.seconds = round(time.monotonic() - began, 1)
        return self._swept

    def _counted(self) -> list[list[Point]]:
        """Every call that a thread of the service made while an undisturbed request went through;
        the first request warms up.
        """
        self._requests.await_outcome(self._requests.send(), None, PATIENCE)
        log = self._stack.folder / f"{self._service}.calls"
        with attached(self._stack.running[self._service].pid or 0, log, []):
            case = self._requests.send()
            self._requests.await_outcome(case, None, PATIENCE)
        self._wanted = self._requests.outcome(case)
        counts = Counter(THREAD_CALL.findall(log.read_text()))
        most: Counter[str] = Counter()
        for (_, call), times in counts.items():
            most[call] = max(most[call], times)
        return [
            [Point(call, n, FAULT) for n in range(1, times + 1)]
            for call, times in sorted(most.items())
        ]

    def _point(self, point: Point) -> None:
        """A request during which the service dies; one that came through without reaching the call
        is no point.
        """
        process = self._stack.running[self._service]
        with attached(process.pid or 0, self._stack.folder / "trace", [point.option()]):
            case = self._requests.send()
            self._requests.await_outcome(case, self._wanted, 3.0)
        process.join(1.0)  # it may reach the call while it is let go
        if process.exitcode is None:
            return
        self._swept.points += 1
        self._cases[case] = point
        if process.exitcode != KILLED:
            self._fail(point, [f"the process was not killed: it ended with {process.exitcode}"])
        self._stack.start(self._service)
        self._stack.await_ready(self._service)
        if not self._requests.await_outcome(case, self._wanted, PATIENCE):
            self._fail(point, [f"came to {self._requests.outcome(case)}"])

    def _conclude(self) -> None:
        """Once all is quiet: every case as it should be still, all events alike, audit's log whole
        and true, the neighbours ready.
        """
        for _ in range(20):
            self._requests.read()
        for case, point in self._cases.items():
            if (came := self._requests.outcome(case)) != self._wanted:
                self._fail(point, [f"in the end: {came}"])
        for problem in [
            *self._requests.unlike,
            *audited(self._stack, self._requests),
            *self._unready(),
        ]:
            self._fail(Point("", 0, FAULT), [problem])

    def _unready(self) -> list[str]:
        said = {name: self._stack.ready(name) for name in SERVICES}
        return [f"{name} is not ready: {why}" for name, (ready, why) in said.items() if not ready]

    def _fail(self, point: Point, problems: list[str]) -> None:
        self._swept.failures.append(
            point._asdict()
            | {
                "problems": problems,
                "said": self._stack.log(self._service).read_text().splitlines()[-3:],
            }
        )


def audited(stack: Stack, requests: Requests) -> list[str]:
    """What is wrong with audit's log once it had the time to take every record in; nothing if it
    verifies.
    """
    until = time.monotonic() + AUDIT_SECONDS
    report: dict[str, Any] = {}
    while time.monotonic() < until:
        requests.read()
        shown = token_headers(stack.state("audit"))
        report = json.loads(answer(f"{stack.url('audit')}/v1/verify", shown)[1])
        if report.get("events", 0) >= requests.total:
            break
        time.sleep(1.0)
    whole = report.get("consistent") and report.get("events") == requests.total
    return (
        []
        if whole
        else [
            (
                f"audit: {report.get('events')} of {requests.total} records, consistent: "
                f"{report.get('consistent')}"
            )
        ]
    )
