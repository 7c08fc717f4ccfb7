"""Timers fire on a broker that tells only where its last batch begins, and not before the rest of
that batch is worked.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from confluent_kafka import Producer

from shared.clock import SettableClock, monotonic
from shared.lanes.outcome import Outcome, Received, TimerDue
from shared.lanes.replica import Replica
from tests.contracts.stores import Stores
from tests.contracts.test_lanes_on_a_broker import Place, place
from tests.contracts.toy import START, Order, Tally
from tests.patience import PATIENCE

__all__ = ["place"]
MANY = [f"text-{n}" for n in range(500)]


def batch(at: Place, orders: list[Order]) -> None:
    """Writes orders to lane 3, in one batch."""
    producer = Producer({"bootstrap.servers": at.settings.broker, "linger.ms": 500})
    for order in orders:
        producer.produce(at.submissions, json.dumps(asdict(order)).encode(), partition=3)
    assert producer.flush(PATIENCE) == 0


def seen(at: Place) -> list[str]:
    rows = Stores(lambda _: at.settings.database_url).rows("toy", "SELECT state FROM case_state")
    return list(json.loads(rows[0][0])["seen"]) if rows else []


async def until(at: Place, condition: Callable[[list[str]], bool]) -> list[str]:
    """What the case has seen as soon as that meets the condition."""
    found: list[str] = []
    deadline = monotonic() + PATIENCE
    while not condition(found) and monotonic() < deadline:
        await asyncio.sleep(0.05)
        found = seen(at)
    return found


async def timed(at: Place) -> list[str]:
    """A timer is set, many records come before its instant, and it goes off."""
    service, clock = at.service, SettableClock(START)
    toy = service.decide

    def decide(
        reference: Any, state: Tally | None, received: Received, now: datetime
    ) -> Outcome[Tally]:
        if isinstance(received.data, TimerDue):
            return Outcome((state or Tally()).plus("timer"))
        return toy(reference, state, received, now)

    replica = Replica(replace(service, decide=decide), at.settings, clock=clock)
    await replica.start()
    batch(at, [Order("ann", 3, "set", "timer")])
    await until(at, bool)
    batch(at, [Order("ann", 3, text) for text in MANY])
    clock.at += timedelta(hours=2)
    found = await until(at, lambda texts: "timer" in texts)
    await replica.stop()
    return found


@pytest.mark.stack
def test_a_timer_fires_after_every_record_of_a_batch_that_came_before_its_instant(
    place: Place,
) -> None:
    assert asyncio.run(timed(place)) == ["set", *MANY, "timer"]
