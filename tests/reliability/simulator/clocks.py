"""What must hold of the clocks of a case, one of each kind and slot at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.events.clocks.duties import (
    ClockBreached,
    ClockExpired,
    ClockExtended,
    ClockKind,
    ClockStarted,
    ClockStopped,
)
from shared.events.envelope import Envelope
from shared.events.letters import LETTERS
from tests.reliability.simulator.violated import must

if TYPE_CHECKING:
    from tests.reliability.simulator.invariants import Events

Running = dict[tuple[UUID, str, int], str]
"""The type of the last event of each kind of clock, by case and slot."""
RUNS = (ClockStarted.TYPE, ClockExtended.TYPE)


def clocked(running: Running, envelope: Envelope, data: dict[str, Any]) -> None:
    """A clock runs out once, after it started and before it stopped; what the law makes of it is
    told of one that has run out; a duty is met by facts, and longer once.
    """
    kind = data.get("kind", ClockKind.DETERMINATION.value)
    clock = envelope.case_id, kind, data.get("slot", 0)
    before, type_ = running.get(clock), envelope.type
    if type_ == ClockBreached.TYPE:
        must(before in RUNS, "no false breach", f"breached after {before}")
    if type_ == ClockExpired.TYPE:
        must(before == ClockBreached.TYPE, "no false breach", f"expired after {before}")
    if type_ == ClockStopped.TYPE:
        must(bool(data.get("met_by")), "a duty is met by its own facts", "met by nothing")
    if type_ == ClockExtended.TYPE:
        must(before != ClockExtended.TYPE, "an extension is taken once", clock)
    running[clock] = type_


def handed_over(
    events: Events, case_id: UUID, bounded: int, breached: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """The letters of a case whose hand-over was in the log, below an offset, and dated in time, and
    was not put aside.
    """
    due = datetime.fromisoformat(breached["due_at"])
    for issued in events.notices.get(case_id, ()):
        documents = events.documents.get(issued.data["letter_id"])
        event = documents if issued.data.get("documents_follow", True) else issued
        if (
            event is not None
            and 0 <= event.landed <= bounded
            and (LETTERS, event.p, event.offset) not in events.aside
            and datetime.fromisoformat(event.envelope.time) <= due
        ):
            yield issued.data
