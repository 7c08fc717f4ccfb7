"""Notices when reading stands still although there is something to read: a consumer's error that
nobody was told of.
"""

from __future__ import annotations

from shared.lanes.engine.claims import LaneClaims
from shared.lanes.engine.ports import Ports
from shared.lanes.transport import PartitionRef

UNKNOWN = -1


class StallWatch:
    """Looks now and then; what had to move at one look and has not at the next is stuck: it is
    behind the end, or past it because the topic was made again.
    """

    def __init__(
        self, topics: tuple[str, ...], ports: Ports, claims: LaneClaims, seconds: float
    ) -> None:
        self._topics = topics
        self._ports = ports
        self._claims = claims
        self._seconds = seconds
        self._next = 0.0
        self._behind: dict[PartitionRef, int] = {}

    def stuck(self) -> list[PartitionRef]:
        """Places that have not moved since the last look and do not stand at the end; empty between
        looks. To be asked when nothing waits to be worked.
        """
        if self._ports.clock.monotonic() < self._next or not self._claims.lanes:
            return []
        self._next = self._ports.clock.monotonic() + self._seconds
        positions = {
            (topic, p): lane.positions.get(topic, 0)
            for p, lane in self._claims.lanes.items()
            for topic in self._topics
        }
        behind = self._not_at_the_end(positions)
        # One look proves nothing: between the client and the inbox records are under way.
        before, self._behind = self._behind, behind
        return [place for place, position in behind.items() if before.get(place) == position]

    def _not_at_the_end(self, positions: dict[PartitionRef, int]) -> dict[PartitionRef, int]:
        """The positions that do not stand at the end of their place."""
        bounds = self._ports.source.bounds(positions)
        hidden = [place for place, (_, end) in bounds.items() if end == UNKNOWN]
        # Of the embedded broker only how far a place reaches at least is known.
        least = self._ports.source.ends(hidden) if hidden else {}
        return {
            place: position
            for place, position in positions.items()
            if (
                position < least[place]
                if place in least
                else place in bounds and position != bounds[place][1]
            )
        }
