"""What people put on record of a case afterwards: who was told, when a letter was mailed, when the
request really came.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from services.intake.clocks import running, stricter
from services.intake.clocks.record import OralNotice, RunningClock, earliest_notices, in_time
from services.intake.clocks.rules import RuleTable
from services.intake.decide import duties, finals
from services.intake.decide.acts.acting import Acting
from services.intake.model import IntakeState
from shared.events.clocks.acts import (
    AcknowledgeMailing,
    ActDeclineCode,
    CorrectReceipt,
    RecordOralNotice,
)
from shared.events.clocks.duties import DETERMINATIONS, ClockKind, DutyFact
from shared.lanes.outcome import Outcome

FROM_RECEIPT = frozenset(
    {*DETERMINATIONS, ClockKind.INFORMATION_REQUEST, ClockKind.INCOMPLETE_NOTICE}
)
"""Clocks that run from the receipt of the request."""
FURTHEST = timedelta(days=366)
"""How far back a receipt is put: beyond that it is a slip of the pen."""
DAY = timedelta(days=1)
MAILED, SPOKEN, RECEIPT = "mailed", "oral_notice", "receipt"
Answer = Outcome[IntakeState] | ActDeclineCode


def on_oral_notice(
    rules: RuleTable, state: IntakeState, act: RecordOralNotice, by: Acting
) -> Answer:
    """Somebody was told what was decided, by word of mouth: of the determination that stood then.
    Where a rule wants it in writing after that, because something was refused, that duty begins; a
    notice of something else than was decided is none.
    """
    stood = finals.stood_at(state, act.notified_at)
    if stood is None:
        return ActDeclineCode.NOT_DECIDED
    final, decided_at = stood
    if act.adverse is not bool(final.refused):
        return ActDeclineCode.CONTRADICTED
    to_member = act.addressee != "provider"
    notice = OralNotice(
        to_member=to_member, at=act.notified_at, final=final.signature, recorded=by.recorded
    )
    notices = earliest_notices((*state.oral_notices, notice))
    outcome = Outcome(state.model_copy(update={"oral_notices": notices}))
    if to_member and final.refused:
        outcome = _to_be_written(rules, outcome, notice, decided_at)
    return measured_again(rules, outcome, SPOKEN)


def _to_be_written(
    rules: RuleTable, outcome: Outcome[IntakeState], notice: OralNotice, decided_at: datetime
) -> Outcome[IntakeState]:
    """The outcome with the duty to write what was told, if a rule has it and it is not owed yet."""
    state = outcome.state
    kind = ClockKind.WRITTEN_NOTICE
    if state is None or any(
        one.kind is kind and (one.running or one.final == notice.final) for one in state.clocks
    ):
        return outcome
    found = running.found_due(rules, kind, state.clocked, notice.at)
    if found is None:
        return outcome
    clock = running.begun(found, state.clocked, notice.at)
    about = {"final": notice.final, "decided_at": decided_at}
    return duties.start(outcome, (clock.model_copy(update=about),))


def on_mailed(rules: RuleTable, state: IntakeState, act: AcknowledgeMailing, _: Acting) -> Answer:
    """The vendor says when a letter was mailed: what its hand-over met is measured by that, for and
    against the plan (ADR 8).
    """
    letter = next((one for one in state.letters if one.letter_id == act.letter_id), None)
    if letter is None or act.mailed_at < letter.issued_at - DAY:
        return ActDeclineCode.UNKNOWN_LETTER
    # Some vendors tell the day alone.
    at = max(act.mailed_at, letter.issued_at)
    mailed = letter.model_copy(
        update={"mailed_at": at, "handed_over_at": letter.handed_over_at or at}
    )
    letters = tuple(mailed if one is letter else one for one in state.letters)
    outcome = Outcome(state.model_copy(update={"letters": letters}))
    return measured_again(rules, outcome, MAILED)


def measured_again(
    rules: RuleTable, outcome: Outcome[IntakeState], reason: str
) -> Outcome[IntakeState]:
    """The outcome with every clock measured by what is on record now: one that had stopped is
    corrected where another instant is known of what met it, or another fact that met it before.
    """
    state = outcome.state
    for clock in () if state is None else state.clocks:
        if clock.met_by and clock.met_by[0].fact is not DutyFact.WITHDRAWN:
            outcome = _measured_again(rules, outcome, clock, reason)
    return duties.measured(rules, outcome)


def _measured_again(
    rules: RuleTable, outcome: Outcome[IntakeState], clock: RunningClock, reason: str
) -> Outcome[IntakeState]:
    """The outcome with a clock that had stopped as its facts stand now."""
    state = outcome.state
    met_by = () if state is None else duties.meets(rules, state, clock)
    if not met_by:
        return outcome
    at = max(running.last(met_by), clock.started_at)
    if at == clock.stopped_at:
        return outcome
    again = _judged(clock.model_copy(update={"stopped_at": at, "met_by": met_by}))
    return duties.changed(outcome, clock, again, running.corrected(again, reason))


def _judged(clock: RunningClock) -> RunningClock:
    """A stopped clock, missed or not by its facts alone."""
    soon = clock.stopped_at is not None and in_time(clock, clock.stopped_at)
    expired = running.still_expired(clock, in_time=soon)
    return clock.model_copy(update={"in_time": soon, "breached": not soon, "expired": expired})


def on_receipt(rules: RuleTable, state: IntakeState, act: CorrectReceipt, _: Acting) -> Answer:
    """The request, or the version that is named, came earlier than the record says: its clocks are
    counted from then, and none comes due later for it.
    """
    version = state.clock.version if act.version is None else act.version
    own = [one for one in state.clocks if one.kind in FROM_RECEIPT and one.version == version]
    if not own:
        return ActDeclineCode.UNKNOWN_VERSION
    receipt = own[-1].started_at
    if not receipt - FURTHEST <= act.received_at < receipt:
        return ActDeclineCode.NOT_EARLIER
    outcome = Outcome(state)
    for clock in (one for one in own if one.started_at == receipt):
        again = stricter.recounted(rules, clock, state.clocked, act.received_at)
        if not again.running:
            again = _judged(again)
        event = running.corrected(again, RECEIPT, receipt)
        outcome = duties.changed(outcome, clock, again, event)
    return duties.measured(rules, outcome)
