"""What letters remember of the clocks of a case: when the latest began and comes due, which of them
ran out, and which of those a correction takes back. Pure.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.letters.model import ExpiredClock, LettersState
from shared.events.clocks.acts import ClockActRecorded, CorrectReceipt
from shared.events.clocks.duties import (
    DETERMINATIONS,
    ClockCorrected,
    ClockExpired,
    ClockExtended,
    ClockKind,
    ClockStarted,
    OnExpiry,
)
from shared.events.criteria import CaseDetermined, Determination


def counted(
    case: LettersState, event: ClockStarted | ClockExtended | ClockCorrected | ClockActRecorded
) -> LettersState:
    """The case with the days that an event about its clock gives it."""
    match event:
        case ClockStarted(kind=ClockKind.DETERMINATION, started_at=started_at, due_at=due_at):
            # Those beside a clock of another receipt are told of after it.
            further = case.further if case.started_at == started_at else {}
            changes = {"started_at": started_at, "due_at": due_at, "further": further}
            return case.model_copy(update=changes | {"zone": event.zone or case.zone})
        case ClockExtended(kind=ClockKind.DETERMINATION):
            return _moved(case, event)
        case ClockCorrected(kind=ClockKind.DETERMINATION):
            known = case.model_copy(update={"zone": event.zone or case.zone})
            return _moved(known, event)
        case (
            ClockStarted(kind=ClockKind.FURTHER_DETERMINATION)
            | ClockExtended(kind=ClockKind.FURTHER_DETERMINATION)
            | ClockCorrected(kind=ClockKind.FURTHER_DETERMINATION)
        ):
            further = case.further | {event.slot: event.due_at}
            return _restarted(case.model_copy(update={"further": further}), event)
        case ClockActRecorded(act=CorrectReceipt(version=None, received_at=received_at)):
            return _received_earlier(case, received_at)
        case _:
            return case


def _moved(case: LettersState, event: ClockExtended | ClockCorrected) -> LettersState:
    """The case with its latest clock as it comes due now; one that began before that one moves no
    day of it.
    """
    now = case.model_copy(update={"due_at": event.due_at})
    if isinstance(event, ClockExtended):
        return now
    starts = (None, event.started_at, event.former_started_at)
    return _restarted(now if case.started_at in starts else case, event)


def _restarted(
    case: LettersState, event: ClockStarted | ClockExtended | ClockCorrected
) -> LettersState:
    """The case with what is known of a clock under the receipt that it is counted from now."""
    former = event.former_started_at if isinstance(event, ClockCorrected) else None
    if not isinstance(event, ClockCorrected) or former is None:
        return case
    expired = tuple(
        one.model_copy(update={"started_at": event.started_at}) if one.started_at == former else one
        for one in case.expired
    )
    started_at = event.started_at if case.started_at == former else case.started_at
    return case.model_copy(update={"expired": expired, "started_at": started_at})


def _received_earlier(case: LettersState, received_at: datetime) -> LettersState:
    """The case with its latest clock counted from another receipt, by which corrections name it
    from now on.
    """
    expired = tuple(
        one.model_copy(update={"started_at": received_at})
        if one.started_at == case.started_at
        else one
        for one in case.expired
    )
    return case.model_copy(update={"started_at": received_at, "expired": expired})


def with_expiry(case: LettersState, event: object, event_id: UUID) -> LettersState:
    """The case with a deadline that was missed, or without one that was met after all; an expiry
    that comes again is none of its own.
    """
    match event:
        case ClockExpired():
            known = {one.notice_id for one in case.expired}
            if event_id in known.union(one.notice_id for one in case.letters):
                return case
            started_at = event.started_at or case.started_at
            missed = ExpiredClock(notice_id=event_id, started_at=started_at, clock=event)
            return case.model_copy(update={"expired": (*case.expired, missed)})
        case ClockCorrected() if back := taken_back(case, event):
            stand = tuple(one for one in case.expired if one not in back)
            return case.model_copy(update={"expired": stand})
        case _:
            return case


def taken_back(case: LettersState, event: ClockCorrected) -> tuple[ExpiredClock, ...]:
    """The missed deadlines that were none by what is known now.

    A case has had several clocks, and most corrections leave a deadline as it was: one takes a
    deadline back where it is about the very clock that ran out, and its duty was done in time or
    comes due later than was told. What the law approved stays where somebody was told of it.
    """
    if event.kind not in DETERMINATIONS or event.breached:
        return ()
    in_time = event.stopped_at is not None and event.stopped_at <= event.due_at
    return tuple(
        one
        for one in case.expired
        if one.clock.rule == event.rule
        and one.started_at in (None, event.started_at)
        and (in_time or event.due_at > one.clock.due_at)
        and not _approved_for_good(case, one, event)
    )


def soonest(case: LettersState, due_at: datetime | None, now: datetime) -> datetime | None:
    """A clock's instant, or that of one beside it which comes before it and was not missed."""
    beside = (at for at in case.further.values() if at >= now)
    return None if due_at is None else min([due_at, *beside])


def _approved_for_good(case: LettersState, one: ExpiredClock, event: ClockCorrected) -> bool:
    """Whether the law approved by a clock, and intake says that it stays, or a letter of ours has
    told of it (ADR 10).
    """
    announced = event.expired or any(letter.notice_id == one.notice_id for letter in case.letters)
    return announced and one.clock.on_expiry is OnExpiry.APPROVED_BY_LAW


def next_due(case: LettersState, now: datetime) -> datetime | None:
    """By when a person must decide; nothing once that was missed, for it is no day to wait for."""
    due_at = soonest(case, case.due_at, now)
    if due_at is None or due_at < now or any(due_at <= one.clock.due_at for one in case.expired):
        return None
    return due_at


def approved_by_law(case: LettersState, determined: CaseDetermined) -> tuple[int, ...]:
    """The lines that nobody has decided and that the law has approved since: a person still looks
    at them, and nobody may be told that they are open.
    """
    approving = [
        one.clock.lines for one in case.expired if one.clock.on_expiry is OnExpiry.APPROVED_BY_LAW
    ]
    return tuple(
        line.sequence
        for line in determined.lines
        if line.determination is Determination.PENDED
        and any(line.sequence in lines for lines in approving)
    )
