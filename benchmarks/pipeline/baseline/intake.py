"""Intake, tutorial style: `python -m benchmarks.pipeline.baseline.intake`."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any

from faststream import FastStream
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from benchmarks.pipeline.baseline import settings, tables
from benchmarks.pipeline.baseline.plumbing import Service, create_tables, is_type, received
from services.intake.clocks.reference import clock_rules
from services.intake.decide import decide
from services.intake.model import IntakeState, Submission
from services.intake.reading.canonical import request_hash
from shared.events.criteria import CaseDetermined, CriteriaEvaluated, LineDetermined
from shared.events.intake import Channel
from shared.events.letters import LetterIssued
from shared.events.request import AuthorizationRequest
from shared.events.submissions import AuthorizationRequestSubmitted
from shared.ids import NAMESPACE, derive
from shared.lanes.outcome import Outcome, Received

broker = KafkaBroker(settings.BROKER, log_level=logging.DEBUG)  # no two lines a message
app = FastStream(broker)
engine = create_async_engine(settings.DATABASE_URL)
rules = clock_rules()
service = Service(
    broker,
    engine,
    settings.INTAKE,
    lambda state, cause, _now: decide(rules, state, cause),
    IntakeState,
)

submissions = broker.subscriber(
    settings.SUBMISSIONS, group_id="baseline-intake", auto_offset_reset="earliest"
)
criteria = broker.subscriber(
    settings.CRITERIA, group_id="baseline-intake-criteria", auto_offset_reset="earliest"
)
letters = broker.subscriber(
    settings.LETTERS, group_id="baseline-intake-letters", auto_offset_reset="earliest"
)


@app.on_startup
async def prepare() -> None:
    """Makes the tables."""
    await create_tables(engine)


@submissions
async def on_submission(submitted: AuthorizationRequestSubmitted, message: KafkaMessage) -> None:
    """A request arrived: it opens a case."""
    sha256 = request_hash(submitted)
    ident = derive(NAMESPACE, "baseline", submitted.sender, sha256)
    content = {name: getattr(submitted, name) for name in AuthorizationRequest.model_fields}
    submission = Submission(
        content={},
        channel=Channel.NATIVE,
        sender=submitted.sender,
        content_sha256=sha256,
        request=AuthorizationRequest.model_construct(
            _fields_set=submitted.model_fields_set & set(content), **content
        ),
        reference=submitted.reference,
        member=submitted.member.id,
        amends=submitted.amends,
    )
    now = datetime.now(UTC)
    cause = Received(
        derive(ident, message.message_id),
        submitted.amends or ident,
        submitted.TYPE,
        submission,
        now,
        now,
        message.body,
    )

    def raw(_outcome: Outcome[Any]) -> list[SQLModel]:
        return [tables.Submission(id=ident, case_id=cause.case_id, raw=message.body)]

    await service.handle(cause, raw)


@criteria(filter=is_type(CriteriaEvaluated))
async def on_evaluated(event: CriteriaEvaluated, message: KafkaMessage) -> None:
    """Criteria evaluated the request."""
    await service.handle(received(event, message))


@criteria(filter=is_type(LineDetermined))
async def on_line_determined(event: LineDetermined, message: KafkaMessage) -> None:
    """A line has a determination."""
    await service.handle(received(event, message))


@criteria(filter=is_type(CaseDetermined))
async def on_case_determined(event: CaseDetermined, message: KafkaMessage) -> None:
    """Every line has a determination."""
    await service.handle(received(event, message))


@criteria
async def on_other_criteria(_body: Any) -> None:
    """Nothing that intake acts on."""


@letters(filter=is_type(LetterIssued))
async def on_letter_issued(event: LetterIssued, message: KafkaMessage) -> None:
    """A notice went out."""
    await service.handle(received(event, message))


@letters
async def on_other_letters(_body: Any) -> None:
    """Nothing that intake acts on."""


if __name__ == "__main__":
    asyncio.run(app.run())
