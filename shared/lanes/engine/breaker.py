"""Stops a lane that parks nearly everything, or several cases for events that it cannot trust: a
bad deploy must not park a payer's whole day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from shared.lanes.batch.mishaps import Mishaps

WINDOW = 5
"""Records in a row say that all is broken at once; half of five times as many, that a part is."""
REMEDY = (
    "Roll back what was deployed last and restart the replica; then look at `priorauth parked "
    "list` and requeue."
)

SENDERS = 5
"""So many senders do not write what fails in the same hour: it is what reads them that is broken.
One sender alone never stops a lane.
"""

CASES, WITHIN = 3, timedelta(seconds=60)
"""One case blocked by an event of ours is an accident that its lane outlives; this many so soon are
a producer that writes what nobody may build on.
"""


@dataclass(slots=True)
class Tally:
    """What became of a lane's new records: how many in a row were lost, and how many of those since
    the last look; the senders of what failed, in each.
    """

    running: int = 0
    seen: int = 0
    lost: int = 0
    row: set[str] = field(default_factory=set)
    senders: set[str] = field(default_factory=set)


class Breaker:
    """Two limits, counted a lane and a batch at a time: `limit` records in a row, or more than half
    of the last `WINDOW` times as many, if so many `senders` wrote what failed among them.
    """

    def __init__(self, limit: int, senders: int = 0) -> None:
        self._limit = limit
        self._senders = senders
        self._lanes: dict[int, Tally] = {}

    def note(self, p: int, worked: int, lost: int, senders: Collection[str] = ()) -> str:
        """Takes in a batch of new records of a lane, how many were parked or failed, and who sent
        those that failed; what it returns, if anything, says why the lane must stop.
        """
        tally = self._lanes.setdefault(p, Tally())
        if lost < worked:
            tally.running, tally.row = 0, set()
        else:
            tally.running += worked
            tally.row.update(senders)
        tally.seen += worked
        tally.lost += min(lost, worked)
        tally.senders.update(senders)
        if tally.running >= self._limit and len(tally.row) >= self._senders:
            return f"breaker: the last {tally.running} records were all {self._lost}. {REMEDY}"
        if tally.seen < WINDOW * self._limit:
            return ""
        self._lanes[p] = Tally(tally.running, row=tally.row)
        return (
            f"breaker: {tally.lost} of the last {tally.seen} records were {self._lost}. {REMEDY}"
            if 2 * tally.lost > tally.seen and len(tally.senders) >= self._senders
            else ""
        )

    @property
    def _lost(self) -> str:
        return "parked or not evaluated" if self._senders else "parked"


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


class Breakers:
    """All reasons for which a lane stops by itself."""

    def __init__(self, limit: int) -> None:
        self._parked = Breaker(limit)
        self._failed = Breaker(limit, SENDERS)
        self._cases = CaseBreaker()

    def note(
        self, worked: dict[int, int], mishaps: Mishaps, now: datetime
    ) -> Iterator[tuple[int, str]]:
        """Takes in a batch of new records, so many a lane; the lanes that must stop, and why."""
        reasons: list[tuple[int, str]] = []
        for p, count in worked.items():
            parked = mishaps.parked.get(p, 0)
            failed = [failure.sender for _, failure in mishaps.failures.get(p, ())]
            # Without what failed, then with it: a sender of what cannot be evaluated neither stops
            # the lane alone nor keeps it from being stopped.
            reasons.append((p, self._parked.note(p, count - len(failed), parked)))
            reasons.append((p, self._failed.note(p, count, parked + len(failed), failed)))
        reasons += [(p, self._cases.note(p, now, cases)) for p, cases in mishaps.untrusted.items()]
        return ((p, why) for p, why in reasons if why)
