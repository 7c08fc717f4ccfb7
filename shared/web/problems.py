"""Problem documents (RFC 9457): every HTTP error has a type, a title, a status and a stable code,
and repeats nothing of what was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import Fault, Impossible, Malformed, PriorauthError, Unavailable
from shared.json_text import misfits

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 1
STATUS_OF_CODE = {
    "not_json": HTTPStatus.BAD_REQUEST,
    "not_utf8": HTTPStatus.BAD_REQUEST,
    "duplicate_member": HTTPStatus.BAD_REQUEST,
    "too_deep": HTTPStatus.BAD_REQUEST,
    "too_complex": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unknown_case": HTTPStatus.NOT_FOUND,
    "not_latest": HTTPStatus.CONFLICT,
    "claim_known": HTTPStatus.CONFLICT,
    "other_member": HTTPStatus.CONFLICT,
    "case_cancelled": HTTPStatus.CONFLICT,
    "case_refused": HTTPStatus.CONFLICT,
}


class ProblemDocument(BaseModel):
    """The members of RFC 9457, and `code`, which programs can rely on."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    status: int
    detail: str
    code: str


class Problem(PriorauthError):
    """The request cannot be answered."""

    def __init__(
        self, status: HTTPStatus, code: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail, code=code)
        self.status = status
        self.headers = dict(headers or {})


def status_of(code: str) -> HTTPStatus:
    """The HTTP status that a refusal's code answers with; 422 for content that is understood but
    does not fit.
    """
    return STATUS_OF_CODE.get(code, HTTPStatus.UNPROCESSABLE_ENTITY)


class Failure(NamedTuple):
    """What a request that failed is answered, before it has a form; `faults` are there where there
    is more to tell than one code and one sentence.
    """

    status: int
    code: str
    detail: str
    headers: Mapping[str, str] | None = None
    faults: tuple[Fault, ...] = ()


def respond(failure: Failure) -> Response:
    """A problem document as an HTTP response."""
    document = ProblemDocument(
        type=f"urn:priorauth:problem:{failure.code}",
        title=HTTPStatus(failure.status).phrase,
        status=failure.status,
        detail=failure.detail,
        code=failure.code,
    )
    headers = dict(failure.headers or {})
    return Response(document.model_dump_json(), failure.status, headers, MEDIA_TYPE)


Form = Callable[[Failure], Response]
"""The answer to a request that failed."""


def install(app: FastAPI, forms: Mapping[str, Form] | None = None) -> None:
    """Answers every error of the application with a problem document, or in the form of the paths
    that begin so.
    """
    app.state.problem_forms = forms or {}
    app.add_exception_handler(PriorauthError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_middleware(Shield)


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may answer with these problems, for OpenAPI."""
    return {
        status.value: {
            "model": ProblemDocument,
            "description": status.phrase,
            "content": {MEDIA_TYPE: {}},
        }
        for status in statuses
    }


def _form(scope: Scope) -> Form:
    """How errors on the request's path are told."""
    forms: Mapping[str, Form] = scope["app"].state.problem_forms
    return next((form for path, form in forms.items() if scope["path"].startswith(path)), respond)


def answer_to(scope: Scope, error: Exception) -> Response:
    """The answer to a request that ended with an error of ours."""
    return _form(scope)(_failure(error))


def _failure(error: Exception) -> Failure:
    match error:
        case Problem():
            return Failure(error.status, error.code or "problem", str(error), error.headers)
        case Malformed() | Impossible():
            faults = error.faults if isinstance(error, Malformed) else ()
            code = error.code or "malformed"
            return Failure(status_of(error.code or ""), code, str(error), faults=faults)
        case Unavailable():
            return Failure(
                HTTPStatus.SERVICE_UNAVAILABLE,
                error.code or "unavailable",
                str(error),
                {"Retry-After": str(RETRY_SECONDS)},
            )
        case _:
            return Failure(
                HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "Something went wrong here."
            )


async def _on_error(request: Request, error: Exception) -> Response:
    return answer_to(request.scope, error)


async def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone
    detail = f"The request does not fit: {misfits(error.errors())}."
    return answer_to(request.scope, Malformed(detail, code="schema"))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
    status = HTTPStatus(error.status_code)
    detail = status.description or status.phrase
    return _form(request.scope)(Failure(status, status.name.lower(), detail, error.headers))


class Shield:
    """Answers a bug with a problem document and logs its type alone: its text and its traceback may
    hold health information.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on; whatever escapes ends here."""
        try:
            await self._app(scope, receive, send)
        # The last place before the server's own log, which prints everything.
        except Exception as error:  # noqa: BLE001
            # No traceback, see above.
            log.error("request_failed", error=type(error).__name__)  # noqa: TRY400
            if scope["type"] == "http":
                await answer_to(scope, error)(scope, receive, send)
