"""Which facts of a case stand, each since when, and which of them together meet a duty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from services.intake.clocks.record import FinalDetermination, OralNotice, StandingFact
from services.intake.clocks.running import last
from services.intake.model import IntakeState, Letter, LineStatus
from shared.events.clocks.duties import DutyFact
from shared.events.letters import Audience, LetterKind

TELLING = frozenset(
    {LetterKind.APPROVAL, LetterKind.PARTIAL, LetterKind.REFUSAL, LetterKind.WITHDRAWAL}
)
"""Kinds of notices that can tell what every line came to. One that is pended, or tells of the clock
itself, or is of a kind that this version does not know, ends no duty.
"""
SENT = frozenset({DutyFact.WRITING_HANDED_OVER, DutyFact.WRITING_MAILED})
"""A letter that was handed over counts as mailed until the vendor says when it was (ADR 8)."""
Facts = dict[DutyFact, StandingFact]


def standing(state: IntakeState, final: str, decided_at: datetime) -> Facts:
    """The facts about one final determination, which was made at `decided_at`: each since its first
    instant. Nobody is told of it by what tells of another.
    """
    found: Facts = {DutyFact.DECIDED: StandingFact(fact=DutyFact.DECIDED, at=decided_at)}
    determination = next((one for one in state.finals if one.signature == final), None)
    if determination is None:
        return found
    letters = _written(state.letters, determination, electronic=state.electronic_delivery)
    return _first((*letters, *_spoken(state.oral_notices, final)), found)


def _written(
    letters: Iterable[Letter], final: FinalDetermination, *, electronic: bool
) -> Iterator[StandingFact]:
    """What letters make true that tell of a final determination and were handed over."""
    for letter in letters:
        at = letter.handed_over_at
        if at is None or letter.kind not in TELLING or letter.notice_id not in final.notices:
            continue
        if letter.audience is Audience.PROVIDER:
            yield _of(letter, DutyFact.PROVIDER_NOTIFIED, at)
        elif letter.audience is Audience.MEMBER:
            yield from _to_member(letter, at, electronic=electronic)


def _to_member(letter: Letter, at: datetime, *, electronic: bool) -> Iterator[StandingFact]:
    """What a letter to the member makes true that was handed over then."""
    if electronic:
        yield _of(letter, DutyFact.WRITING_ELECTRONIC, at)
    if letter.mailed_at is not None:
        yield _of(letter, DutyFact.WRITING_MAILED, letter.mailed_at)
    else:
        yield _of(letter, DutyFact.WRITING_HANDED_OVER, at)


def known(state: IntakeState, line: LineStatus) -> bool:
    """Whether somebody was told how a line is determined: by a notice that was written since, or by
    word of mouth.
    """
    if line.since is None:
        return False
    written = any(
        one.kind in TELLING and one.handed_over_at is not None and one.issued_at >= line.since
        for one in state.letters
    )
    return written or any(one.at >= line.since for one in state.oral_notices)


def followed_up(state: IntakeState, final: str, found: Facts) -> Facts:
    """The facts about a final determination, with the letters to the member that confirm what was
    told of it by word of mouth: where that is owed in writing they are the writing, and nowhere
    else.
    """
    spoken = {one.recorded for one in state.oral_notices if one.to_member and one.final == final}
    confirming = (
        _to_member(one, one.handed_over_at, electronic=state.electronic_delivery)
        for one in state.letters
        if one.kind is LetterKind.ORAL_FOLLOW_UP
        and one.audience is Audience.MEMBER
        and one.notice_id in spoken
        and one.handed_over_at is not None
    )
    return _first((fact for each in confirming for fact in each), found)


def _of(letter: Letter, fact: DutyFact, at: datetime) -> StandingFact:
    return StandingFact(fact=fact, at=at, letter_id=letter.letter_id)


def _spoken(notices: Iterable[OralNotice], final: str) -> Iterator[StandingFact]:
    """What oral notices of a final determination make true."""
    for notice in notices:
        if notice.final == final:
            fact = (
                DutyFact.MEMBER_NOTIFIED_ORALLY if notice.to_member else DutyFact.PROVIDER_NOTIFIED
            )
            yield StandingFact(fact=fact, at=notice.at)


def asked(state: IntakeState, *, noncontract: bool) -> Facts:
    """That information was asked for: by a person, or by the notice that pends the request and says
    what is missing. `noncontract`: of a provider without a contract alone, who is the one that asks
    where the duty is owed.
    """
    by_letter = (
        _of(one, DutyFact.INFORMATION_ASKED, one.handed_over_at)
        for one in state.letters
        if one.asks
        and one.handed_over_at is not None
        and (one.audience is Audience.PROVIDER or not noncontract)
    )
    by_person = (
        StandingFact(fact=DutyFact.INFORMATION_ASKED, at=one.asked_at)
        for one in state.asked_for
        if one.of_noncontract_provider or not noncontract
    )
    return _first((*by_letter, *by_person), {})


def _first(facts: Iterable[StandingFact], found: Facts) -> Facts:
    """Those that were found and these, each since its first instant."""
    for fact in facts:
        first = found.get(fact.fact)
        if first is None or fact.at < first.at:
            found[fact.fact] = fact
    return found


def meeting(meets: tuple[tuple[DutyFact, ...], ...], facts: Facts) -> tuple[StandingFact, ...]:
    """The facts of the alternative that stood whole first; none where no alternative does."""
    whole = [found for each in meets if (found := _whole(each, facts))]
    return min(whole, key=last, default=())


def _whole(alternative: tuple[DutyFact, ...], facts: Facts) -> tuple[StandingFact, ...]:
    """The facts of an alternative, each once, if all of them stand."""
    found = [_fact(one, facts) for one in alternative]
    return tuple(one for one in found if one is not None) if all(found) else ()


def _fact(wanted: DutyFact, facts: Facts) -> StandingFact | None:
    """A fact as it stands; a letter that is on its way is the first that was."""
    if wanted not in SENT:
        return facts.get(wanted)
    return min((facts[one] for one in SENT if one in facts), key=lambda one: one.at, default=None)
