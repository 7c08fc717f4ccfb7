"""Timers and results of tasks: as causes that a decision gets, and how they are decided on."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from shared.ids import derive
from shared.instants import instant, micros
from shared.lanes.batch.delivery import CausalDelivery
from shared.lanes.outcome import Received, TaskDone, TimerDue
from shared.lanes.state.write_set import OpenTimer, Writes
from shared.lanes.transport import TaskResult

log = structlog.get_logger()
SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=1)
"""Bounds of the pause until a timer whose decision failed is tried again."""


def settle(delivery: CausalDelivery, p: int, received: Received) -> None:
    """Decides on a timer or the result of a task, which is then done with.

    One that cannot be decided on is kept, aloud, and its neighbours stand: a timer is tried again
    later; a task stays open and runs again.
    """
    try:
        delivery.decide(delivery.case(received.case_id, p), p, received)
    except Exception as error:  # noqa: BLE001 - a bug must not stop the lane
        # No health information.
        log.error(  # noqa: TRY400
            "settling_failed",
            case_id=str(received.case_id),
            type=received.type,
            error=type(error).__name__,
        )
        keep(delivery, p, received)
    else:
        _done_with(delivery.writes, received)


def keep(delivery: CausalDelivery, p: int, received: Received) -> None:
    """Postpones a timer, unless its batch has set or cancelled it otherwise; a task stays open."""
    match received.data:
        case TimerDue(kind, due_at):
            retry = OpenTimer(
                received.case_id,
                kind,
                p,
                micros(due_at),
                micros(postponed(due_at, delivery.now)),
            )
            delivery.writes.timers.setdefault((received.case_id, kind), retry)
        case TaskDone(kind, key):
            delivery.writes.tasks_kept.append((received.case_id, kind, key))
        case _:
            return


def _done_with(writes: Writes, received: Received) -> None:
    """Removes the timer, unless its batch has set it anew, or the task."""
    match received.data:
        case TimerDue(kind):
            writes.timers.setdefault((received.case_id, kind), None)
        case TaskDone(kind, key):
            writes.tasks_done.append((received.case_id, kind, key))
        case _:
            return


def timer_cause(case_id: UUID, kind: str, at: int) -> Received:
    """A timer set for `at` (microseconds since 1970) as its decision gets it; the same timer always
    is the same cause.
    """
    when = instant(at)
    return Received(
        derive(case_id, "timer", kind, str(at)), case_id, "timer", TimerDue(kind, when), when, when
    )


def postponed(due_at: datetime, now: datetime) -> datetime:
    """When a timer is tried again whose decision failed: after as long as it is late already, so
    that the pause doubles, from a minute to an hour.
    """
    return now + min(max(now - due_at, SOONEST), LATEST)


def task_cause(done: TaskResult) -> Received:
    """The result of a task; the same task always is the same cause."""
    cause = derive(done.case_id, "task", done.kind, done.key)
    # When it ended is not in the history: a decision that saw it could not be replayed.
    at = instant(0)
    return Received(cause, done.case_id, "task", TaskDone(done.kind, done.key, done.result), at, at)
