"""`POST /v1/cases/{case_id}/commands`: a clinician's command, signed and on the log, or an act on a
clock of the case; what came of it is looked up where the answer says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from services.criteria import store
from services.criteria.api.desk.asks import AskCommand, question
from services.criteria.api.desk.clock_commands import (
    ClockCommand,
    KeyedAct,
    sealed_headers,
    submitted,
)
from services.criteria.api.desk.commands import ClinicianAct, DeskCommand
from services.criteria.api.desk.desk import Desk
from services.criteria.decide.declined import DETAILS
from services.criteria.engine.edition.library import Library
from services.criteria.tables import ReviewRow
from shared.access.actions import Action, Relation
from shared.access.permissions import may
from shared.access.principal import Principal
from shared.clock import Clock
from shared.events.adverse import ADVERSE
from shared.events.clocks.acts import ClockActSubmitted
from shared.events.reviews import REVIEWS, InformationAskedFor, ReviewSubmitted
from shared.ids import PARTITIONS, lane_of, text_of
from shared.lanes.kafka.ingress import Ingress
from shared.lanes.seals import Sealer
from shared.web.access import allowed, forbidden
from shared.web.keys import place_of
from shared.web.problems import Problem, documented

WAIT_SECONDS, POLL_SECONDS = 15.0, 0.05
RECORDED = "recorded"
REFUSED = documented(
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
Signed = ReviewSubmitted | InformationAskedFor
InForce = Callable[[], Library]
"""The policies as decisions read them now."""
Command = Annotated[DeskCommand | AskCommand | ClockCommand, Field(discriminator="act")]


@dataclass(frozen=True, slots=True)
class ReviewLog:
    """The topic of reviews, and the seals of what is for intake."""

    ingress: Ingress
    sealer: Sealer

    async def review(self, review: Signed) -> None:
        """Writes a signed review or question."""
        headers = {"ce_type": review.TYPE}
        await self._write(review.case_id, headers, review.published())

    async def act(self, act: ClockActSubmitted) -> None:
        """Writes an act on clocks, sealed."""
        value = act.published()
        headers = sealed_headers(self.sealer, lane_of(act.case_id), act, value)
        await self._write(act.case_id, headers, value)

    async def _write(self, case_id: UUID, headers: dict[str, str], value: bytes) -> None:
        lane = lane_of(case_id)
        if lane >= PARTITIONS:
            raise Problem(HTTPStatus.NOT_FOUND, "unknown_case", "This is not the id of a case.")
        await self.ingress.publish(REVIEWS, lane, text_of(case_id).encode(), headers, value)


def commands(desk: Desk | None, in_force: InForce, log: ReviewLog, clock: Clock) -> APIRouter:
    """The route; without a desk it answers 503 to clinicians' decisions."""
    router = APIRouter(tags=["desk"])

    @router.post("/v1/cases/{case_id}/commands", status_code=HTTPStatus.ACCEPTED, responses=REFUSED)
    async def command(
        case_id: UUID,
        command: Command,
        principal: Annotated[Principal, allowed(Action.COMMAND)],
        response: Response,
        wait: Annotated[float, Query(ge=0, le=WAIT_SECONDS)] = 0,
    ) -> dict[str, Any]:
        """Takes a clinician's decision on a line, or question about it: 202 with the place where
        its result will be, 200 with the result where `wait` seconds were enough. 403 where the
        registry does not let them decide so, 409 where they saw something else than what is open.

        Takes an act on a clock of the case too: 202, and its result will be at intake, at the same
        place.
        """
        if isinstance(command, KeyedAct):
            return await _acted(log, submitted(case_id, command, principal, clock.now()), response)
        _permitted(command, principal)
        if desk is None:
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "no_desk",
                "This service has no desk key, or no registry of clinicians.",
            )
        review = await run_in_threadpool(
            _signed, (desk, in_force, clock), case_id, command, principal
        )
        await log.review(review)
        response.headers["Location"] = place_of(case_id, "reviews", review.idempotency_key)
        found = await _answer(desk, review, wait)
        response.status_code = HTTPStatus.OK if found else HTTPStatus.ACCEPTED
        return _view(review, found)

    return router


def _signed(
    by: tuple[Desk, InForce, Clock],
    case_id: UUID,
    command: ClinicianAct | AskCommand,
    principal: Principal,
) -> Signed:
    """The decision or the question as the desk signs it now; 409 where its key was another's."""
    desk, in_force, clock = by
    before = store.review(desk.engine, case_id, command.idempotency_key)
    review: Signed
    if isinstance(command, AskCommand):
        review = question(desk, case_id, command, principal, clock.now())
    else:
        review = desk.review(case_id, command, principal, (in_force(), clock.now()))
    _unused(review, before)
    return review


async def _acted(log: ReviewLog, act: ClockActSubmitted, response: Response) -> dict[str, Any]:
    """An act on a clock on the log; intake decides what comes of it."""
    await log.act(act)
    place = place_of(act.case_id, "clock-acts", act.idempotency_key)
    response.headers["Location"] = f"{place}?act={act.digest}"
    return {
        "idempotency_key": act.idempotency_key,
        "digest": act.digest,
        "status": "accepted",
        "submitted": act.model_dump(mode="json", exclude_none=True),
    }


def _permitted(command: ClinicianAct | AskCommand, principal: Principal) -> None:
    """403 where none of the token's roles may do what the command says."""
    if isinstance(command, AskCommand):
        if not may(principal, Action.ASK, Relation.ANY):
            raise forbidden("role", "None of the token's roles may ask for information.")
    elif not may(principal, Action.APPROVE, Relation.ANY):
        raise forbidden("role", "None of the token's roles may decide.")
    elif command.determination in ADVERSE and not may(principal, Action.REFUSE, Relation.ANY):
        raise forbidden("role", "None of the token's roles may refuse or reduce.")


def _unused(review: Signed, before: ReviewRow | None) -> None:
    """409 where the key was another command's. The line is open: what is on record by the key of a
    decision was a question then.
    """
    if before is None:
        return
    _same(review, before)
    if isinstance(review, ReviewSubmitted) and before.outcome == RECORDED:
        raise _key_used()


def _same(review: Signed, found: ReviewRow) -> None:
    """409 where what is on record by the key is about something else than the command."""
    now = (review.sequence, review.content_digest, review.evaluation_id)
    if now != (found.sequence, found.content_digest, found.evaluation_id):
        raise _key_used()


def _key_used() -> Problem:
    return Problem(
        HTTPStatus.CONFLICT,
        "key_used",
        "Another command of this case has this key, and this one is not taken: give it its own.",
    )


async def _answer(desk: Desk, review: Signed, seconds: float) -> ReviewRow | None:
    """What became of the review within so many seconds, if anything did."""
    asked = (desk.engine, review.case_id, review.idempotency_key)
    try:
        async with asyncio.timeout(seconds):
            while True:
                found = await run_in_threadpool(store.review, *asked)
                if found is not None:
                    _same(review, found)
                    return found
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        return None


def _view(review: Signed, found: ReviewRow | None) -> dict[str, Any]:
    """What was signed, and what came of it."""
    answer: dict[str, Any] = {
        "idempotency_key": review.idempotency_key,
        "status": "accepted" if found is None else "settled",
        "signed": review.model_dump(mode="json", exclude={"attestation"}, exclude_none=True),
    }
    if found is not None:
        answer |= {"outcome": found.outcome, "detail": DETAILS.get(found.outcome, "")}
    return answer
