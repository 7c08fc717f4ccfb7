"""Notices when reading stands still although there is something to read: a consumer's error that
nobody was told of.
"""

from __future__ import annotations

from shared.lanes.engine.claims import LaneClaims
from shared.lanes.engine.ports import Ports
from shared.lanes.transport import PartitionRef


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
        bounds = self._ports.source.bounds(positions)
        behind = {
            place: positions[place]
            for place, (_, end) in bounds.items()
            if end not in (-1, positions[place])
        }
        # One look proves nothing: between the client and the inbox records are under way.
        before, self._behind = self._behind, behind
        return [place for place, position in behind.items() if before.get(place) == position]
