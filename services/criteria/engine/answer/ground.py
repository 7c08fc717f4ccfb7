"""What a criterion that is met rests on besides its chart sources: computed figures, and what a
reader should doubt of the facts.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.criteria.engine.answer.evidence import made
from services.criteria.engine.language.vocabulary import Vocabulary
from services.criteria.engine.logic.values import MET, Span, possible
from services.criteria.engine.runtime.facts import CONFIRMED, KnownFact
from services.criteria.engine.runtime.scope import Result
from shared.events.criteria import Doubt, Figure
from shared.events.request import Fact

MOST_FIGURES = 20


def figures(result: Result, vocabulary: Vocabulary) -> tuple[Figure, ...]:
    """The computed numbers beneath a result, of what is met, each label once."""
    found: dict[str, Figure] = {}
    for leaf, known in _read(result):
        spec = vocabulary.entries[known.path].spec
        if known.facts or spec.derive != "policy" or spec.type != "number":
            continue
        ends = _ends(known.value)
        if ends is None:
            continue
        label = leaf.mark.label or known.path
        low, high = ends
        found.setdefault(label, made(Figure, label=label, low=low, high=high, unit=spec.unit))
    return tuple(found.values())[:MOST_FIGURES]


def doubts(result: Result) -> tuple[Doubt, ...]:
    """What is to be doubted of the facts beneath a result, in a fixed order."""
    found = {doubt for _, known in _read(result) for doubt in _of(known)}
    return tuple(doubt for doubt in Doubt if doubt in found)


def _read(result: Result) -> Iterator[tuple[Result, KnownFact]]:
    if result.state != MET:
        return
    if result.known is not None:
        yield result, result.known
    for below in result.below:
        yield from _read(below)


def _of(known: KnownFact) -> Iterator[Doubt]:
    if known.rank < CONFIRMED:
        yield Doubt.PROBABLE
    if known.group:
        yield Doubt.OF_A_GROUP
    yield from (doubt for fact in known.facts for doubt in _of_fact(fact))


def _of_fact(fact: Fact) -> Iterator[Doubt]:
    if fact.source is None:
        yield Doubt.ASSERTED
    if fact.observed_at is None:
        yield Doubt.UNDATED


def _ends(value: object) -> tuple[float, float] | None:
    """The least and the greatest number that a value may be; None if one has no end."""
    if value is None:
        return None
    if isinstance(value, Span):
        low, high = value.low, value.high
        return None if low is None or high is None else (float(low), float(high))
    values = [float(one) for one in possible(value)]
    return min(values), max(values)
