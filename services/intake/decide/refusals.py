"""Why a submission cannot change the case that it names: small rules, tried in order, the first
that objects answers.
"""

from __future__ import annotations

from collections.abc import Callable

from services.intake.model import IntakeState, Refusal, Submission
from shared.events.criteria import Determination

Objection = Callable[[IntakeState, Submission], Refusal | None]
UNKNOWN_CASE = Refusal(
    "unknown_case", "The submission names a request that this sender has not made."
)


def why_not(state: IntakeState | None, submission: Submission) -> IntakeState | Refusal:
    """The case that the submission may change, or the refusal that tells why it may not."""
    if state is None:
        return UNKNOWN_CASE
    for objection in OBJECTIONS:
        refusal = objection(state, submission)
        if refusal is not None:
            return refusal
    return state


def another_sender(state: IntakeState, submission: Submission) -> Refusal | None:
    """A sender changes its own requests only, and is not told that others exist."""
    return None if state.sender == submission.sender else UNKNOWN_CASE


def another_member(state: IntakeState, submission: Submission) -> Refusal | None:
    """A case never changes its person: what was decided for one is no decision on another."""
    return (
        None
        if submission.member == state.member
        else Refusal(
            "other_member",
            "The case is another member's. Send a new request for this one; a wrong member number "
            "is corrected by the plan.",
        )
    )


def case_withdrawn(state: IntakeState, _: Submission) -> Refusal | None:
    """A withdrawn request takes no update: a new one is needed."""
    return (
        Refusal("case_cancelled", "The request was withdrawn; send a new one.")
        if state.cancelled
        else None
    )


def case_refused(state: IntakeState, _: Submission) -> Refusal | None:
    """A refused request takes no update (PAS): an appeal or a new request is the way."""
    refused = state.determination is Determination.NOT_CERTIFIED
    return (
        Refusal("case_refused", "The request was refused by a clinician; appeal or send a new one.")
        if refused
        else None
    )


def not_the_newest(state: IntakeState, submission: Submission) -> Refusal | None:
    """A FHIR update follows the newest claim of its case, so that a request never forks."""
    follows = submission.prior is None or submission.prior == state.alias
    return (
        None
        if follows
        else Refusal("not_latest", "The submission updates a claim that was updated before.")
    )


def lines_missing(state: IntakeState, submission: Submission) -> Refusal | None:
    """An update names every line of the version before; what is no longer wanted is cancelled, not
    left out.
    """
    if submission.request is None:
        return None
    missing = {one.line.sequence for one in state.lines} - {
        line.sequence for line in submission.request.lines
    }
    return (
        Refusal(
            "lines_missing",
            "The update leaves out lines of the version before; cancel them instead.",
        )
        if missing
        else None
    )


OBJECTIONS: tuple[Objection, ...] = (
    another_sender,
    another_member,
    case_withdrawn,
    case_refused,
    not_the_newest,
    lines_missing,
)
