"""Who acts on the clocks of a case, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from shared.events.clocks.acts import ClockActRecorded, ClockActSubmitted
from shared.ids import derive

BEHIND = timedelta(days=7)
"""So long an act may have waited at a desk that was cut off. One from further back was dated by a
clock that nobody set.
"""


class Acting(NamedTuple):
    """An act as it was submitted, and when the log had it: whether it came in time is judged by
    that, whenever it is read. `record` is the id of its record.
    """

    submitted: ClockActSubmitted
    now: datetime
    record: UUID

    @property
    def recorded(self) -> UUID:
        """The id of the event that says that the act was taken."""
        return derive(self.record, ClockActRecorded.TYPE, "")

    @property
    def acted_at(self) -> datetime:
        """When the person acted: never later than the log had it, nor long before, whatever their
        clock showed.
        """
        at = self.submitted.submitted_at
        return at if self.now - BEHIND <= at <= self.now else self.now
