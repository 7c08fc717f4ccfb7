"""Which lanes this process owns: claims them, and refuses those that it cannot trust."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from shared.lanes.engine.admission import OffsetTracker
from shared.lanes.engine.health import Health
from shared.lanes.engine.ports import Ports, Setup
from shared.lanes.service import Service
from shared.lanes.state.lane import Lane
from shared.lanes.transport import Assigned, PartitionRef

log = structlog.get_logger()


class LaneClaims:
    """The lanes in work, as of the last claim.

    A refused lane is left alone until the next claim finds it sound; `left` is where it stopped,
    for lag tools. Of lanes in `begun` records were read since the claim.
    """

    def __init__(self, service: Service, ports: Ports, health: Health, setup: Setup) -> None:
        self._service = service
        self._ports = ports
        self._health = health
        self._setup = setup
        self.assigned: Assigned | None = None
        self.lanes: dict[int, Lane] = {}
        self.left: dict[PartitionRef, int] = {}
        self.topic_ids: dict[str, str] = {}
        self.sequence = OffsetTracker()
        self.begun: set[int] = set()

    def drop(self) -> None:
        """Owns nothing any more."""
        self.lanes, self.left = {}, {}
        self.sequence = OffsetTracker()
        self._health.lanes = 0

    def claim(self) -> dict[int, Lane]:
        """Claims the assigned lanes in the store; their unpublished events are still to be sent,
        and reading to be begun.
        """
        if self.assigned is None:
            return {}
        self.topic_ids = self._ports.source.topic_ids()
        lanes = self._ports.store.claim(self.assigned.ps, self._setup.owner, self.begun)
        self.begun = set()
        self._health.refused = {}
        # Bounds are asked after the claim: until then the last owner may commit past an end that we
        # have seen, and a sound position would look as if it lay outside.
        self._check_positions(lanes)
        for p, lane in lanes.items():
            if problem := _check_keys(lane, self._setup.lasting):
                self.refuse(p, problem)
        self.lanes = {p: lane for p, lane in lanes.items() if p not in self._health.refused}
        return self.lanes

    def begin(self) -> None:
        """Starts reading every lane at its stored position."""
        if self.assigned is None:
            return
        positions = {
            (topic, p): lane.positions[topic]
            for p, lane in self.lanes.items()
            for topic in self._service.consumes
        }
        # From where the store is, never from where the client is: after a rollback that is further
        # on, and what lies between would be skipped ("audit is complete").
        for place, offset in positions.items():
            self.sequence.begin(place, offset)
        self._ports.source.start(self.assigned.generation, positions)
        self._health.lanes = len(self.lanes)
        self._health.unavailable = ""
        log.info(
            "lanes_claimed",
            service=self._service.name,
            lanes=len(self.lanes),
            refused=len(self._health.refused),
        )

    def refuse(self, p: int, why: str) -> None:
        """Stops working a lane, aloud; its neighbours go on."""
        self._health.refused[p] = why
        lane = self.lanes.pop(p, None)
        self.left |= (
            {(topic, p): lane.positions[topic] for topic in self._service.consumes}
            if lane is not None
            else {}
        )
        self._health.lanes = len(self.lanes)
        log.error(
            "lane_refused",
            service=self._service.name,
            lane=p,
            why=why,
            remedy="See docs/operations/lanes.md.",
        )

    def _check_positions(self, lanes: dict[int, Lane]) -> None:
        places: list[PartitionRef] = [(topic, p) for p in lanes for topic in self._service.consumes]
        for (topic, p), bounds in self._ports.source.bounds(places).items():
            _, end = bounds
            # Before the position is given: a lane that has none yet has read nothing unsealed.
            first = max(lanes[p].positions[topic], end) if topic in lanes[p].positions else 0
            self._setup.seals.begin(lanes[p], topic, first)
            problem = _check_position(lanes[p], topic, bounds, self.topic_ids.get(topic, ""))
            if problem:
                self.refuse(p, problem)


def _check_keys(lane: Lane, lasting: Mapping[str, str]) -> str:
    """Notes which keys the lane is worked with, or says which is another than it was begun with."""
    for use, name in lasting.items():
        row = f"key:{use}"
        known = lane.topic_ids.setdefault(row, name)
        lane.positions.setdefault(row, 0)
        # With another key a member's cases would go to another lane, what is on its way between
        # lanes would count as somebody else's, and a case's numbers would be others.
        if known != name:
            return (
                f"the key {use} is another one ({name}) than the store was begun with ({known}): "
                "bring back the first one"
            )
    return ""


def _check_position(lane: Lane, topic: str, bounds: tuple[int, int], topic_id: str) -> str:
    """Gives the lane its first position in a topic, or says why the position it has cannot be
    trusted.
    """
    first, end = bounds
    known = lane.topic_ids.get(topic, "")
    # A topic new to the lane is read from its first record: what it holds already counts too.
    position = lane.positions.setdefault(topic, first)
    lane.topic_ids[topic] = topic_id or known
    if known and topic_id and known != topic_id:
        return (
            f"topic {topic} was re-created since this lane last read it: it is {topic_id} now and "
            f"was {known}"
        )
    # Retention has overtaken the lane, or the store is newer than the topic: to read on from either
    # bound would skip or repeat without a word.
    if position < first or 0 <= end < position:
        return f"position {position} of {topic} lies outside its records {first}..{end}"
    return ""
