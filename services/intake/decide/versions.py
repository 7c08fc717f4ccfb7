"""The first and every later version of a request, and the clock that each leaves running."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.intake.clocks.record import RunningClock
from services.intake.clocks.rules import RuleTable
from services.intake.decide import asking, duties, finals
from services.intake.decide.acts import information
from services.intake.decide.rows import submission_row
from services.intake.model import IntakeState, LineStatus, Submission, Version
from services.intake.reading.missing import unsaid
from shared.events.content.digest import LineContent, canonical
from shared.events.criteria import Determination
from shared.events.intake import RequestAmended, RequestReceived
from shared.events.request import AuthorizationRequest, Provider, ServiceLine
from shared.lanes.outcome import Emit, Outcome, Received

LOOKED_AT = "changed_being_looked_at"
"""Why a line whose content was changed after a determination has none at the moment."""
Asked = tuple[Submission, AuthorizationRequest]


def opened(
    rules: RuleTable,
    asked: Asked,
    received: Received,
    *,
    resembles: UUID | None = None,
    refused_before: datetime | None = None,
) -> Outcome[IntakeState]:
    """A new case: the request as received, and its clock from this receipt; it may resemble one
    that was refused.
    """
    submission, request = asked
    member, version = request.member, version_of(None, submission, received)
    state = IntakeState(
        sender=submission.sender,
        member=member.id,
        reference=submission.reference,
        channel=submission.channel,
        alias=submission.alias,
        line_of_business=member.line_of_business,
        state=member.state,
        urgency=request.urgency,
        versions=(version,),
        lines=tuple(_status(line, request.performer, None) for line in request.lines),
        clocked=asking.clocked(request, submission.channel, request.urgency),
        clocks=(),
        electronic_delivery=bool(request.member.electronic_delivery),
        resembles=resembles,
        refused_before=refused_before,
        **asking.asked_faster(request),
        **_as_known(asked),
    )
    running = duties.start(Outcome(state), duties.owed(rules, state, received.received_at))
    return _kept(running, RequestReceived, asked, received, resembles=resembles)


def amended(
    rules: RuleTable, state: IntakeState, asked: Asked, received: Received
) -> Outcome[IntakeState]:
    """A new version: unchanged lines keep their determination, changed and added ones are open
    again.
    """
    version = version_of(state, asked[0], received)
    newer = finals.reopened(_newer(state, asked, version), received.received_at)
    changed, withdrawn = _differences(state, newer)
    newer = duties.asked_otherwise(newer, changed)
    answered = information.answered(rules, Outcome(newer), received.received_at)
    return _kept(
        _next_clocks(rules, answered, received.received_at),
        RequestAmended,
        asked,
        received,
        changed_lines=changed,
        cancelled_lines=withdrawn,
    )


def _newer(state: IntakeState, asked: Asked, version: Version) -> IntakeState:
    """The case as the new version asks for it; its clock is still the old one."""
    submission, request = asked
    before = {one.line.sequence: one for one in state.lines}
    urgency = asking.urgency(state, request)
    return state.model_copy(
        update={
            "alias": submission.alias or state.alias,
            "reference": submission.reference or state.reference,
            "line_of_business": request.member.line_of_business,
            "state": request.member.state,
            "urgency": urgency,
            "clocked": asking.clocked(request, submission.channel, urgency),
            "electronic_delivery": bool(request.member.electronic_delivery),
            **asking.asked_faster(request, refused=state.refused_faster),
            "versions": (*state.versions, version),
            "lines": tuple(
                _status(line, request.performer, before.get(line.sequence))
                for line in request.lines
            ),
            "determination": None,
            **_as_known(asked),
        }
    )


def _differences(state: IntakeState, newer: IntakeState) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The lines that are new or changed, and those that are withdrawn now."""
    before = {one.line.sequence: one for one in state.lines}
    different = [one.line for one in newer.lines if one is not before.get(one.line.sequence)]
    return (
        tuple(line.sequence for line in different if not line.cancelled),
        tuple(line.sequence for line in different if line.cancelled),
    )


def version_of(state: IntakeState | None, submission: Submission, received: Received) -> Version:
    """The next version of a case (the first where there is none), as this submission makes it."""
    return Version(
        submission_id=received.id,
        version=1 if state is None else state.version + 1,
        content_sha256=submission.content_sha256,
        received_at=received.received_at,
    )


def _kept(
    clocks: Outcome[IntakeState],
    event: type[RequestReceived | RequestAmended],
    asked: Asked,
    received: Received,
    **differences: Any,
) -> Outcome[IntakeState]:
    """The outcome of an accepted submission, with its event before those of its clocks: its bytes
    kept, its alias known.
    """
    submission, state = asked[0], clocks.state
    if state is None:
        return clocks
    accepted = event(**_accepted(asked, state.versions[-1], state.clock), **differences)
    return clocks._replace(
        state=state.model_copy(update={"names": state.named(submission)}),
        events=(Emit(accepted), *clocks.events),
        rows=(submission_row(received, submission),),
        aliases=submission.names,
    )


def _next_clocks(
    rules: RuleTable, outcome: Outcome[IntakeState], received_at: datetime
) -> Outcome[IntakeState]:
    """The clocks after an amendment: stricter if they must be; where the determination's has
    stopped and lines are open, a new one.
    """
    state = outcome.state
    if state is None:
        return outcome
    if state.determining:
        outcome = duties.tightened(rules, outcome, received_at)
    if state.clock.running or not any(line.open for line in state.lines):
        return outcome
    return duties.start(outcome, duties.owed_again(rules, outcome.state or state, received_at))


def _status(line: ServiceLine, performer: Provider, before: LineStatus | None) -> LineStatus:
    """A line's status in a new version: as it stands where its content is the same; a changed one
    is being looked at, and what was granted for the former content is not lost by that.
    """
    if line.cancelled:
        gone = before is not None and before.determination is Determination.CANCELLED
        return before if before is not None and gone else cancelled(line)
    if before is None or before.line.cancelled:
        return LineStatus(line=line, performer=performer)
    if _content(before) == canonical(LineContent(line=line, performer=performer)):
        return before.model_copy(update={"line": line}) if before.line != line else before
    granted = (before.authorization,) if before.authorization else ()
    decided = before.determination is not None
    return LineStatus(
        line=line,
        performer=performer,
        reason=LOOKED_AT if decided else None,
        former=(*granted, *before.former),
    )


def _content(status: LineStatus) -> dict[str, Any]:
    """What the line asked for, as today's code writes it down."""
    return canonical(LineContent(line=status.line, performer=status.performer))


def cancelled(line: ServiceLine) -> LineStatus:
    """The line, withdrawn by its sender."""
    withdrawn = line.model_copy(update={"cancelled": True})
    return LineStatus(line=withdrawn, determination=Determination.CANCELLED, reason="withdrawn")


def _accepted(asked: Asked, version: Version, clock: RunningClock) -> dict[str, Any]:
    """The fields that every accepted version's event carries."""
    submission, request = asked
    return {
        "submission_id": version.submission_id,
        "version": version.version,
        "sender": submission.sender,
        "reference": submission.reference,
        "channel": submission.channel,
        "received_at": version.received_at,
        "content_sha256": submission.content_sha256,
        "due_at": clock.due_at,
        "target_at": clock.target_at,
        "request": request,
        "completions": submission.completions,
    }


def _as_known(asked: Asked) -> dict[str, Any]:
    """What of the newest version is not known, and what is known otherwise than from its sender."""
    submission, request = asked
    return {"missing": unsaid(request), "completions": submission.completions}
