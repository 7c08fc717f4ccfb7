"""Where arrivals wait for the engine: bounded in records and bytes, so that reading pauses when
deciding falls behind.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Condition, Lock

from shared.lanes.transport import Arrival, Records


class Inbox:
    """A thread-safe queue.

    `full` and `room` are called when it fills past its bounds and when it has emptied to half of
    them.
    """

    def __init__(self, records: int = 8_000, max_bytes: int = 16 * 1024 * 1024) -> None:
        self._arrivals: deque[Arrival] = deque()
        self._changed = Condition()
        self._limit = (records, max_bytes)
        self._records = self._bytes = 0
        self._paused = False
        self._flow = Lock()
        self.full: Callable[[], None] = lambda: None
        self.room: Callable[[], None] = lambda: None

    @property
    def holds_records(self) -> bool:
        """Whether records wait to be worked."""
        return self._records > 0

    def put(self, arrival: Arrival) -> None:
        """Adds an arrival; control arrivals are never refused."""
        with self._changed:
            self._arrivals.append(arrival)
            self._count(arrival, 1)
            filled = (
                isinstance(arrival, Records)
                and not self._paused
                and (self._records > self._limit[0] or self._bytes > self._limit[1])
            )
            self._paused = self._paused or filled
            self._changed.notify()
        if filled:
            self._regulate()

    def take(self, seconds: float, most: int = 500) -> Arrival | None:
        """The next arrival, waiting at most `seconds`; records right behind records come along, up
        to about `most`.
        """
        with self._changed:
            if not self._arrivals and not (
                seconds > 0 and self._changed.wait_for(lambda: bool(self._arrivals), seconds)
            ):
                return None
            arrival = self._pop()
            if isinstance(arrival, Records):
                arrival = self._joined(arrival, most)
            # Half: at the bound itself reading would stop and go with every batch.
            emptied = (
                self._paused
                and self._records * 2 < self._limit[0]
                and self._bytes * 2 < self._limit[1]
            )
            self._paused = self._paused and not emptied
        if emptied:
            self._regulate()
        return arrival

    def _regulate(self) -> None:
        """Tells the reader what holds by now: one thread may empty the queue while another is about
        to say that it is full, and the last word must be right.

        Never from a callback of the client: only records fill the queue, and those come between two
        polls.
        """
        with self._flow:
            (self.full if self._paused else self.room)()

    def _joined(self, first: Records, most: int) -> Records:
        taken = list(first.records)
        while len(taken) < most and self._arrivals and isinstance(self._arrivals[0], Records):
            following = self._pop()
            taken += following.records if isinstance(following, Records) else ()
        return Records(tuple(taken))

    def _pop(self) -> Arrival:
        arrival = self._arrivals.popleft()
        self._count(arrival, -1)
        return arrival

    def _count(self, arrival: Arrival, sign: int) -> None:
        if isinstance(arrival, Records):
            self._records += sign * len(arrival.records)
            self._bytes += sign * sum(len(record.value or b"") for record in arrival.records)
