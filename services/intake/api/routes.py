"""The routes: native submissions, cases, and PAS `Claim/$submit`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Engine

from services.intake import store
from services.intake.api.desk import WAIT_SECONDS, Look, Publish, SubmissionGateway
from services.intake.api.views import (
    CaseView,
    SubmissionView,
    SubmittedView,
    case_view,
    submission_view,
)
from services.intake.fhir import respond
from services.intake.model import IntakeState
from shared.clock import Clock
from shared.errors import Malformed
from shared.events.submissions import FHIR_BUNDLE, AuthorizationRequestSubmitted
from shared.lanes.service import External
from shared.web.problems import Problem, documented, status_of

FHIR_JSON = "application/fhir+json"
FHIR_SECONDS = 14.0
"""PAS asks for an answer within 15 s (spec-7); the last one is for the way back."""
REFUSALS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def routes(
    engine: Engine, publish: Publish, look: Look, external: External[IntakeState], clock: Clock
) -> APIRouter:
    """Intake's HTTP: `publish` writes a submission to the log, `look` reads a case for those who
    wait.
    """
    router = APIRouter()
    desk = SubmissionGateway(engine, publish, look, external)
    _add_submissions(router, desk)
    _add_reads(router, engine)
    _add_fhir(router, desk, clock)
    return router


def _add_submissions(router: APIRouter, desk: SubmissionGateway) -> None:
    @router.post(
        "/v1/submissions", status_code=HTTPStatus.ACCEPTED, responses=documented(*REFUSALS)
    )
    async def submit(
        request: Request,
        response: Response,
        wait: Annotated[float, Query(ge=0, le=WAIT_SECONDS)] = 0,
    ) -> SubmittedView:
        """Takes a native request: 202 once the log has it, 200 with the case where `wait` seconds
        were enough for an outcome of every line.
        """
        taken = await desk.take(request, AuthorizationRequestSubmitted.TYPE, "application/json")
        answer = await desk.answer(taken, wait)
        response.headers["Location"] = f"/v1/cases/{answer.case_id}"
        view = None if answer.state is None else case_view(answer.case_id, answer.state)
        response.status_code = HTTPStatus.ACCEPTED if view is None else HTTPStatus.OK
        return SubmittedView(
            case_id=answer.case_id, submission_id=taken.submission.submission_id, case=view
        )


def _add_reads(router: APIRouter, engine: Engine) -> None:
    @router.get("/v1/cases/{case_id}", responses=documented(HTTPStatus.NOT_FOUND))
    def case(case_id: UUID) -> CaseView:
        """A case: determination per line, clock, letters, advisories, open questions."""
        state = store.case(engine, case_id)
        if state is None:
            raise Problem(
                HTTPStatus.NOT_FOUND, "unknown_case", "There is no such case, or not yet."
            )
        return case_view(case_id, state)

    @router.get("/v1/submissions/{submission_id}", responses=documented(HTTPStatus.NOT_FOUND))
    def submission(submission_id: UUID) -> SubmissionView:
        """What became of a submission."""
        row = store.submission(engine, submission_id)
        if row is None:
            raise Problem(
                HTTPStatus.NOT_FOUND,
                "unknown_submission",
                "There is no such submission, or not yet.",
            )
        return submission_view(row)


def _add_fhir(router: APIRouter, desk: SubmissionGateway, clock: Clock) -> None:
    @router.post(
        "/fhir/Claim/$submit",
        response_class=JSONResponse,
        responses=documented(HTTPStatus.SERVICE_UNAVAILABLE),
    )
    async def claim_submit(
        request: Request, wait: Annotated[float, Query(ge=0, le=FHIR_SECONDS)] = FHIR_SECONDS
    ) -> Response:
        """Takes a PAS request bundle and answers in time: determined, else pended; a refusal is one
        OperationOutcome.
        """
        try:
            taken = await desk.take(request, FHIR_BUNDLE, FHIR_JSON)
            answer = await desk.answer(taken, wait)
        except (Malformed, Problem) as refused:
            code = refused.code or "malformed"
            return _fhir(
                respond.operation_outcome(code, str(refused)),
                refused.status if isinstance(refused, Problem) else status_of(code),
            )
        content = taken.submission.content
        return _fhir(
            respond.response_bundle(content, answer.case_id, answer.state, clock.now()),
            HTTPStatus.OK,
        )


def _fhir(content: dict[str, Any], status: HTTPStatus) -> Response:
    return JSONResponse(content, status, media_type=FHIR_JSON)
