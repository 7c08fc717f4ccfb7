"""A new consumer for one whose client has given up for good.

The framework drops the client's error and polls on, and nothing ever comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from confluent_kafka import KafkaError

from shared.clock import monotonic

log = structlog.get_logger()
LOOK, LEAST_PAUSE, MOST_PAUSE = 0.5, 0.5, 30.0
"""Seconds. Pauses grow, because two replicas of one name fence each other for ever."""
CLOSING = 2.0
LONGEST_WAIT = 20.0
"""Seconds that a group may take to share out its places: three times the time after which it thinks
a member dead.
"""


class ConsumerRecovery:
    """Watches one subscriber. `forget` is called when its client is to be replaced.

    A broker that went down while members joined, and came back, fences static members as if others
    had come in their place.
    """

    def __init__(self, forget: Callable[[], None]) -> None:
        self._forget = forget
        self._given_up = ""
        self._waiting: float | None = None

    def unassigned(self) -> None:
        """The group has taken the consumer's places, or it is new."""
        self._waiting = monotonic()

    def assigned(self) -> None:
        """The group has given it places, or told it that there are none for it."""
        self._waiting = None

    def observing(self, builder: Callable[..., Any]) -> Callable[..., Any]:
        """The framework's builder of consumers, for consumers whose errors are heard."""

        def build(*topics: Any, **settings: Any) -> Any:
            wrapper = builder(*topics, **settings)
            wrapper.consumer = _ObservedConsumer(wrapper.consumer, self._note)
            return wrapper

        return build

    def _note(self, error: KafkaError) -> None:
        # The client's name for it.
        if error.fatal() or error.code() == KafkaError._FATAL:  # noqa: SLF001
            self._given_up = str(error)

    async def keep(self, subscriber: Any) -> None:
        """Stops and starts the subscriber whenever its client has given up, or its group does not
        take it back; runs until it is cancelled.

        The client is forgotten first: nobody may use it any more, for closing it can take minutes
        (it waits for the answer to its last request), and whoever calls it meanwhile waits as long.
        """
        pause, renewed = LEAST_PAUSE, monotonic()
        while True:
            await asyncio.sleep(LOOK)
            if self._waiting is not None and monotonic() - self._waiting > LONGEST_WAIT:
                self._given_up = f"the group has given no places for {LONGEST_WAIT:.0f} s"
            if not self._given_up:
                continue
            pause = (
                min(pause * 2, MOST_PAUSE)
                if monotonic() - renewed < 2 * MOST_PAUSE
                else LEAST_PAUSE
            )
            log.error(
                "consumer_renewed",
                why=self._given_up,
                seconds=pause,
                remedy="If it happens again and again, two replicas have one PRIORAUTH_INSTANCE.",
            )
            await asyncio.sleep(pause)
            self._given_up, renewed = "", monotonic()
            self.unassigned()
            # Before it is stopped: the engine would call into a client that hangs while it closes.
            self._forget()
            with suppress(TimeoutError):
                await asyncio.wait_for(subscriber.stop(), CLOSING)
            await subscriber.start()


class _ObservedConsumer:
    """A client as it is, but for reporting the errors that come in place of messages."""

    def __init__(self, consumer: Any, report: Callable[[KafkaError], None]) -> None:
        self._consumer = consumer
        self._report = report

    def consume(self, *args: Any, **kwargs: Any) -> list[Any]:
        messages: list[Any] = self._consumer.consume(*args, **kwargs)
        for message in messages:
            if (error := message.error()) is not None:
                self._report(error)
        return messages

    def __getattr__(self, name: str) -> Any:
        return getattr(self._consumer, name)
