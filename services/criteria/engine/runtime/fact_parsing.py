"""How the value of one submitted fact is read by the vocabulary's type; what does not fit is
illegible, never guessed.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from services.criteria.engine.language.vocabulary import VocabularyEntry
from services.criteria.engine.logic.values import HeldValue, Number, Span, choice, empty, exact
from shared.body.spine import level
from shared.events.request import Choice, Fact, Interval

LARGEST: Final = 10**30


def parsed(entry: VocabularyEntry, fact: Fact, *, closed: bool = False) -> Any:
    """The fact's possible values, or None if it is illegible.

    `closed`: the request says that its set is complete.
    """
    value = fact.value
    if fact.unit is not None and fact.unit not in entry.factors:
        return None
    if isinstance(value, Choice):
        read = [_scalar(entry, one, fact.unit) for one in value.any_of]
        return None if None in read else choice(frozenset(read))
    if isinstance(value, Interval):
        return _span(entry, value, fact.unit)
    if entry.spec.type == "set":
        things = value if isinstance(value, tuple) else (value,)
        return (
            HeldValue(frozenset(things), closed)
            if all(thing in entry.spec.allowed for thing in things)
            else None
        )
    return None if isinstance(value, tuple) else _scalar(entry, value, fact.unit)


def _scalar(entry: VocabularyEntry, value: Any, unit: str | None) -> Any:
    """One value by its type: a level becomes its position, a number an exact one in the
    vocabulary's unit.
    """
    kind = entry.spec.type
    if kind == "number":
        return _number(entry, value, unit)
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if not isinstance(value, str):
        return None
    if kind == "level":
        return level(value)
    if kind == "date":
        return _day(value)
    return value if kind == "text" or value in entry.spec.allowed else None


def _number(entry: VocabularyEntry, value: object, unit: str | None) -> Number | None:
    """An exact number in the vocabulary's unit; None for one that no measurement comes near, which
    evidence could not show either.
    """
    number = exact(value)
    factor = entry.factors[unit]
    if number is not None and factor != 1:
        number = exact(number * factor)
    return number if number is not None and -LARGEST <= number <= LARGEST else None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _span(entry: VocabularyEntry, value: Interval, unit: str | None) -> Span | None:
    if entry.spec.type != "number":
        return None
    low = None if value.low is None else _number(entry, value.low, unit)
    high = None if value.high is None else _number(entry, value.high, unit)
    if (low is None) != (value.low is None) or (high is None) != (value.high is None):
        return None
    span = Span(low, high, value.low_open, value.high_open)
    return None if empty(span) else span
