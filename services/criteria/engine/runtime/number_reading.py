"""How a number is read that somebody wrote down: with its unit, inside the bounds of its fact.

What cannot be true is illegible; what is unusual is asked about once, with the reading that was
perhaps meant, and taken as it stands where the sender says that it was verified. Nothing is guessed
by its size.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final, NamedTuple

from services.criteria.engine.language.scale import Scale, Unit
from services.criteria.engine.logic.values import Number, Span, exact
from shared.events.request import Interval

LARGEST: Final = 10**30
"""No measurement comes near, and evidence could not show it either."""
TENS: Final = 10
WRITTEN = re.compile(r"\s*([+-]?\d{1,30}(?:\.\d{1,30})?)\s*(\D.*)?", re.DOTALL)
"""A number with or without its unit, as in `86 %`; with a decimal point, for a comma may be either.
"""


class ReadValue(NamedTuple):
    """What was read: the possible value, or None with the sentence that says why.

    `extreme`: it is unusual, and the sender has verified it.
    """

    value: Any
    why: str = ""
    extreme: bool = False


class Written(NamedTuple):
    """How a number was written: its unit, and whether the sender verified it."""

    unit: str | None
    verified: bool


def read_number(scale: Scale, value: object, written: Written) -> ReadValue:
    """The number in the fact's own unit."""
    unit = written.unit
    if isinstance(value, str):
        found = WRITTEN.fullmatch(value)
        if found is None:
            return ReadValue(None, "What is recorded is no number.")
        value, glued = Fraction(found[1]), found[2]
        if glued and unit is not None and scale.unit(glued) is not scale.unit(unit):
            return ReadValue(None, "Two different units are recorded.")
        unit = glued or unit
    number = exact(value)
    if number is None or not -LARGEST <= number <= LARGEST:
        return ReadValue(None, "What is recorded is no number.")
    if unit is None:
        return _bare(scale, number, verified=written.verified)
    known = scale.unit(unit)
    if known is None:
        return ReadValue(None, f"The unit that is recorded is not known here{_known_units(scale)}.")
    return _bounded(scale, number, known, verified=written.verified)


def _known_units(scale: Scale) -> str:
    names = ", ".join("fraction" if one.name == "1" else one.name for one in scale.units)
    return f" (known: {names})" if names else ", for the fact has none"


def _bare(scale: Scale, number: Number, *, verified: bool) -> ReadValue:
    """A number without a unit: in the fact's own unless another could be meant."""
    if scale.named or len(scale.units) == 1:
        return _bounded(scale, number, scale.own, verified=verified)
    meant = scale.meant(number)
    others = [one for one in meant if one.own(number) != number]
    if not others:
        return _bounded(scale, number, scale.own, verified=verified)
    named = " or ".join(_named(scale, number, one) for one in meant)
    return ReadValue(None, f"{_text(number)} is recorded without a unit: is {named} meant?")


def _bounded(scale: Scale, number: Number, unit: Unit, *, verified: bool) -> ReadValue:
    """A number with its unit, before the bounds of the fact."""
    own = unit.own(number)
    written = f"{_text(number)}{unit}"
    if not scale.can_be(own):
        return ReadValue(
            None, f"{written} is recorded, which cannot be ({_bounds(scale.possible, scale.own)})."
        )
    if scale.is_usual(own):
        return ReadValue(own)
    if verified:
        return ReadValue(own, extreme=True)
    read = scale.reading(number)
    meant = "" if read is None else f": is {_named(scale, *read)} meant?"
    stands = f"If {written} is right, send it again with `verified: true`."
    return ReadValue(None, f"{written} is recorded, which is unusual{meant or '.'} {stands}")


def _named(scale: Scale, number: Number, unit: Unit) -> str:
    """A number as it may be meant; in another unit than the fact's own with what it comes to."""
    converted = unit.own(number)
    own = f"{_text(converted if unit is scale.own else _rounded(converted))}{scale.own}"
    return own if unit is scale.own or unit.name == "1" else f"{_text(number)}{unit} ({own})"


def _bounds(span: Span, unit: Unit) -> str:
    if span.low is None or span.high is None:
        return (
            f"at least {_text(span.low or 0)}{unit}"
            if span.high is None
            else f"at most {_text(span.high)}{unit}"
        )
    return f"{_text(span.low)} to {_text(span.high)}{unit}"


def _rounded(number: Number) -> Number:
    """As many decimals as one would say."""
    return exact(round(float(number), 2 if -TENS < number < TENS else 1)) or 0


def _text(number: Number) -> str:
    return f"{float(number):.6g}"


def read_interval(scale: Scale, value: Interval, written: Written) -> ReadValue:
    """The interval in the fact's own unit; both of its ends have to be numbers that can be."""
    low = ReadValue(None) if value.low is None else read_number(scale, value.low, written)
    high = ReadValue(None) if value.high is None else read_number(scale, value.high, written)
    why = low.why or high.why
    if why:
        return ReadValue(None, why)
    span = Span(low.value, high.value, value.low_open, value.high_open)
    if span.low is not None and span.high is not None and span.low > span.high:
        return ReadValue(
            None, "The range that is recorded is empty: its low end is above its high."
        )
    return ReadValue(span, extreme=low.extreme or high.extreme)
