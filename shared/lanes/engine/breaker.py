"""Stops a lane that parks nearly everything, or several cases for events that it cannot trust: a
bad deploy must not park a payer's whole day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

WINDOW = 5
"""Records in a row say that all is broken at once; half of five times as many, that a part is."""
REMEDY = (
    "Roll back what was deployed last and restart the replica; then look at `priorauth parked "
    "list` and requeue."
)

CASES, WITHIN = 3, timedelta(seconds=60)
"""One case blocked by an event of ours is an accident that its lane outlives; this many so soon are
a producer that writes what nobody may build on.
"""


@dataclass(slots=True)
class Tally:
    """What became of a lane's new records: how many in a row were parked, and how many of those
    since the last look.
    """

    running: int = 0
    seen: int = 0
    parked: int = 0


class Breaker:
    """Two limits, counted a lane and a batch at a time: `limit` records in a row, or more than half
    of the last `WINDOW` times as many.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lanes: dict[int, Tally] = {}

    def note(self, p: int, worked: int, parked: int) -> str:
        """Takes in a batch of new records of a lane; what it returns, if anything, says why the
        lane must stop.
        """
        tally = self._lanes.setdefault(p, Tally())
        tally.running = tally.running + worked if parked >= worked else 0
        tally.seen += worked
        tally.parked += min(parked, worked)
        if tally.running >= self._limit:
            return f"breaker: the last {tally.running} records were all parked. {REMEDY}"
        if tally.seen < WINDOW * self._limit:
            return ""
        seen, lost = tally.seen, tally.parked
        self._lanes[p] = Tally(tally.running)
        return (
            f"breaker: {lost} of the last {seen} records were parked. {REMEDY}"
            if 2 * lost > seen
            else ""
        )


class CaseBreaker:
    """Counts the cases of each lane that an event of ours blocked (forked, unreadable, oversized)
    within `WITHIN`, by the batches' own instants: a replay comes to the same.
    """

    def __init__(self) -> None:
        self._blocked: dict[int, dict[UUID, datetime]] = {}

    def note(self, p: int, now: datetime, cases: Iterable[UUID]) -> str:
        """Takes in the cases that a batch of new records blocked; what it returns, if anything,
        says why the lane must stop.
        """
        recent = {
            case_id: at for case_id, at in self._blocked.get(p, {}).items() if now - at <= WITHIN
        } | dict.fromkeys(cases, now)
        self._blocked[p] = recent
        if len(recent) < CASES:
            return ""
        return (
            f"breaker: events of ours that are forked, unreadable or oversized blocked "
            f"{len(recent)} cases within {WITHIN.seconds} s. Stop their producer; then look at "
            "`priorauth parked list` and docs/operations/lanes.md."
        )
