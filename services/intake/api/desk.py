"""Where HTTP submissions are taken: read in full, checked, written to the log, and waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from fastapi import Request
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from services.intake import store
from services.intake.handlers import SENDER
from services.intake.model import IntakeState, Submission
from services.intake.reading.guard import MAX_BYTES
from services.intake.tables import SubmissionRow
from shared.errors import Malformed
from shared.ids import NAMESPACE
from shared.lanes.service import External
from shared.web.problems import Problem, status_of

WAIT_SECONDS = 15.0
POLL_SECONDS = 0.025
DRAINED_BYTES = 64 * 1024 * 1024
HTTP_SENDER = "pa-sender"

Publish = Callable[[str, int, bytes, dict[str, str], bytes], Awaitable[None]]
"""(ce_type, partition, key, headers, value): returns once the log has it, raises `Unavailable` when
it cannot.
"""
Look = Callable[[UUID], Awaitable[IntakeState | None]]
"""(case id): the case as stored now; asked again until the answer is there."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A submission that the log has; `case_id` is certain unless it names its case by an alias.

    `before` is an earlier answer to the same content.
    """

    submission: Submission
    case_id: UUID
    before: SubmissionRow | None


@dataclass(frozen=True, slots=True)
class SubmissionAnswer:
    """The case that a submission ended in, as it stands when every line has an outcome;
    `state=None`: not yet.
    """

    case_id: UUID
    state: IntakeState | None


@dataclass(frozen=True, slots=True)
class SubmissionGateway:
    """Takes submissions: `external` reads and addresses them exactly as the lane does, so that
    nothing malformed reaches the topic from here.
    """

    engine: Engine
    publish: Publish
    look: Look
    external: External[IntakeState]

    async def take(self, request: Request, ce_type: str, media_type: str) -> Taken:
        """The submission in a request's body, once the log has it; `Malformed` when it cannot be
        read, 413 beyond 10 MiB.
        """
        value = await body_of(request)
        headers = {"content-type": media_type} | sender_of(request)
        submission: Submission = self.external.read(ce_type, headers, value)
        address = self.external.address(submission, NAMESPACE)
        before = (
            None
            if submission.opens
            else await run_in_threadpool(store.submission, self.engine, submission.submission_id)
        )
        await self.publish(
            ce_type, address.partition, str(address.case_id).encode(), headers, value
        )
        return Taken(submission, address.case_id, before)

    async def answer(self, taken: Taken, seconds: float) -> SubmissionAnswer:
        """What became of it within so many seconds; a refusal by the case is raised as a
        problem.
        """
        case_id = taken.case_id
        if seconds <= 0:
            return SubmissionAnswer(case_id, None)
        try:
            async with asyncio.timeout(seconds):
                if not taken.submission.opens:
                    case_id = await self._placed(taken)
                return SubmissionAnswer(case_id, await self._settled(taken.submission, case_id))
        except TimeoutError:
            return SubmissionAnswer(case_id, None)

    async def _placed(self, taken: Taken) -> UUID:
        """The case that took a submission which names an earlier one; waits until intake has
        answered.
        """
        while True:
            row = await run_in_threadpool(
                store.submission, self.engine, taken.submission.submission_id
            )
            if row is not None and row.outcome == "accepted":
                return row.case_id
            if row is not None and (
                taken.before is None or row.received_at != taken.before.received_at
            ):
                raise Problem(status_of(row.code), row.code, row.detail)
            await asyncio.sleep(POLL_SECONDS)

    async def _settled(self, submission: Submission, case_id: UUID) -> IntakeState:
        """The case once it holds the submission and every line has an outcome."""
        while True:
            state = await self.look(case_id)
            if state is not None and state.settled and state.holds(submission.submission_id):
                return state
            await asyncio.sleep(POLL_SECONDS)


async def body_of(request: Request) -> bytes:
    """The request's body; 413 beyond 10 MiB, at once where no length was declared.

    Of a declared length up to `DRAINED_BYTES` are read and dropped first, unless the client asks
    before sending: it would lose the answer with the connection.
    """
    declared = request.headers.get("content-length", "")
    length = int(declared) if declared.isascii() and declared.isdigit() else 0
    if length > DRAINED_BYTES or (
        length > MAX_BYTES and "100-continue" in request.headers.get("expect", "")
    ):
        raise _too_large()
    size, chunks = 0, []
    async for chunk in request.stream():
        size += len(chunk)
        if size > max(length, MAX_BYTES):
            raise _too_large()
        if length <= MAX_BYTES:
            chunks.append(chunk)
    if length > MAX_BYTES:
        raise _too_large()
    return b"".join(chunks)


def sender_of(request: Request) -> dict[str, str]:
    """The sender as the channel names it, for the record's header; nothing where it names none."""
    sender = request.headers.get(HTTP_SENDER, "")
    if sender and not (sender.isascii() and sender.isprintable()):
        raise Malformed("The pa-sender header is not printable ASCII.", code="bad_sender")
    return {SENDER: sender} if sender else {}


def _too_large() -> Problem:
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "The submission is larger than 10 MiB."
    )
