"""When each place's last record arrived, for a broker that does not tell where its logs end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.clock import monotonic
from shared.lanes.state.record import Record
from shared.lanes.transport import PartitionRef

QUIET = 2.0
"""Seconds without a record after which a place has shown all that it had: a fetch of the embedded
broker brings the rest of a batch within its gathering time, which is 15 to 30 ms.
"""


class QuietPlaces:
    """Ends as they may be believed: the embedded broker answers with the base of the last batch
    plus one, which is never beyond the end and up to a batch before it.
    """

    def __init__(self) -> None:
        self._last: dict[PartitionRef, float] = {}
        self._begun = monotonic()

    def begin(self) -> None:
        """Reading begins anew: what is there has yet to come."""
        self._last, self._begun = {}, monotonic()

    def arrived(self, records: Iterable[Record]) -> None:
        """Takes in records as they come."""
        now = monotonic()
        self._last.update({(record.topic, record.partition): now for record in records})

    def ends(self, latest: Mapping[PartitionRef, int]) -> dict[PartitionRef, int]:
        """What the broker shows of places that are quiet, -1 (cannot be known) of the others."""
        before = monotonic() - QUIET
        return {
            place: end if self._last.get(place, self._begun) <= before else -1
            for place, end in latest.items()
        }
