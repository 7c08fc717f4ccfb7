"""HTTP around evaluations that failed: which cases they are, and a door to ask for another one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Engine

from services.criteria import store
from services.criteria.tables import EvaluationFailureRow
from shared.events.model import Token
from shared.events.reviews import REVIEWS, ReevaluationRequested
from shared.ids import PARTITIONS, lane_of, text_of
from shared.instants import instant
from shared.lanes.kafka.ingress import Ingress
from shared.web.problems import Problem, documented


class Asked(BaseModel):
    """Why the case is to be evaluated again, and who asks."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=400)]
    by: Token


def reevaluations(engine: Engine, ingress: Ingress) -> APIRouter:
    """`GET /v1/evaluation-failures`, `POST /v1/cases/{case_id}/reevaluations`, and what came of
    one.
    """
    router = APIRouter(tags=["evaluations"])

    @router.get("/v1/evaluation-failures")
    def failures(
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100, after: UUID | None = None
    ) -> list[dict[str, Any]]:
        """The cases whose newest version could not be evaluated; `after` is the last case of the
        page before.
        """
        return [_failure(row) for row in store.evaluation_failures(engine, limit, after)]

    @router.post(
        "/v1/cases/{case_id}/reevaluations",
        status_code=HTTPStatus.ACCEPTED,
        responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE),
    )
    async def ask(case_id: UUID, asked: Asked, response: Response) -> dict[str, Any]:
        """Asks that the case be evaluated again: 202 with the place where the result will be."""
        lane = lane_of(case_id)
        if lane >= PARTITIONS:
            raise Problem(HTTPStatus.NOT_FOUND, "unknown_case", "This is not the id of a case.")
        event = ReevaluationRequested(case_id=case_id, reason=asked.reason, by=asked.by)
        key, headers = text_of(case_id).encode(), {"ce_type": event.TYPE}
        record = await ingress.publish(REVIEWS, lane, key, headers, event.published())
        response.headers["Location"] = f"/v1/cases/{case_id}/reevaluations/{record}"
        return {"reevaluation_id": str(record), "status": "accepted"}

    @router.get(
        "/v1/cases/{case_id}/reevaluations/{reevaluation_id}",
        responses=documented(HTTPStatus.NOT_FOUND),
    )
    def result(case_id: UUID, reevaluation_id: UUID) -> dict[str, Any]:
        """What came of it; 404 until it was read."""
        row = store.reevaluation(engine, reevaluation_id)
        if row is None or row.case_id != case_id:
            raise Problem(
                HTTPStatus.NOT_FOUND, "unknown_reevaluation", "This request was not read yet."
            )
        return {
            "reevaluation_id": str(row.reevaluation_id),
            "case_id": str(row.case_id),
            "by": row.asked_by,
            "reason": row.reason,
            "outcome": row.outcome,
            "at": instant(row.taken_at).isoformat(),
        }

    return router


def _failure(row: EvaluationFailureRow) -> dict[str, Any]:
    return {
        "case_id": str(row.case_id),
        "request_version": row.request_version,
        "cause": str(row.cause),
        "error": row.error,
        "place": row.place,
        "engine_version": row.engine_version,
        "failed_at": instant(row.failed_at).isoformat(),
    }
