"""The first and every later version of a request, and the clock that each leaves running."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.intake.clocks import running
from services.intake.clocks.due import Clocked
from services.intake.clocks.rules import RuleTable
from services.intake.decide.rows import submission_row
from services.intake.model import IntakeState, LineStatus, RunningClock, Submission, Version
from services.intake.reading.missing import unsaid
from shared.events.content.digest import LineContent, canonical
from shared.events.criteria import Determination
from shared.events.intake import RequestAmended, RequestReceived
from shared.events.request import AuthorizationRequest, Provider, ServiceLine, faster
from shared.lanes.outcome import Emit, Outcome, Received, Timer

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
    clock = running.start(
        rules, Clocked(member.line_of_business, request.urgency, member.state), received.received_at
    )
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
        clock=clock,
        resembles=resembles,
        refused_before=refused_before,
        **_as_known(asked),
    )
    event = RequestReceived(**_accepted(asked, version, clock), resembles=resembles)
    return _kept(state, (Emit(event), *_start(clock)), submission, received)


def amended(
    rules: RuleTable, state: IntakeState, asked: Asked, received: Received
) -> Outcome[IntakeState]:
    """A new version: unchanged lines keep their determination, changed and added ones are open
    again.
    """
    version = version_of(state, asked[0], received)
    newer = _newer(state, asked, version)
    clock = _next_clock(rules, newer, received.received_at)
    changed, withdrawn = _differences(state, newer)
    event = RequestAmended(
        **_accepted(asked, version, clock or state.clock),
        changed_lines=changed,
        cancelled_lines=withdrawn,
    )
    started = () if clock is None else _start(clock)
    return _kept(
        newer.model_copy(update={"clock": clock or state.clock}),
        (Emit(event), *started),
        asked[0],
        received,
    )


def _newer(state: IntakeState, asked: Asked, version: Version) -> IntakeState:
    """The case as the new version asks for it; its clock is still the old one."""
    submission, request = asked
    before = {one.line.sequence: one for one in state.lines}
    return state.model_copy(
        update={
            "alias": submission.alias or state.alias,
            "reference": submission.reference or state.reference,
            "line_of_business": request.member.line_of_business,
            "state": request.member.state,
            "urgency": faster(state.urgency, request.urgency),
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
    state: IntakeState, events: tuple[Emit, ...], submission: Submission, received: Received
) -> Outcome[IntakeState]:
    """The outcome of an accepted submission: its bytes kept, its alias known, a timer where a clock
    has started.
    """
    row = submission_row(received, submission)
    timers = (Timer(running.TIMER, state.clock.due_at),) if len(events) > 1 else ()
    named = state.model_copy(update={"names": state.named(submission)})
    return Outcome(named, events, timers, rows=(row,), aliases=submission.names)


def _start(clock: RunningClock) -> tuple[Emit, ...]:
    """The event of a clock that starts."""
    return (Emit(running.started(clock)),)


def _next_clock(rules: RuleTable, state: IntakeState, received_at: datetime) -> RunningClock | None:
    """The clock after an amendment: stricter if it must be, a new one if the old has stopped and
    lines are open, else none.
    """
    request = Clocked(state.line_of_business, state.urgency, state.state)
    if state.clock.stopped_at is None:
        return running.tighten(rules, state.clock, request)
    return (
        running.start(rules, request, received_at)
        if any(line.open for line in state.lines)
        else None
    )


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
        "request": request,
        "completions": submission.completions,
    }


def _as_known(asked: Asked) -> dict[str, Any]:
    """What of the newest version is not known, and what is known otherwise than from its sender."""
    submission, request = asked
    return {"missing": unsaid(request), "completions": submission.completions}
