"""Which letters follow from an event: one for each notice and audience, its content fixed by
hashes. Pure.
"""

from __future__ import annotations

from datetime import datetime

from services.letters.decide.clocks import calls_for_notice, notify_of_clock
from services.letters.decide.letters import RENDER, LetterTemplates
from services.letters.decide.memory import remembered
from services.letters.decide.notices import notify, understood
from services.letters.decide.standing import standing_of
from services.letters.model import LettersState
from shared.events import adverse
from shared.events.criteria import CaseDetermined
from shared.events.letters import LetterRendered, RenderedDocument
from shared.events.model import EventData
from shared.lanes.outcome import Emit, Outcome, Received, Row, TaskDone

__all__ = ["RENDER", "LetterTemplates", "decide"]


def decide(
    stationery: LetterTemplates, case: LettersState | None, received: Received, now: datetime
) -> Outcome[LettersState]:
    """What follows from the event for the case's letters; an event seen before brings nothing
    new.
    """
    known = case or LettersState()
    if isinstance(received.data, CaseDetermined):
        for line in received.data.lines:
            adverse.refuse_unknown((line.determination,), line.basis)
    match received.data:
        # What software could not read is not for the member to know: a notice follows once somebody
        # has decided, or the request is evaluated.
        case CaseDetermined(evaluation_failed=True):
            return Outcome(known)
        case CaseDetermined() as determined if understood(determined):
            stands = known.model_copy(update={"standing": standing_of(determined)})
            return notify(stationery, stands, determined, received, now)
        case TaskDone(kind="render") as done:
            return _rendered(known, done)
        case EventData() as event if calls_for_notice(event):
            return notify_of_clock(stationery, remembered(known, event), received, now)
        case EventData() as event:
            return Outcome(remembered(known, event))
        case _:
            return Outcome(case)


def _rendered(case: LettersState, done: TaskDone) -> Outcome[LettersState]:
    """The documents of a letter that this case has and that had none."""
    letter = next(
        (one for one in case.letters if str(one.letter_id) == done.key and not one.rendered), None
    )
    if letter is None:
        return Outcome(case)
    letters = tuple(
        one.model_copy(update={"rendered": True}) if one is letter else one for one in case.letters
    )
    documents = done.result["documents"]
    made = LetterRendered(
        letter_id=letter.letter_id,
        documents=tuple(
            RenderedDocument(format=one["format"], sha256=one["sha256"], size=one["size"])
            for one in documents
        ),
    )
    return Outcome(
        case.model_copy(update={"letters": letters}),
        events=(Emit(made, done.key),),
        rows=tuple(Row("document", {"letter_id": letter.letter_id, **one}) for one in documents),
    )
