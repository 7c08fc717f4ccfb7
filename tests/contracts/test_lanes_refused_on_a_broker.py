"""A topic that is made again, on a broker that speaks Kafka's protocol: the replica refuses its
lanes, whether it was running or not.
"""

from __future__ import annotations

import asyncio
from time import sleep

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from shared.clock import monotonic
from shared.errors import Unavailable
from shared.ids import PARTITIONS
from shared.lanes.replica import Replica
from tests.contracts.test_lanes_on_a_broker import Place, place, run, write
from tests.contracts.toy import Order
from tests.patience import PATIENCE

__all__ = ["place"]
COUNT = 24


def remade(at: Place) -> None:
    """Deletes the submissions topic and makes it again."""
    admin = AdminClient({"bootstrap.servers": at.settings.broker, "log_level": 0})
    admin.delete_topics([at.submissions])[at.submissions].result(PATIENCE)
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline:
        error = admin.create_topics([NewTopic(at.submissions, PARTITIONS, 1)])[
            at.submissions
        ].exception(PATIENCE)
        if error is None:
            return
    raise Unavailable("The topic could not be made again.")


async def refused(at: Place, *, running: bool) -> dict[int, str]:
    """What a replica refuses after its topic was made again, while it ran or before it started."""
    replica = Replica(at.service, at.settings)
    if not running:
        remade(at)
    await replica.start()
    try:
        if running:
            await asyncio.sleep(2)
            await asyncio.to_thread(remade, at)
        return await asyncio.to_thread(_waited, replica)
    finally:
        await replica.stop()


def _waited(replica: Replica) -> dict[int, str]:
    """The lanes that a replica refuses, as soon as there are some."""
    deadline = monotonic() + PATIENCE
    while not replica.engine.health.refused and monotonic() < deadline:
        sleep(0.1)
    return dict(replica.engine.health.refused)


def read(at: Place) -> None:
    """Every lane has read something."""
    write(at, [Order(f"case-{n}", n % PARTITIONS, "first") for n in range(COUNT)])
    asyncio.run(run(at, COUNT))


@pytest.mark.stack
def test_a_topic_made_again_is_noticed_at_a_start(place: Place) -> None:
    read(place)

    found = asyncio.run(refused(place, running=False))

    assert found
    assert all("was re-created" in why for why in found.values())


@pytest.mark.stack
@pytest.mark.parametrize(
    "place", [pytest.param("real", marks=pytest.mark.needs("PRIORAUTH_TEST_BROKER"))], indirect=True
)
def test_a_topic_made_again_is_noticed_by_a_running_replica(place: Place) -> None:
    """The embedded broker answers a question for the old topic's id without a name, and librdkafka
    2.16 ends the process over it.
    """
    read(place)

    found = asyncio.run(refused(place, running=True))

    assert found
    assert all("was re-created" in why for why in found.values())
