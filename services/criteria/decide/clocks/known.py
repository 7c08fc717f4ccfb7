"""The clocks of a case's determination as intake told them, and which of them were missed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.criteria.model import CriteriaState, LawClock, MissedClock
from shared.events.clocks.duties import (
    ClockBreached,
    ClockCorrected,
    ClockExpired,
    ClockExtended,
    ClockStarted,
    OnExpiry,
)
from shared.events.intake import Accepted

RECEIPT = "receipt"
"""Why intake corrects the start of a clock."""


def as_started(clock: ClockStarted) -> LawClock:
    """The clock as it began."""
    return LawClock(
        rule=clock.rule,
        started_at=clock.started_at,
        due_at=clock.due_at,
        target_at=clock.target_at,
        on_expiry=clock.on_expiry,
    )


def as_extended(law: LawClock | None, clock: ClockExtended) -> LawClock | None:
    """The clock with its longer time; an extension does not tell what the law makes of it."""
    if law is None or law.rule != clock.rule:
        return law
    return law.model_copy(update={"due_at": clock.due_at, "target_at": clock.target_at})


def as_corrected(law: LawClock | None, clock: ClockCorrected) -> LawClock | None:
    """The clock as it stands corrected; by another rule it is not known what the law makes of it,
    and the stricter answer stays.
    """
    if law is None:
        return None
    now = {
        "rule": clock.rule,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "target_at": clock.target_at,
        "met": clock.stopped_at is not None and not clock.breached,
    }
    return law.model_copy(update=now)


def as_missed(law: LawClock | None, clock: ClockBreached | ClockExpired) -> MissedClock:
    """The clock as one that was missed."""
    ours = law is not None and (law.rule, law.due_at) == (clock.rule, clock.due_at)
    return MissedClock(
        rule=clock.rule, due_at=clock.due_at, started_at=law.started_at if law and ours else None
    )


def same_clock(missed: MissedClock, rule: str, due_at: datetime) -> bool:
    """Whether it is the clock of this rule that was due then."""
    return (missed.rule, missed.due_at) == (rule, due_at)


def about(
    law: LawClock | None, missed: MissedClock, clock: ClockCorrected, *, newest: bool
) -> bool:
    """Whether a correction is of the clock that was missed: its start names a clock, and a start
    that is corrected itself is the newest one's.
    """
    if missed.started_at is None or law is None:
        return same_clock(missed, clock.rule, clock.due_at)
    start = law.started_at if newest else clock.former_started_at or clock.started_at
    return missed.started_at == start and missed.rule in (law.rule, clock.rule)


def moved(law: LawClock, clock: ClockCorrected) -> bool:
    """Whether a correction puts the start of this very clock elsewhere; one that does not name the
    former start is of the newest.
    """
    return clock.reason == RECEIPT and clock.former_started_at in (None, law.started_at)


def beside(
    case: CriteriaState, clock: ClockStarted | ClockExtended | ClockCorrected
) -> CriteriaState:
    """The case with a clock beside the strictest one, as it stands."""
    known = case.further.get(clock.slot)
    if isinstance(clock, ClockStarted):
        now: LawClock | None = as_started(clock)
    elif isinstance(clock, ClockExtended):
        now = as_extended(known, clock)
    else:
        now = as_corrected(known, clock)
    further = case.further if now is None else case.further | {clock.slot: now}
    strictest = None if case.law is None else case.law.target_at
    listed = case.clock_due_at if strictest is None else strictest
    if listed is not None:
        listed = soonest(listed, further)
    return case.model_copy(update={"further": further, "clock_due_at": listed})


def soonest(strictest: datetime, further: Mapping[int, LawClock]) -> datetime:
    """The earliest reading of all clocks by which the case must be decided."""
    beside = (one.target_at or one.due_at for one in further.values() if not one.met)
    return min([strictest, *beside])


def listed_by(accepted: Accepted, before: CriteriaState | None) -> datetime | None:
    """The earliest reading of the clocks, by which the work is listed, if intake has told one."""
    at = accepted.target_at or accepted.due_at
    if before is None:
        return at
    return before.clock_due_at if at is None else soonest(at, before.further)


def law_of(accepted: Accepted, before: CriteriaState | None) -> LawClock | None:
    """The clock of the determination as a version of the request leaves it: where another one runs
    that comes due later, it is not known yet what the law makes of that.
    """
    law = None if before is None else before.law
    if law is None or (accepted.due_at is not None and accepted.due_at > law.due_at):
        return None
    return law


def approves(case: CriteriaState, at: datetime) -> bool:
    """Whether the law had approved at an instant what nobody had decided until then: by the clock
    alone, as long as intake has not told which lines that is about.
    """
    laws = (*(() if case.law is None else (case.law,)), *case.further.values())
    return any(_approves(case, law, at) for law in laws)


def _approves(case: CriteriaState, law: LawClock, at: datetime) -> bool:
    if law.met or law.on_expiry is not OnExpiry.APPROVED_BY_LAW:
        return False
    told = any(
        one.on_expiry is not OnExpiry.NONE and same_clock(one, law.rule, law.due_at)
        for one in case.missed
    )
    return at > law.due_at and not told
