"""The regulatory clock of a case's determination moved or was missed: nothing is evaluated or
decided, and the worklist follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from services.criteria.decide.changes import ContentComparison, class_of
from services.criteria.decide.determinations import worklist_row
from services.criteria.engine.edition.library import Library
from services.criteria.model import CriteriaState, LawClock, Line, MissedClock
from shared.events.clocks.duties import (
    ClockBreached,
    ClockCorrected,
    ClockExpired,
    ClockExtended,
    ClockStarted,
    OnExpiry,
)
from shared.events.criteria import ContentChange, LineDigest
from shared.events.intake import Accepted
from shared.lanes.outcome import Outcome, Received

RECEIPT = "receipt"
"""Why intake corrects the start of a clock, which it does of the newest alone."""


def amended_clock(
    case: CriteriaState | None, clock: ClockStarted | ClockExtended, received: Received
) -> Outcome[CriteriaState]:
    """The regulatory clock bounds when the clinicians must have looked; the worklist follows it.

    A clock that comes due later than the one that was missed is another one: nothing of it is
    missed yet. What the law has approved stays approved.
    """
    if case is None:
        return Outcome(case)
    law = _started(clock) if isinstance(clock, ClockStarted) else _extended(case.law, clock)
    missed = tuple(one for one in case.missed if one.by_law or clock.due_at <= one.due_at)
    changes = {"clock_due_at": clock.target_at or clock.due_at, "law": law, "missed": missed}
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
    law = case.law
    newest = law is None or clock.started_at == law.started_at or clock.reason == RECEIPT
    missed: list[MissedClock] = []
    for one in case.missed:
        if not _about(case, one, clock, newest=newest):
            missed.append(one)
        elif clock.breached or (one.by_law and clock.expired):
            now = {"rule": clock.rule, "due_at": clock.due_at, "started_at": clock.started_at}
            missed.append(one.model_copy(update=now))
    changes: dict[str, object] = {"missed": tuple(missed)}
    if newest:
        changes["clock_due_at"] = clock.target_at or clock.due_at
        changes["law"] = _corrected(law, clock)
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
    known = next((one for one in case.missed if _is(one, clock.rule, clock.due_at)), None)
    missed = known or _missed(case.law, clock)
    if isinstance(clock, ClockExpired):
        contents = tuple(
            LineDigest(sequence=line.sequence, digest=line.summary.digest)
            for line in case.lines
            if line.sequence in clock.lines and line.summary.digest
        )
        missed = missed.model_copy(update={"on_expiry": clock.on_expiry, "contents": contents})
    elif known is not None:
        return Outcome(case)
    others = (one for one in case.missed if one is not known and one.by_law)
    made = case.model_copy(update={"missed": (*others, missed)})
    return _listed_again(case, made, received)


def law_of(accepted: Accepted, before: CriteriaState | None) -> LawClock | None:
    """The clock of the determination as a version of the request leaves it: where another one runs
    that comes due later, it is not known yet what the law makes of that.
    """
    law = None if before is None else before.law
    if law is None or (accepted.due_at is not None and accepted.due_at > law.due_at):
        return None
    return law


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


def approves(case: CriteriaState, at: datetime) -> bool:
    """Whether the law had approved at an instant what nobody had decided until then: by the clock
    alone, as long as intake has not told which lines that is about.
    """
    law = case.law
    if law is None or law.met or law.on_expiry is not OnExpiry.APPROVED_BY_LAW:
        return False
    told = any(
        one.on_expiry is not OnExpiry.NONE and _is(one, law.rule, law.due_at) for one in case.missed
    )
    return at > law.due_at and not told


def _is(missed: MissedClock, rule: str, due_at: datetime) -> bool:
    """Whether it is the clock of this rule that was due then."""
    return (missed.rule, missed.due_at) == (rule, due_at)


def _started(clock: ClockStarted) -> LawClock:
    return LawClock(
        rule=clock.rule,
        started_at=clock.started_at,
        due_at=clock.due_at,
        on_expiry=clock.on_expiry,
    )


def _extended(law: LawClock | None, clock: ClockExtended) -> LawClock | None:
    """The clock with its longer time; an extension does not tell what the law makes of it."""
    if law is None or law.rule != clock.rule:
        return law
    return law.model_copy(update={"due_at": clock.due_at})


def _corrected(law: LawClock | None, clock: ClockCorrected) -> LawClock | None:
    """The clock as it stands corrected; by another rule it is not known what the law makes of it,
    and the stricter answer stays.
    """
    if law is None:
        return None
    now = {
        "rule": clock.rule,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "met": clock.stopped_at is not None and not clock.breached,
    }
    return law.model_copy(update=now)


def _missed(law: LawClock | None, clock: ClockBreached | ClockExpired) -> MissedClock:
    ours = law is not None and (law.rule, law.due_at) == (clock.rule, clock.due_at)
    return MissedClock(
        rule=clock.rule, due_at=clock.due_at, started_at=law.started_at if law and ours else None
    )


def _about(
    case: CriteriaState, missed: MissedClock, clock: ClockCorrected, *, newest: bool
) -> bool:
    """Whether a correction is of the clock that was missed: its start names a clock, and a start
    that is corrected itself is the newest one's.
    """
    if missed.started_at is None or case.law is None:
        return _is(missed, clock.rule, clock.due_at)
    if newest:
        return missed.started_at == case.law.started_at
    return missed.started_at == clock.started_at


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
