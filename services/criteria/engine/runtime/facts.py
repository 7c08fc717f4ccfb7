"""The facts of a request as the engine reads them: several observations made one, certainty and
contradiction kept apart from the value.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from services.criteria.engine.language.vocabulary import VocabularyEntry
from services.criteria.engine.logic.values import Span, agree
from services.criteria.engine.runtime.fact_parsing import parsed
from shared.body.item_names import canonical, motion_segment
from shared.events.evaluation import Evidence
from shared.events.request import AuthorizationRequest, Certainty, Fact, Scope

RANK = {Certainty.POSSIBLE: 0, Certainty.PROBABLE: 1, Certainty.CONFIRMED: 2}
CONFIRMED = 2
PLAIN = (bool, str)
UNNAMED = "unnamed"


class KnownFact:
    """What is known of one fact.

    `reason` says why the value cannot be used; `sound` that a leaf may use it without a second
    look.

    `asks` are the (path, item) that would make an unknown derived value known; `shown` is its
    evidence once somebody asked for it; `detail` what a computation found besides the value.
    """

    __slots__ = (
        "asks",
        "detail",
        "facts",
        "group",
        "path",
        "rank",
        "reason",
        "shown",
        "sound",
        "subject",
        "value",
    )

    def __init__(
        self,
        path: str,
        value: Any,
        *,
        facts: tuple[Fact, ...] = (),
        subject: str = "",
        reason: str | None = None,
    ) -> None:
        self.path, self.value, self.facts, self.subject, self.reason = (
            path,
            value,
            facts,
            subject,
            reason,
        )
        self.rank = CONFIRMED
        self.group = False
        self.sound = reason is None
        self.asks: tuple[tuple[str, str | None], ...] = ()
        self.shown: tuple[Evidence, ...] | None = None
        self.detail: Any = None


Facts = dict[str, KnownFact]


def observed_day(fact: Fact, received: date) -> date:
    """The day of the observation; an undated one counts from receipt."""
    at = fact.observed_at
    if at is None:
        return received
    return at.date() if isinstance(at, datetime) else at


def _subject(named: str, motion: frozenset[str] = frozenset()) -> str:
    """The subject by its one name: an item under two spellings is one, so that what is said of it
    twice is seen together. Items of the kinds in `motion` lie between two vertebrae.
    """
    kind, colon, name = named.partition(":")
    if not colon:
        return named
    return f"{kind}:{motion_segment(name) if kind in motion else canonical(name)}"


class FactTable:
    """The facts of one request that a policy reads: of the member, and of each item (lesion,
    foramen) by its name.
    """

    __slots__ = ("items", "member")

    def __init__(
        self,
        request: AuthorizationRequest,
        entries: dict[str, VocabularyEntry],
        received: date,
        motion: frozenset[str] = frozenset(),
    ) -> None:
        self.member: Facts = {}
        self.items: dict[str, dict[str, Facts]] = {}
        grouped: dict[tuple[str, str], list[Fact]] = {}
        for fact in request.facts:
            if fact.path in entries:
                grouped.setdefault((_subject(fact.subject, motion), fact.path), []).append(fact)
            elif ":" in fact.subject:
                self._of(_subject(fact.subject, motion), fact.subject.partition(":")[0])
        closed = {statement.name for statement in request.lists if statement.closed}
        for (subject, path), facts in grouped.items():
            entry = entries[path]
            target = self._of(subject, entry.spec.of)
            if target is None:
                continue
            known = _plain(entry, facts[0], subject) if len(facts) == 1 else None
            known = known or resolve(entry, facts, received, path in closed)
            known.subject = subject.partition(":")[2]
            target[entry.path] = known

    def _of(self, subject: str, kind: str) -> Facts | None:
        """Where facts of this subject go; None if the vocabulary says the path belongs to another
        kind of subject.
        """
        found, _, name = subject.partition(":")
        if found != kind:
            return None
        return (
            self.member
            if kind == "member"
            else self.items.setdefault(kind, {}).setdefault(name or UNNAMED, {})
        )


def _plain(entry: VocabularyEntry, fact: Fact, subject: str) -> KnownFact | None:
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
    ):
        return None
    return KnownFact(entry.path, value, facts=(fact,), subject=subject.partition(":")[2])


# One caller.
def resolve(
    entry: VocabularyEntry,
    facts: list[Fact],
    received: date,
    closed: bool,  # noqa: FBT001
) -> KnownFact:
    """What several observations of one fact come to, by the vocabulary's rule; a contradiction is a
    state of its own.
    """
    chosen, stale = _current(entry, _best(facts), received)
    name = _subject(facts[0].subject).partition(":")[2]
    if stale:
        return KnownFact(entry.path, None, facts=tuple(chosen), subject=name, reason="stale")
    value, reason = _combined(entry, [parsed(entry, fact, closed=closed) for fact in chosen])
    known = KnownFact(entry.path, value, facts=tuple(chosen), subject=name, reason=reason)
    known.rank = RANK[chosen[0].certainty]
    known.group = chosen[0].scope is Scope.GROUP
    known.sound = reason is None and known.rank == CONFIRMED and not known.group
    return known


def _best(facts: list[Fact]) -> list[Fact]:
    """The observations that speak of the subject alone before those said of a group, and of these
    the surest.
    """
    if len(facts) == 1:
        return facts
    own = [fact for fact in facts if fact.scope is Scope.OWN] or facts
    rank = max(RANK[fact.certainty] for fact in own)
    return [fact for fact in own if RANK[fact.certainty] == rank]


def _current(entry: VocabularyEntry, facts: list[Fact], received: date) -> tuple[list[Fact], bool]:
    """The latest observations where the vocabulary asks for them, and whether even these are too
    old.
    """
    if entry.spec.observations != "latest":
        return facts, False
    latest = max(observed_day(fact, received) for fact in facts)
    stale = entry.spec.days is not None and (received - latest).days > entry.spec.days
    return [fact for fact in facts if observed_day(fact, received) == latest], stale


def _combined(entry: VocabularyEntry, values: Iterable[Any]) -> tuple[Any, str | None]:
    first, *rest = values
    for value in rest:
        if first is None or value is None:
            return None, "illegible"
        first = (
            _lower(first, value)
            if entry.spec.observations == "worst"
            else _both(first, value, range_=entry.spec.range)
        )
        if first is None:
            return None, "conflicting"
    return (first, None) if first is not None else (None, "illegible")


def _both(one: Any, other: Any, *, range_: bool) -> Any:
    """What two observations agree on; two different ranges over muscle groups contradict each
    other.
    """
    if range_:
        return one if one == other else None
    return agree(one, other)


def _lower(one: Any, other: Any) -> Any:
    """The lower of two numbers; None if their order is not certain."""
    if isinstance(one, frozenset | Span) or isinstance(other, frozenset | Span):
        return one if one == other else None
    return min(one, other)
