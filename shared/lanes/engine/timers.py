"""Timers as causes that a decision gets.

A timer fires only when the lane has read all that came before it.
"""

from __future__ import annotations

from shared.instants import micros
from shared.lanes.batch.timers_and_tasks import timer_cause
from shared.lanes.engine.ports import Ports
from shared.lanes.outcome import Received
from shared.lanes.state.lane import Lane

TIMERS_A_TICK = 500


def due(
    ports: Ports, topics: tuple[str, ...], lanes: dict[int, Lane]
) -> list[tuple[int, Received]]:
    """Timers that may fire now: due, in lanes that have read every input to the end that the broker
    showed after they were due.
    """
    # The clock first, the log ends later: an end seen before `now` may lie before a notice that
    # came in time, and the clock that it meets would be breached ("no false breach").
    now = micros(ports.clock.now())
    timers = ports.store.due_timers(sorted(lanes), now, TIMERS_A_TICK)
    if not timers:
        return []
    read = _caught_up(ports, topics, {p: lanes[p] for p, *_ in timers})
    return [(p, timer_cause(case_id, kind, at)) for p, case_id, kind, at in timers if p in read]


def _caught_up(ports: Ports, topics: tuple[str, ...], lanes: dict[int, Lane]) -> set[int]:
    ends = ports.source.ends([(topic, p) for p in lanes for topic in topics])
    behind = {
        p
        for (topic, p), end in ends.items()
        # An end that cannot be known counts as not reached.
        if end < 0 or lanes[p].positions.get(topic, 0) < end
    }
    return set(lanes) - behind
