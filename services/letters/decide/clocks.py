"""What becomes of a clock and calls for a notice: more time, a missed deadline, an oral notice."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.letters.decide.clock_memory import soonest, taken_back, with_expiry
from services.letters.decide.letters import LetterTemplates, issued
from services.letters.decide.standing import asked_lines, deciders, open_lines
from services.letters.model import ClockNotice, LettersState, NotExpedited, SpokenNotice
from shared.errors import Impossible
from shared.events.clocks.acts import ClockActRecorded, RecordOralNotice
from shared.events.clocks.duties import (
    DETERMINATIONS,
    ClockCorrected,
    ClockExpired,
    ClockExtended,
    ClockKind,
    ClockStarted,
    ExpediteRefused,
    OnExpiry,
)
from shared.events.criteria import Determination
from shared.events.letters import ABOUT_CLOCKS, Audience, LetterKind
from shared.events.model import EventData
from shared.lanes.outcome import Outcome, Received

EXPIRIES = {
    OnExpiry.ADVERSE_APPEALABLE: LetterKind.DEEMED_ADVERSE,
    OnExpiry.APPROVED_BY_LAW: LetterKind.APPROVED_BY_LAW,
    OnExpiry.EXHAUSTED: LetterKind.APPEALS_EXHAUSTED,
}
"""What the law makes of a missed deadline, and the kind of notice that says so; of anything else
there is nothing to tell.
"""

TAKEN_BACK = frozenset({LetterKind.DEEMED_ADVERSE, LetterKind.APPEALS_EXHAUSTED})
"""Notices of a missed deadline that are corrected where it was met after all."""

OF_CLOCKS = (
    ClockStarted,
    ClockExtended,
    ClockExpired,
    ClockCorrected,
    ClockActRecorded,
    ExpediteRefused,
)
Content = dict[str, Any]
"""The fields of a `ClockNotice` that depend on the event."""


def notify_of_clock(
    stationery: LetterTemplates, case: LettersState, received: Received, now: datetime
) -> Outcome[LettersState]:
    """One letter for each audience that has none of this notice yet; the case has what it remembers
    of the event.
    """
    if isinstance(received.data, ExpediteRefused):
        return Outcome(_not_expedited(case, received.data, received.id))
    content = _content(case, received.data, now)
    case = with_expiry(case, received.data, received.id)
    notice_id = content.get("notice_id", received.id)
    have = {letter.audience for letter in case.letters if letter.notice_id == notice_id}
    audiences = [one for one in _audiences(content) if one not in have]
    if not audiences:
        return Outcome(case)
    if case.request is None:
        raise Impossible(
            "A clock calls for a notice on a case whose request is not known.",
            code="request_unknown",
        )
    fields = {"notice_id": notice_id, "case_id": received.case_id, "at": now, **content}
    notice = ClockNotice(request=case.request, **fields)
    return issued(stationery, case, notice, audiences, {"not_expedited": None})


def _not_expedited(case: LettersState, event: ExpediteRefused, notice_id: UUID) -> LettersState:
    """The case with what is to be told with the day of the standard clock, which starts next."""
    if any(letter.notice_id == notice_id for letter in case.letters):
        return case
    waiting = NotExpedited(notice_id=notice_id, words=event.words)
    return case.model_copy(update={"not_expedited": waiting})


def _audiences(content: Content) -> tuple[Audience, ...]:
    """Member and provider; of what only the provider was told by word of mouth, the provider."""
    if not content:
        return ()
    oral: SpokenNotice | None = content.get("oral")
    if oral is not None and oral.addressee == "provider":
        return (Audience.PROVIDER,)
    return Audience.known()


def _content(case: LettersState, event: object, now: datetime) -> Content:
    """What there is to tell of an event; nothing where it calls for no notice."""
    match event:
        case ClockExtended(words=str()) if event.kind in DETERMINATIONS:
            return _extended(case, event, now)
        case ClockStarted(kind=ClockKind.DETERMINATION) if case.not_expedited is not None:
            return {
                "notice_id": case.not_expedited.notice_id,
                "kind": LetterKind.EXPEDITE_REFUSED,
                "lines": open_lines(case) or asked_lines(case),
                "due_at": event.due_at,
                "words": case.not_expedited.words,
            }
        case ClockExpired():
            return _expired(case, event)
        case ClockActRecorded(act=RecordOralNotice() as oral):
            return _confirmed(case, oral)
        case ClockCorrected():
            return _corrected(case, event)
        case _:
            return {}


def calls_for_notice(event: EventData) -> bool:
    """Whether events of its kind can call for a notice about a clock."""
    return isinstance(event, OF_CLOCKS)


def _extended(case: LettersState, event: ClockExtended, now: datetime) -> Content:
    """More time is taken, or time stands still while information is missing; words say that a
    person acted, without them a rule merely bound otherwise.
    """
    return {
        "kind": LetterKind.INFORMATION_MISSING if event.tolled else LetterKind.EXTENSION,
        "lines": open_lines(case) or asked_lines(case),
        "due_at": soonest(case, event.due_at, now),
        "former_due_at": event.former_due_at,
        "reason": event.reason,
        "words": event.words,
        "send_by": event.until if event.tolled else None,
    }


def _expired(case: LettersState, event: ClockExpired) -> Content:
    """A deadline was missed, and the law says what follows.

    Of a line that has been decided since, its own notice tells, with the rights that it gives.
    """
    kind = EXPIRIES.get(event.on_expiry)
    lines = open_lines(case, event.lines or None)
    if kind is None or (case.request is not None and not lines):
        return {}
    return {"kind": kind, "lines": lines, "due_at": event.due_at, "citation": event.citation}


def _confirmed(case: LettersState, act: RecordOralNotice) -> Content:
    """The writing that follows what somebody was told by word of mouth.

    42 CFR 422.572(c) asks for it within three calendar days. The determination's own notice is that
    writing where it was issued at or after the telling: one notice is then enough. Where it was
    issued before, this one names it; where there is none yet, this one brings the right to appeal.
    """
    audience = Audience.PROVIDER if act.addressee == "provider" else Audience.MEMBER
    earlier_at = _determined_at(case, audience)
    if earlier_at is not None and earlier_at >= act.notified_at:
        return {}
    who = deciders(case)
    code = case.standing.determination if case.standing and who else Determination.PENDED
    return {
        "kind": LetterKind.ORAL_FOLLOW_UP,
        "lines": asked_lines(case),
        "oral": SpokenNotice(
            addressee=act.addressee, notified_at=act.notified_at, adverse=act.adverse
        ),
        "earlier_at": earlier_at,
        "determination": code,
        "deciders": who,
    }


def _determined_at(case: LettersState, audience: Audience) -> datetime | None:
    """When the audience was last sent a determination that left nothing or not all open."""
    return max(
        (
            one.at
            for one in case.letters
            if one.at is not None
            and one.audience is audience
            and one.kind not in ABOUT_CLOCKS | {LetterKind.PENDED}
        ),
        default=None,
    )


def _corrected(case: LettersState, event: ClockCorrected) -> Content:
    """A letter said that a deadline was missed, and it was not: its reader must know, once.

    What counts as approved by law is not taken back: only a person could, and by an act of its own.
    """
    wrong = {one.notice_id for one in taken_back(case, event)}
    letters = [one for one in case.letters if one.notice_id in wrong and one.kind in TAKEN_BACK]
    if not letters:
        return {}
    return {
        "kind": LetterKind.EXPIRY_CORRECTED,
        "lines": asked_lines(case),
        "earlier_at": letters[-1].at,
    }
