"""What becomes of a submission: a new case, a new version, a withdrawal, a repeat, or a refusal
with its reason.
"""

from __future__ import annotations

from typing import Any

from services.intake.clocks.rules import RuleTable
from services.intake.decide import duties
from services.intake.decide.appeals import asked_again, asks_again
from services.intake.decide.refusals import why_not
from services.intake.decide.rows import digest, submission_row
from services.intake.decide.versions import amended, cancelled, opened, version_of
from services.intake.model import DUPLICATED, IntakeState, Refusal, Submission
from shared.events.criteria import Determination
from shared.events.intake import RequestCancelled, SubmissionDuplicated, SubmissionRejected
from shared.lanes.outcome import Emit, Outcome, Received

CLAIM_KNOWN = Refusal(
    "claim_known",
    "The address of the claim names a request with other content; send an update of it.",
)


def on_submission(
    rules: RuleTable, state: IntakeState | None, submission: Submission, received: Received
) -> Outcome[IntakeState]:
    """Opens, amends or withdraws; a repeat leaves the case as it stands, a refusal keeps the bytes
    and says why.
    """
    if state is not None and state.holds(submission.content_sha256):
        return _sent_again(rules, state, submission, received)
    if submission.opens and submission.request is not None:
        if state is not None:
            return refused(state, submission, CLAIM_KNOWN, received)
        return opened(rules, (submission, submission.request), received)
    found = why_not(state, submission)
    if isinstance(found, Refusal):
        return refused(state, submission, found, received)
    if submission.request is None or all(line.cancelled for line in submission.request.lines):
        return _withdrawn(found, submission, received)
    return amended(rules, found, (submission, submission.request), received)


def reject_unreadable(received: Received, refusal: Refusal) -> Outcome[IntakeState]:
    """The answer to bytes that could not be read: the refusal is told, the bytes are kept, no case
    is opened.
    """
    row = submission_row(received, None, refusal)
    return Outcome(None, (Emit(_rejected(refusal, received)),), rows=(row,))


def _sent_again(
    rules: RuleTable, state: IntakeState, submission: Submission, received: Received
) -> Outcome[IntakeState]:
    """The same again: a repeat, but for what was refused."""
    if submission.request is not None and asks_again(state, submission):
        return asked_again(rules, state, (submission, submission.request), received)
    return _duplicated(state, submission, received)


def _duplicated(
    state: IntakeState, submission: Submission, received: Received
) -> Outcome[IntakeState]:
    """The same again: the case stands as it is."""
    event = SubmissionDuplicated(submission_id=received.id, received_at=received.received_at)
    row = submission_row(received, submission, outcome=DUPLICATED)
    return Outcome(state, (Emit(event),), rows=(row,))


def refused(
    state: IntakeState | None, submission: Submission, refusal: Refusal, received: Received
) -> Outcome[IntakeState]:
    """A submission that could be read but not applied: the case stands as it is."""
    row = submission_row(received, submission, refusal)
    return Outcome(state, (Emit(_rejected(refusal, received)),), rows=(row,))


def _rejected(refusal: Refusal, received: Received) -> SubmissionRejected:
    """The event that tells of a refusal."""
    return SubmissionRejected(
        submission_id=received.id,
        code=refusal.code,
        detail=refusal.detail[:1_000],
        raw_sha256=digest(received.raw),
        raw_bytes=len(received.raw),
        received_at=received.received_at,
    )


def _withdrawn(
    state: IntakeState, submission: Submission, received: Received
) -> Outcome[IntakeState]:
    """The whole request withdrawn by its sender: every line is cancelled, and the duty to answer in
    time ends.

    Nothing that is sent for the request finds this case any more, but for the withdrawal itself
    sent again.
    """
    version = version_of(state, submission, received)
    event = RequestCancelled(
        submission_id=received.id, version=version.version, received_at=received.received_at
    )
    changes: dict[str, Any] = {
        "alias": submission.alias or state.alias,
        "versions": (*state.versions, version),
        "lines": tuple(cancelled(one.line) for one in state.lines),
        "determination": Determination.CANCELLED,
        "cancelled": True,
        "final": None,
        "decided_at": None,
        "names": submission.names[:1],
    }
    outcome = Outcome(
        state.model_copy(update=changes),
        (Emit(event),),
        rows=(submission_row(received, submission),),
        aliases=submission.names[:1],
        forgotten=state.names,
    )
    return duties.withdrawn(outcome, received.received_at)
