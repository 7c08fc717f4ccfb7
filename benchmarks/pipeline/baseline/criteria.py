"""Criteria, tutorial style: `python -m benchmarks.pipeline.baseline.criteria`."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any

from faststream import FastStream
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.pipeline.baseline import settings
from benchmarks.pipeline.baseline.plumbing import Service, create_tables, is_type, received
from services.criteria.decide import decide
from services.criteria.decide.reference import DecisionReference
from services.criteria.engine.edition.library import packaged
from services.criteria.model import CriteriaState
from shared.events.clocks.duties import ClockStarted
from shared.events.intake import RequestReceived

broker = KafkaBroker(settings.BROKER, log_level=logging.DEBUG)  # no two lines a message
app = FastStream(broker)
engine = create_async_engine(settings.DATABASE_URL)
reference = DecisionReference(packaged(), b"baseline")
service = Service(broker, engine, settings.CRITERIA, partial(decide, reference), CriteriaState)

intake = broker.subscriber(
    settings.INTAKE, group_id="baseline-criteria", auto_offset_reset="earliest"
)


@app.on_startup
async def prepare() -> None:
    """Makes the tables."""
    await create_tables(engine)


@intake(filter=is_type(RequestReceived))
async def on_request_received(event: RequestReceived, message: KafkaMessage) -> None:
    """A request was accepted: every line is evaluated."""
    await service.handle(received(event, message))


@intake(filter=is_type(ClockStarted))
async def on_clock_started(event: ClockStarted, message: KafkaMessage) -> None:
    """Its clock runs."""
    await service.handle(received(event, message))


@intake
async def on_other_intake(_body: Any) -> None:
    """Nothing that criteria acts on."""


if __name__ == "__main__":
    asyncio.run(app.run())
