"""One queue of tasks: which of them may run, and not before when."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from shared.lanes.state.write_set import OpenTask

TaskId = tuple[UUID, str, str]
"""The case, kind and key of a task."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 600.0
"""Seconds until a task that failed is tried again: they double with every failure."""


def pause(attempts: int) -> float:
    """Seconds to wait after so many failures in a row."""
    # Bounded before it is a power: a task may fail for years.
    return min(FIRST_PAUSE * 2.0 ** min(attempts - 1, 10), LONGEST_PAUSE)


@dataclass(slots=True)
class TaskQueue:
    """Open tasks in their order. The first is the only one that may run, and the next begins only
    when the store has the result of the first ("a queue is in order"): a result that is lost makes
    its task run again, and what comes after it in the world must come after that.

    `due` is when the first may run, in seconds on the monotonic clock.
    """

    tasks: dict[TaskId, OpenTask] = field(default_factory=dict)
    running: TaskId | None = None
    due: float = 0.0
    _returned: TaskId | None = None
    _failed: TaskId | None = None
    _attempts: int = 0

    @property
    def first(self) -> TaskId | None:
        """The task that runs, or will run next."""
        return next(iter(self.tasks), None)

    @property
    def empty(self) -> bool:
        """Whether nobody needs it any more."""
        return not self.tasks and self.running is None

    def add(self, task: OpenTask) -> None:
        """Adds a task behind the others; one that was asked for anew gives up its place unless it
        is at work, when one result counts for both.
        """
        task_id = task[:3]
        if task_id in (self.running, self._returned):
            self.tasks.setdefault(task_id, task)
        elif task_id not in self.tasks or self.tasks[task_id].turn != task.turn:
            self.tasks.pop(task_id, None)
            self.tasks[task_id] = task

    def start(self, now: float) -> OpenTask | None:
        """The task to run now, which then is running; none if one is at work, or it is too
        early.
        """
        first = self.first
        if first is None or self.running is not None or first == self._returned:
            return None
        if first == self._failed and now < self.due:
            return None
        self.running = first
        return self.tasks[first]

    def returned(self, task_id: TaskId) -> None:
        """The task has run, and its result is on its way to the store."""
        self.running, self._returned = None, task_id

    def failed(self, task_id: TaskId, now: float) -> int:
        """The task has failed, or its result has; how often by now, 0 if it is not the first any
        more.
        """
        self.running = self._returned = None
        if task_id != self.first:
            return 0
        self._attempts = self._attempts + 1 if task_id == self._failed else 1
        self._failed, self.due = task_id, now + pause(self._attempts)
        return self._attempts

    def ended(self, task_id: TaskId) -> None:
        """The store has the result of the task, or nobody wants it any more."""
        self.tasks.pop(task_id, None)
        if task_id == self._returned:
            self._returned = None

    def forget(self) -> None:
        """Nothing is in the queue but what runs; how often the first has failed stays known."""
        self.tasks.clear()
        self._returned = None
