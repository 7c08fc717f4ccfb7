"""Two replicas of each service share its lanes: one may be restarted or killed while requests come
in, and nothing is lost or done twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cli.embedded.stack import Stack, start
from cli.services.submit import sent
from shared.access.principal import Role
from shared.examples import reference_case
from shared.ids import PARTITIONS
from shared.settings import SERVICES
from tests.access import read
from tests.patience import PATIENCE
from tests.reliability.crash.history import Reading
from tests.stacks import RunningStack
from tests.stories.telling import by_line, bytes_of, described, eventually, from_sender

pytestmark = pytest.mark.stack
EACH = 6
Json = dict[str, Any]


class Pairs:
    """An embedded stack with two replicas of each service on the same stores and folder."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._processes = {(name, 0): process for name, process in stack.processes.items()}
        self.urls = {(name, 0): url for name, url in stack.urls.items()}
        for name in SERVICES:
            self.start(name, 1)

    def start(self, name: str, replica: int) -> None:
        """Starts a replica and waits until it has lanes to work."""
        self._stack.start_service(name, replica=replica)
        self._processes[name, replica] = self._stack.processes[name]
        eventually(lambda: self._stack._ready(name))
        self.urls[name, replica] = self._stack.urls[name]

    def end(self, name: str, replica: int, *, kill: bool) -> None:
        """Ends a replica with or without warning."""
        process = self._processes.pop((name, replica))
        process.kill() if kill else process.terminate()
        process.wait(PATIENCE)
        del self.urls[name, replica]

    def lanes(self, name: str) -> list[int]:
        """How many lanes each replica that answers works."""
        found = []
        for service, replica in sorted(self.urls):
            if service == name:
                answer = read(f"{self.urls[service, replica]}/v1/lanes", Role.OPERATIONS)
                found.append(json.loads(answer)["lanes"])
        return found

    def through(self, replica: int) -> RunningStack:
        """The system as the services' other replicas tell of it."""
        return RunningStack(
            {name: self.urls[name, replica] for name in SERVICES},
            self._stack.broker.address,
            self._stack.documents,
            state=self._stack.state,
        )

    def submit(self, replica: int, names: list[str]) -> list[str]:
        """Submits requests over one replica's HTTP; their cases."""
        followed = [
            sent(bytes_of(from_sender(reference_case(), name)), self.urls["intake", replica], 0)
            for name in names
        ]
        return [one.case_id for one in followed if one.case_id is not None]

    def stop(self) -> None:
        """Ends what runs."""
        self._stack.processes = {
            f"{name}-{replica}": process for (name, replica), process in self._processes.items()
        }
        self._stack.stop()


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pairs]:
    stack = start(tmp_path_factory.mktemp("replicas") / "state", print, PATIENCE)
    running: Pairs | None = None
    try:
        running = Pairs(stack)
        yield running
    finally:
        (running or stack).stop()


@pytest.fixture(scope="module")
def cases(pairs: Pairs) -> list[str]:
    """Requests submitted before, between and after a rolling restart, and while one replica of each
    service was killed.
    """
    found = pairs.submit(0, [f"before-{n}" for n in range(EACH)])
    for name in SERVICES:
        pairs.end(name, 0, kill=False)
        found += pairs.submit(1, [f"rolling-{name}"])
        pairs.start(name, 0)
    found += pairs.submit(1, [f"killed-{n}" for n in range(EACH)])
    for name in SERVICES:
        pairs.end(name, 1, kill=True)
    return found + pairs.submit(0, [f"after-{n}" for n in range(EACH)])


def test_a_second_replica_takes_half_of_the_lanes(pairs: Pairs):
    for name in SERVICES:
        assert eventually(lambda name=name: pairs.lanes(name) == [PARTITIONS // 2] * 2)


def test_every_request_is_determined_though_replicas_were_restarted_and_killed(
    pairs: Pairs, cases: list[str]
):
    assert [by_line(described(pairs.through(0), case)) for case in cases] == [
        {1: "A1", 2: "A1"}
    ] * len(cases)
    for name in SERVICES:
        assert eventually(lambda name=name: pairs.lanes(name) == [PARTITIONS])


def test_nothing_is_done_twice_or_out_of_order(pairs: Pairs, cases: list[str]):
    """A repeat of an event carries its id again; another id for the same effect would be a second
    effect.
    """
    reading = Reading(pairs.through(0).broker)
    eventually(lambda: not reading.read(1.0) and reading.history.issued >= 2 * len(cases))
    reading.close()
    history = reading.history

    assert history.gaps == []
    assert set(history.received) == set(history.determined) == set(cases)
    effects = (history.received, history.determined, history.lines, history.letters)
    assert [events for effect in effects for events in effect.values() if len(events) != 1] == []
    assert len(history.letters) == 2 * len(cases)


def test_the_audit_log_of_both_replicas_verifies(pairs: Pairs, cases: list[str]):
    report = eventually(
        lambda: (
            found
            if (found := pairs.through(0).desk.verified())["sealed"] == found["events"]
            else None
        )
    )

    assert cases
    assert report["consistent"], report["problems"]
