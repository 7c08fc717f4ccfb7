"""Leaves: one fact, one comparison. Checked against the vocabulary when they are compiled, so that evaluating them cannot fail."""

from __future__ import annotations

from typing import Any

from services.criteria.engine.comparisons import Test, in_span, member_of, of_range
from services.criteria.engine.facts import CONFIRMED, Known
from services.criteria.engine.language import OPERATORS, Comparison, Criterion
from services.criteria.engine.scope import Closure, Mark, Result, Scope
from services.criteria.engine.values import UNKNOWN, Number
from services.criteria.engine.vocabulary import Entry, limit
from shared.spine import LEVELS

RANKS = {"possible": 0, "probable": 1, "confirmed": CONFIRMED}
PLACES = ("member", "line", "item")
"""In the order of a scope's `facts`."""
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
    test = comparison(spec, entry)
    at, path, state_of = PLACES.index(place_of(entry)), entry.path, states_of(test, entry).get
    need, group_ok = RANKS[spec.certainty], spec.scope == "group"
    unassumed: Result = (mark, UNKNOWN, "absent", None, None, None)
    nothing = _absent(mark, test, entry) if spec.assume_absent else unassumed

    def run(scope: Scope) -> Result:
        known: Known | None = scope.facts[at].get(path)
        if known is None:
            return nothing if scope.top.trusting else unassumed
        reason = None if known.sound else why_unknown(known, need, group_ok=group_ok)
        if reason is not None:
            return (mark, UNKNOWN, reason, known, None, None)
        state = state_of(known.value)
        return (mark, test(known.value) if state is None else state, None, known, None, None)

    return run


def states_of(test: Test, entry: Entry) -> dict[Any, int]:
    """The states of every single value that a fact of few values can have, computed once; other values are compared each time."""
    if entry.spec.type == "boolean":
        return {value: test(value) for value in (True, False)}
    if entry.spec.type == "level":
        return {value: test(value) for value in range(len(LEVELS))}
    return {value: test(value) for value in entry.spec.allowed} if entry.spec.type == "choice" else {}


def _absent(mark: Mark, test: Test, entry: Entry) -> Result:
    """The closed world that a leaf declares: nobody documented it, so it is not there."""
    if entry.spec.type != "boolean" or entry.spec.ask is None:
        msg = "assume_absent needs a yes-no fact that can be asked for"
        raise ValueError(msg)
    return (mark, test(NOT_THERE), "assumed", None, None, None)


def why_unknown(known: Known, need: int, *, group_ok: bool) -> str | None:
    """Why a fact cannot be used by a leaf that needs this certainty; None if it can."""
    if known.reason is not None:
        return known.reason
    if known.rank < need:
        return "below_confidence"
    return "group_scope" if known.group and not group_ok else None
