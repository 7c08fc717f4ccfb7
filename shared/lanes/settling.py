"""Decides on what the lane itself expected: timers that are due, and results of effects."""

from __future__ import annotations

import structlog

from shared.lanes.applying import micros
from shared.lanes.casework import Casework
from shared.lanes.outcome import Received, TaskDone, TimerDue
from shared.lanes.timing import postponed
from shared.lanes.writes import OpenTimer, Writes

log = structlog.get_logger()


def settle(work: Casework, p: int, received: Received) -> None:
    """Decides on a timer or the result of an effect, which is then done with.

    One that cannot be decided on is kept, aloud, and its neighbours stand: a timer is tried again later; an effect's task stays open and runs again.
    """
    try:
        work.decide(work.case(received.case_id, p), p, received)
    except Exception as error:  # noqa: BLE001 - a bug must not stop the lane
        log.error("settling_failed", case_id=str(received.case_id), type=received.type, error=type(error).__name__)  # noqa: TRY400 - no health information
        keep(work, p, received)
    else:
        _done_with(work.writes, received)


def keep(work: Casework, p: int, received: Received) -> None:
    """Postpones a timer, unless its batch has set or cancelled it otherwise; a task needs nothing to stay open."""
    if isinstance(timer := received.data, TimerDue):
        again = OpenTimer(received.case_id, timer.kind, p, micros(timer.due_at), micros(postponed(timer.due_at, work.now)))
        work.writes.timers.setdefault((received.case_id, timer.kind), again)


def _done_with(writes: Writes, received: Received) -> None:
    """Removes the timer, unless its batch has set it anew, or the task."""
    match received.data:
        case TimerDue(kind):
            writes.timers.setdefault((received.case_id, kind), None)
        case TaskDone(kind, key):
            writes.tasks_done.append((received.case_id, kind, key))
        case _:
            return
