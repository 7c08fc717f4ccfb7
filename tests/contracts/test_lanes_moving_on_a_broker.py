"""Lanes that move between two replicas on a broker that speaks Kafka's protocol, and come back
further read than they were given away.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from confluent_kafka import Consumer

from shared.clock import monotonic
from shared.ids import PARTITIONS
from shared.lanes.replica import Replica
from tests.contracts.stores import Stores
from tests.contracts.test_lanes_on_a_broker import Place, place, write
from tests.contracts.toy import Order
from tests.patience import PATIENCE

__all__ = ["place"]
EACH = 4
HEARTBEAT = 1.5


async def until(replica: Replica, lanes: int, at: Place, worked: int) -> None:
    """Waits until a replica works so many lanes, and the store has so many events."""
    stores, deadline = Stores(lambda _: at.settings.database_url), monotonic() + PATIENCE
    while monotonic() < deadline:
        count = stores.rows("intake", "SELECT COALESCE(SUM(seq), 0) FROM case_state")[0][0]
        if replica.engine.health.lanes == lanes and count >= worked:
            return
        await asyncio.sleep(0.05)
    raise AssertionError((replica.engine.health, worked))


async def moved(at: Place) -> dict[int, str]:
    """What a replica refuses after it gave half of its lanes to another one, which ended after it
    had read more of them.
    """
    one, two = (
        Replica(at.service, replace(at.settings, instance=f"{at.name}-{n}")) for n in (1, 2)
    )
    orders = [Order(f"case-{n}", n, "first") for n in range(PARTITIONS)]
    await one.start()
    try:
        write(at, orders)
        await until(one, PARTITIONS, at, len(orders))
        await two.start()
        await until(two, PARTITIONS // 2, at, len(orders))
        for round_ in range(1, EACH):
            write(at, [replace(order, text=f"{round_}") for order in orders])
            await until(two, PARTITIONS // 2, at, len(orders) * (1 + round_))
        await two.stop()
        await until(one, PARTITIONS, at, len(orders) * EACH)
    finally:
        await one.stop()
    return dict(one.engine.health.refused)


@pytest.mark.stack
def test_a_lane_that_comes_back_further_read_is_not_refused(place: Place) -> None:
    assert asyncio.run(moved(place)) == {}


async def fenced(at: Place) -> None:
    """A replica works, another consumer comes under its name and goes, and the replica works
    again.
    """
    replica = Replica(at.service, at.settings)
    await replica.start()
    try:
        write(at, [Order(f"case-{n}", n, "first") for n in range(PARTITIONS)])
        await until(replica, PARTITIONS, at, PARTITIONS)
        await asyncio.to_thread(intrude, at)
        for round_ in (2, 3):
            write(at, [Order(f"case-{n}", n, f"{round_}") for n in range(PARTITIONS)])
            await until(replica, PARTITIONS, at, round_ * PARTITIONS)
            await asyncio.sleep(2 * HEARTBEAT)
    finally:
        await replica.stop()


def intrude(at: Place) -> None:
    """Takes the replica's place in its group for two heartbeats, so that it hears of it."""
    group = {
        "group.id": f"priorauth-{at.service.name}",
        "group.instance.id": at.settings.instance,
        "session.timeout.ms": 6_000,
    }
    consumer = Consumer(
        {
            "bootstrap.servers": at.settings.broker,
            "log_level": 0,
            "enable.auto.commit": False,
            **group,
        }
    )
    taken: list[int] = []
    consumer.subscribe(
        [at.submissions], on_assign=lambda _consumer, places: taken.append(len(places))
    )
    deadline = monotonic() + PATIENCE
    while not taken and monotonic() < deadline:
        consumer.poll(0.1)
    leaving = monotonic() + 2 * HEARTBEAT
    while monotonic() < leaving:
        consumer.poll(0.1)
    consumer.close()
    assert taken


@pytest.mark.stack
@pytest.mark.parametrize(
    "place", [pytest.param("real", marks=pytest.mark.needs("PRIORAUTH_TEST_BROKER"))], indirect=True
)
def test_a_replica_that_its_group_has_fenced_comes_back(place: Place) -> None:
    """The client gives up for good then, and the framework says nothing: before, such a replica
    read nothing any more until somebody restarted it.
    """
    asyncio.run(fenced(place))
