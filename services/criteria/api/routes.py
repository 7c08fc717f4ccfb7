"""HTTP reads of criteria: a case's evaluation, the worklist, and evaluations that failed."""

from __future__ import annotations

from http import HTTPStatus
from operator import itemgetter
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Response
from sqlalchemy import Engine

from services.criteria import store
from services.criteria.decide.declined import DETAILS
from services.criteria.tables import CallRow, EvaluationFailureRow, WorklistRow
from shared.access.actions import Action
from shared.instants import instant
from shared.web.access import allowed
from shared.web.keys import KeyInPath
from shared.web.problems import Problem, documented

PRIVATE = {"Cache-Control": "private, no-store"}


def routes(engine: Engine) -> APIRouter:
    """The read side: `GET /v1/cases/{case_id}/evaluation`, `GET /v1/worklist`, `GET
    /v1/cases/{case_id}/reviews/{idempotency_key}`, `GET /v1/reviews/{record_id}`.
    """
    router = APIRouter()

    @router.get("/v1/cases/{case_id}/evaluation", dependencies=[allowed(Action.READ_EVALUATION)])
    def evaluation(case_id: UUID) -> Response:
        """The case's latest evaluation, byte for byte as it was published; 404 before there is
        one.
        """
        found = store.evaluation_of(engine, case_id)
        if found is None:
            raise HTTPException(404, "No evaluation of this case exists yet.")
        return Response(found, media_type="application/json", headers=PRIVATE)

    @router.get("/v1/worklist", dependencies=[allowed(Action.READ_WORKLIST)])
    def worklist(
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100, case_id: UUID | None = None
    ) -> list[dict[str, Any]]:
        """The lines that wait for a clinician (`kind` is `review`) and the calls that are to be
        made (`call`), of all cases or of one: the lines whose clock was missed first, and all
        sorted by when they are due and by nothing else.
        """
        lines = store.worklist(engine, limit, case_id)
        calls = store.calls_due(engine, limit, case_id)
        work = [
            *(((line.in_time, line.due_at), _entry(line)) for line in lines),
            *(((True, call.due_at), _call(call)) for call in calls),
        ]
        return [entry for _, entry in sorted(work, key=itemgetter(0))[:limit]]

    _add_reviews(router, engine)
    return router


def _add_reviews(router: APIRouter, engine: Engine) -> None:
    @router.get(
        "/v1/cases/{case_id}/reviews/{idempotency_key}",
        dependencies=[allowed(Action.READ_REVIEW)],
    )
    def review(case_id: UUID, idempotency_key: KeyInPath) -> dict[str, Any]:
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
            "detail": DETAILS.get(found.outcome, ""),
        }

    @router.get("/v1/reviews/{record_id}", dependencies=[allowed(Action.READ_UNREADABLE_REVIEW)])
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
        "kind": "review",
        "case_id": str(row.case_id),
        "sequence": row.sequence,
        "segment": row.segment,
        "content_digest": row.content_digest,
        "evaluation_id": str(row.evaluation_id),
        "reason": row.reason,
        "urgency": row.urgency,
        "due_at": instant(row.due_at).isoformat(),
        "clock_missed": not row.in_time,
        "by_law": row.by_law,
    }


def _call(row: CallRow) -> dict[str, Any]:
    """A call as the list shows it; when it is due is the plan's own business."""
    return {
        "kind": "call",
        "case_id": str(row.case_id),
        "item": row.item,
        "lines": [int(line) for line in row.lines.split(",") if line],
        "due_at": instant(row.due_at).isoformat(),
        "breached": row.breached,
    }


def evaluation_failures(engine: Engine) -> APIRouter:
    """`GET /v1/evaluation-failures`."""
    router = APIRouter(tags=["evaluations"])

    @router.get("/v1/evaluation-failures", dependencies=[allowed(Action.READ_EVALUATION_FAILURES)])
    def failures(
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100, after: UUID | None = None
    ) -> list[dict[str, Any]]:
        """The cases whose newest version could not be evaluated; `after` is the last case of the
        page before.
        """
        return [_failure(row) for row in store.evaluation_failures(engine, limit, after)]

    return router


def results(engine: Engine) -> APIRouter:
    """What became of what people wrote: of closing a call, of asking for another evaluation."""
    router = APIRouter(tags=["work"])

    @router.get(
        "/v1/cases/{case_id}/call-closures/{idempotency_key}",
        dependencies=[allowed(Action.READ_CALL)],
    )
    def closure(case_id: UUID, idempotency_key: KeyInPath) -> dict[str, Any]:
        """What became of closing a call; 404 until it was read."""
        found = store.closure(engine, case_id, idempotency_key)
        if found is None:
            raise HTTPException(404, "This was not read yet.")
        return {"case_id": str(case_id), "item": found.item, "outcome": found.result}

    @router.get(
        "/v1/cases/{case_id}/reevaluations/{reevaluation_id}",
        responses=documented(HTTPStatus.NOT_FOUND),
        dependencies=[allowed(Action.READ_REEVALUATION)],
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
