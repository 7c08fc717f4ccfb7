"""What a criterion that is met rests on besides its chart sources: computed figures, and what a
reader should doubt of the facts.
"""

from __future__ import annotations

from services.criteria.engine.answer.evidence import made
from services.criteria.engine.language.vocabulary import Vocabulary
from services.criteria.engine.logic.values import MET, Span, possible
from services.criteria.engine.runtime.facts import CONFIRMED, KnownFact
from services.criteria.engine.runtime.scope import Result
from shared.events.evaluation import Doubt, Figure

MOST_FIGURES = 20
DOUBTS = Doubt.known()
ASSERTED, PROBABLE, OF_A_GROUP, UNDATED = (
    1 << DOUBTS.index(one)
    for one in (Doubt.ASSERTED, Doubt.PROBABLE, Doubt.OF_A_GROUP, Doubt.UNDATED)
)


def ground(result: Result, vocabulary: Vocabulary) -> tuple[tuple[Figure, ...], tuple[Doubt, ...]]:
    """The computed numbers beneath a result, of what is met, each label once; and what is to be
    doubted of the facts there, in a fixed order.
    """
    read: list[tuple[Result, KnownFact]] = []
    _collect(result, read)
    figures: dict[str, Figure] = {}
    doubts = 0
    for leaf, known in read:
        if known.facts:
            doubts |= _of(known)
        else:
            _note(figures, leaf.mark.label or known.path, known, vocabulary)
    ordered = tuple([one for at, one in enumerate(DOUBTS) if doubts >> at & 1]) if doubts else ()
    return tuple(figures.values())[:MOST_FIGURES], ordered


def _collect(result: Result, read: list[tuple[Result, KnownFact]]) -> None:
    if result.state != MET:
        return
    if result.known is not None:
        read.append((result, result.known))
    for below in result.below:
        _collect(below, read)


def _note(found: dict[str, Figure], label: str, known: KnownFact, vocabulary: Vocabulary) -> None:
    spec = vocabulary.entries[known.path].spec
    if label in found or spec.derive != "policy" or spec.type != "number":
        return
    ends = _ends(known.value)
    if ends is not None:
        low, high = ends
        found[label] = made(Figure, label=label, low=low, high=high, unit=spec.unit)


def _of(known: KnownFact) -> int:
    """What is to be doubted of a fact, as bits."""
    doubts = 0
    if known.rank < CONFIRMED:
        doubts = PROBABLE
    if known.group:
        doubts |= OF_A_GROUP
    for fact in known.facts:
        if fact.source is None:
            doubts |= ASSERTED
        if fact.observed_at is None:
            doubts |= UNDATED
    return doubts


def _ends(value: object) -> tuple[float, float] | None:
    """The least and the greatest number that a value may be; None if one has no end."""
    if value is None:
        return None
    if isinstance(value, Span):
        low, high = value.low, value.high
        return None if low is None or high is None else (float(low), float(high))
    values = [float(one) for one in possible(value)]
    return min(values), max(values)
