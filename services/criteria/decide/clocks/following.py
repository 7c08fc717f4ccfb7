"""The regulatory clock of a case's determination moved or was missed: nothing is evaluated or
decided, and the worklist follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.criteria.decide.changes import ContentComparison, class_of
from services.criteria.decide.clocks.known import (
    about,
    as_corrected,
    as_extended,
    as_missed,
    as_started,
    beside,
    moved,
    same_clock,
    soonest,
)
from services.criteria.decide.determinations import worklist_row
from services.criteria.engine.edition.library import Library
from services.criteria.model import CriteriaState, Line, MissedClock
from shared.events.clocks.duties import (
    ClockBreached,
    ClockCorrected,
    ClockExpired,
    ClockExtended,
    ClockKind,
    ClockStarted,
    OnExpiry,
)
from shared.events.criteria import ContentChange, LineDigest
from shared.lanes.outcome import Outcome, Received


def amended_clock(
    case: CriteriaState | None, clock: ClockStarted | ClockExtended, received: Received
) -> Outcome[CriteriaState]:
    """The regulatory clock bounds when the clinicians must have looked; the worklist follows it.

    A clock that comes due later than the one that was missed is another one: nothing of it is
    missed yet. What the law has approved stays approved.
    """
    if case is None:
        return Outcome(case)
    if clock.kind is ClockKind.FURTHER_DETERMINATION:
        return _listed_again(case, beside(case, clock), received)
    law = as_started(clock) if isinstance(clock, ClockStarted) else as_extended(case.law, clock)
    missed = tuple(one for one in case.missed if one.by_law or clock.due_at <= one.due_at)
    # Those beside a clock of another receipt are told of after it.
    same = case.law is None or law is None or law.started_at == case.law.started_at
    further = case.further if same else {}
    changes = {
        "clock_due_at": soonest(clock.target_at or clock.due_at, further),
        "law": law,
        "further": further,
        "missed": missed,
    }
    return _listed_again(case, case.model_copy(update=changes), received)


def corrected_clock(
    case: CriteriaState | None, clock: ClockCorrected, received: Received
) -> Outcome[CriteriaState]:
    """What was told of the clock was wrong: what is not missed after all counts as it did, unless
    the law approved it and somebody was told (`expired`, ADR 10).

    Only the clock that it is about: a former one that is corrected moves no work, and what the law
    made of another stays.
    """
    if case is None:
        return Outcome(case)
    further = clock.kind is ClockKind.FURTHER_DETERMINATION
    law = case.further.get(clock.slot) if further else case.law
    newest = law is None or clock.started_at == law.started_at or moved(law, clock)
    missed: list[MissedClock] = []
    for one in case.missed:
        if not about(law, one, clock, newest=newest):
            missed.append(one)
        elif clock.breached or (one.by_law and clock.expired):
            now = {"rule": clock.rule, "due_at": clock.due_at, "started_at": clock.started_at}
            missed.append(one.model_copy(update=now))
    changes: dict[str, object] = {"missed": tuple(missed)}
    if newest and further:
        known = beside(case, clock)
        changes |= {"further": known.further, "clock_due_at": known.clock_due_at}
    elif newest:
        changes["clock_due_at"] = soonest(clock.target_at or clock.due_at, case.further)
        changes["law"] = as_corrected(law, clock)
    return _listed_again(case, case.model_copy(update=changes), received)


def missed_clock(
    case: CriteriaState | None, clock: ClockBreached | ClockExpired, received: Received
) -> Outcome[CriteriaState]:
    """The determination did not come in time: nothing is decided by it, and its open lines stand
    first on the worklist. What the law makes of them is told by the expiry; what was refused of
    what it approved comes back to the worklist.
    """
    if case is None:
        return Outcome(case)
    further = clock.kind is not ClockKind.DETERMINATION
    known = next((one for one in case.missed if same_clock(one, clock.rule, clock.due_at)), None)
    law = case.further.get(clock.slot) if further else case.law
    missed = known or as_missed(law, clock)
    if isinstance(clock, ClockExpired):
        contents = tuple(
            LineDigest(sequence=line.sequence, digest=line.summary.digest)
            for line in case.lines
            if line.sequence in clock.lines and line.summary.digest
        )
        missed = missed.model_copy(update={"on_expiry": clock.on_expiry, "contents": contents})
    elif known is not None or (further and case.missed):
        # The lines stand first already.
        return Outcome(case)
    others = (
        one
        for one in case.missed
        if one is not known and (one.by_law or (further and one.on_expiry is not OnExpiry.NONE))
    )
    made = case.model_copy(update={"missed": (*others, missed)})
    return _listed_again(case, made, received)


def renamed(
    before: CriteriaState | None, lines: Iterable[Line], library: Library, today: date
) -> tuple[MissedClock, ...]:
    """The clocks that were missed: what the law made of a content holds for it as it is written now
    where its change is an administrative one.
    """
    if before is None or not before.missed:
        return ()
    missed = before.missed
    for line in lines:
        old = before.line(line.sequence)
        if old is None or old.summary.digest == line.summary.digest:
            continue
        change = class_of(ContentComparison(old, line.content, library, today))
        if change is not ContentChange.CLINICAL:
            missed = tuple(_following(one, old, line) for one in missed)
    return missed


def _following(missed: MissedClock, before: Line, now: Line) -> MissedClock:
    """The clock with a line as it is written now, where it names what it was before."""
    digest = now.summary.digest
    if digest is None or not missed.names(before.sequence, before.summary.digest):
        return missed
    named = LineDigest(sequence=now.sequence, digest=digest)
    return missed.model_copy(update={"contents": (*missed.contents, named)})


def _listed_again(
    before: CriteriaState, case: CriteriaState, received: Received
) -> Outcome[CriteriaState]:
    """The case with its lines on the worklist as they stand there now."""
    rows = (
        worklist_row(received.case_id, case, line)
        for line in case.lines
        if case.why_listed(line) or before.why_listed(line)
    )
    return Outcome(case, rows=tuple(rows))
