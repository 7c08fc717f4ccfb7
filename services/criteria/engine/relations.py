"""Leaves that compare two levels, or a date with the day of receipt."""

from __future__ import annotations

from datetime import date

from services.criteria.engine.facts import Known, observed_day
from services.criteria.engine.language import Criterion
from services.criteria.engine.leaves import RANKS, place_of, why_unknown
from services.criteria.engine.scope import Closure, Mark, Result, Scope
from services.criteria.engine.values import MET, NOT_MET, UNKNOWN, possible
from services.criteria.engine.vocabulary import Entry


def levels_below(mark: Mark, spec: Criterion, entry: Entry, other: Entry) -> Closure:
    """How far the level of one fact lies below that of another."""
    below = spec.levels_below
    if below is None or entry.spec.type != "level" or other.spec.type != "level" or below.min > below.max:
        msg = "levels_below compares two levels, min to max"
        raise ValueError(msg)
    low, high, need = below.min, below.max, RANKS[spec.certainty]
    place, other_place = place_of(entry), place_of(other)

    def run(scope: Scope) -> Result:
        here: Known | None = getattr(scope, place).get(entry.path)
        there: Known | None = getattr(scope, other_place).get(other.path)
        if here is None or there is None:
            return (mark, UNKNOWN, "absent", here or there, None, None)
        reason = why_unknown(here, need, group_ok=False) or why_unknown(there, need, group_ok=False)
        if reason is not None:
            return (mark, UNKNOWN, reason, here, None, None)
        states = {low <= a - b <= high for a in possible(here.value) for b in possible(there.value)}
        return (mark, UNKNOWN if len(states) > 1 else MET if True in states else NOT_MET, None, here, None, None)

    return run


def within_days(mark: Mark, spec: Criterion, entry: Entry) -> Closure:
    """Whether a date (or the observation of any other fact) lies at most so many days before receipt; a later one is illegible."""
    days, place = spec.within_days or 0, place_of(entry)
    need, group_ok, is_date = RANKS[spec.certainty], spec.scope == "group", entry.spec.type == "date"

    def run(scope: Scope) -> Result:
        known: Known | None = getattr(scope, place).get(entry.path)
        if known is None:
            return (mark, UNKNOWN, "absent", None, None, None)
        reason = why_unknown(known, need, group_ok=group_ok)
        if reason is not None:
            return (mark, UNKNOWN, reason, known, None, None)
        dates = possible(known.value) if is_date else {observed_day(fact, scope.top.day) for fact in known.facts}
        return _aged(mark, known, {(scope.top.day - at).days for at in dates if isinstance(at, date)}, days)

    return run


def _aged(mark: Mark, known: Known, ages: set[int], days: int) -> Result:
    if not ages or min(ages) < 0:
        return (mark, UNKNOWN, "illegible", known, None, None)
    return (mark, MET if max(ages) <= days else NOT_MET if min(ages) > days else UNKNOWN, None, known, None, None)
