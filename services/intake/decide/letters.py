"""What notices of a case make known: that they exist, and that they are handed over to be sent."""

from __future__ import annotations

from datetime import datetime

from services.intake.model import IntakeState, Letter
from shared.events import adverse
from shared.events.letters import LetterIssued, LetterKind, LetterRendered


def on_letter_issued(state: IntakeState, event: LetterIssued) -> IntakeState:
    """The case with a notice; one of which no documents are made is handed over as it is."""
    adverse.refuse_unknown(event.codes, event.basis)
    if any(one.letter_id == event.letter_id for one in state.letters):
        return state
    letter = Letter(
        letter_id=event.letter_id,
        notice_id=event.notice_id,
        kind=event.kind,
        audience=event.audience,
        language=event.language,
        issued_at=event.issued_at,
        asks=event.kind is LetterKind.PENDED and bool(state.questions),
        handed_over_at=None if event.documents_follow else event.issued_at,
    )
    clocks = state.clocks
    if event.kind is LetterKind.APPROVED_BY_LAW:
        clocks = tuple(
            one.model_copy(update={"expiry_announced": True}) if one.expired else one
            for one in clocks
        )
    return state.model_copy(update={"letters": (*state.letters, letter), "clocks": clocks})


def on_letter_rendered(state: IntakeState, event: LetterRendered, at: datetime) -> IntakeState:
    """The case with the documents of a letter, which are handed over once they are there."""
    letters = tuple(
        one.model_copy(
            update={"documents": event.documents, "handed_over_at": one.handed_over_at or at}
        )
        if one.letter_id == event.letter_id
        else one
        for one in state.letters
    )
    return state.model_copy(update={"letters": letters})
