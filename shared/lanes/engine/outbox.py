"""Sends what was committed, keeps count of what the broker has, and stores how far that got."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from shared.errors import Unavailable
from shared.lanes.engine.claims import LaneClaims
from shared.lanes.engine.health import Health
from shared.lanes.engine.ports import Ports
from shared.lanes.state.write_set import OutboxEntry, Writes


class OutboxSender:
    """The way from the outbox to the broker for the lanes in work."""

    def __init__(
        self,
        topics: tuple[str, ...],
        ports: Ports,
        claims: LaneClaims,
        health: Health,
        rotate_seconds: float,
    ) -> None:
        self._topics = topics
        self._ports = ports
        self._claims = claims
        self._health = health
        self._rotate_seconds, self._rotated_at = rotate_seconds, 0.0
        self._failed = ""
        self._stored: dict[int, int] = {}

    def send(self, entries: Sequence[OutboxEntry]) -> None:
        """Sends entries in order; each is acknowledged some time later, from `serve`."""
        for entry in entries:
            self._ports.publisher.send(
                entry,
                partial(self._acknowledged, entry.p, self._claims.lanes[entry.p].epoch, entry.seq),
            )
        self._ports.publisher.poll(0)

    def serve(self, seconds: float = 0.0) -> None:
        """Takes acknowledgements; raises `Unavailable` once the broker has refused an entry."""
        self._ports.publisher.poll(seconds)
        if self._failed:
            raise Unavailable(
                f"The broker refused an event ({self._failed}).",
                code="publish",
                remedy="It is published again.",
            )

    @property
    def backlog(self) -> int:
        """Entries that the broker has not acknowledged."""
        return sum(lane.backlog for lane in self._claims.lanes.values())

    def wait(self, most: int) -> None:
        """Waits until no more than `most` entries are unpublished."""
        while self.backlog > most:
            self.serve(0.1)
            self._health.last_poll = self._ports.clock.monotonic()

    def begin(self) -> None:
        """Sends what the lanes' last owners left unpublished, in order."""
        # As stored, with the ids and bytes of the first time: readers know a repeat by its id.
        for lane in list(self._claims.lanes.values()):
            self.send(self._ports.store.unpublished(lane))
        self._stored = {p: lane.published_seq for p, lane in self._claims.lanes.items()}

    def renew(self) -> None:
        """Forgets what is under way: it is sent again from the outbox."""
        self._ports.publisher.renew()
        self._failed = ""

    def _acknowledged(self, p: int, epoch: int, seq: int, error: object, _message: object) -> None:
        lane = self._claims.lanes.get(p)
        # A late answer to an earlier claim: what that one sent was sent again, and counts then.
        if lane is None or lane.epoch != epoch:
            return
        if error is not None:
            self._failed = str(error)
            return
        lane.delivered(seq)
        self._health.published += 1

    def note(self) -> None:
        """Tells the broker how far reading got, stores how far publishing got where nothing else
        did, and turns the outbox tables.
        """
        read = {
            (topic, p): lane.positions[topic]
            for p, lane in self._claims.lanes.items()
            for topic in self._topics
        }
        self._ports.source.report_positions(read | self._claims.left)
        behind = {
            p: lane.copy()
            for p, lane in self._claims.lanes.items()
            if lane.acked > self._stored.get(p, 0)
        }
        if not behind:
            return
        # A transaction like a batch's, for it compares epochs: a process that was replaced would
        # set `published_seq` back, and what its successor published would go out again.
        self._ports.store.commit(Writes(lanes=behind))
        self._stored.update({p: lane.acked for p, lane in behind.items()})
        self._rotate()

    def _rotate(self) -> None:
        """Turns the outbox tables now and then: emptying one costs a file of the database."""
        now = self._ports.clock.monotonic()
        if now - self._rotated_at >= self._rotate_seconds:
            self._rotated_at = now
            self._ports.store.rotate()

    def close(self, seconds: float) -> None:
        """Waits for acknowledgements and stores how far they got; what remains is published by the
        next owner.
        """
        if self._ports.publisher.flush(seconds) and not self._failed:
            self.note()
