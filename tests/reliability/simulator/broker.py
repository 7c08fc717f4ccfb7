"""The broker and its clients in memory, with what goes wrong on the way: late, twice, in another
order, lost, refused.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from shared.errors import Unavailable
from shared.lanes.memory.broker import MemoryBroker
from shared.lanes.memory.twins import MemorySource
from shared.lanes.seals import Sealer
from shared.lanes.state.write_set import OutboxEntry
from shared.lanes.transport import Acknowledged, Arrival, PartitionRef
from tests.reliability.simulator.cases import LANES, LARGEST
from tests.reliability.simulator.faults import REFUSED, REORDER

if TYPE_CHECKING:
    from tests.reliability.simulator.process import Process

PATIENCE = 30


class SimulatedBroker(MemoryBroker):
    """Topics whose first lanes are used, so that cases meet in them; `hints` are the groups'
    committed offsets.
    """

    def __init__(self, milliseconds: object) -> None:
        super().__init__(milliseconds, LANES)  # type: ignore[arg-type]
        self.hints: dict[tuple[str, PartitionRef], int] = {}

    def end(self, place: PartitionRef) -> int:
        """The offset that the next record gets."""
        return self._ends.get(place, 0)

    def publish(self, entry: OutboxEntry, sealer: Sealer) -> int:
        """Appends an outbox entry as its producer sends it; returns its offset."""
        headers = sealer.record_headers(entry)
        return self.append((entry.topic, entry.partition), entry.key, headers, entry.value)


class SimulatedSource(MemorySource):
    """A consumer that reads what has come, in any order of places; `hidden` places show nothing for
    now.
    """

    def __init__(self, process: Process, broker: SimulatedBroker) -> None:
        self._process = process
        self._log = broker
        self.hidden: set[PartitionRef] = set()
        self.bounded = 0
        super().__init__(broker, process.service.name, process.service.consumes)
        self.order = self._round

    @property
    def waiting(self) -> bool:
        """Whether something has arrived that the engine has not taken."""
        return bool(self._queue)

    def _round(self, places: list[PartitionRef]) -> list[PartitionRef]:
        ready = [
            place
            for place in places
            if self._log.end(place) > self._cursors[place] and place not in self.hidden
        ]
        world = self._process.world
        if len(ready) > 1 and REORDER in world.faults.kinds and not world.faults.over:
            world.faults.counts[REORDER] += 1
            world.random.shuffle(ready)
            return ready[: world.random.randint(1, len(ready))]
        return ready

    def take(self, seconds: float) -> Arrival | None:
        self._process.reach("take")
        if self._process.cut and not self._queue:
            return None
        self._most = self._process.most
        return super().take(seconds)

    def start(self, generation: int, positions: Mapping[PartitionRef, int]) -> None:
        self._process.reach("start")
        super().start(generation, positions)
        self.hidden.clear()

    def seek(self, place: PartitionRef, offset: int) -> None:
        self._process.reach("seek")
        super().seek(place, offset)

    def bounds(self, places: Iterable[PartitionRef]) -> dict[PartitionRef, tuple[int, int]]:
        self._process.reach("bounds")
        self._present()
        self.bounded = self._process.world.ledger.appended
        return super().bounds(places)

    def topic_ids(self) -> dict[str, str]:
        self._process.reach("ids")
        self._present()
        return super().topic_ids()

    def report_positions(self, positions: Mapping[PartitionRef, int]) -> None:
        self._process.reach("hint")
        self._log.hints.update(
            {(self._group, place): offset for place, offset in positions.items()}
        )

    def hinted_at(self, place: PartitionRef, offset: int) -> int:
        """The group's committed offset, else the one given: what a consumer would go by that has no
        position of its own.
        """
        return self._log.hints.get((self._group, place), offset)

    def _present(self) -> None:
        if self._process.cut:
            raise Unavailable("The broker is out of reach.", code="simulated")


class SimulatedPublisher:
    """A producer: what it is sent is under way until it lands; to `slow` places it takes its time,
    in order.
    """

    def __init__(self, process: Process, broker: SimulatedBroker) -> None:
        self._process = process
        self._broker = broker
        self.sent: deque[tuple[OutboxEntry, Acknowledged]] = deque()
        self._landed: deque[Acknowledged] = deque()
        self._refusing: set[PartitionRef] = set()
        self.slow: set[PartitionRef] = set()

    def send(self, entry: OutboxEntry, acknowledged: Acknowledged) -> None:
        self._process.reach("send")
        self.sent.append((entry, acknowledged))

    def poll(self, seconds: float) -> None:
        self._process.reach("poll")
        if self._process.cut or self._process.held:
            self._process.wait_out(seconds)
            return
        waiting: deque[tuple[OutboxEntry, Acknowledged]] = deque()
        try:
            while self.sent:
                self._process.reach("append")
                self._append(*self.sent.popleft(), waiting)
        finally:
            self.sent.extendleft(reversed(waiting))
        if waiting:
            self._process.wait_out(seconds)
        while self._landed:
            self._landed.popleft()(None, None)

    def _append(
        self,
        entry: OutboxEntry,
        acknowledged: Acknowledged,
        waiting: deque[tuple[OutboxEntry, Acknowledged]],
    ) -> None:
        if (entry.topic, entry.partition) in self.slow:
            waiting.append((entry, acknowledged))
        elif len(entry.value) > LARGEST or self._refused((entry.topic, entry.partition)):
            acknowledged("refused", None)
        else:
            self._process.world.land(self._process.service.name, entry)
            self._landed.append(acknowledged)

    def _refused(self, place: PartitionRef) -> bool:
        """Whether the broker refuses an entry; then it refuses all that this producer sends behind
        it.
        """
        faults = self._process.world.faults
        if (
            place not in self._refusing
            and REFUSED in faults.kinds
            and faults.random.random() < 0.01
            and faults.strikes(REFUSED)
        ):
            self._refusing.add(place)
        return place in self._refusing

    def flush(self, seconds: float) -> bool:
        self.poll(seconds)
        return not self.sent

    def renew(self) -> None:
        """What was under way is lost to this producer; it may land all the same."""
        self._process.world.abandon(self._process.service.name, [entry for entry, _ in self.sent])
        self.sent.clear()
        self._landed.clear()
        self._refusing.clear()
