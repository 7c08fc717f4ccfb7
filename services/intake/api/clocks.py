"""Clocks over HTTP: those that run, and what came of acts on them."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy import Engine

from services.intake import store
from services.intake.decide.answers import name_of
from services.intake.tables import ClockActRow, ClockRow
from shared.access.actions import Action
from shared.clock import Clock
from shared.instants import instant, micros
from shared.web.access import allowed
from shared.web.keys import KeyInPath
from shared.web.problems import Problem, documented

MOST_HOURS = 24 * 366


class ClockView(BaseModel):
    """A clock that runs: its duty and rule, when work on it should be done (`target_at`), when the
    law calls it missed (`due_at`), and how many seconds there are to each; below zero it is over.
    """

    case_id: UUID
    kind: str
    rule: str
    citation: str
    urgency: str
    started_at: datetime
    target_at: datetime
    due_at: datetime
    to_target_seconds: int
    to_due_seconds: int
    breached: bool


class ClockActView(BaseModel):
    """What came of an act on a clock: `recorded`, or a code, with a sentence that says why."""

    case_id: UUID
    idempotency_key: str
    outcome: str
    detail: str
    taken_at: datetime


def clocks(engine: Engine, clock: Clock) -> APIRouter:
    """`GET /v1/clocks`, `GET /v1/cases/{case_id}/clock-acts/{idempotency_key}`."""
    router = APIRouter(tags=["clocks"])

    @router.get("/v1/clocks", dependencies=[allowed(Action.READ_CLOCKS)])
    def running(
        within_hours: Annotated[float | None, Query(ge=0, le=MOST_HOURS)] = None,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    ) -> list[ClockView]:
        """The clocks that run, the earliest target first; of those whose target is within so many
        hours or over, where that is asked. Nothing in it is health information.
        """
        now = clock.now()
        until = None if within_hours is None else micros(now + timedelta(hours=within_hours))
        return [_view(row, now) for row in store.clocks(engine, limit, until)]

    @router.get(
        "/v1/cases/{case_id}/clock-acts/{idempotency_key}",
        responses=documented(HTTPStatus.NOT_FOUND),
        dependencies=[allowed(Action.READ_CLOCK_ACT)],
    )
    def act(
        case_id: UUID,
        idempotency_key: KeyInPath,
        digest: Annotated[str | None, Query(alias="act", pattern=r"^[0-9a-f]{32}$")] = None,
    ) -> ClockActView:
        """What came of an act on a clock of the case; 404 until it was read. `act` names the very
        one, as the desk's answer to it does; without it, what came of the first under the key.
        """
        name = idempotency_key if digest is None else name_of(idempotency_key, digest)
        found = store.clock_act(engine, case_id, name)
        if found is None:
            raise Problem(HTTPStatus.NOT_FOUND, "unknown_act", "This act was not read yet.")
        return _answer(found, idempotency_key)

    return router


def _answer(row: ClockActRow, key: str) -> ClockActView:
    return ClockActView(
        case_id=row.case_id,
        idempotency_key=key,
        outcome=row.outcome,
        detail=row.detail,
        taken_at=instant(row.taken_at),
    )


def _view(row: ClockRow, now: datetime) -> ClockView:
    target, due = instant(row.target_at), instant(row.due_at)
    return ClockView(
        case_id=row.case_id,
        kind=row.kind,
        rule=row.rule,
        citation=row.citation,
        urgency=row.urgency,
        started_at=instant(row.started_at),
        target_at=target,
        due_at=due,
        to_target_seconds=int((target - now).total_seconds()),
        to_due_seconds=int((due - now).total_seconds()),
        breached=row.breached,
    )
