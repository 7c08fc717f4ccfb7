"""How the value of one submitted fact is read by the vocabulary's type; what does not fit is
illegible, never guessed.
"""

from __future__ import annotations

from typing import Any

from services.criteria.engine.language.vocabulary import VocabularyEntry
from services.criteria.engine.logic.values import HeldValue, Span, choice, empty
from services.criteria.engine.runtime.number_reading import (
    ReadValue,
    Written,
    read_interval,
    read_number,
)
from services.criteria.engine.runtime.observation_dates import day_of
from shared.body.spine import level
from shared.events.request import Choice, Fact, Interval

ILLEGIBLE = ReadValue(None, "What is recorded is not among the answers that this fact can have.")


def parsed(entry: VocabularyEntry, fact: Fact, *, closed: bool = False) -> ReadValue:
    """The fact's possible values, or why it is illegible.

    `closed`: the request says that its set is complete.
    """
    value = fact.value
    if entry.scale is None and fact.unit is not None:
        return ReadValue(None, "A unit is recorded with a fact that has none.")
    if isinstance(value, Choice):
        return _choice([_scalar(entry, one, fact) for one in value.any_of])
    if isinstance(value, Interval):
        return _span(entry, value, fact)
    if entry.spec.type == "set":
        things = value if isinstance(value, tuple) else (value,)
        allowed = all(thing in entry.spec.allowed for thing in things)
        return ReadValue(HeldValue(frozenset(things), closed)) if allowed else ILLEGIBLE
    return ILLEGIBLE if isinstance(value, tuple) else _scalar(entry, value, fact)


def _choice(read: list[ReadValue]) -> ReadValue:
    for one in read:
        if one.value is None:
            return one
    values = frozenset(one.value for one in read)
    return ReadValue(choice(values), extreme=any(one.extreme for one in read))


def _scalar(entry: VocabularyEntry, value: Any, fact: Fact) -> ReadValue:
    """One value by its type: a level becomes its position, a number an exact one in the
    vocabulary's unit.
    """
    if entry.scale is not None:
        return read_number(entry.scale, value, Written(fact.unit, fact.verified))
    read = _word(entry, value)
    return ILLEGIBLE if read is None else ReadValue(read)


def _word(entry: VocabularyEntry, value: Any) -> Any:
    kind = entry.spec.type
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if not isinstance(value, str):
        return None
    if kind == "level":
        return level(value)
    if kind == "date":
        return day_of(value)
    return value if kind == "text" or value in entry.spec.allowed else None


def _span(entry: VocabularyEntry, value: Interval, fact: Fact) -> ReadValue:
    if entry.scale is None:
        return ILLEGIBLE
    read = read_interval(entry.scale, value, Written(fact.unit, fact.verified))
    hollow = isinstance(read.value, Span) and empty(read.value)
    return ReadValue(None, "The range that is recorded is empty.") if hollow else read
