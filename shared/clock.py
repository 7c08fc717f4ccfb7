"""The only place that reads the wall clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

NOTHING = timedelta()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


class SteadyClock:
    """The machine's clock without its leaps: one that suddenly tells another time is believed once
    it has told it for `PATIENCE`, and until then time goes on from where it was.

    An hour that is wrong for minutes would date receipts and letters, and let every clock of the
    law run out that is due within the leap. Nor is one followed that creeps away: it may move by
    `LEAP` in each `PATIENCE`, beside the drift of its quartz. What the machine slept through is no
    leap. Where a clock is set back by less, no time is told twice: it stands until it is reached
    again. `ahead` is how far before it a demonstration lives. Any thread may ask.
    """

    PATIENCE = 900.0
    """Seconds."""
    LEAP = 60.0
    """Seconds by which a clock that is set right is off at most."""
    DRIFT = 500e-6
    """Seconds that a clock drifts in a second at most, and is slewed by (ntpd: 500 ppm)."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        awake: Callable[[], float] | None = None,
        ahead: timedelta = NOTHING,
    ) -> None:
        self._wall, self._awake, self._ahead = wall, awake or since_boot, ahead
        self._since = self._awake()
        self._offset = self._anchor = wall() - self._since
        self._latest = self._since + self._offset
        self._leapt: tuple[float, float] | None = None
        self._turn = threading.Lock()

    def now(self) -> datetime:
        """The present instant in UTC, as far as the machine is believed."""
        with self._turn:
            awake = self._awake()
            self._follow(self._wall() - awake, awake)
            self._latest = max(self._latest, awake + self._offset)
            return EPOCH + timedelta(seconds=self._latest) + self._ahead

    def _follow(self, offset: float, awake: float) -> None:
        """Takes what the machine tells, if it is near what it told before, or has lasted."""
        if abs(offset - self._anchor) <= self.LEAP + self.DRIFT * (awake - self._since):
            self._offset, self._leapt = offset, None
            if awake - self._since >= self.PATIENCE:
                self._anchor, self._since = offset, awake
        elif self._has_lasted(offset, awake):
            self._offset = self._anchor = offset
            self._since, self._leapt = awake, None
            # It is believed, be it earlier: standing still for days would date everything alike.
            self._latest = awake + offset

    def _has_lasted(self, offset: float, awake: float) -> bool:
        """Whether the machine has told this other time for long enough."""
        if self._leapt is None or abs(offset - self._leapt[0]) > self.LEAP:
            self._leapt = offset, awake
        return awake - self._leapt[1] >= self.PATIENCE

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


def since_boot() -> float:
    """Seconds since the machine started, those that it slept included where it counts them."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return monotonic() if boot is None else time.clock_gettime(boot)


def monotonic() -> float:
    """Seconds on a clock that never goes backwards; for intervals only."""
    return time.monotonic()
