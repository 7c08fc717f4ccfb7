"""What people write to criteria over HTTP: each is an event on the record, and its result is looked
up where the answer says.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from shared.access.actions import Action
from shared.access.principal import Principal
from shared.events.model import Code
from shared.events.reviews import REVIEWS, CallClosed, ReevaluationRequested
from shared.ids import PARTITIONS, lane_of, text_of
from shared.lanes.kafka.ingress import Ingress
from shared.web.access import allowed
from shared.web.keys import CommandKey, place_of
from shared.web.problems import Problem, documented

MOST_BY = 200
REFUSED = documented(HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE)


class ReevaluationReason(BaseModel):
    """Why the case is to be evaluated again; who asks is the token's bearer."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=400)]


class CallReport(BaseModel):
    """Whether somebody was reached; who called is the token's bearer."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["reached", "not_reached", "declined"]
    idempotency_key: CommandKey


def doors(ingress: Ingress) -> APIRouter:
    """`POST /v1/cases/{case_id}/reevaluations`, `POST /v1/cases/{case_id}/calls/{item}/closed`."""
    router = APIRouter(tags=["work"])

    @router.post(
        "/v1/cases/{case_id}/reevaluations",
        status_code=HTTPStatus.ACCEPTED,
        responses=REFUSED,
    )
    async def ask(
        case_id: UUID,
        asked: ReevaluationReason,
        response: Response,
        principal: Annotated[Principal, allowed(Action.REEVALUATE)],
    ) -> dict[str, Any]:
        """Asks that the case be evaluated again: 202 with the place where the result will be."""
        event = ReevaluationRequested(case_id=case_id, reason=asked.reason, by=_bearer(principal))
        record = await _written(ingress, event)
        response.headers["Location"] = f"/v1/cases/{case_id}/reevaluations/{record}"
        return {"reevaluation_id": str(record), "status": "accepted"}

    _closing_calls(router, ingress)
    return router


def _closing_calls(router: APIRouter, ingress: Ingress) -> None:
    @router.post(
        "/v1/cases/{case_id}/calls/{item}/closed",
        status_code=HTTPStatus.ACCEPTED,
        responses=REFUSED,
    )
    async def close(
        case_id: UUID,
        item: Code,
        report: CallReport,
        response: Response,
        principal: Annotated[Principal, allowed(Action.CLOSE_CALL)],
    ) -> dict[str, Any]:
        """Closes a call of the worklist: 202 with the place where the result will be; the same key
        again changes nothing.
        """
        closed = CallClosed(
            case_id=case_id, item=item, by=_bearer(principal), **report.model_dump()
        )
        await _written(ingress, closed)
        response.headers["Location"] = place_of(case_id, "call-closures", report.idempotency_key)
        return {"idempotency_key": report.idempotency_key, "status": "accepted"}


def _bearer(principal: Principal) -> str:
    """Who it was, as the event has it."""
    return principal.subject[:MOST_BY]


async def _written(ingress: Ingress, event: ReevaluationRequested | CallClosed) -> UUID:
    """The id of the record, in the lane of the case."""
    lane = lane_of(event.case_id)
    if lane >= PARTITIONS:
        raise Problem(HTTPStatus.NOT_FOUND, "unknown_case", "This is not the id of a case.")
    key, headers = text_of(event.case_id).encode(), {"ce_type": event.TYPE}
    return await ingress.publish(REVIEWS, lane, key, headers, event.published())
