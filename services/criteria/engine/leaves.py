"""Leaves: one fact, one comparison. Checked against the vocabulary when they are compiled, so that evaluating them cannot fail."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.criteria.engine.comparisons import Test, in_span, member_of, of_range
from services.criteria.engine.facts import CONFIRMED, Known, observed_day
from services.criteria.engine.language import OPERATORS, Comparison, Criterion
from services.criteria.engine.scope import Closure, Mark, Result, Scope
from services.criteria.engine.values import MET, NOT_MET, UNKNOWN, Number, possible
from services.criteria.engine.vocabulary import Entry, limit

RANKS = {"possible": 0, "probable": 1, "confirmed": CONFIRMED}
COMPARISONS = ("at_least", "at_most", "above", "below", "between")
NOT_THERE = False
"""What an absent yes-no fact is taken for where a leaf declares a closed world."""


def place_of(entry: Entry) -> str:
    """Where a scope keeps this fact."""
    return entry.spec.of if entry.spec.of in {"member", "line"} else "item"


def comparison(spec: Criterion, entry: Entry) -> Test:
    """The compiled comparison of a leaf; raises `ValueError` with the reason if it does not suit the fact."""
    operator = spec.having(OPERATORS)[0]
    if operator in {"worst", "best"}:
        if not entry.spec.range:
            msg = f"{entry.path} is no range"
            raise ValueError(msg)
        inner: Comparison = getattr(spec, operator)
        name = next(iter(inner.model_fields_set))
        return of_range(in_span(name, limits(getattr(inner, name), entry)), worst=operator == "worst")
    if entry.spec.range:
        msg = f"{entry.path} is a range over muscle groups: say worst or best"
        raise ValueError(msg)
    if operator in COMPARISONS:
        return in_span(operator, limits(getattr(spec, operator), entry))
    wanted = (spec.is_,) if operator == "is_" else spec.one_of or ()
    return member_of(frozenset(_allowed(value, entry) for value in wanted))


def limits(given: Any, entry: Entry) -> tuple[Number, ...]:
    """The thresholds of a comparison as numbers in the fact's unit."""
    if not entry.numeric:
        msg = f"{entry.path} is a {entry.spec.type}: it has no order"
        raise ValueError(msg)
    found = tuple(limit(value, entry) for value in (given if isinstance(given, tuple) else (given,)))
    numbers = tuple(number for number in found if number is not None)
    if len(numbers) != len(found) or list(numbers) != sorted(numbers):
        msg = f"{given} is no threshold for {entry.path}"
        raise ValueError(msg)
    return numbers


def _allowed(value: Any, entry: Entry) -> Any:
    kind = entry.spec.type
    fits = {"boolean": isinstance(value, bool), "text": isinstance(value, str), "choice": value in entry.spec.allowed, "set": value in entry.spec.allowed}
    if entry.numeric and (number := limit(value, entry)) is not None:
        return number
    if not fits.get(kind, False):
        msg = f"{entry.path} cannot be {value}"
        raise ValueError(msg)
    return value


def threshold(spec: Criterion, entry: Entry) -> float | None:
    """The single threshold of a leaf, for the margin that its evidence shows."""
    operator = spec.having(OPERATORS)[0]
    given = getattr(spec, operator) if operator in COMPARISONS[:4] else None
    number = None if given is None else limit(given, entry)
    return None if number is None else float(number)


def leaf(mark: Mark, spec: Criterion, entry: Entry) -> Closure:
    """A leaf as a closure: absent, unclear or uncertain facts are unknown, with the reason."""
    path, place = entry.path, place_of(entry)
    test = comparison(spec, entry)
    need, group_ok = RANKS[spec.certainty], spec.scope == "group"
    nothing = _absent(mark, test, entry) if spec.assume_absent else (mark, UNKNOWN, "absent", None, None, None)
    unassumed = (mark, UNKNOWN, "absent", None, None, None)

    def unsound(known: Known) -> Result:
        reason = why_unknown(known, need, group_ok=group_ok)
        return (mark, test(known.value) if reason is None else UNKNOWN, reason, known, None, None)

    def member(scope: Scope) -> Result:
        known = scope.member.get(path)
        if known is None:
            return nothing if scope.trusting else unassumed
        return (mark, test(known.value), None, known, None, None) if known.sound else unsound(known)

    def item(scope: Scope) -> Result:
        known = (scope.item if place == "item" else scope.line).get(path)
        if known is None:
            return nothing if scope.trusting else unassumed
        return (mark, test(known.value), None, known, None, None) if known.sound else unsound(known)

    return member if place == "member" else item


def _absent(mark: Mark, test: Test, entry: Entry) -> Result:
    """The closed world that a leaf declares: nobody documented it, so it is not there."""
    if entry.spec.type != "boolean":
        msg = "assume_absent needs a yes-no fact"
        raise ValueError(msg)
    return (mark, test(NOT_THERE), "assumed", None, None, None)


def why_unknown(known: Known, need: int, *, group_ok: bool) -> str | None:
    """Why a fact cannot be used by a leaf that needs this certainty; None if it can."""
    if known.reason is not None:
        return known.reason
    if known.rank < need:
        return "below_confidence"
    return "group_scope" if known.group and not group_ok else None


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
        dates = possible(known.value) if is_date else {observed_day(fact, scope.day) for fact in known.facts}
        return _aged(mark, known, {(scope.day - at).days for at in dates if isinstance(at, date)}, days)

    return run


def _aged(mark: Mark, known: Known, ages: set[int], days: int) -> Result:
    if not ages or min(ages) < 0:
        return (mark, UNKNOWN, "illegible", known, None, None)
    return (mark, MET if max(ages) <= days else NOT_MET if min(ages) > days else UNKNOWN, None, known, None, None)
