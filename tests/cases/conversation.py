"""The steps of a case: requests, amendments, withdrawals and decisions, one after another."""

from __future__ import annotations

import json
from typing import Any, Final, Literal
from uuid import UUID

from httpx import Response

from shared.events.criteria import CRITERIA, ReviewRequested
from shared.events.intake import INTAKE, RequestReceived
from shared.events.reviews import REVIEWS
from tests.cases.platform import Platform
from tests.cases.table import Case, content
from tests.desk import attested

Json = dict[str, Any]
DECISIONS: Final[tuple[tuple[str, Literal["A1", "A3"]], ...]] = (
    ("approve", "A1"),
    ("refuse", "A3"),
)
WAIT = 0.2
"""Seconds: everything is worked before an answer is waited for, and nothing comes later."""


def conversation(platform: Platform, case: Case) -> Response:
    """Takes every step; returns what the last request was answered."""
    answers = [_step(platform, step) for step in case.send or ({"file": case.name},)]
    return [answer for answer in answers if answer is not None][-1]


def cases(platform: Platform) -> list[UUID]:
    """The cases that were opened, in their order."""
    opened = [
        (envelope.time, envelope.case_id)
        for envelope, _ in platform.events(INTAKE)
        if envelope.type == RequestReceived.TYPE
    ]
    return list(dict.fromkeys(case_id for _, case_id in sorted(opened)))


def _step(platform: Platform, step: Json) -> Response | None:
    for word, determination in DECISIONS:
        if word in step:
            return _decide(platform, step[word], determination)
    if "days" in step:
        return platform.pass_days(step["days"])
    body = content(step["file"])
    if step.get("amends"):
        body = _amended(body, str(cases(platform)[0]), withdraws=step.get("withdraws", False))
    fhir = b'"resourceType"' in body
    path, media = (
        ("/fhir/Claim/$submit", "application/fhir+json")
        if fhir
        else ("/v1/submissions", "application/json")
    )
    wait = step.get("wait", WAIT)
    return platform.send(f"{path}?wait={wait}", body, media, late=step.get("late", 0.0))


def _amended(body: bytes, case_id: str, *, withdraws: bool) -> bytes:
    """The request as an amendment of a case; one that `withdraws` cancels every line."""
    request = json.loads(body) | {"amends": case_id}
    if withdraws:
        request["lines"] = [{**line, "cancelled": True} for line in request["lines"]]
    return json.dumps(request).encode()


def _decide(platform: Platform, sequence: int, determination: Literal["A1", "A3"]) -> None:
    """A clinician decides a line of the newest evaluation of the first case."""
    case_id = cases(platform)[0]
    asked = [
        json.loads(value)
        for envelope, value in platform.events(CRITERIA)
        if (envelope.type, envelope.case_id) == (ReviewRequested.TYPE, case_id)
    ]
    newest = asked[-1]
    contents = {one["sequence"]: one["digest"] for one in newest["contents"]}
    review = attested(
        case_id=case_id,
        idempotency_key=f"review-{len(asked)}-{sequence}",
        evaluation_id=newest["evaluation_id"],
        sequence=sequence,
        content_digest=contents[sequence],
        determination=determination,
    )
    platform.write(REVIEWS, case_id, review.TYPE, review.published())
