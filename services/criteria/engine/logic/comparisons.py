"""The comparisons of leaves: each is compiled once to a function from the possible values to met,
not met, or unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.criteria.engine.logic.values import (
    MET,
    NOT_MET,
    UNKNOWN,
    HeldValue,
    Number,
    Span,
    compare,
)

Test = Callable[[Any], int]


def member_of(wanted: frozenset[Any]) -> Test:
    """Met if the value is one of these; of a set that holds several things, if it holds one of
    them.
    """

    def test(value: Any) -> int:
        if type(value) is frozenset:
            return _spread(value <= wanted, value.isdisjoint(wanted))
        if type(value) is HeldValue:
            return MET if value.things & wanted else NOT_MET if value.closed else UNKNOWN
        if type(value) is Span:
            return _points(value, wanted)
        return MET if value in wanted else NOT_MET

    return test


def _spread(every: bool, nothing: bool) -> int:  # noqa: FBT001 - two facts of one comparison
    return MET if every else NOT_MET if nothing else UNKNOWN


def _points(span: Span, wanted: frozenset[Any]) -> int:
    """An interval against single numbers: it can at most touch them."""
    if span.low is not None and span.low == span.high:
        return MET if span.low in wanted else NOT_MET
    return UNKNOWN if any(compare(Span(x, x), span) == MET for x in wanted) else NOT_MET


def target(operator: str, limits: tuple[Number, ...]) -> Span:
    """The numbers that a comparison accepts."""
    first = limits[0]
    match operator:
        case "at_least":
            return Span(first, None)
        case "at_most":
            return Span(None, first)
        case "above":
            return Span(first, None, low_open=True)
        case "below":
            return Span(None, first, high_open=True)
        case _:
            return Span(first, limits[1])


def in_span(operator: str, limits: tuple[Number, ...]) -> Test:
    """Met if the number compares so with the threshold."""
    accepted = target(operator, limits)
    holds, both_ends = _holds(operator, limits), operator == "between"

    def test(value: Any) -> int:
        if type(value) is int:
            return MET if holds(value) else NOT_MET
        if type(value) is frozenset:
            states = (
                {holds(one) for one in value}
                if both_ends
                else {holds(min(value)), holds(max(value))}
            )
            return UNKNOWN if len(states) > 1 else MET if True in states else NOT_MET
        if type(value) is Span:
            return compare(value, accepted)
        return MET if holds(value) else NOT_MET

    return test


def _holds(operator: str, limits: tuple[Number, ...]) -> Callable[[Any], bool]:
    first, last = limits[0], limits[-1]
    match operator:
        case "at_least":
            return lambda value: bool(value >= first)
        case "at_most":
            return lambda value: bool(value <= first)
        case "above":
            return lambda value: bool(value > first)
        case "below":
            return lambda value: bool(value < first)
        case _:
            return lambda value: bool(first <= value <= last)


def of_range(test: Test, *, worst: bool) -> Test:
    """The comparison for the minimum (worst) or maximum (best) of a range over muscle groups."""

    def edge(value: Any) -> int:
        if type(value) is frozenset:
            states = {test(one) for one in value}
            return states.pop() if len(states) == 1 else UNKNOWN
        if type(value) is not Span:
            return test(value)
        bound, is_open = (value.low, value.low_open) if worst else (value.high, value.high_open)
        return UNKNOWN if bound is None or is_open else test(bound)

    return edge
