"""When cyclic garbage is collected: between batches only, because a batch makes hundreds of thousands of objects and no cycles."""

from __future__ import annotations

import gc

from shared.clock import monotonic

YOUNG_SECONDS, ALL_SECONDS = 1.0, 600.0
"""What is new is walked often, which takes a millisecond or two; every cached case seldom, because that takes a quarter of a second."""


class Cycles:
    """Takes the collector over from the interpreter, for a whole process."""

    def __init__(self) -> None:
        self._young = self._all = monotonic()

    def own(self) -> None:
        """No collection but ours from now on; what exists already stays for good and is never walked."""
        gc.collect()
        gc.freeze()
        gc.disable()

    def collect(self) -> None:
        """Collects what is due; call it between batches."""
        now = monotonic()
        if now - self._all > ALL_SECONDS:
            self._young = self._all = now
            gc.collect()
        elif now - self._young > YOUNG_SECONDS:
            self._young = now
            gc.collect(0)
