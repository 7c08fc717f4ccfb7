"""HTTP of criteria: a case's evaluation, the clinicians' worklist, and evaluations that failed with
a door to ask for another.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Engine

from services.criteria import store
from services.criteria.tables import EvaluationFailureRow, WorklistRow
from shared.events.model import Token
from shared.events.reviews import REVIEWS, ReevaluationRequested
from shared.ids import PARTITIONS, lane_of, text_of
from shared.instants import instant
from shared.lanes.kafka.ingress import Ingress
from shared.web.problems import Problem, documented

PRIVATE = {"Cache-Control": "private, no-store"}


def routes(engine: Engine) -> APIRouter:
    """The read side: `GET /v1/cases/{case_id}/evaluation`, `GET /v1/worklist`, `GET
    /v1/cases/{case_id}/reviews/{idempotency_key}`, `GET /v1/reviews/{record_id}`.
    """
    router = APIRouter()

    @router.get("/v1/cases/{case_id}/evaluation")
    def evaluation(case_id: UUID) -> Response:
        """The case's latest evaluation, byte for byte as it was published; 404 before there is
        one.
        """
        found = store.evaluation_of(engine, case_id)
        if found is None:
            raise HTTPException(404, "No evaluation of this case exists yet.")
        return Response(found, media_type="application/json", headers=PRIVATE)

    @router.get("/v1/worklist")
    def worklist(limit: Annotated[int, Query(ge=1, le=1_000)] = 100) -> list[dict[str, Any]]:
        """The lines that wait for a clinician, sorted by when they are due and by nothing else."""
        return [_entry(row) for row in store.worklist(engine, limit)]

    _add_reviews(router, engine)
    return router


def _add_reviews(router: APIRouter, engine: Engine) -> None:
    @router.get("/v1/cases/{case_id}/reviews/{idempotency_key}")
    def review(case_id: UUID, idempotency_key: str) -> dict[str, Any]:
        """What became of a clinician's decision; 404 until it was read."""
        found = store.review(engine, case_id, idempotency_key)
        if found is None:
            raise HTTPException(404, "This review was not read yet.")
        return {
            "case_id": str(case_id),
            "sequence": found.sequence,
            "content_digest": found.content_digest,
            "evaluation_id": str(found.evaluation_id),
            "outcome": found.outcome,
        }

    @router.get("/v1/reviews/{record_id}")
    def unreadable(record_id: UUID) -> dict[str, Any]:
        """Why a record on the reviews' topic decided nothing; 404 where it is a review (which is
        asked for by its case), or was not read yet.
        """
        found = store.unreadable_review(engine, record_id)
        if found is None:
            raise HTTPException(404, "There is no such record, or not yet, or it is a review.")
        return {
            "record_id": str(record_id),
            "outcome": "unreadable",
            "code": found.code,
            "detail": found.detail,
            "sha256": found.sha256,
            "size": found.size,
            "received_at": instant(found.received_at).isoformat(),
        }


def _entry(row: WorklistRow) -> dict[str, Any]:
    """A line of the worklist as the list shows it."""
    return {
        "case_id": str(row.case_id),
        "sequence": row.sequence,
        "segment": row.segment,
        "content_digest": row.content_digest,
        "evaluation_id": str(row.evaluation_id),
        "reason": row.reason,
        "urgency": row.urgency,
        "due_at": instant(row.due_at).isoformat(),
    }


class ReevaluationReason(BaseModel):
    """Why the case is to be evaluated again, and who asks."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=400)]
    by: Token


def evaluation_failures(engine: Engine) -> APIRouter:
    """`GET /v1/evaluation-failures`, and what came of asking for another evaluation."""
    router = APIRouter(tags=["evaluations"])

    @router.get("/v1/evaluation-failures")
    def failures(
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100, after: UUID | None = None
    ) -> list[dict[str, Any]]:
        """The cases whose newest version could not be evaluated; `after` is the last case of the
        page before.
        """
        return [_failure(row) for row in store.evaluation_failures(engine, limit, after)]

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


def reevaluations(ingress: Ingress) -> APIRouter:
    """`POST /v1/cases/{case_id}/reevaluations`."""
    router = APIRouter(tags=["evaluations"])

    @router.post(
        "/v1/cases/{case_id}/reevaluations",
        status_code=HTTPStatus.ACCEPTED,
        responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE),
    )
    async def ask(case_id: UUID, asked: ReevaluationReason, response: Response) -> dict[str, Any]:
        """Asks that the case be evaluated again: 202 with the place where the result will be."""
        lane = lane_of(case_id)
        if lane >= PARTITIONS:
            raise Problem(HTTPStatus.NOT_FOUND, "unknown_case", "This is not the id of a case.")
        event = ReevaluationRequested(case_id=case_id, reason=asked.reason, by=asked.by)
        key, headers = text_of(case_id).encode(), {"ce_type": event.TYPE}
        record = await ingress.publish(REVIEWS, lane, key, headers, event.published())
        response.headers["Location"] = f"/v1/cases/{case_id}/reevaluations/{record}"
        return {"reevaluation_id": str(record), "status": "accepted"}

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
