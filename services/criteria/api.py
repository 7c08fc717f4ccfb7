"""HTTP reads of criteria: a case's evaluation, and the clinicians' worklist."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Response
from sqlalchemy import Engine

from services.criteria import store
from services.criteria.tables import WorklistRow
from shared.instants import instant

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
