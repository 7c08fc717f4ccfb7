"""Runs tasks (rendering, mail) outside the transaction; their results come back as arrivals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from functools import partial
from heapq import heappop, heappush
from threading import Lock
from typing import Any, NamedTuple

import structlog

from shared.errors import Impossible
from shared.lanes.engine.task_failure import UNDECIDED, alarming, loggable, reason_of
from shared.lanes.engine.task_queue import TaskId, TaskQueue
from shared.lanes.state.write_set import OpenTask
from shared.lanes.transport import TaskResult

log = structlog.get_logger()

QueueName = tuple[str, str, str]


class TaskKind(NamedTuple):
    """How tasks of a kind run: `run` gets a task's payload, in a thread or process of `pool`."""

    run: Callable[[dict[str, Any]], dict[str, Any]]
    pool: Executor


class TaskPool:
    """Every kind has workers of its own, and every queue its own pauses, which occupy no worker: a
    kind or a queue that hangs or fails keeps no other from its work.

    A task may run twice (after a crash or a move of its lane), and what it does in the world must
    bear that. One that fails is tried again until it succeeds, after pauses that double. Tasks
    begin in the engine's thread only.
    """

    def __init__(
        self,
        kinds: Mapping[str, TaskKind],
        deliver: Callable[[TaskResult], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._kinds = kinds
        self._deliver = deliver
        self._monotonic = monotonic
        self._lock = Lock()
        self._queues: dict[QueueName, TaskQueue] = {}
        self._names: dict[TaskId, QueueName] = {}
        self._due: list[tuple[float, QueueName]] = []
        self._failing: set[TaskId] = set()
        self._alarms: list[OpenTask] = []

    def submit(self, tasks: Iterable[OpenTask]) -> None:
        """Adds tasks to their queues and starts what may run; a kind that nobody registered stays
        open.
        """
        with self._lock:
            names = [self._add(task) for task in tasks if task.kind in self._kinds]
        self._start(names)

    def resume(self, tasks: Iterable[OpenTask]) -> None:
        """Forgets all but what runs, and goes on with these: what the store has after a claim."""
        with self._lock:
            for queue in self._queues.values():
                queue.forget()
            self._names.clear()
            for task in tasks:
                if task.kind in self._kinds:
                    self._add(task)
            self._failing.intersection_update(self._names)
            self._queues = {name: queue for name, queue in self._queues.items() if not queue.empty}
            # Sorted, and so a heap.
            self._due = sorted((queue.due, name) for name, queue in self._queues.items())
            names = list(self._queues)
        self._start(names)

    def wake(self) -> None:
        """Starts tasks whose pauses are over."""
        if not self._due:
            return
        names, now = [], self._monotonic()
        with self._lock:
            while self._due and self._due[0][0] <= now:
                names.append(heappop(self._due)[1])
        self._start(names)

    def end(self, ids: Iterable[TaskId]) -> None:
        """Results of these are in the store, or wanted no more: what waits for them starts."""
        with self._lock:
            names = [name for task_id in ids if (name := self._remove(task_id)) is not None]
        self._start(names)

    def keep(self, ids: Iterable[TaskId]) -> None:
        """Results of these could not be decided on: they run again after a pause."""
        for task_id in ids:
            queue = self._queues.get(self._names.get(task_id, ("", "", "")))
            if queue is not None and queue.running != task_id:
                self._failed(
                    queue.tasks[task_id],
                    Impossible("Nothing could be decided on a task's result.", code=UNDECIDED),
                )

    def failing(self) -> dict[str, int]:
        """How many tasks of each kind are failing."""
        with self._lock:
            counts = dict.fromkeys(self._kinds, 0)
            for _, kind, _ in self._failing:
                counts[kind] += 1
        return counts

    def alarms(self) -> list[OpenTask]:
        """Tasks that are failing since the last call, or for another reason, each with its
        `error`.
        """
        if not self._alarms:
            return []
        with self._lock:
            alarms, self._alarms = self._alarms, []
        return alarms

    def stop(self) -> None:
        """Ends the workers; tasks that did not finish are open still and start again with the next
        owner.
        """
        for kind in self._kinds.values():
            kind.pool.shutdown(wait=True, cancel_futures=True)

    def _add(self, task: OpenTask) -> QueueName:
        name = self._names[task[:3]] = queue_name(task)
        self._queues.setdefault(name, TaskQueue()).add(task)
        return name

    def _remove(self, task_id: TaskId) -> QueueName | None:
        name = self._names.pop(task_id, None)
        self._failing.discard(task_id)
        if name is not None and (queue := self._queues.get(name)) is not None:
            queue.ended(task_id)
            self._tidy(name, queue)
        return name

    def _tidy(self, name: QueueName, queue: TaskQueue) -> None:
        if queue.empty:
            del self._queues[name]

    def _start(self, names: Iterable[QueueName]) -> None:
        for name in names:
            with self._lock:
                queue = self._queues.get(name)
                task = queue.start(self._monotonic()) if queue is not None else None
            if task is not None:
                self._run(task)

    def _run(self, task: OpenTask) -> None:
        kind = self._kinds[task.kind]
        try:
            future = kind.pool.submit(kind.run, json.loads(task.payload))
        # A pool that is broken: its kind alone suffers, and not the engine's thread.
        except RuntimeError as error:
            self._failed(task, error)
        else:
            future.add_done_callback(partial(self._ran, task))

    def _ran(self, task: OpenTask, done: Future[dict[str, Any]]) -> None:
        """In the worker's thread: what came of a task."""
        if done.cancelled():
            return
        error = done.exception()
        if error is not None:
            self._failed(task, error)
            return
        name, task_id = queue_name(task), task[:3]
        with self._lock:
            queue = self._queues[name]
            # Before the result is delivered: if a recovery drops that, the task must start again.
            queue.returned(task_id)
            self._failing.discard(task_id)
            # A task that ended meanwhile, by another run of it, has kept the next one waiting.
            heappush(self._due, (0.0, name))
            self._tidy(name, queue)
        self._deliver(TaskResult(task.p, task.case_id, task.kind, task.key, done.result()))

    def _failed(self, task: OpenTask, error: BaseException) -> None:
        name, task_id = queue_name(task), task[:3]
        reason = reason_of(error)
        with self._lock:
            queue = self._queues[name]
            attempts = queue.failed(task_id, self._monotonic())
            heappush(self._due, (queue.due, name))
            failing = attempts > 0 and alarming(attempts, error, queue.tasks[task_id].error)
            if failing:
                self._failing.add(task_id)
                self._note(queue, task_id, reason)
            self._tidy(name, queue)
        # Operators search for this name: it stays.
        (log.error if failing else log.warning)(
            "effect_failed",
            kind=task.kind,
            case_id=str(task.case_id),
            key=loggable(task.key),
            error=type(error).__name__,
            code=reason,
            attempts=attempts,
        )

    def _note(self, queue: TaskQueue, task_id: TaskId, reason: str) -> None:
        """Remembers that the store does not know yet why the task is failing."""
        task = queue.tasks[task_id]
        if task.error != reason:
            queue.tasks[task_id] = task._replace(error=reason)
            self._alarms.append(queue.tasks[task_id])


def queue_name(task: OpenTask) -> QueueName:
    """What tasks that run one at a time have in common; one without a queue is alone in its own."""
    alone = "" if task.queue else f"{task.case_id} {task.key}"
    return task.kind, task.queue, alone
