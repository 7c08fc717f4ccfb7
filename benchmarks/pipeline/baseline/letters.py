"""Letters, tutorial style, documents left out: `python -m benchmarks.pipeline.baseline.letters`."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any

from faststream import FastStream
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from benchmarks.pipeline.baseline import settings, tables
from benchmarks.pipeline.baseline.plumbing import Service, create_tables, is_type, received
from services.letters.decide import decide
from services.letters.model import LettersState
from services.letters.rendering import stationery
from shared.errors import Impossible
from shared.events.clocks.duties import ClockStarted
from shared.events.criteria import CaseDetermined
from shared.events.intake import RequestReceived
from shared.lanes.outcome import Outcome, Received

broker = KafkaBroker(settings.BROKER, log_level=logging.DEBUG)  # no two lines a message
app = FastStream(broker)
engine = create_async_engine(settings.DATABASE_URL)
service = Service(
    broker, engine, settings.LETTERS, partial(decide, stationery(render=False)), LettersState
)

intake = broker.subscriber(
    settings.INTAKE, group_id="baseline-letters-intake", auto_offset_reset="earliest"
)
criteria = broker.subscriber(
    settings.CRITERIA, group_id="baseline-letters-criteria", auto_offset_reset="earliest"
)


@app.on_startup
async def prepare() -> None:
    """Makes the tables."""
    await create_tables(engine)


def contents(outcome: Outcome[Any]) -> list[SQLModel]:
    """The letters that an outcome calls for, as rows."""
    found = [row.values for row in outcome.rows if row.table == "letter"]
    return [
        tables.Letter(id=letter["letter_id"], case_id=letter["case_id"], content=letter["content"])
        for letter in found
    ]


async def issue(cause: Received) -> None:
    """Issues the letters of a determination; it may have overtaken its request, which the other
    topic carries: then it waits.
    """
    while True:
        try:
            return await service.handle(cause, contents)
        except Impossible:
            await asyncio.sleep(0.05)


@intake(filter=is_type(RequestReceived))
async def on_request_received(event: RequestReceived, message: KafkaMessage) -> None:
    """A request was accepted."""
    await service.handle(received(event, message))


@intake(filter=is_type(ClockStarted))
async def on_clock_started(event: ClockStarted, message: KafkaMessage) -> None:
    """Its clock runs."""
    await service.handle(received(event, message))


@intake
async def on_other_intake(_body: Any) -> None:
    """Nothing that letters acts on."""


@criteria(filter=is_type(CaseDetermined))
async def on_case_determined(event: CaseDetermined, message: KafkaMessage) -> None:
    """Every line has a determination: the letters follow."""
    await issue(received(event, message))


@criteria
async def on_other_criteria(_body: Any) -> None:
    """Nothing that letters acts on."""


if __name__ == "__main__":
    asyncio.run(app.run())
