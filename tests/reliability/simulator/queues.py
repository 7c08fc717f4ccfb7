"""Tasks that are durable and open, by queue: a task may run only as the first of its queue."""

from __future__ import annotations

from typing import TypeVar

from shared.lanes.outcome import Outcome, Task
from shared.lanes.state.write_set import Writes
from tests.reliability.simulator.violated import must

S = TypeVar("S")
MEMBERS = '"audience":"member"'
Place = tuple[str, int, str, str]


def queued(outcome: Outcome[S]) -> Outcome[S]:
    """Letters to members have a queue, those to providers wait for no other."""
    return outcome._replace(tasks=tuple([_queued(task) for task in outcome.tasks]))


def _queued(task: Task) -> Task:
    return task._replace(queue="member" if MEMBERS in task.payload["content"][:200] else "")


class Queues:
    """Keys of open tasks in the order of their decisions, by service, lane, kind and queue."""

    def __init__(self) -> None:
        self._open: dict[Place, dict[str, None]] = {}
        self._places: dict[tuple[str, str, str], Place] = {}

    def committed(self, service: str, writes: Writes) -> None:
        """Results are durable, then what was asked for."""
        for _, kind, key in writes.tasks_done:
            if place := self._places.pop((service, kind, key), None):
                del self._open[place][key]
        for task in writes.tasks.values():
            if task.queue:
                place = (service, task.p, task.kind, task.queue)
                self._places[service, task.kind, task.key] = place
                self._open.setdefault(place, {})[task.key] = None

    def begins(self, service: str, kind: str, key: str) -> None:
        """A task runs. One that another owner has ended meanwhile is no matter."""
        if place := self._places.get((service, kind, key)):
            first = next(iter(self._open[place]))
            must(first == key, "a queue is in order", f"{place} runs {key} before {first}")
