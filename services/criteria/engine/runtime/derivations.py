"""Facts that are computed: positions in the spine, margins of a construct, scores, counts,
differences, ages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from services.criteria.engine.language.derived_spec import CountWithin, ListWhere
from services.criteria.engine.logic.values import (
    MET,
    NOT_MET,
    UNKNOWN,
    Number,
    Span,
    choice,
    possible,
)
from services.criteria.engine.runtime.facts import KnownFact
from services.criteria.engine.runtime.scope import CompiledNode, EvaluationScope, Items
from services.criteria.engine.runtime.scores import ScoreTable, as_known, total
from shared.body.spine import Segment

Derivation = Callable[[EvaluationScope, Segment | None], KnownFact | None]
BIRTH = "member.birth_date"


def score(path: str, table: ScoreTable) -> Derivation:
    """A score of the item that the scope stands on, or of the member."""

    def run(scope: EvaluationScope, _segment: Segment | None) -> KnownFact:
        return as_known(
            path, scope.subject or "", total(table, scope.item if scope.subject else scope.member)
        )

    return run


def reaches_sacrum(path: str) -> Derivation:
    """Whether the line's segment includes S1 or lower."""

    def run(_scope: EvaluationScope, segment: Segment | None) -> KnownFact | None:
        return None if segment is None else KnownFact(path, segment.reaches_sacrum)

    return run


@dataclass(frozen=True, slots=True)
class Counting:
    """Which items of a list count: `where` ready to be evaluated, the path of an item's level, and
    the paths that would settle `where`.
    """

    spec: ListWhere
    where: CompiledNode
    level: str
    asks: tuple[str, ...]


def margin(path: str, counting: Counting, *, above: bool) -> Derivation:
    """Levels between the end of the segment and the outermost item that counts; its subject is that
    item.

    Items of which it is not known whether they count make it an interval, and so does an open list,
    unless the policy assumes it closed.
    """
    where, level, walked, assume_closed = (
        counting.where,
        counting.level,
        counting.spec.list,
        counting.spec.assume_closed,
    )

    def run(scope: EvaluationScope, segment: Segment | None) -> KnownFact | None:
        items = scope.lists[walked]
        if segment is None:
            return None
        sure: list[tuple[int, str]] = []
        unsure: list[tuple[int, str]] = []
        for item in items.scopes:
            state = min(where.run(item).state, item.inside)
            if state != NOT_MET:
                (sure if state == MET else unsure).append(
                    (_room(item, segment, level, above=above), item.subject or "")
                )
        if not sure:
            return None
        outermost = min(sure)
        doubtful = [one for one in unsure if one[0] < outermost[0]]
        return _nearest(
            path,
            outermost,
            doubtful,
            counting.asks,
            closed=items.closed or (assume_closed and scope.trusting),
        )

    return run


def _room(item: EvaluationScope, segment: Segment, level: str, *, above: bool) -> int:
    """The levels beyond the item; an item whose level is unknown may stand at the very end."""
    known = item.item.get(level)
    if known is None or not known.sound:
        return 0
    levels = possible(known.value)
    outermost = segment.above(min(levels)) if above else segment.below(max(levels))
    return max(outermost, 0)


def _nearest(
    path: str,
    outermost: tuple[int, str],
    doubtful: list[tuple[int, str]],
    asks: tuple[str, ...],
    *,
    closed: bool,
) -> KnownFact:
    room, name = outermost
    reachable = choice(frozenset({room, *(one for one, _ in doubtful)})) if doubtful else room
    known = KnownFact(path, reachable if closed or room == 0 else Span(0, room), subject=name)
    known.asks = tuple((ask, subject) for _, subject in doubtful for ask in asks)
    return known


def count(path: str, spec: CountWithin, where: CompiledNode, asks: tuple[str, ...]) -> Derivation:
    """How many items count: doubtful ones and an open list make it uncertain."""

    def run(scope: EvaluationScope, _segment: Segment | None) -> KnownFact:
        items: Items = scope.lists[spec.list]
        states = [
            min(where.run(item).state, item.inside, _recent(item, spec)) for item in items.scopes
        ]
        sure, most = states.count(MET), len(states) - states.count(NOT_MET)
        closed = items.closed or (spec.assume_closed and scope.trusting)
        known = KnownFact(
            path,
            (sure if sure == most else frozenset(range(sure, most + 1)))
            if closed
            else Span(sure, None),
        )
        if sure < most:
            doubtful = (
                item.subject
                for item, state in zip(items.scopes, states, strict=True)
                if state == UNKNOWN
            )
            known.asks = tuple((ask, subject) for subject in doubtful for ask in asks)
        if not (closed or known.asks):
            known.asks = ((spec.list, None),)
        return known

    return run


def _recent(item: EvaluationScope, spec: CountWithin) -> int:
    if spec.date is None or spec.days is None:
        return MET
    known = item.item.get(spec.date)
    if known is None or not known.sound:
        return UNKNOWN
    ages = {(item.day - at).days for at in possible(known.value)}
    inside = {0 <= age <= spec.days for age in ages}
    return MET if inside == {True} else NOT_MET if inside == {False} else UNKNOWN


def difference(path: str, of: str, less: str) -> Derivation:
    """The first number less the second, exactly, or the days from the second date to the first;
    unknown if either is.
    """

    def run(scope: EvaluationScope, _segment: Segment | None) -> KnownFact:
        read = [(name, scope.member.get(name)) for name in (of, less)]
        facts = tuple(fact for _, known in read if known is not None for fact in known.facts)
        values = [known.value for _, known in read if known is not None and known.sound]
        if len(values) == len(read):
            known = KnownFact(path, _less(_ends(values[0]), _ends(values[1])), facts=facts)
        else:
            known = KnownFact(
                path,
                None,
                facts=facts,
                reason=next(reason for _, one in read if (reason := _why(one)) is not None),
            )
        known.asks = tuple(
            (name, None)
            for name, one in read
            if one is None or not one.sound or isinstance(one.value, Span | frozenset)
        )
        return known

    return run


def _why(known: KnownFact | None) -> str | None:
    """Why a number cannot be used; None if it can."""
    if known is None:
        return "absent"
    return None if known.sound else known.reason or "below_confidence"


def _ends(value: Number | date | Span | frozenset[Number | date]) -> Span:
    if isinstance(value, Span):
        return value
    numbers = [one.toordinal() if isinstance(one, date) else one for one in possible(value)]
    return Span(min(numbers), max(numbers))


def _less(one: Span, other: Span) -> Number | Span:
    low = None if one.low is None or other.high is None else one.low - other.high
    high = None if one.high is None or other.low is None else one.high - other.low
    if low is not None and low == high:
        return low
    return Span(low, high, one.low_open or other.high_open, one.high_open or other.low_open)


def age(path: str) -> Derivation:
    """Whole years from the member's birth to receipt."""

    def run(scope: EvaluationScope, _segment: Segment | None) -> KnownFact:
        born = scope.member.get(BIRTH)
        if born is None or not born.sound or not isinstance(born.value, date):
            unknown = KnownFact(
                path, None, reason="absent" if born is None else born.reason or "below_confidence"
            )
            unknown.asks = ((BIRTH, None),)
            return unknown
        before = (scope.day.month, scope.day.day) < (born.value.month, born.value.day)
        return KnownFact(path, scope.day.year - born.value.year - before)

    return run
