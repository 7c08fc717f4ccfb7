"""The in-memory twins of an engine's ports: a consumer and a publisher on `MemoryBroker`, and an
executor that needs no threads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

from shared.errors import Unavailable
from shared.lanes.memory.broker import MemoryBroker
from shared.lanes.seals import NO_SEALER, Sealer
from shared.lanes.state.record import Record
from shared.lanes.state.write_set import OutboxEntry
from shared.lanes.transport import Acknowledged, Arrival, Assigned, PartitionRef, Records, Revoked

T = TypeVar("T")


class MemorySource:
    """One consumer of a group.

    Places are read round robin, `most` records of each at a time; `order` may choose another round.
    `deaf` places give nothing until the next start.
    """

    def __init__(
        self, broker: MemoryBroker, group: str, topics: tuple[str, ...], most: int = 100
    ) -> None:
        self._broker = broker
        self._group = group
        self._topics = topics
        self._most = most
        self._generation = 0
        self._queue: deque[Arrival] = deque()
        self._cursors: dict[PartitionRef, int] = {}
        self.order: Callable[[list[PartitionRef]], list[PartitionRef]] = sorted
        self.reported: dict[PartitionRef, int] = {}
        self.deaf: set[PartitionRef] = set()
        broker.join(group, self)

    def put(self, arrival: Arrival) -> None:
        """Adds an arrival that does not come from the broker's logs: the result of a task, or a
        record delivered once more.
        """
        self._queue.append(arrival)

    def leave(self, *, notified: bool = True) -> None:
        """Leaves the group; a consumer that is not notified (paused, cut off) still thinks that it
        has its lanes.
        """
        self._broker.leave(self._group, self, notified=notified)

    def revoked(self) -> None:
        """The group takes all lanes."""
        self._generation += 1
        self._cursors = {}
        self._queue.append(Revoked(self._generation))

    def assigned(self, ps: tuple[int, ...]) -> None:
        """The group gives these lanes; nothing is read until `start`."""
        self._generation += 1
        self._queue.append(Assigned(self._generation, ps))

    def take(self, seconds: float) -> Arrival | None:
        """The next arrival; never waits."""
        del seconds
        if self._queue:
            return self._queue.popleft()
        if self._broker.away:
            return None
        taken: list[Record] = []
        for place in self.order([place for place in self._cursors if place not in self.deaf]):
            records = self._broker.read(place, self._cursors[place], self._most)
            if records:
                self._cursors[place] = records[-1].offset + 1
                taken += records
        return Records(tuple(taken)) if taken else None

    def start(self, generation: int, positions: Mapping[PartitionRef, int]) -> None:
        """Reads from these offsets on, unless the assignment has changed."""
        if generation == self._generation:
            self._cursors = dict(positions)
            self.deaf.clear()

    def seek(self, place: PartitionRef, offset: int) -> None:
        """Reads a place from `offset` on."""
        if place in self._cursors:
            self._cursors[place] = offset

    def bounds(self, places: Iterable[PartitionRef]) -> dict[PartitionRef, tuple[int, int]]:
        """First offset and log end of each place."""
        self._broker.reach()
        return {place: self._broker.bounds(place) for place in places}

    def ends(self, places: Iterable[PartitionRef]) -> dict[PartitionRef, int]:
        """Log end of each place."""
        return {place: end for place, (_, end) in self.bounds(places).items()}

    def topic_ids(self) -> dict[str, str]:
        """The broker's ids of the consumed topics."""
        self._broker.reach()
        return {topic: self._broker.topic_id(topic) for topic in self._topics}

    def report_positions(self, positions: Mapping[PartitionRef, int]) -> None:
        """Keeps the positions in `reported`."""
        self.reported.update(positions)


class MemoryPublisher:
    """Appends on `poll` and `flush`, in the order sent, and acknowledges there.

    `held` keeps everything queued; `error` answers every entry with that error and appends none of
    them; `deaf` appends but loses the acknowledgement; `backwards` acknowledges in reverse;
    `refusing` makes `send` raise `Unavailable`.
    """

    def __init__(self, broker: MemoryBroker, sealer: Sealer = NO_SEALER) -> None:
        self._broker = broker
        self._sealer = sealer
        self._queue: deque[tuple[OutboxEntry, Acknowledged]] = deque()
        self.held = self.deaf = self.backwards = self.refusing = False
        self.error: object = None
        self.renewed = 0

    def send(self, entry: OutboxEntry, acknowledged: Acknowledged) -> None:
        """Queues an entry."""
        if self.refusing:
            raise Unavailable("The publisher in memory refuses to send.", code="memory")
        self._queue.append((entry, acknowledged))

    def poll(self, seconds: float) -> None:
        """Appends what is queued unless it is held back or the broker is away, and acknowledges
        it.
        """
        del seconds
        if self.held or self._broker.away:
            return
        # Not in `send`: between the two a test may let the process die, as a real producer's queue
        # is lost with it.
        sent = list(self._queue)
        self._queue.clear()
        if self.error is None:
            for entry, _ in sent:
                self._append(entry)
        if self.deaf:
            return
        for _, acknowledged in reversed(sent) if self.backwards else sent:
            acknowledged(self.error, None)

    def _append(self, entry: OutboxEntry) -> None:
        self._broker.append(
            (entry.topic, entry.partition),
            entry.key,
            self._sealer.record_headers(entry),
            entry.value,
        )

    def flush(self, seconds: float) -> bool:
        """Polls once; false if something is queued still."""
        self.poll(seconds)
        return not self._queue

    def renew(self) -> None:
        """Forgets all that is queued."""
        self._queue.clear()
        self.renewed += 1


class MemoryExecutor(Executor):
    """Runs work in the caller's thread: at once, or when `run` is called if it is `patient`."""

    def __init__(self, *, patient: bool = False) -> None:
        self._patient = patient
        self._waiting: deque[Callable[[], None]] = deque()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """A future that is done already, or will be after `run`."""
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 - what the work raises belongs to the future
                future.set_exception(error)

        self._waiting.append(work)
        if not self._patient:
            self.run()
        return future

    def run(self) -> None:
        """Does all work that waits, and what it brings."""
        while self._waiting:
            self._waiting.popleft()()

    # The signature of Executor.
    def shutdown(
        self,
        wait: bool = True,  # noqa: FBT001, FBT002
        *,
        cancel_futures: bool = False,
    ) -> None:
        """Drops what waits."""
        del wait, cancel_futures
        self._waiting.clear()
