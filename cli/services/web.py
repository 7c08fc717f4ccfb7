"""HTTP as the commands use it: JSON in, JSON out, problem documents as errors that say what to do
next.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from cli.services.credentials import bearer
from shared.access.principal import Role
from shared.errors import Impossible, PriorauthError, Unavailable

SECONDS = 20.0


class HttpAnswer(NamedTuple):
    """The status and the JSON of an answer, and the path that it points to."""

    status: int
    content: Any
    location: str = ""


def get(url: str, role: Role, headers: Mapping[str, str] | None = None) -> Any:
    """The JSON at an address, as a role reads it; raises `Impossible` for what is refused,
    `Unavailable` where nobody answers.
    """
    asked = {"Accept": "application/json", **(headers or {})}
    return send(Request(url, headers=asked), role).content  # noqa: S310 - our own services


def get_if_there(url: str, role: Role) -> Any | None:
    """The JSON at an address, or none while it does not exist (404)."""
    try:
        return get(url, role)
    except PriorauthError as error:
        if getattr(error, "status", None) == HTTPStatus.NOT_FOUND:
            return None
        raise


def get_if_allowed(url: str, role: Role) -> Any | None:
    """The JSON at an address, or none where it does not exist or is not for the role (403)."""
    try:
        return get_if_there(url, role)
    except HttpRefusal as refusal:
        if refusal.status == HTTPStatus.FORBIDDEN:
            return None
        raise


def post(url: str, body: bytes, media_type: str, role: Role) -> HttpAnswer:
    """Sends a body and returns what came of it."""
    # Our own services.
    return send(Request(url, body, {"Content-Type": media_type}), role)  # noqa: S310


def post_json(url: str, content: Any, role: Role) -> Any:
    """Sends JSON and returns the JSON that comes back."""
    return post(url, json.dumps(content).encode(), "application/json", role).content


def send(request: Request, role: Role) -> HttpAnswer:
    """The answer to a request, with errors in our own words."""
    return _answered(request, role, _as_json)


def download(url: str, role: Role) -> bytes:
    """The bytes at an address, of a document."""
    found: bytes = _answered(Request(url), role, _as_bytes).content  # noqa: S310 - our own services
    return found


def _as_json(answer: Any) -> Any:
    return json.load(answer)


def _as_bytes(answer: Any) -> Any:
    return answer.read()


def _answered(request: Request, role: Role, read: Callable[[Any], Any]) -> HttpAnswer:
    service = request.full_url.split("/", 3)[2]
    if token := bearer(request.full_url, role):
        # A redirection to another address does not take it along.
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - our own services
            return HttpAnswer(answer.status, read(answer), answer.headers.get("Location", ""))
    except HTTPError as refused:
        raise _refusal(refused) from refused
    except (HTTPException, ValueError) as strange:
        raise _stranger(service) from strange
    except (URLError, OSError) as silent:
        remedy = (
            "Start the stack with `priorauth up` or `docker compose up`, or name its address with "
            "PRIORAUTH_<SERVICE>_URL."
        )
        raise Unavailable(
            f"{service} does not respond.", code="no_answer", remedy=remedy
        ) from silent


def _stranger(service: str) -> Unavailable:
    return Unavailable(
        f"What answers at {service} is no service of priorauth.",
        code="no_answer",
        remedy="Name the service's address with PRIORAUTH_<SERVICE>_URL.",
    )


def answers(url: str) -> bool:
    """Whether an address answers 200."""
    try:
        with urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, HTTPException):
        return False


class HttpRefusal(Impossible):
    """A service refused the request."""

    def __init__(self, status: int, message: str, code: str) -> None:
        super().__init__(message, code=code)
        self.status = status


def _refusal(refused: HTTPError) -> PriorauthError:
    """A problem document, or a FHIR OperationOutcome, as an error with its stable code."""
    code, detail = _code_and_detail(refused)
    if refused.code == HTTPStatus.UNAUTHORIZED:
        detail = f"{detail} Set PRIORAUTH_TOKEN or PRIORAUTH_TOKEN_FILE."
    if refused.code == HTTPStatus.SERVICE_UNAVAILABLE:
        return Unavailable(detail, code=code, remedy="Try again in a second.")
    return HttpRefusal(refused.code, f"{detail} ({code}, HTTP {refused.code})", code)


def _code_and_detail(refused: HTTPError) -> tuple[str, str]:
    try:
        content = json.load(refused)
        if content.get("resourceType") == "OperationOutcome":
            details = content["issue"][0]["details"]
            return details["coding"][0]["code"], details["text"]
        return content["code"], content["detail"]
    except (ValueError, LookupError, AttributeError, TypeError, OSError, HTTPException):
        return "http", str(refused.reason)
