"""Sweeps a scene: one disturbed life for each system call of an undisturbed one, each judged
against a life without disturbance.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.testbed.progress import Say
from tests.reliability.sweep.judging import Found, different, found, instants, unfinished, wrong
from tests.reliability.sweep.starting_points import LATER, Copy, Scene, Stage
from tests.reliability.sweep.tracing import SOCKETS, Point, counted, injected, spread
from tests.reliability.sweep.victim import NOT_OPENED, Life, live, said

KILLED = -9


@dataclass
class Swept:
    """What came of the points of one scene under one fault.

    `calls` counts them by system call; `said` those at which the service told of its trouble,
    `absorbed` those at which nothing had to be told (SQLite works on without a checkpoint of its
    log, and tries a closing note again); `repeats` counts records that were published again, alike.
    """

    on: str
    service: str
    event: str
    fault: str
    calls: dict[str, int] = field(default_factory=dict)
    points: int = 0
    said: int = 0
    absorbed: int = 0
    repeats: int = 0
    seconds: float = 0.0
    failures: list[dict[str, Any]] = field(default_factory=list)


class Sweep:
    """One scene, its undisturbed lives, and the points of its first one; `target` is what is
    disturbed and must be no worse than `live`.
    """

    def __init__(self, stage: Stage, scene: Scene, target: Callable[[Life], None] = live) -> None:
        self._stage, self._scene, self._target = stage, scene, target
        self._undisturbed: dict[tuple[int, ...], Found] = {}
        self.calls = self._counted()

    def _life(self, copy: Copy, *moments: int, stops: bool = False) -> Life:
        return Life(self._scene.service, copy.url, copy.folder, moments, stops)

    def _counted(self) -> Counter[str]:
        """The system calls of an undisturbed life, which must be right in itself."""
        copy = self._stage.copied(self._scene)
        log = copy.folder / "calls"
        code = self._stage.processes.traced(
            log, [], self._target, self._life(copy, self._scene.at, stops=True)
        )
        problems = wrong(self._stage.stores, self._scene, copy)
        if code or problems:
            raise RuntimeError(
                f"{self._scene.service} cannot handle {self._scene.event} undisturbed: exit "
                f"{code}, {problems}"
            )
        calls = counted(log)
        self._stage.dropped(copy)
        return calls

    def points(self, fault: str, most: int = 0) -> list[Point]:
        """All points, or `most` of them."""
        calls = {
            call: times
            for call, times in self.calls.items()
            if fault == "kill" or call not in SOCKETS
        }
        return spread(
            [
                Point(call, n, fault)
                for call, times in sorted(calls.items())
                for n in range(1, times + 1)
            ],
            most,
        )

    def run(self, points: list[Point], say: Say) -> Swept:
        """Points of one fault, one after another."""
        began = time.monotonic()
        swept = Swept(
            self._stage.stores.name, self._scene.service, self._scene.event, points[0].fault
        )
        for done, point in enumerate(points):
            say(
                f"{self._scene.service} {self._scene.event} {swept.fault}: {done} of "
                f"{len(points)}, {len(swept.failures)} failures"
            )
            self._point(point, swept)
        swept.calls = dict(Counter(point.call for point in points))
        swept.seconds = round(time.monotonic() - began, 1)
        return swept

    def _point(self, point: Point, swept: Swept) -> None:
        copy = self._stage.copied(self._scene)
        swept.points += 1
        try:
            problems = [*self._disturbed(point, copy, swept), *self._judged(copy, swept)]
        except (RuntimeError, TimeoutError) as error:
            problems = [str(error)]
        if problems:
            swept.failures.append(
                point._asdict() | {"problems": problems[:5], "said": said(copy.folder)[-3:]}
            )
        self._stage.dropped(copy)

    def _disturbed(self, point: Point, copy: Copy, swept: Swept) -> list[str]:
        """A life with a fault in it.

        A process that was killed, or could not open its store, has not done its work; any other
        must have done it.
        """
        life = self._life(copy, self._scene.at, stops=True)
        log = copy.folder / "trace"
        code = self._stage.processes.traced(log, [point.option()], self._target, life)
        if point.fault == "kill":
            return [] if code == KILLED else [f"the process was not killed: it ended with {code}"]
        if not injected(log):
            return ["the call was not reached"]
        swept.said += bool(said(copy.folder))
        swept.absorbed += not said(copy.folder)
        if code == NOT_OPENED:
            return []
        if code:
            return [f"the process ended with {code}"]
        return [
            f"without a restart: {problem}"
            for problem in unfinished(self._stage.stores, self._scene, copy)
        ]

    def _judged(self, copy: Copy, swept: Swept) -> list[str]:
        """Restarted later, and left to finish."""
        stores, scene = self._stage.stores, self._scene
        code = self._stage.processes.run(live, self._life(copy, scene.at + LATER))
        if code:
            return [f"after a restart the process ended with {code}"]
        is_now = found(stores, scene, copy)
        swept.repeats += is_now.repeats
        return [
            *wrong(stores, scene, copy),
            *different(is_now, self._reference(instants(stores, scene, copy))),
        ]

    def _reference(self, moments: tuple[int, ...]) -> Found:
        """What the service comes to undisturbed when it works its batches at these moments."""
        if moments not in self._undisturbed:
            copy = self._stage.copied(self._scene)
            code = self._stage.processes.run(
                live, self._life(copy, *(moments or (self._scene.at,)))
            )
            if code:
                raise RuntimeError(f"an undisturbed life ended with {code}")
            self._undisturbed[moments] = found(self._stage.stores, self._scene, copy)
            self._stage.dropped(copy)
        return self._undisturbed[moments]
