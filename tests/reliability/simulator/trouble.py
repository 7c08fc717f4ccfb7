"""What befalls processes between their steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.lanes.transport import Records
from tests.reliability.simulator.cases import LANES
from tests.reliability.simulator.disk import Disk
from tests.reliability.simulator.faults import (
    AFTER,
    DELAY,
    DUPLICATE,
    FULL,
    JUMP,
    KILL,
    LOST,
    PARTITION,
    REBALANCE,
    SLOW,
)

if TYPE_CHECKING:
    from tests.reliability.simulator.process import Process
    from tests.reliability.simulator.world import World

SECOND, DAY = 1_000_000, 86_400_000_000


class Trouble:
    """Makes faults happen in a world, and end."""

    def __init__(self, world: World) -> None:
        self._world = world

    def fill(self, disk: Disk) -> None:
        """The disk takes nothing for a while."""
        disk.full = True
        self._world.later(self._world.random.randint(2, 30), lambda: setattr(disk, "full", False))

    def part(self, process: Process) -> None:
        """The broker or the store is out of the process's reach for a while."""
        which = self._world.random.choice(("cut", "storeless"))
        setattr(process, which, True)
        self._world.later(self._world.random.randint(2, 40), lambda: setattr(process, which, False))

    def strike(self, kind: str) -> None:
        """A fault of this kind befalls somebody, rather one who is in trouble already."""
        if not self._world.processes:
            self._world.faults.missed(kind)
            return
        troubled = [process for process in self._world.processes if process.troubled]
        process = self._world.random.choice(
            troubled if troubled and self._world.random.random() < 0.5 else self._world.processes
        )
        self._world.note(f"{process.service.name} {kind}")
        acts: dict[str, Callable[[Process], None]] = {
            KILL: lambda one: (
                self._world.bury(one) if self._world.random.random() < 0.5 else self._stop(one)
            ),
            PARTITION: self.part,
            FULL: lambda one: self.fill(one.disk),
            AFTER: lambda one: setattr(one, "doubt", True),
            SLOW: lambda one: self._for_a_while(one, "slow"),
            DELAY: self._delay,
            JUMP: lambda one: setattr(
                one.clock,
                "skew",
                self._world.random.choice((-1, 1)) * self._world.random.randint(SECOND, 3 * DAY),
            ),
            DUPLICATE: self._again,
            LOST: self._lose,
            REBALANCE: self._rebalance,
        }
        act = acts.get(kind)
        if act is not None and not process.busy:
            act(process)

    def _for_a_while(self, process: Process, what: str) -> None:
        setattr(process, what, True)
        self._world.later(self._world.random.randint(5, 60), lambda: setattr(process, what, False))

    def _delay(self, process: Process) -> None:
        """Some places show nothing, or nothing lands that is sent."""
        if self._world.random.random() < 0.2:
            self._for_a_while(process, "held")
            return
        late = (
            process.source.hidden if self._world.random.random() < 0.6 else process.publisher.slow
        )
        places = [
            (topic, p)
            for topic in (*process.service.consumes, process.service.topic)
            for p in range(LANES)
        ]
        some = set(self._world.random.sample(places, self._world.random.randint(1, len(places))))
        late |= some
        self._world.later(self._world.random.randint(3, 60), lambda: late.difference_update(some))

    def _again(self, process: Process) -> None:
        """Records come once more: a run of them from the middle, or a place is read again from
        there.
        """
        cursors, doubted = process.source._cursors, process.engine._claims.sequence._gaps
        read = [place for place, offset in cursors.items() if offset and place not in doubted]
        if not read:
            self._world.faults.missed(DUPLICATE)
            return
        place = self._world.random.choice(read)
        if self._world.random.random() < 0.5:
            cursors[place] = self._world.random.randint(0, cursors[place])
            return
        first = self._world.random.randrange(cursors[place])
        process.source.put(
            Records(
                self._world.broker.read(
                    place, first, self._world.random.randint(1, cursors[place] - first)
                )
            )
        )

    def _lose(self, process: Process) -> None:
        """A fetch is lost between the client and the engine: reading goes on behind it.

        Not twice at one place: the engine takes a gap that it has read again for one that the
        broker has, as transactions' markers leave.
        """
        cursors, doubted = process.source._cursors, process.engine._claims.sequence._gaps
        unread = [
            place
            for place, offset in cursors.items()
            if offset < self._world.broker.end(place) and place not in doubted
        ]
        if not unread:
            self._world.faults.missed(LOST)
        else:
            place = self._world.random.choice(unread)
            cursors[place] = self._world.random.randint(
                cursors[place] + 1, self._world.broker.end(place)
            )

    def _rebalance(self, process: Process) -> None:
        """A second owner comes, or goes; the first is told, or goes on as a zombie until it is."""
        if process.stale:
            self._world.faults.missed(REBALANCE)
            return
        others = [
            other
            for other in self._world.processes
            if other.service is process.service and other is not process and not other.stale
        ]
        if others:
            process.end()
            self._world.remove(process, notified=True)
            self._world.revive(process)  # the others may have died meanwhile
            return
        if self._world.random.random() < 0.5:
            process.source.leave(notified=False)
            process.stale = True
            self._world.later(self._world.random.randint(5, 60), lambda: self.tell(process))
        self._world.start(process.service, self._world.random.choice(("one", "two")))

    def tell(self, process: Process) -> None:
        """A zombie learns that it is one."""
        if process in self._world.processes:
            self._world.processes.remove(process)
            self._world.abandon(
                process.service.name, [entry for entry, _ in process.publisher.sent]
            )

    def _stop(self, process: Process) -> None:
        """SIGTERM: the process ends what it has begun, and another one takes its place."""
        process.end()
        self._world.bury(process)
