"""The only place that reads the wall clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

NOTHING = timedelta()


class Clock(Protocol):
    """Tells the time as an aware UTC datetime, and measures intervals."""

    def now(self) -> datetime:
        """The present instant in UTC."""

    def monotonic(self) -> float:
        """Seconds that never go backwards; for intervals only."""


class SystemClock:
    """The machine's clock, or one that is so far ahead of it: where a demonstration needs days to
    have passed.
    """

    def __init__(self, ahead: timedelta = NOTHING) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC) + self._ahead

    def monotonic(self) -> float:
        """The machine's seconds."""
        return monotonic()


class SettableClock:
    """A clock that stands where it was put, for tests and replays."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at

    def monotonic(self) -> float:
        """The machine's seconds: intervals go on while the instant stands."""
        return monotonic()


def monotonic() -> float:
    """Seconds on a clock that never goes backwards; for intervals only."""
    return time.monotonic()
