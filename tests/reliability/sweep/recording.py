"""What the services read in the sweep: everything that happens in the lives of a few cases, in the
order in which it came.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from benchmarks.testbed.keys import sealer_of
from shared.events.submissions import SUBMISSIONS
from shared.lanes.state.record import Record
from shared.lanes.transport import PartitionRef
from shared.settings import SERVICES
from tests.reliability.sweep import scenario
from tests.reliability.sweep.broker import FileBroker, FilePublisher, line, record_of
from tests.reliability.sweep.engines import PacedClock, engine_of
from tests.reliability.sweep.stores import SqliteStores
from tests.reliability.sweep.tracing import Processes

START, MINUTE = 1_772_442_000_000_000, 60_000_000
"""Microseconds: 2 March 2026, and how far apart people act."""
HEARD = "heard"
ROUNDS = 40


class Heard(NamedTuple):
    """Something that a service may have to handle: a record that `by` wrote (nobody: an outsider),
    or, without one, that it has become `at` (microseconds).
    """

    event: str
    at: int
    by: str
    record: Record | None


class Recorder(FileBroker):
    """A broker that keeps in order what is appended: what `writer` writes, or what an outsider
    does, which is called `event`.
    """

    def __init__(self, path: Path, clock: PacedClock) -> None:
        super().__init__(path, lambda: clock.micros() // 1_000)
        self._clock = clock
        self.writer, self.event = "", ""
        self.heard: list[Heard] = []

    def append(
        self,
        place: PartitionRef,
        key: bytes | None,
        headers: Iterable[tuple[str, bytes | None]],
        value: bytes | None,
    ) -> int:
        """Appends and remembers."""
        offset = super().append(place, key, headers, value)
        record = self.read(place, offset, 1)[0]
        event = (
            self.event
            if not self.writer
            else "handed-on"
            if place[0] == SUBMISSIONS
            else type_of(record)
        )
        self.heard.append(Heard(event, self._clock.micros(), self.writer, record))
        return offset


def type_of(record: Record) -> str:
    """The short name of an event's type: `line-determined`."""
    return (dict(record.headers)["ce_type"] or b"").decode().split(".")[2]


def make(folder: Path) -> None:
    """Lets people act on the four services, in a process of its own, and keeps what was heard in
    `folder`.
    """
    os.chdir(folder)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("warning"))
    clock, stores = PacedClock((START,)), SqliteStores()
    broker = Recorder(Path("records"), clock)
    engines = {
        name: engine_of(
            name,
            stores.empty(name, folder / name),
            clock,
            broker,
            FilePublisher(broker, sealer_of(name)),
        )
        for name in SERVICES
    }
    for n, act in enumerate(scenario.ACTS, 1):
        clock.instants = (START + n * MINUTE + act.later,)
        broker.event, broker.writer = act.event, ""
        written = act.record(broker)
        if written is None:
            broker.heard.append(Heard(act.event, clock.micros(), "", None))
        else:
            broker.append(*written)
        _settle(engines, broker)
    with Path(HEARD).open("w") as file:
        file.writelines(
            json.dumps([event, at, by, record and line(record).decode()]) + "\n"
            for event, at, by, record in broker.heard
        )


def _settle(engines: dict[str, Any], broker: Recorder) -> None:
    for _ in range(ROUNDS):
        for broker.writer, engine in engines.items():
            engine.step(0)


def made(processes: Processes, folder: Path) -> list[Heard]:
    """Makes a recording in a folder; what was heard."""
    folder.mkdir()
    if code := processes.run(make, folder):
        raise RuntimeError(f"the recording ended with {code}")
    return heard(folder)


def heard(folder: Path) -> list[Heard]:
    """What was heard in a folder."""
    rows = [json.loads(one) for one in (folder / HEARD).read_text().splitlines()]
    return [Heard(event, at, by, record_of(kept) if kept else None) for event, at, by, kept in rows]
