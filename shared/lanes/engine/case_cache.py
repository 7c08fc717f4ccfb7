"""Cases kept in memory between batches.

Sound because only a lane's owner writes its cases, and each commit checks the epoch.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from shared.lanes.state.case import Case
from shared.lanes.store.lane_store import LaneStore


class CaseCache:
    """The most recently used cases, as last committed."""

    def __init__(self, store: LaneStore, size: int) -> None:
        self._store = store
        self._size = size
        self._cases: OrderedDict[UUID, Case] = OrderedDict()

    def load(
        self, wanted: dict[UUID, int], aliases: set[tuple[int, str]]
    ) -> tuple[dict[UUID, Case], dict[tuple[int, str], UUID]]:
        """The cases that exist, from memory or else from the store in one query."""
        kept = {
            case_id: case
            for case_id, p in wanted.items()
            if (case := self._cases.get(case_id)) is not None and case.p == p
        }
        missing = {case_id: p for case_id, p in wanted.items() if case_id not in kept}
        if not missing and not aliases:
            return kept, {}
        loaded, names = self._store.load(missing, aliases)
        for case_id in names.values():
            if case_id in self._cases:
                kept[case_id] = self._cases[case_id]
        return loaded | kept, names

    def keep(self, cases: dict[UUID, Case]) -> None:
        """Remembers committed cases."""
        for case_id, case in cases.items():
            case.dirty = False
            for held in case.held:
                held.stored = True
            self._cases[case_id] = case
            self._cases.move_to_end(case_id)
        while len(self._cases) > self._size:
            self._cases.popitem(last=False)

    def evict(self, cases: Iterable[UUID]) -> None:
        """Forgets cases whose changes did not commit."""
        # Decisions change them in place, so what a rollback undid in the store is still here.
        for case_id in cases:
            self._cases.pop(case_id, None)

    def clear(self) -> None:
        """Forgets everything."""
        self._cases.clear()
