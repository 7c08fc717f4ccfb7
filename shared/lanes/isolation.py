"""Runs a batch; if it fails for what is in it, runs it in smaller ones, down to the entry that did it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog

from shared.errors import LaneRefused, Unavailable, Zombie
from shared.lanes.jobs import Job
from shared.lanes.ownership import Ownership
from shared.lanes.transactions import Transactions

log = structlog.get_logger()
E = TypeVar("E")


class Isolation:
    """Keeps one bad entry from harming its neighbours: it is parked, or its lane stops and all others go on."""

    def __init__(self, transactions: Transactions, own: Ownership, *, parks: bool) -> None:
        self._transactions = transactions
        self._own = own
        self._parks = parks

    def run(self, job: Job[E], entries: Sequence[E]) -> None:
        """Works the entries whose lanes are ours; raises `Unavailable` and `Zombie` only."""
        entries = [entry for entry in entries if job.lane_of(entry) in self._own.lanes]
        if not entries:
            return
        try:
            self._transactions.run(job, entries)
        except (Unavailable, Zombie):
            raise
        except LaneRefused as refused:
            why = str(refused)
            self._divide(job, entries, lambda entry: self._own.refuse(job.lane_of(entry), why))
        except Exception as error:  # noqa: BLE001 - decisions or store could not take the content: find what did it
            reason = type(error).__name__
            log.error("batch_failed", kind=job.kind, entries=len(entries), error=reason)  # noqa: TRY400 - values may be health information
            self._divide(job, entries, lambda entry: self._isolate(job, entry, reason))

    def _divide(self, job: Job[E], entries: Sequence[E], single: Callable[[E], None]) -> None:
        if len(entries) == 1:
            single(entries[0])
            return
        middle = len(entries) // 2
        self.run(job, entries[:middle])
        self.run(job, entries[middle:])

    def _isolate(self, job: Job[E], entry: E, reason: str) -> None:
        if job.culprit is not None and self._parks:
            self.run(job.culprit(reason), [entry])
        else:
            self._own.refuse(job.lane_of(entry), f"a {job.kind} batch cannot be stored ({reason})")
