"""What a process does for its memory, and between batches only: a batch makes hundreds of thousands
of objects and no cycles.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable

from shared.clock import monotonic

YOUNG_SECONDS, ALL_SECONDS = 1.0, 600.0
"""What is new is walked often, which takes a millisecond or two; every cached case seldom, because
that takes a quarter of a second.
"""
TRIM_SECONDS = 10.0
"""glibc keeps what is freed between two pieces that are not, for good, unless it is asked; asking
takes three to seven milliseconds.
"""


class HeapKeeper:
    """Takes the collector over from the interpreter, for a whole process."""

    def __init__(self) -> None:
        self._young = self._all = self._trimmed = monotonic()
        self._trim = trimmer()

    def take_over(self) -> None:
        """No collection but ours from now on; what exists already stays for good and is never
        walked.
        """
        gc.collect()
        gc.freeze()
        gc.disable()

    def tidy(self) -> None:
        """Does what is due; call it between batches."""
        now = monotonic()
        if now - self._all > ALL_SECONDS:
            self._young = self._all = now
            gc.collect()
        elif now - self._young > YOUNG_SECONDS:
            self._young = now
            gc.collect(0)
        if now - self._trimmed > TRIM_SECONDS:
            self._trimmed = now
            self._trim(0)


def trimmer() -> Callable[[int], int]:
    """The C library's `malloc_trim` (glibc), which gives free pages back to the system; elsewhere
    nothing, for other allocators do so themselves.
    """
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):
        return lambda _: 0
    return trim
