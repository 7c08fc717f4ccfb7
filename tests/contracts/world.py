"""A world for the lane log: one broker, a clock, and services that start, crash and start again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from benchmarks.testbed.keys import check_of, sealer_of
from shared.clock import SettableClock
from shared.errors import Unavailable, Zombie
from shared.events.envelope import Envelope, unpack
from shared.events.submissions import SUBMISSIONS
from shared.instants import micros
from shared.lanes.engine.engine import Engine
from shared.lanes.engine.ports import Limits, Ports, Setup
from shared.lanes.engine.tasks import TaskKind, TaskPool
from shared.lanes.memory.broker import MemoryBroker
from shared.lanes.memory.twins import MemoryExecutor, MemoryPublisher, MemorySource
from shared.lanes.seals import NO_SEALER, NO_SEALS
from shared.lanes.service import CaseService, Service
from shared.lanes.state.record import Record
from tests.contracts.stores import FaultyDatabase, Stores
from tests.contracts.toy import START, Order

KEY = b"a-key-for-tests"
EAGER = Limits(tick=0.0, rotate_seconds=0.0)


class Node:
    """One process of a service: its engine and the twins around it; `seconds` go on for pauses
    between attempts of tasks alone.
    """

    def __init__(
        self,
        world: World,
        service: Service,
        owner: str,
        limits: Limits = EAGER,
        *,
        patient: bool = False,
        setup: Setup | None = None,
    ) -> None:
        self.service = service
        store, self.database = world.stores.open(service)
        self.store = store
        self.publisher = MemoryPublisher(
            world.broker, sealer_of(service.name) if world.sealed else NO_SEALER
        )
        self.source = MemorySource(world.broker, service.name, service.consumes)
        self.pool = MemoryExecutor(patient=patient)
        runs = service.tasks if isinstance(service, CaseService) else {}
        kinds = {kind: TaskKind(run, self.pool) for kind, run in runs.items()}
        self.seconds = 0.0
        tasks = TaskPool(kinds, self.source.put, lambda: self.seconds)
        self.engine = Engine(
            service,
            Ports(store, self.publisher, self.source, world.clock, tasks),
            replace(
                setup or Setup(owner, KEY),
                limits=limits,
                seals=check_of(service.name) if world.sealed else NO_SEALS,
            ),
        )

    def settle(self, most: int = 200) -> None:
        """Steps until nothing arrives any more, recovering as a process does; `most` bounds how
        long that may take.
        """
        idle = 0
        for _ in range(most):
            try:
                idle = 0 if self.engine.step(0) else idle + 1
            except (Unavailable, Zombie):
                self.engine.recover()
            if idle > 2:
                return
        raise AssertionError("the engine does not come to rest")

    def crash(self) -> None:
        """Ends the process without a word: whatever it had in memory is gone."""
        self.publisher.held = True
        self.source.leave(notified=False)
        self.database.close()


class World:
    """Everything outside the services; where `sealed`, they seal and check as they are shipped."""

    def __init__(self, stores: Stores) -> None:
        self.sealed = False
        self.stores = stores
        self.clock = SettableClock(START)
        self.broker = MemoryBroker(lambda: micros(self.clock.at) // 1000)
        self.nodes: list[Node] = []

    def start(
        self,
        service: Service,
        owner: str = "one",
        limits: Limits = EAGER,
        *,
        patient: bool = False,
        setup: Setup | None = None,
    ) -> Node:
        """Starts a process of a service."""
        node = Node(self, service, owner, limits, patient=patient, setup=setup)
        self.nodes.append(node)
        return node

    def crash(self, node: Node) -> None:
        """Ends a process."""
        self.nodes.remove(node)
        node.crash()

    def restart(
        self, node: Node, service: Service | None = None, setup: Setup | None = None
    ) -> Node:
        """Ends a process and starts it again."""
        self.crash(node)
        return self.start(service or node.service, setup=setup)

    def settle(self, rounds: int = 50) -> None:
        """Lets all processes work until the topics grow no more."""
        for _ in range(rounds):
            before = self.size()
            for node in self.nodes:
                node.settle()
            if self.size() == before:
                return
        raise AssertionError("the world does not come to rest")

    def size(self) -> int:
        """How many records all topics hold."""
        return sum(
            len(self.broker.records(topic))
            for topic in ("pa.submissions.v1", "pa.intake.v1", "pa.criteria.v1", "pa.letters.v1")
        )

    def submit(
        self,
        order: Order,
        partition: int | None = None,
        headers: Iterable[tuple[str, bytes | None]] = (),
    ) -> int:
        """Writes an order as an outsider does; returns its offset."""
        value = json.dumps(asdict(order)).encode()
        return self.broker.append(
            (SUBMISSIONS, order.home if partition is None else partition),
            b"any key",
            headers,
            value,
        )

    def events(self, topic: str, of: UUID | None = None) -> list[tuple[Envelope, Record]]:
        """The events of a topic (of one case), in the order of their partitions."""
        found = [(unpack(record.headers), record) for record in self.broker.records(topic)]
        return [entry for entry in found if of is None or entry[0].case_id == of]

    def distinct(self, topic: str, of: UUID | None = None) -> list[Envelope]:
        """The events of a topic without repeats."""
        return list({envelope.id: envelope for envelope, _ in self.events(topic, of)}.values())

    def state(self, service: str, case_id: UUID) -> list[str]:
        """What a service's tally of a case has seen."""
        rows = self.stores.rows(
            service,
            f"SELECT state FROM case_state WHERE case_id = '{self._id(service, case_id)}'",
        )
        return list(json.loads(rows[0][0]).get("seen", [])) if rows and rows[0][0] else []

    def _id(self, service: str, case_id: UUID) -> str:
        return case_id.hex if self.stores.url(service).startswith("sqlite") else str(case_id)

    def parked(self, service: str) -> list[tuple[Any, ...]]:
        """What a service has parked, as (partition, topic, offset, reason)."""
        return self.stores.rows(
            service, 'SELECT p, topic, "offset", reason FROM parked ORDER BY p, at, topic, "offset"'
        )

    def requeue(self, node: Node) -> None:
        """What an operator does: asks for everything that a service has parked to be tried
        again.
        """
        cases = self.stores.rows(
            node.service.name, "SELECT DISTINCT case_id FROM parked WHERE case_id IS NOT NULL"
        )
        node.store.requeue([UUID(case_id) for (case_id,) in cases])


def faults_at(database: FaultyDatabase, step: str, error: BaseException, after: int = 0) -> None:
    """Raises an error at a step of a transaction, once, when it has been passed `after` times."""
    passed = {"times": 0}

    def fault(name: str) -> None:
        if name == step:
            passed["times"] += 1
            if passed["times"] == after + 1:
                raise error

    database.fault = fault
