"""Does one planned fault to the running system and measures how long it was until new work came out
again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from shared.ids import PARTITIONS
from tests.reliability.crash.environment import Environment, owner
from tests.reliability.crash.faults import Fault
from tests.reliability.crash.outages import Outages
from tests.reliability.crash.watch import OutputWatch
from tests.reliability.crash.workload import Workload

PATIENCE = 120.0
TRIES = 60
Act = Callable[[Environment, Fault], object]


class Inflicted(NamedTuple):
    """What was done.

    Seconds from the fault; `recovery_s` is None when nothing new came out in time.
    `in_transaction`: it was stopped inside of one.
    """

    kind: str
    target: str
    lasted_s: float
    recovery_s: float | None
    in_transaction: bool = False


def _nothing(_grounds: Environment, _fault: Fault) -> None:
    return


def _outages(grounds: Environment) -> Outages:
    if grounds.outages is None:
        raise ValueError("Broker and database are not ours to take away here.")
    return grounds.outages


def _restart(grounds: Environment, fault: Fault) -> None:
    grounds.kill(fault.target)
    grounds.start(fault.target)


ACTS: dict[str, tuple[Act, Act, Act]] = {
    "kill": (_restart, _nothing, _nothing),
    "kill-away": (lambda on, it: on.kill(it.target), _nothing, lambda on, it: on.start(it.target)),
    "stop": (lambda on, it: on.suspend(it.target), lambda on, it: on.resume(it.target), _nothing),
    "join": (lambda on, it: on.start(it.target), _nothing, _nothing),
    "leave": (lambda on, it: on.retire(it.target), _nothing, _nothing),
    "broker-kill": (
        lambda on, _: _outages(on).kill("broker"),
        lambda on, _: _outages(on).start("broker"),
        _nothing,
    ),
    "broker-stop": (
        lambda on, _: _outages(on).stop("broker"),
        lambda on, _: _outages(on).resume("broker"),
        _nothing,
    ),
    "database-kill": (
        lambda on, _: _outages(on).kill("database"),
        lambda on, _: _outages(on).start("database"),
        _nothing,
    ),
    "database-stop": (
        lambda on, _: _outages(on).stop("database"),
        lambda on, _: _outages(on).resume("database"),
        _nothing,
    ),
    "database-away": (
        lambda on, _: _outages(on).kill("database"),
        lambda on, _: _outages(on).start("database"),
        _nothing,
    ),
}
"""How each kind begins, how it ends when its time is over, and what is put right after the system
has recovered.
"""


@dataclass(frozen=True)
class Nemesis:
    """Inflicts faults on the grounds while requests stream in and somebody watches what comes
    out.
    """

    grounds: Environment
    stream: Workload
    watch: OutputWatch

    def inflict(self, fault: Fault) -> Inflicted:
        """Begins the fault, ends it after its time, waits for new work to come out, and for every
        replica to be ready.
        """
        begin, end, after = ACTS[fault.kind]
        lanes = self._lanes(fault)
        began = time.monotonic()
        begin(self.grounds, fault)
        caught = fault.kind == "stop" and self._caught(fault)
        began = time.monotonic() if fault.kind == "stop" else began
        recovered = self._recovery(fault, lanes, began)
        until, lasted, found = began + fault.seconds, 0.0, recovered()
        while not lasted or (found is None and time.monotonic() < until + PATIENCE):
            if not lasted and time.monotonic() >= until:
                end(self.grounds, fault)
                lasted = max(0.001, time.monotonic() - began)
            found = found or recovered()
            time.sleep(0.02)
        after(self.grounds, fault)
        self.grounds.wait_ready()
        return Inflicted(
            fault.kind, fault.target, round(lasted, 2), found and round(found, 2), caught
        )

    def _lanes(self, fault: Fault) -> frozenset[int]:
        """The lanes that the fault takes away for a while: the replica's own, else all."""
        own = (
            self.grounds.stores.lanes(fault.service, owner(fault.target))
            if fault.service and fault.kind != "join"
            else None
        )
        return own or frozenset(range(PARTITIONS))

    def _caught(self, fault: Fault) -> bool:
        """Lets it go on and stops it again until it stands in the middle of a transaction; whether
        it does.
        """
        for _ in range(TRIES if self.grounds.outages else 0):
            open_then = self.grounds.stores.open(fault.service)
            time.sleep(0.05)
            if open_then & self.grounds.stores.open(fault.service):
                return True
            self.grounds.resume(fault.target)
            time.sleep(0.02)
            self.grounds.suspend(fault.target)
        return False

    def _recovery(
        self, fault: Fault, lanes: frozenset[int], began: float
    ) -> Callable[[], float | None]:
        """Asks how long after `began` new work came out; audit publishes nothing for a case, so
        there it is what it has read.
        """
        if fault.service != "audit":
            return lambda: (
                (at := self.watch.first(fault.service, lanes, began, self.stream.opened))
                and at - began
            )
        stores = self.grounds.stores
        before = stores.read("audit", lanes)
        return lambda: time.monotonic() - began if stores.read("audit", lanes) > before else None
