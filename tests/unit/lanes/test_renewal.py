"""A consumer is replaced when its client gives up for good, or its group does not take it back;
otherwise it is left alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import KafkaError

from shared.lanes.kafka import consumer_recovery
from shared.lanes.kafka.consumer_recovery import ConsumerRecovery
from tests.patience import PATIENCE

LONGEST_WAIT = 10 * PATIENCE


class Message:
    """What a client gives: an error, or a record."""

    def __init__(self, code: int | None) -> None:
        self._error = None if code is None else KafkaError(code)

    def error(self) -> KafkaError | None:
        return self._error


class Consumer:
    """A client that gives these messages, inside of the framework's own."""

    def __init__(self, *messages: Message) -> None:
        self.consumer: Any = self
        self.messages = list(messages)

    def consume(self) -> list[Message]:
        return self.messages

    def close(self) -> str:
        return "closed"


class Subscriber:
    """Counts how often it was started anew."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    async def stop(self) -> None:
        self.calls.append("stop")

    async def start(self) -> None:
        self.calls.append("start")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {
        "LOOK": 0.001,
        "LEAST_PAUSE": 0.001,
        "MOST_PAUSE": 0.002,
        "LONGEST_WAIT": LONGEST_WAIT,
        "CLOSING": 0.005,
    }.items():
        monkeypatch.setattr(consumer_recovery, name, seconds)


def kept(told: Callable[[ConsumerRecovery], object], calls: int = 0) -> list[str]:
    """What was done to the subscriber after the consumer_recovery was told something: so many calls
    however long they take, and those of a tenth of a second behind them.
    """

    async def keep() -> list[str]:
        subscriber = Subscriber()
        one = ConsumerRecovery(lambda: subscriber.calls.append("forget"))
        told(one)
        task = asyncio.create_task(one.keep(subscriber))
        for _ in range(int(PATIENCE / 0.002)):
            if len(subscriber.calls) >= calls:
                break
            await asyncio.sleep(0.002)
        await asyncio.sleep(0.1)
        task.cancel()
        return subscriber.calls

    return asyncio.run(keep())


def reads(code: int | None) -> Callable[[ConsumerRecovery], object]:
    """A client that gives an error in place of a message is read from."""
    return lambda one: one.observing(
        lambda *_, **__: Consumer(Message(None), Message(code))
    )().consumer.consume()


def test_a_client_that_gave_up_is_replaced_once():
    assert kept(reads(KafkaError._FATAL), 3) == ["forget", "stop", "start"]


def test_a_client_that_does_not_close_is_left_behind(monkeypatch: pytest.MonkeyPatch):
    async def forever(_subscriber: Subscriber) -> None:
        await asyncio.sleep(10 * PATIENCE)

    monkeypatch.setattr(Subscriber, "stop", forever)

    assert kept(reads(KafkaError._FATAL), 2) == ["forget", "start"]


@pytest.mark.parametrize(
    "code", [None, KafkaError._ALL_BROKERS_DOWN, KafkaError.OFFSET_OUT_OF_RANGE]
)
def test_a_client_that_may_get_over_it_is_left_alone(code: int | None):
    assert kept(reads(code)) == []


def test_a_consumer_that_its_group_gives_places_in_time_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
):
    now = [0.0]
    monkeypatch.setattr(consumer_recovery, "monotonic", lambda: now[0])

    def gives(one: ConsumerRecovery) -> None:
        one.unassigned()
        now[0] += LONGEST_WAIT - 1
        one.assigned()
        now[0] += LONGEST_WAIT

    assert kept(gives) == []


def test_a_consumer_whose_group_still_may_take_its_time_is_left_alone():
    assert kept(ConsumerRecovery.unassigned) == []


def test_a_consumer_that_its_group_does_not_take_back_is_replaced(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(consumer_recovery, "LONGEST_WAIT", 0.01)

    assert kept(ConsumerRecovery.unassigned, 3)[:3] == ["forget", "stop", "start"]


def test_all_but_the_errors_is_the_clients_own_affair():
    made = ConsumerRecovery(list).observing(lambda *_, **__: Consumer(Message(None)))()

    assert [message.error() for message in made.consumer.consume()] == [None]
    assert made.consumer.close() == "closed"
