"""The list of appeals over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy import Engine

from services.intake import store
from services.intake.tables import AppealRow
from shared.access.actions import Action
from shared.instants import instant
from shared.web.access import allowed


class AppealView(BaseModel):
    """A request like one that was refused, of which a person decides whether it is an appeal;
    `due_at` is when an appeal must be answered.
    """

    case_id: UUID
    former_case_id: UUID
    received_at: datetime
    due_at: datetime | None
    state: Literal["open", "decided"]


def appeals(engine: Engine) -> APIRouter:
    """`GET /v1/appeals`."""
    router = APIRouter()

    @router.get("/v1/appeals", dependencies=[allowed(Action.READ_APPEALS)])
    def listed(
        state: Annotated[Literal["open", "decided"] | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    ) -> list[AppealView]:
        """Requests like one that was refused, the one received first at the top."""
        is_open = None if state is None else state == "open"
        return [_view(row) for row in store.appeals(engine, limit, is_open=is_open)]

    return router


def _view(row: AppealRow) -> AppealView:
    return AppealView(
        case_id=row.case_id,
        former_case_id=row.former_case_id,
        received_at=instant(row.received_at),
        due_at=None if row.due_at is None else instant(row.due_at),
        state="open" if row.is_open else "decided",
    )
