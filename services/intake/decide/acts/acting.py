"""Who acts on the clocks of a case, and when."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from shared.events.clocks.acts import ClockActSubmitted


class Acting(NamedTuple):
    """An act as it was submitted, and when the log had it: whether it came in time is judged by
    that, whenever it is read.
    """

    submitted: ClockActSubmitted
    now: datetime

    @property
    def acted_at(self) -> datetime:
        """When the person acted: never later than the log had it, whatever their clock showed."""
        return min(self.submitted.submitted_at, self.now)
