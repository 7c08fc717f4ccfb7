"""Seeded schedules: two services over the broker in memory, with crashes, failures, redelivery and
rebalances wherever the seed puts them.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, MutableMapping
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from shared.errors import Unavailable, Zombie
from shared.events.criteria import CRITERIA
from shared.events.envelope import unpack
from shared.events.intake import INTAKE
from shared.lanes.engine.ports import Limits
from shared.lanes.transport import Records
from tests.contracts.stores import Crash, SqliteServer
from tests.contracts.toy import Order, case_of, criteria, intake
from tests.contracts.world import Node, World

SEEDS = 200
# A disk that syncs at once makes the schedules quick; any other folder does.
SHM = Path("/dev/shm")  # noqa: S108


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteServer]:
    folder = tmp_path_factory.mktemp("schedules")
    quick = SHM / f"priorauth-{folder.name}-{folder.stat().st_ino}" if SHM.is_dir() else folder
    quick.mkdir(exist_ok=True)
    structlog.configure(processors=[drop])
    yield SqliteServer(quick)
    structlog.reset_defaults()
    shutil.rmtree(quick, ignore_errors=True)


def drop(_logger: object, _name: str, _event: MutableMapping[str, object]) -> str:
    raise structlog.DropEvent


class Schedule:
    """What happens in one seed's world."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)  # noqa: S311 - a schedule, not a secret
        self.limits = Limits(records=self.random.choice([1, 2, 5, 500]), tick=0.0)
        self.orders: list[str] = []
        for service in (intake(), criteria()):
            self._start(service)

    def _start(self, service: object) -> None:
        node = self.world.start(service, limits=self.limits)  # type: ignore[arg-type]
        node.database.fault = self._fault
        node.source._most = self.random.choice([1, 3, 100])
        node.source.order = self._shuffled

    def _shuffled(self, places: list[tuple[str, int]]) -> list[tuple[str, int]]:
        self.random.shuffle(places)
        return places[: self.random.randint(1, max(1, len(places)))]

    def _fault(self, step: str) -> None:
        drawn = self.random.random()
        if drawn < 0.02:
            raise Crash(step)
        if drawn < 0.05:
            raise Unavailable(step)

    def run(self, steps: int) -> None:
        """Does random things, then lets everything come to rest undisturbed."""
        for _ in range(steps):
            self.random.choice([self._submit, self._step, self._step, self._step, self._disturb])()
        self.world.broker.away = False
        for node in list(self.world.nodes):
            node.publisher.held = node.publisher.deaf = False
            node.publisher.error = None
            self.world.restart(node)
        for node in self.world.nodes:
            node.source.order = sorted
        self.world.settle()
        # Whoever dies twice where a record is read cannot know that it was not the record.
        for service in {node.service.name for node in self.world.nodes}:
            self.world.stores.rows(
                service, "UPDATE parked SET requeued = TRUE WHERE reason = 'killed_reader'"
            )
        self.world.settle()

    def _submit(self) -> None:
        self.world.clock.at += timedelta(seconds=self.random.randint(-1, 3))
        n = len(self.orders)
        case = self.random.randint(0, 3)
        self.orders.append(f"text-{n}")
        if self.world.broker.away:
            self.world.broker.away = False
        self.world.submit(
            Order(f"case-{case}", case % 2, f"text-{n}"), partition=self.random.randint(0, 2)
        )

    def _step(self) -> None:
        node = self.random.choice(self.world.nodes)
        try:
            for _ in range(self.random.randint(1, 3)):
                node.engine.step(0)
        except Crash:
            self._revive(node)
        except (Unavailable, Zombie):
            self._recover(node)

    def _recover(self, node: Node) -> None:
        try:
            node.engine.recover()
        except Crash:
            self._revive(node)
        except (Unavailable, Zombie):
            return

    def _revive(self, node: Node) -> None:
        self.world.crash(node)
        self._start(node.service)

    def _disturb(self) -> None:
        node = self.random.choice(self.world.nodes)
        publisher = node.publisher
        disturbances: list[Callable[[], object]] = [
            lambda: setattr(publisher, "held", self.random.random() < 0.5),
            lambda: setattr(publisher, "deaf", self.random.random() < 0.3),
            lambda: setattr(publisher, "backwards", self.random.random() < 0.5),
            lambda: setattr(publisher, "error", "refused" if self.random.random() < 0.3 else None),
            lambda: setattr(self.world.broker, "away", self.random.random() < 0.3),
            lambda: self._deliver_again(node),
            lambda: self._join(node),
            lambda: self._revive(node),
            lambda: self._leave(node),
        ]
        self.random.choice(disturbances)()

    def _deliver_again(self, node: Node) -> None:
        """Records that the consumer has read already, in any order; and one place read again from
        the middle.
        """
        cursors = node.source._cursors
        known = [
            record for topic in node.service.consumes for record in self.world.broker.records(topic)
        ]
        records = [
            record
            for record in known
            if record.offset < cursors.get((record.topic, record.partition), 1 << 40)
        ]
        if records:
            node.source.put(
                Records(tuple(self.random.sample(records, self.random.randint(1, len(records)))))
            )
            place = self.random.choice(records)[:2]
            node.source.seek(place, self.random.randint(0, cursors.get(place, 0)))

    def _join(self, node: Node) -> None:
        if len(self.world.nodes) < 4:
            self._start(node.service)

    def _leave(self, node: Node) -> None:
        if sum(other.service.name == node.service.name for other in self.world.nodes) > 1:
            node.source.leave(notified=self.random.random() < 0.5)
            self.world.nodes.remove(node)
            node.database.close()


def check(world: World, orders: list[str]) -> None:
    """Every submission took effect once in each service, clocks count without a gap, and an id
    never has two contents.
    """
    for topic, producer in ((INTAKE, "intake"), (CRITERIA, "criteria")):
        contents: dict[object, set[object]] = {}
        for record in world.broker.records(topic):
            contents.setdefault(unpack(record.headers).id, set()).add(
                (record.headers, record.value)
            )
        assert all(len(found) == 1 for found in contents.values())
        assert len(contents) == len(orders)
        for case in range(4):
            first_seen = [
                envelope.clock[producer]
                for envelope in world.distinct(topic, case_of(f"case-{case}"))
            ]
            assert first_seen == list(range(1, len(first_seen) + 1))
    seen = [
        text
        for case in range(4)
        for text in world.state("intake", case_of(f"case-{case}"))
        if text.startswith("text")
    ]
    assert sorted(seen) == sorted(orders)
    assert sum(len(world.state("criteria", case_of(f"case-{case}"))) for case in range(4)) == len(
        orders
    )
    assert world.parked("intake") == world.parked("criteria") == []


@pytest.mark.parametrize("block", range(10))
def test_no_schedule_loses_or_repeats_anything(files: SqliteServer, block: int) -> None:
    for seed in range(block * SEEDS // 10, (block + 1) * SEEDS // 10):
        stores = files.stores()
        world = World(stores)
        schedule = Schedule(world, seed)
        try:
            schedule.run(50)
            check(world, schedule.orders)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error
        finally:
            stores.close()
