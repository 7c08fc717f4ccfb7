"""An engine that runs in a thread of its own and can be paused at any step between itself, its
database and its broker.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from shared.errors import Unavailable, Zombie
from shared.lanes.memory.broker import MemoryBroker
from shared.lanes.transport import PartitionRef
from tests.contracts.world import Node
from tests.patience import PATIENCE

LOCKED = {"SELECT p, epoch FROM lane": "epochs-read", "SELECT p FROM lane WHERE": "lanes-locked"}
"""What an engine knows, or holds, once these queries are answered."""


class SharedBroker(MemoryBroker):
    """The broker in memory for engines that run at the same time."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._lock = threading.Lock()

    def append(
        self,
        place: PartitionRef,
        key: bytes | None,
        headers: Iterable[tuple[str, bytes | None]],
        value: bytes | None,
    ) -> int:
        with self._lock:
            return super().append(place, key, headers, value)


class Stepped:
    """Runs a node's engine and writes down the steps that it passes; it waits at the one numbered
    `pause` (-1: at none) until it is released.
    """

    def __init__(self, node: Node, pause: int = -1) -> None:
        self.passed: list[str] = []
        self.trouble: Exception | None = None
        self.paused = threading.Event()
        self._node = node
        self._pause = pause
        self._released = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._arrivals = 0
        self._hook(node)

    def _hook(self, node: Node) -> None:
        database, publisher = node.database, node.publisher
        query, empty, poll = database.query, database.empty, publisher.poll
        database.fault = self._pass

        def queried(statement: str, values: Any = ()) -> Any:
            rows = query(statement, values)
            for beginning, step in LOCKED.items():
                if statement.startswith(beginning) and (
                    "epoch" in beginning or "FOR UPDATE" in statement
                ):
                    self._pass(step)
            return rows

        def emptied(table: str, unless: str) -> bool:
            self._pass("before-rotation")
            return bool(empty(table, unless))

        def polled(seconds: float) -> None:
            sends = bool(publisher._queue)
            if sends:
                self._pass("before-publishing")
            poll(seconds)
            if sends:
                self._pass("published")

        vars(database).update(query=queried, empty=emptied)
        vars(publisher).update(poll=polled)

    def _pass(self, step: str) -> None:
        if threading.current_thread() is not self._thread:
            return
        self.passed.append(step)
        if len(self.passed) - 1 == self._pause:
            self.paused.set()
            if not self._released.wait(PATIENCE):
                raise TimeoutError(step)

    def _run(self) -> None:
        try:
            for _ in range(self._arrivals):
                self._node.engine.step(0)
        except (Unavailable, Zombie) as trouble:
            self.trouble = trouble

    def start(self, arrivals: int) -> None:
        """Lets the engine work so many arrivals."""
        self._arrivals = arrivals
        self._thread.start()

    @property
    def rests(self) -> bool:
        """Whether it is paused, or done."""
        return not self._thread.is_alive() or (self.paused.is_set() and not self._released.is_set())

    def release(self) -> None:
        """Lets it go on from where it is paused, or not pause any more."""
        self._released.set()

    def join(self) -> None:
        """Waits until it is done."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


def until(condition: Callable[[], bool]) -> None:
    """Waits for something that comes soon."""
    waiting = threading.Event()
    for _ in range(int(PATIENCE / 0.002)):
        if condition():
            return
        waiting.wait(0.002)
    raise TimeoutError
