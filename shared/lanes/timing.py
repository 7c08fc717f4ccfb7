"""Timers and results of effects as things to decide on. A timer fires only when the lane has read all that came before it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from shared.ids import derive
from shared.lanes.applying import instant, micros
from shared.lanes.lane import Lane
from shared.lanes.outcome import Received, TaskDone, TimerDue
from shared.lanes.ports import Ports
from shared.lanes.source import EffectDone

TIMERS_A_TICK = 500
SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=1)


def due(ports: Ports, topics: tuple[str, ...], lanes: dict[int, Lane]) -> list[tuple[int, Received]]:
    """Timers that may fire now: due, in lanes that have read every input to the end that the broker showed after they were due."""
    now = micros(ports.clock.now())
    timers = ports.store.due_timers(sorted(lanes), now, TIMERS_A_TICK)
    if not timers:
        return []
    read = _caught_up(ports, topics, {p: lanes[p] for p, *_ in timers})
    return [(p, fired(case_id, kind, at)) for p, case_id, kind, at in timers if p in read]


def _caught_up(ports: Ports, topics: tuple[str, ...], lanes: dict[int, Lane]) -> set[int]:
    bounds = ports.source.bounds([(topic, p) for p in lanes for topic in topics])
    behind = {p for (topic, p), (_, end) in bounds.items() if end < 0 or lanes[p].positions.get(topic, 0) < end}
    return set(lanes) - behind


def fired(case_id: UUID, kind: str, at: int) -> Received:
    """A timer set for `at` (microseconds since 1970) as its decision gets it; the same timer always is the same cause."""
    when = instant(at)
    return Received(derive(case_id, "timer", kind, str(at)), case_id, "timer", TimerDue(kind, when), when, when)


def postponed(due_at: datetime, now: datetime) -> datetime:
    """When a timer is tried again whose decision failed: after as long as it is late already, so that the pause doubles, from a minute to an hour."""
    return now + min(max(now - due_at, SOONEST), LATEST)


def effect_cause(done: EffectDone) -> Received:
    """The result of an effect; the same task always is the same cause."""
    cause = derive(done.case_id, "task", done.kind, done.key)
    at = instant(0)
    return Received(cause, done.case_id, "task", TaskDone(done.kind, done.key, done.result), at, at)
