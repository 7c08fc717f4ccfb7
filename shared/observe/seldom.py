"""Log lines that somebody outside can cause: one in a while for each kind, with how many there
were, so that nobody fills the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from shared.clock import monotonic

SECONDS = 10.0
MOST_KINDS = 1_000


class Seldom:
    """Says when a line is due: for the first of a kind at once, and then for the others."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._last: dict[Hashable, tuple[float, int]] = {}

    def due(self, kind: Hashable) -> int:
        """How many of a kind there were since its last line; 0 where it is too soon for another."""
        now = self._clock()
        last, missed = self._last.get(kind, (now - SECONDS, 0))
        if now - last < SECONDS:
            self._last[kind] = (last, missed + 1)
            return 0
        if len(self._last) >= MOST_KINDS:
            self._last.clear()
        self._last[kind] = (now, 0)
        return missed + 1
