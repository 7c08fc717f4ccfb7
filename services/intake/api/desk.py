"""Where HTTP submissions are taken: read in full, checked, written to the log, and waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from services.intake import store
from services.intake.fhir.read import SENDER_LENGTH
from services.intake.model import REJECTED, IntakeState, Submission
from services.intake.reading.signatures import SENDER
from shared.access.actions import Action
from shared.access.permissions import may, relation_to
from shared.access.principal import Principal
from shared.errors import Malformed
from shared.ids import NAMESPACE
from shared.lanes.service import External
from shared.web.access import forbidden
from shared.web.problems import Problem, status_of

WAIT_SECONDS = 15.0
POLL_SECONDS = 0.025
HTTP_SENDER = "pa-sender"

Publish = Callable[[str, int, dict[str, str], bytes], Awaitable[UUID]]
"""(ce_type, partition, headers, value): returns the record's id once the log has it, raises
`Unavailable` when it cannot.
"""
Look = Callable[[UUID], Awaitable[IntakeState | None]]
"""(case id): the case as stored now; asked again until the answer is there."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A submission that the log has, and its id: that of its record."""

    submission: Submission
    submission_id: UUID


@dataclass(frozen=True, slots=True)
class SubmissionAnswer:
    """What became of a submission so far: its case and how that stands, both none before the lane
    has applied it; `settled` once every line has an outcome.
    """

    case_id: UUID | None = None
    state: IntakeState | None = None
    settled: bool = False


@dataclass(frozen=True, slots=True)
class SubmissionGateway:
    """Takes submissions: `external` reads and addresses them exactly as the lane does, so that
    nothing malformed reaches the topic from here.
    """

    engine: Engine
    publish: Publish
    look: Look
    external: External[IntakeState]

    async def take(
        self, request: Request, principal: Principal, ce_type: str, media_type: str
    ) -> Taken:
        """The submission in a request's body, once the log has it; `Malformed` when it cannot be
        read, a problem when the principal does not speak for its sender.
        """
        value = await request.body()
        headers = {"content-type": media_type} | sender_of(request, principal)
        submission: Submission = self.external.read(ce_type, headers, value)
        for sender in {submission.sender, headers.get(SENDER, submission.sender)}:
            if not may(principal, Action.SUBMIT, relation_to(principal, sender)):
                raise forbidden("sender", "The token does not speak for this sender.")
        home = self.external.address(submission, NAMESPACE).partition
        return Taken(submission, await self.publish(ce_type, home, headers, value))

    async def answer(self, taken: Taken, seconds: float) -> SubmissionAnswer:
        """What became of it within so many seconds; a refusal is raised as a problem."""
        if seconds <= 0:
            return SubmissionAnswer()
        case_id: UUID | None = None
        try:
            async with asyncio.timeout(seconds):
                case_id = await self._placed(taken.submission_id)
                return SubmissionAnswer(case_id, await self._settled(case_id), settled=True)
        except TimeoutError:
            state = None if case_id is None else await self.look(case_id)
            return SubmissionAnswer(case_id, state)

    async def _placed(self, submission_id: UUID) -> UUID:
        """The case that holds the submission; waits until intake has answered."""
        while True:
            row = await run_in_threadpool(store.submission, self.engine, submission_id)
            if row is not None and row.outcome == REJECTED:
                raise Problem(status_of(row.code), row.code, row.detail)
            if row is not None:
                return row.case_id
            await asyncio.sleep(POLL_SECONDS)

    async def _settled(self, case_id: UUID) -> IntakeState:
        """The case once every line has an outcome."""
        while True:
            state = await self.look(case_id)
            if state is not None and state.settled:
                return state
            await asyncio.sleep(POLL_SECONDS)


def sender_of(request: Request, principal: Principal) -> dict[str, str]:
    """The sender as the channel names it, for the record's header: that of the request, else the
    only one that the principal speaks for; nothing where there are several.
    """
    sender = request.headers.get(HTTP_SENDER, "") or principal.only_sender
    if len(sender) > SENDER_LENGTH or not (sender.isascii() and sender.isprintable()):
        raise Malformed(
            f"The pa-sender header is not printable ASCII of up to {SENDER_LENGTH} characters.",
            code="bad_sender",
        )
    return {SENDER: sender} if sender else {}
