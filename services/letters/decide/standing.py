"""How the lines of a case stand, as far as a notice about a clock tells of them. Pure."""

from __future__ import annotations

from collections.abc import Collection

from services.letters.model import ADVERSE, CaseStanding, LetterLine, LettersState, LineStanding
from shared.events.criteria import CaseDetermined, Determination, Reviewer


def standing_of(determined: CaseDetermined) -> CaseStanding:
    """How a determination leaves the case."""
    return CaseStanding(
        determination=determined.determination,
        lines=tuple(
            LineStanding(
                sequence=line.sequence,
                determination=line.determination,
                services=line.services,
                decider=line.reviewer if line.determination in ADVERSE else None,
            )
            for line in determined.lines
        ),
    )


def asked_lines(case: LettersState) -> tuple[LetterLine, ...]:
    """The lines of the request that stands, without those that were taken back; what they ask for
    as the policies name it, where a determination did.
    """
    named = {one.sequence: one for one in case.standing.lines} if case.standing else {}
    lines = case.request.lines if case.request else ()
    return tuple(
        line.model_copy(update={"services": named[line.sequence].services})
        if line.sequence in named
        else line
        for line in lines
        if not line.cancelled
    )


def open_lines(case: LettersState, among: Collection[int] | None = None) -> tuple[LetterLine, ...]:
    """Those that nobody has decided as far as letters know; only those `among` some, if given."""
    stand = case.standing.lines if case.standing else ()
    decided = {one.sequence for one in stand if one.determination is not Determination.PENDED}
    return tuple(
        line
        for line in asked_lines(case)
        if line.sequence not in decided and (among is None or line.sequence in among)
    )


def deciders(case: LettersState) -> tuple[Reviewer, ...]:
    """The clinicians who refused or changed a line of the case, each once."""
    stand = case.standing.lines if case.standing else ()
    return tuple(dict.fromkeys(one.decider for one in stand if one.decider is not None))
