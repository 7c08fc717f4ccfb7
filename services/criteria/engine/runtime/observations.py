"""What several observations of one fact come to: which of them count, and what they say
together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.criteria.engine.language.vocabulary import VocabularyEntry
from services.criteria.engine.logic.values import Span, agree
from services.criteria.engine.runtime import observation_dates
from services.criteria.engine.runtime.fact_parsing import parsed
from services.criteria.engine.runtime.facts import CONFIRMED, OLD, RANK, KnownFact
from services.criteria.engine.runtime.number_reading import ReadValue
from shared.events.request import Certainty, Fact, Scope

PLAIN = (bool, str)
CONTRARY = ReadValue(None, "What is recorded of this contradicts itself.")
AHEAD = ReadValue(None, "It is recorded with a date after the request came in.")


def plain(entry: VocabularyEntry, fact: Fact, name: str, received_at: datetime) -> KnownFact | None:
    """The common case: one confirmed observation of a yes-no fact or a choice; None for all
    others.
    """
    value = entry.plain.get(fact.value) if type(fact.value) in PLAIN else None
    if (
        value is None
        or fact.certainty is not Certainty.CONFIRMED
        or fact.scope is not Scope.OWN
        or fact.unit is not None
        or entry.spec.observations != "agree"
        or (fact.observed_at is not None and _untimely(entry, [fact], received_at) is not None)
    ):
        return None
    return KnownFact(entry.path, value, facts=(fact,), subject=name)


def resolve(
    entry: VocabularyEntry, facts: list[Fact], name: str, received_at: datetime, *, closed: bool
) -> KnownFact:
    """What several observations of one fact come to, by the vocabulary's rule; a contradiction is a
    state of its own.
    """
    if len(facts) == 1:
        return _alone(entry, facts[0], name, received_at, closed=closed)
    own = [fact for fact in facts if fact.scope is Scope.OWN] or facts
    chosen = [one for one in own if not _outdone(entry, one, own)] or own
    late = _untimely(entry, chosen, received_at)
    if late is not None:
        return unusable(entry, chosen, name, *late)
    rank = max(RANK[fact.certainty] for fact in chosen)
    read = [(parsed(entry, fact, closed=closed), RANK[fact.certainty] == rank) for fact in chosen]
    for one, _ in read:
        if one.value is None:
            return unusable(entry, chosen, name, "illegible", one)
    value = _combined(
        entry,
        [one.value for one, sure in read if sure],
        [one.value for one, sure in read if not sure],
    )
    if value is None:
        return unusable(entry, chosen, name, "conflicting", CONTRARY)
    known = KnownFact(entry.path, value, facts=tuple(chosen), subject=name)
    known.rank = rank
    known.group = chosen[0].scope is Scope.GROUP
    known.sound = rank == CONFIRMED and not known.group
    known.extreme = any(one.extreme for one, _ in read)
    return known


def _alone(
    entry: VocabularyEntry, fact: Fact, name: str, received_at: datetime, *, closed: bool
) -> KnownFact:
    """What one observation comes to."""
    late = None if fact.observed_at is None else _untimely(entry, [fact], received_at)
    if late is not None:
        return unusable(entry, [fact], name, *late)
    read = parsed(entry, fact, closed=closed)
    if read.value is None:
        return unusable(entry, [fact], name, "illegible", read)
    known = KnownFact(entry.path, read.value, facts=(fact,), subject=name)
    known.rank = RANK[fact.certainty]
    known.group = fact.scope is Scope.GROUP
    known.sound = known.rank == CONFIRMED and not known.group
    known.extreme = read.extreme
    return known


def unusable(
    entry: VocabularyEntry, facts: Sequence[Fact], name: str, reason: str, why: ReadValue
) -> KnownFact:
    """A fact that is recorded, and that no leaf may use."""
    known = KnownFact(entry.path, None, facts=tuple(facts), subject=name, reason=reason)
    known.rank = max(RANK[fact.certainty] for fact in facts)
    known.group = facts[0].scope is Scope.GROUP
    known.why = why.why
    return known


def _outdone(entry: VocabularyEntry, one: Fact, facts: list[Fact]) -> bool:
    """Whether a later observation stands in the place of this one: a surer one does; one as sure
    where the vocabulary asks for the latest.
    """
    rank = RANK[one.certainty] + (entry.spec.observations != "latest")
    return any(
        RANK[other.certainty] >= rank and observation_dates.later(other, one) for other in facts
    )


def _untimely(
    entry: VocabularyEntry, facts: list[Fact], received_at: datetime
) -> tuple[str, ReadValue] | None:
    """Why the dates of the observations that count keep them from being used, if they do."""
    if any(observation_dates.ahead(fact, received_at) for fact in facts):
        return "illegible", AHEAD
    latest = observation_dates.newest(facts)
    if latest is None:
        return None
    age, days = (received_at.date() - latest).days, entry.spec.days
    if entry.spec.observations == "latest" and days is not None and age > days:
        return "stale", ReadValue(None, f"It was observed on {latest.isoformat()}.")
    if entry.old_after is not None and age > entry.old_after:
        return OLD, ReadValue(
            None,
            f"It is recorded as of {latest.isoformat()}, which does not tell how it is now. No new "
            "test is asked for: was it observed again since then, and on which day?",
        )
    return None


def _combined(entry: VocabularyEntry, sure: list[Any], unsure: list[Any]) -> Any:
    """The one value of the surest observations; None if they contradict each other, or if one that
    is less sure contradicts them.
    """
    value = sure[0]
    for other in sure[1:]:
        value = _met(entry, value, other)
        if value is None:
            return None
    for other in unsure:
        both = _met(entry, value, other)
        if both is None or (entry.spec.observations == "worst" and both != value):
            return None
    return value


def _met(entry: VocabularyEntry, one: Any, other: Any) -> Any:
    """What two observations come to; two different ranges over muscle groups contradict each
    other.
    """
    if entry.spec.observations == "worst":
        return _lower(one, other)
    if entry.spec.range:
        return one if one == other else None
    return agree(one, other)


def _lower(one: Any, other: Any) -> Any:
    """The lower of two numbers; None if their order is not certain."""
    if isinstance(one, frozenset | Span) or isinstance(other, frozenset | Span):
        return one if one == other else None
    return min(one, other)
