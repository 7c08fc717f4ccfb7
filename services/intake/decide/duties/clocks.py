"""Clocks of a case that begin and change: what is told of them, and their timers."""

from __future__ import annotations

from collections.abc import Iterable

from services.intake.clocks import running
from services.intake.clocks.record import RunningClock
from services.intake.model import IntakeState
from shared.events.clocks.duties import ClockKind
from shared.events.model import EventData
from shared.lanes.outcome import Emit, Outcome, Timer


def emitted(data: EventData, clock: RunningClock, number: int | None = None) -> Emit:
    """An event about a clock: of several kinds one cause may tell at once, and of several of a
    kind, by their slots, or where it gives the `number` of one that is not the newest.
    """
    named = "" if clock.kind is ClockKind.DETERMINATION else clock.kind.value
    if clock.slot:
        named = f"{named}.{clock.slot}"
    return Emit(data, named if number is None else f"{named}:{number}")


def timer(clock: RunningClock) -> Timer:
    """The timer that a clock needs as it stands."""
    due_at = clock.due_at if clock.running and not clock.breached else None
    return Timer(running.timer_of(clock.kind, clock.slot), due_at)


def start(outcome: Outcome[IntakeState], clocks: Iterable[RunningClock]) -> Outcome[IntakeState]:
    """The outcome with clocks that begin; of a request that was withdrawn none does."""
    state, new = outcome.state, tuple(clocks)
    if state is None or state.cancelled or not new:
        return outcome
    begun = tuple(one.model_copy(update={"version": _began(state, one)}) for one in new)
    return outcome._replace(
        state=state.model_copy(update={"clocks": (*state.clocks, *begun)}),
        events=(*outcome.events, *(emitted(running.started(one), one) for one in begun)),
        timers=(*outcome.timers, *(timer(one) for one in begun)),
    )


def _began(state: IntakeState, clock: RunningClock) -> int:
    """The version of the request from whose receipt a clock is counted."""
    known = (one.version for one in state.clocks if one.started_at == clock.started_at)
    return next(known, state.version)


def changed(
    outcome: Outcome[IntakeState], before: RunningClock, after: RunningClock, *events: EventData
) -> Outcome[IntakeState]:
    """The outcome with one clock in another's place, its timer, and what is told of it."""
    state = outcome.state
    if state is None:
        return outcome
    place = next(n for n, one in enumerate(state.clocks) if one is before)
    newest = state.clock_of(before.kind, before.slot) is before
    number = None if newest else place
    clocks = (*state.clocks[:place], after, *state.clocks[place + 1 :])
    return outcome._replace(
        state=state.model_copy(update={"clocks": clocks}),
        events=(*outcome.events, *(emitted(event, after, number) for event in events)),
        timers=(*outcome.timers, timer(after)) if newest else outcome.timers,
    )
