"""The routes: native submissions, cases, and PAS `Claim/$submit`."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Engine

from services.intake import store
from services.intake.api.appeals import appeals
from services.intake.api.clocks import clocks
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
from shared.access.actions import Action
from shared.access.permissions import may, relation_to
from shared.access.principal import Principal
from shared.clock import Clock
from shared.errors import Fault
from shared.events.submissions import FHIR_BUNDLE, AuthorizationRequestSubmitted
from shared.json_bounds import MAX_VALUE
from shared.lanes.publications import MAX_BYTES
from shared.lanes.service import External
from shared.web.access import allowed_somewhere
from shared.web.entrance import Door, Entrance
from shared.web.problems import Failure, Problem, documented

NATIVE, FHIR, REFERENCE = "/v1/submissions", "/fhir", "/v1/reference"
FHIR_JSON = "application/fhir+json"
FHIR_SECONDS = 14.0
"""PAS asks for an answer within 15 s (spec-7); the last one is for the way back."""
Submitter = Annotated[Principal, allowed_somewhere(Action.SUBMIT)]
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
    router.include_router(appeals(engine))
    router.include_router(clocks(engine, clock))
    _add_fhir(router, desk, clock)
    return router


def _add_submissions(router: APIRouter, desk: SubmissionGateway) -> None:
    @router.post(
        NATIVE,
        status_code=HTTPStatus.ACCEPTED,
        response_model_exclude_unset=True,
        responses=documented(*REFUSALS),
    )
    async def submit(
        request: Request,
        response: Response,
        principal: Submitter,
        wait: Annotated[float, Query(ge=0, le=WAIT_SECONDS)] = 0,
    ) -> SubmittedView:
        """Takes a native request: 202 with the place where its outcome will be once the log has it,
        200 with the case where `wait` seconds were enough for an outcome of every line.
        """
        taken = await desk.take(
            request, principal, AuthorizationRequestSubmitted.TYPE, "application/json"
        )
        answer = await desk.answer(taken, wait)
        if answer.settled and answer.case_id is not None and answer.state is not None:
            response.status_code = HTTPStatus.OK
            response.headers["Location"] = f"/v1/cases/{answer.case_id}"
            return SubmittedView(
                submission_id=taken.submission_id,
                status="settled",
                case_id=answer.case_id,
                case=case_view(answer.case_id, answer.state),
            )
        # No case: the lane has not said yet which one holds it, and it may be refused.
        response.headers["Location"] = f"/v1/submissions/{taken.submission_id}"
        return SubmittedView(submission_id=taken.submission_id, status="accepted")


def _add_reads(router: APIRouter, engine: Engine) -> None:
    @router.get("/v1/cases/{case_id}", responses=documented(HTTPStatus.NOT_FOUND))
    def case(
        case_id: UUID, principal: Annotated[Principal, allowed_somewhere(Action.READ_CASE)]
    ) -> CaseView:
        """A case: determination per line, clock, letters, advisories, open questions."""
        state = store.case(engine, case_id)
        if state is None or not _sees(principal, Action.READ_CASE, state.sender):
            raise Problem(
                HTTPStatus.NOT_FOUND, "unknown_case", "There is no such case, or not yet."
            )
        return case_view(case_id, state)

    @router.get("/v1/submissions/{submission_id}", responses=documented(HTTPStatus.NOT_FOUND))
    def submission(
        submission_id: UUID,
        principal: Annotated[Principal, allowed_somewhere(Action.READ_SUBMISSION)],
    ) -> SubmissionView:
        """What became of a submission."""
        row = store.submission(engine, submission_id)
        if row is None or not _sees(principal, Action.READ_SUBMISSION, row.sender):
            raise Problem(
                HTTPStatus.NOT_FOUND,
                "unknown_submission",
                "There is no such submission, or not yet.",
            )
        return submission_view(row)


def _sees(principal: Principal, action: Action, sender: str) -> bool:
    """Whether what a sender sent is there for a principal: who may not read it is not told that it
    exists.
    """
    return may(principal, action, relation_to(principal, sender))


def _add_fhir(router: APIRouter, desk: SubmissionGateway, clock: Clock) -> None:
    @router.post(
        f"{FHIR}/Claim/$submit",
        response_class=JSONResponse,
    )
    async def claim_submit(
        request: Request,
        principal: Submitter,
        wait: Annotated[float, Query(ge=0, le=FHIR_SECONDS)] = FHIR_SECONDS,
    ) -> Response:
        """Takes a PAS request bundle and answers in time: determined, else pended, else queued; a
        refusal is one OperationOutcome.
        """
        taken = await desk.take(request, principal, FHIR_BUNDLE, FHIR_JSON)
        answer = await desk.answer(taken, wait)
        answered = respond.response_bundle(
            taken.submission.content,
            taken.submission_id,
            respond.held(answer.case_id, answer.state),
            clock.now(),
        )
        followed_at = {"Location": f"/v1/submissions/{taken.submission_id}"}
        return _fhir(answered, HTTPStatus.OK, followed_at)


def outcome(failure: Failure) -> Response:
    """An error on a path of FHIR: one OperationOutcome."""
    faults = failure.faults or (Fault(failure.code, failure.detail),)
    return _fhir(respond.operation_outcome(faults), failure.status, failure.headers)


def entrance(max_native_bytes: int, door: Door | None = None) -> Entrance:
    """What may come in, and how FHIR tells errors."""
    bodies = {NATIVE: max_native_bytes, FHIR: MAX_VALUE, REFERENCE: MAX_BYTES}
    return Entrance(bodies, {FHIR: outcome}, door)


def _fhir(
    content: dict[str, Any], status: int, headers: Mapping[str, str] | None = None
) -> Response:
    return JSONResponse(content, status, headers, FHIR_JSON)
