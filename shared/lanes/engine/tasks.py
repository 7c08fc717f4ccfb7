"""Runs tasks (rendering, mail) outside the transaction; their results come back as arrivals."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import structlog

from shared.lanes.state.write_set import OpenTask
from shared.lanes.transport import TaskResult

log = structlog.get_logger()
ATTEMPTS = 3


class TaskPool:
    """A pool of workers; a task may run twice (after a crash or a move of its lane), and what it
    does in the world must bear that.
    """

    def __init__(
        self,
        pool: Executor,
        kinds: dict[str, Callable[[dict[str, Any]], dict[str, Any]]],
        deliver: Callable[[TaskResult], None],
    ) -> None:
        self._pool = pool
        self._kinds = kinds
        self._deliver = deliver
        self._running: set[tuple[Any, ...]] = set()

    def submit(self, task: OpenTask, attempt: int = 1) -> None:
        """Starts a task unless it runs already; a kind that nobody registered stays open."""
        key = task[:3]
        if task.kind not in self._kinds or (key in self._running and attempt == 1):
            return
        self._running.add(key)
        future = self._pool.submit(self._kinds[task.kind], json.loads(task.payload))
        future.add_done_callback(lambda done: self._ended(task, attempt, done))

    def _ended(self, task: OpenTask, attempt: int, done: Future[dict[str, Any]]) -> None:
        if done.cancelled():
            return
        error = done.exception()
        if error is None:
            # Before the result is delivered: if a recovery drops that, the task must start again.
            self._running.discard(task[:3])
            self._deliver(TaskResult(task.p, task.case_id, task.kind, task.key, done.result()))
        elif attempt < ATTEMPTS:
            self.submit(task, attempt + 1)
        else:
            self._running.discard(task[:3])
            # Operators search for this name: it stays.
            log.error(
                "effect_failed",
                kind=task.kind,
                case_id=str(task.case_id),
                error=type(error).__name__,
            )

    def stop(self) -> None:
        """Ends the pool; tasks that did not finish are open still and start again with the next
        owner.
        """
        self._pool.shutdown(wait=True, cancel_futures=True)
