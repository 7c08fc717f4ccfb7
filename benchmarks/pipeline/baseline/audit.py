"""Audit, tutorial style: a row for each event. `python -m benchmarks.pipeline.baseline.audit`."""

from __future__ import annotations

import asyncio
import logging

from faststream import FastStream
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.pipeline.baseline import settings
from benchmarks.pipeline.baseline.plumbing import create_tables
from benchmarks.pipeline.baseline.tables import AuditEntry

broker = KafkaBroker(settings.BROKER, log_level=logging.DEBUG)  # no two lines a message
app = FastStream(broker)
engine = create_async_engine(settings.DATABASE_URL)


@app.on_startup
async def prepare() -> None:
    """Makes the tables."""
    await create_tables(engine)


@broker.subscriber(*settings.TOPICS, group_id="baseline-audit", auto_offset_reset="earliest")
async def on_event(message: KafkaMessage) -> None:
    """Any event at all."""
    headers = message.headers
    entry = AuditEntry(
        topic=message.raw_message.topic,  # type: ignore[union-attr]
        type=headers.get("ce_type", ""),
        event_id=headers.get("ce_id", ""),
        case_id=headers.get("ce_subject", ""),
        body=message.body.decode(),
    )
    async with AsyncSession(engine) as session:
        session.add(entry)
        await session.commit()


if __name__ == "__main__":
    asyncio.run(app.run())
