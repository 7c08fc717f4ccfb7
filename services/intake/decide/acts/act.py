"""Acts of people on the clocks of a case: each is taken, or declined with a reason, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from services.intake.clocks.rules import RuleTable
from services.intake.decide.acts import corrections, expediting, extensions, information
from services.intake.decide.acts.acting import Acting
from services.intake.model import IntakeState
from shared.events.clocks.acts import (
    AcknowledgeMailing,
    ActDeclineCode,
    ClockActDeclined,
    ClockActRecorded,
    ClockActSubmitted,
    CorrectReceipt,
    Expedite,
    Extend,
    ReceiveInformation,
    RecordOralNotice,
    RefuseExpedite,
)
from shared.events.model import Part
from shared.lanes.outcome import Emit, Outcome, Received

MOST_ANSWERED = 200
"""Keys of acts that a case remembers; nobody repeats an act after so many others."""
AHEAD = timedelta(minutes=5)
"""So much the clock of a desk may be ahead of the log's."""
Answer = Outcome[IntakeState] | ActDeclineCode
TAKES: dict[type[Part], tuple[Callable[..., Answer], Callable[[Any], datetime] | None]] = {
    Extend: (extensions.on_extend, None),
    Expedite: (expediting.on_expedite, attrgetter("asked_at")),
    RefuseExpedite: (expediting.on_refuse, None),
    RecordOralNotice: (corrections.on_oral_notice, attrgetter("notified_at")),
    AcknowledgeMailing: (corrections.on_mailed, attrgetter("mailed_at")),
    CorrectReceipt: (corrections.on_receipt, attrgetter("received_at")),
    ReceiveInformation: (information.on_received, attrgetter("received_at")),
}
"""What takes an act, and when what it tells of happened."""
SENTENCES = {
    ActDeclineCode.UNKNOWN_CASE: "There is no such case.",
    ActDeclineCode.NOT_RUNNING: "The clock had stopped, or did not run yet at that instant.",
    ActDeclineCode.NEVER_EXTENDED: "The rule of this clock allows no extension.",
    ActDeclineCode.EXTENDED_BEFORE: "The clock was extended before; that is done once.",
    ActDeclineCode.REASON_NOT_ALLOWED: "The rule allows no extension for this reason.",
    ActDeclineCode.TOO_LATE: "The due time has passed.",
    ActDeclineCode.PHYSICIAN_ASKED: "A physician says that it is urgent, or a finding does; it "
    "stays expedited.",
    ActDeclineCode.NOT_EXPEDITED: "Nobody asked that it be faster, or it is refused already.",
    ActDeclineCode.UNKNOWN_LETTER: "The case has no such letter, or it was written later.",
    ActDeclineCode.NOT_EARLIER: "A receipt is corrected to an earlier instant only, by a year at "
    "most.",
    ActDeclineCode.IN_THE_FUTURE: "The instant lies in the future.",
    ActDeclineCode.NOT_DECIDED: "Not every line was decided then, so nobody can be told what was.",
    ActDeclineCode.CONTRADICTED: "Whether something was refused is not as it was decided then.",
    ActDeclineCode.NOTHING_ASKED: "No information was asked for before that.",
    ActDeclineCode.KEY_USED: "The key names another act, which had its answer.",
    ActDeclineCode.UNKNOWN_VERSION: "No clock runs from the receipt of this version.",
}


def on_act(
    rules: RuleTable, state: IntakeState | None, submitted: ClockActSubmitted, received: Received
) -> Outcome[IntakeState]:
    """What comes of an act: what it changes, beside the word that it was taken, or why it was not.
    The same act again changes nothing and has no second answer; another one under its key is
    declined, since its sender would take the first one's answer for theirs.
    """
    if state is None:
        return Outcome(None, (_declined(submitted, ActDeclineCode.UNKNOWN_CASE),))
    digest = submitted.digest
    answered = state.answered.get(submitted.idempotency_key)
    if answered is not None:
        other = (_declined(submitted, ActDeclineCode.KEY_USED),) if answered != digest else ()
        return Outcome(state, other)
    keys = [*state.answered.items(), (submitted.idempotency_key, digest)][-MOST_ANSWERED:]
    known = state.model_copy(update={"answered": dict(keys)})
    answer = _answer(rules, known, Acting(submitted, received.received_at, received.id))
    if isinstance(answer, ActDeclineCode):
        return Outcome(known, (_declined(submitted, answer),))
    recorded = ClockActRecorded(
        idempotency_key=submitted.idempotency_key,
        by=submitted.by,
        role=submitted.role,
        act=submitted.act,
    )
    return answer._replace(events=(Emit(recorded), *answer.events))


def _answer(rules: RuleTable, state: IntakeState, by: Acting) -> Answer:
    """What an act changes, or why it is declined."""
    act = by.submitted.act
    takes, happened_at = TAKES[type(act)]
    if happened_at is not None and happened_at(act) > by.now + AHEAD:
        return ActDeclineCode.IN_THE_FUTURE
    return takes(rules, state, act, by)


def _declined(submitted: ClockActSubmitted, code: ActDeclineCode) -> Emit:
    return Emit(
        ClockActDeclined(
            idempotency_key=submitted.idempotency_key,
            by=submitted.by,
            code=code,
            detail=SENTENCES[code],
        )
    )
