"""What every tutorial service does with a message: load the case, decide, save, commit, publish
event by event.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.pipeline.baseline.tables import Case, PublishedEvent
from shared.events.model import EventData
from shared.ids import derive
from shared.lanes.outcome import Outcome, Received

S = TypeVar("S", bound=BaseModel)
Decide = Callable[[Any, Received, datetime], Outcome[Any]]
Rows = Callable[[Outcome[Any]], list[SQLModel]]


def no_rows(_outcome: Outcome[Any]) -> list[SQLModel]:
    """For a service that keeps nothing beside its cases."""
    return []


async def create_tables(engine: AsyncEngine) -> None:
    """The tables of this service's database."""
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)


def is_type(event: type[EventData]) -> Callable[[KafkaMessage], bool]:
    """A filter that takes messages of one event type."""
    return lambda message: message.headers.get("ce_type") == event.TYPE


def received(event: EventData, message: KafkaMessage) -> Received:
    """An event of another service as the decision takes it."""
    headers, now = message.headers, datetime.now(UTC)
    return Received(
        UUID(headers["ce_id"]),
        UUID(headers["ce_subject"]),
        headers["ce_type"],
        event,
        now,
        now,
        message.body,
    )


class Service:
    """A tutorial service: its broker and engine, its topic, how it decides."""

    def __init__(
        self,
        broker: KafkaBroker,
        engine: AsyncEngine,
        topic: str,
        decide: Decide,
        state: type[BaseModel],
    ) -> None:
        self.broker, self.engine, self.topic, self.decide, self.state = (
            broker,
            engine,
            topic,
            decide,
            state,
        )

    async def handle(self, cause: Received, rows: Rows = no_rows) -> None:
        """One message: a session, a commit, and a publish for each event."""
        now = datetime.now(UTC)
        async with AsyncSession(self.engine) as session:
            case = await session.get(Case, cause.case_id, with_for_update=True)
            if case is None:
                case = Case(id=cause.case_id)
            known = self.state.model_validate(case.state) if case.state is not None else None
            outcome = self.decide(known, cause, now)
            case.state = (
                outcome.state.model_dump(mode="json") if outcome.state is not None else None
            )
            session.add(case)
            events = [
                (derive(cause.id, emit.data.TYPE, emit.discriminator), emit.data)
                for emit in outcome.events
            ]
            for event_id, event in events:
                session.add(
                    PublishedEvent(
                        id=event_id,
                        case_id=cause.case_id,
                        type=event.TYPE,
                        body=event.model_dump_json(),
                    )
                )
            for row in rows(outcome):
                session.add(row)
            await session.commit()
        for event_id, event in events:
            await self.publish(event_id, cause, event, now)

    async def publish(
        self, event_id: UUID, cause: Received, event: EventData, now: datetime
    ) -> None:
        """Publishes one event with its CloudEvents headers, keyed by its case."""
        headers = {
            "ce_specversion": "1.0",
            "ce_id": str(event_id),
            "ce_source": f"/{self.topic}",
            "ce_type": event.TYPE,
            "ce_time": now.isoformat(),
            "ce_subject": str(cause.case_id),
            "ce_causationid": str(cause.id),
        }
        await self.broker.publish(
            event, self.topic, key=str(cause.case_id).encode(), headers=headers
        )
