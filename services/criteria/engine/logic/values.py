"""What a fact may be: one value, one of several, an interval with open or closed ends, or a set of
things that all hold. Numbers are exact.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple

NOT_MET: Final = 0
UNKNOWN: Final = 1
MET: Final = 2
Number = int | Fraction


class Span(NamedTuple):
    """Every number between two bounds; `None` is no bound."""

    low: Number | None
    high: Number | None
    low_open: bool = False
    high_open: bool = False


class HeldValue(NamedTuple):
    """Things that are all documented to hold; `closed` says that nothing else does."""

    things: frozenset[Any]
    closed: bool = False


def exact(value: object) -> Number | None:
    """The number as an integer or a fraction, as it was written (0.1 is 1/10); None for what is no
    finite number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        value = Fraction(repr(value))
    number = Fraction(value)
    return number.numerator if number.denominator == 1 else number


def _apart(one: Span, other: Span) -> bool:
    """Whether `one` ends before `other` begins."""
    if one.high is None or other.low is None:
        return False
    return one.high < other.low or (one.high == other.low and (one.high_open or other.low_open))


def _within(inner: Span, outer: Span) -> bool:
    """Whether every number of `inner` lies in `outer`."""
    low = outer.low is None or (
        inner.low is not None
        and (
            inner.low > outer.low
            or (inner.low == outer.low and (inner.low_open or not outer.low_open))
        )
    )
    high = outer.high is None or (
        inner.high is not None
        and (
            inner.high < outer.high
            or (inner.high == outer.high and (inner.high_open or not outer.high_open))
        )
    )
    return low and high


def compare(value: Span, target: Span) -> int:
    """Met if every possible value lies in the target, not met if none does, else unknown."""
    if _apart(value, target) or _apart(target, value):
        return NOT_MET
    return MET if _within(value, target) else UNKNOWN


def holds(span: Span, number: Number) -> bool:
    """Whether a number lies in it."""
    low, high = span.low, span.high
    if low is not None and (number < low or (span.low_open and number == low)):
        return False
    return high is None or number < high or (number == high and not span.high_open)


def empty(span: Span) -> bool:
    """Whether no number lies in it."""
    if span.low is None or span.high is None:
        return False
    return span.low > span.high or (span.low == span.high and (span.low_open or span.high_open))


def _overlap(one: Span, other: Span) -> Span:
    """The numbers that lie in both; it may be empty."""
    lows = [(s.low, s.low_open) for s in (one, other) if s.low is not None]
    highs = [(s.high, not s.high_open) for s in (one, other) if s.high is not None]
    low, low_open = max(lows) if lows else (None, False)
    high, high_closed = min(highs) if highs else (None, True)
    return Span(low, high, low_open, not high_closed)


def agree(one: Any, other: Any) -> Any:
    """The values that both observations allow, or None if they contradict each other."""
    if one == other:
        return one
    if isinstance(one, HeldValue) and isinstance(other, HeldValue):
        return HeldValue(one.things | other.things, one.closed or other.closed)
    if isinstance(one, Span) and isinstance(other, Span):
        both = _overlap(one, other)
        if empty(both):
            return None
        return both.low if both.low == both.high and both.low is not None else both
    if isinstance(one, Span):
        one, other = other, one
    return _single(frozenset(x for x in possible(one) if _allows(other, x)))


def _allows(value: Any, x: Any) -> bool:
    return compare(Span(x, x), value) == MET if isinstance(value, Span) else x in possible(value)


def possible(value: Any) -> frozenset[Any]:
    """The possible values of something that is not an interval."""
    return value if isinstance(value, frozenset) else frozenset((value,))


def _single(values: frozenset[Any]) -> Any:
    if not values:
        return None
    return next(iter(values)) if len(values) == 1 else values


def choice(values: frozenset[Any]) -> Any:
    """One of these values, kept as a plain value when there is only one; None for none."""
    return _single(values)
