"""Quotients of facts, exactly: of single numbers, of several possible ones, of ranges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from services.criteria.engine.logic.values import Number, Span, choice, exact, possible
from services.criteria.engine.runtime.computed.operands import Function

METRES: Final = {"m": Fraction(1), "cm": Fraction(1, 100), "in": Fraction(127, 5_000)}
"""What a height may be measured in, in metres."""
KILOGRAMS: Final = {"kg": Fraction(1), "g": Fraction(1, 1_000), "lb": Fraction(45_359_237, 10**8)}
ANY: Final = Span(None, None)
"""Nothing is known but that it is a number."""


def ratio(values: Sequence[Any], _day: date) -> Any:
    """The first by the second; None where that is nought for certain."""
    return quotient(values[0], values[1])


def percentage(values: Sequence[Any], _day: date) -> Any:
    """The first in hundredths of the second."""
    return scaled(quotient(values[0], values[1]), 100)


def bmi(weight_unit: Fraction, height_unit: Fraction) -> Function:
    """The function from weight and height, in these units, to kilograms by the square metre."""

    def run(values: Sequence[Any], _day: date) -> Any:
        weight, height = values
        return quotient(scaled(weight, weight_unit), _squared(scaled(height, height_unit)))

    return run


def scaled(value: Any, factor: Number) -> Any:
    """Every possible value times a number above nought."""
    if value is None:
        return None
    if isinstance(value, Span):
        low, high = (None if end is None else _plain(end * factor) for end in value[:2])
        return Span(low, high, value.low_open, value.high_open)
    return choice(frozenset([_plain(one * factor) for one in possible(value)]))


def quotient(value: Any, by: Any) -> Any:
    """Every possible quotient; anything where the divisor may be nought, None where it is."""
    if not isinstance(value, Span) and not isinstance(by, Span):
        divisors = possible(by)
        if 0 in divisors:
            return None if len(divisors) == 1 else ANY
        pairs = [(one, other) for one in possible(value) for other in divisors]
        return choice(frozenset([_plain(Fraction(one) / other) for one, other in pairs]))
    return _of_spans(_hull(value), _hull(by))


def _of_spans(value: Span, by: Span) -> Span:
    """The quotients of two ranges above nought; of others nothing is said."""
    if value.low is None or value.low < 0 or by.low is None or by.low < 0:
        return ANY
    if by.low == 0 and not by.low_open:
        return ANY
    low, low_open = _plain(Fraction(value.low)), value.low_open
    if low > 0:
        low_open = low_open or by.high_open or by.high is None
        low = 0 if by.high is None else _plain(Fraction(low) / by.high)
    if value.high is None or (by.low == 0 and value.high > 0):
        return Span(low, None, low_open)
    high = 0 if value.high == 0 else _plain(Fraction(value.high) / by.low)
    return Span(low, high, low_open, value.high_open or (value.high > 0 and by.low_open))


def _squared(value: Any) -> Any:
    if isinstance(value, Span):
        low, high = (None if end is None else _plain(end * end) for end in value[:2])
        below = value.low is None or value.low < 0
        return ANY if below else Span(low, high, value.low_open, value.high_open)
    return choice(frozenset([_plain(one * one) for one in possible(value)]))


def _hull(value: Any) -> Span:
    if isinstance(value, Span):
        return value
    numbers = possible(value)
    return Span(min(numbers), max(numbers))


def _plain(number: Number) -> Number:
    found = exact(number)
    return number if found is None else found
