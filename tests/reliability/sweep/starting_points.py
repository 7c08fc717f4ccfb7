"""Scenes: a service that has handled all that came before an event, with that event next.

Every point of the sweep begins with a copy of one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from shared.events.catalogue import CONSUMES
from tests.reliability.sweep.broker import FileBroker
from tests.reliability.sweep.recording import Heard
from tests.reliability.sweep.stores import FILE, Stores
from tests.reliability.sweep.tracing import Processes
from tests.reliability.sweep.victim import NOTES, RECORDS, Life, live

LATER = 5_000_000
"""Microseconds between a process and the one that is started after it: what is decided anew can be
told from what was decided before.
"""


class Scene(NamedTuple):
    """The first event of its type that the service handles, `at` microseconds since 1970; `folder`
    and `url` hold everything before it.
    """

    service: str
    event: str
    at: int
    folder: Path
    url: str


class Copy(NamedTuple):
    """A copy of a scene, to be lived in."""

    folder: Path
    url: str


class Stage:
    """Sets scenes up on one kind of store."""

    def __init__(self, stores: Stores, processes: Processes, folder: Path) -> None:
        self.stores = stores
        self.processes = processes
        self._folder = folder
        self._copies = 0

    def scenes(self, service: str, heard: list[Heard], event: str = "") -> Iterator[Scene]:
        """One scene for each type of event that the service hears, or for one type; each is taken
        down when the next is asked for.
        """
        here = self._folder / service
        url = self.stores.empty(service, here)
        due: list[Heard] = []
        shown: set[str] = set()
        for one in heard:
            if not _concerns(service, one):
                continue
            if one.event not in shown and event in ("", one.event):
                shown.add(one.event)
                self._live_through(service, Copy(here, url), due)
                due = []
                yield from self._shown(Scene(service, one.event, one.at, here, url), one)
            due.append(one)

    def _live_through(self, service: str, here: Copy, due: list[Heard]) -> None:
        if due:
            _hear(here.folder, due)
            code = self.processes.run(live, Life(service, here.url, here.folder, (due[-1].at,)))
            if code:
                raise RuntimeError(
                    f"{service} does not get as far as the event: its process ended with {code}"
                )

    def _shown(self, scene: Scene, one: Heard) -> Iterator[Scene]:
        """The scene, with the event there to be read."""
        before = self.copied(scene)
        _hear(before.folder, [one])
        yield scene._replace(folder=before.folder, url=before.url)
        self.dropped(before)

    def copied(self, scene: Scene) -> Copy:
        """A copy of its store and its files."""
        self._copies += 1
        folder = self._folder / f"copy-{self._copies}"
        shutil.copytree(scene.folder, folder, ignore=shutil.ignore_patterns(f"{FILE}*", NOTES))
        return Copy(folder, self.stores.copied(scene.url, folder))

    def dropped(self, copy: Copy) -> None:
        """Removes a copy."""
        self.stores.dropped(copy.url)
        shutil.rmtree(copy.folder)


def _concerns(service: str, one: Heard) -> bool:
    """Whether a service reads it, and did not write it itself; only intake has timers."""
    if one.record is None:
        return service == "intake"
    return one.record.topic in CONSUMES[service] and one.by != service


def _hear(folder: Path, due: list[Heard]) -> None:
    """Appends records where the service of a folder reads them, at the times at which they came."""
    for one in due:
        if one.record is not None:
            at = one.record.timestamp
            broker = FileBroker(folder / RECORDS, partial(int, at))
            broker.append(
                (one.record.topic, one.record.partition),
                one.record.key,
                one.record.headers,
                one.record.value,
            )
            broker.close()
