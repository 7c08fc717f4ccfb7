"""Leaves that compare two levels, or a date with the day of receipt."""

from __future__ import annotations

from datetime import date

from services.criteria.engine.language.criterion import Criterion
from services.criteria.engine.language.vocabulary import VocabularyEntry
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN, possible
from services.criteria.engine.runtime.facts import KnownFact
from services.criteria.engine.runtime.leaves import RANKS, whose, why_unknown
from services.criteria.engine.runtime.observation_dates import ZONES, observed_day
from services.criteria.engine.runtime.scope import CompiledNode, EvaluationScope, PolicyNode, Result


class LevelsBelowLeaf(CompiledNode):
    """How far the level of one fact lies below that of another."""

    __slots__ = ("here", "high", "low", "need", "there")

    def __init__(
        self, mark: PolicyNode, spec: Criterion, entry: VocabularyEntry, other: VocabularyEntry
    ) -> None:
        super().__init__(mark)
        below = spec.levels_below
        if (
            below is None
            or entry.spec.type != "level"
            or other.spec.type != "level"
            or below.min > below.max
        ):
            msg = "levels_below compares two levels, min to max"
            raise ValueError(msg)
        self.low, self.high, self.need = below.min, below.max, RANKS[spec.certainty]
        self.here, self.there = (whose(entry), entry.path), (whose(other), other.path)

    def run(self, scope: EvaluationScope) -> Result:
        """Compares every possible pair of levels."""
        here, there = (
            scope.of(self.here[0]).get(self.here[1]),
            scope.of(self.there[0]).get(self.there[1]),
        )
        if here is None or there is None:
            return Result(self.mark, UNKNOWN, (), "absent", here or there)
        reason = why_unknown(here, self.need, group_ok=False) or why_unknown(
            there, self.need, group_ok=False
        )
        if reason is not None:
            return Result(self.mark, UNKNOWN, (), reason, here)
        one, other = here.value, there.value
        if type(one) is int and type(other) is int:
            return Result(
                self.mark, MET if self.low <= one - other <= self.high else NOT_MET, (), None, here
            )
        states = {self.low <= a - b <= self.high for a in possible(one) for b in possible(other)}
        return Result(
            self.mark,
            UNKNOWN if len(states) > 1 else MET if True in states else NOT_MET,
            (),
            None,
            here,
        )


class WithinDays(CompiledNode):
    """Whether a date (or the observation of any other fact) lies at most so many days before
    receipt; a later one is illegible, but for what time zones explain.
    """

    __slots__ = ("days", "group_ok", "is_date", "need", "path", "whose")

    def __init__(self, mark: PolicyNode, spec: Criterion, entry: VocabularyEntry) -> None:
        super().__init__(mark)
        self.days, self.whose, self.path = spec.within_days or 0, whose(entry), entry.path
        self.need, self.group_ok, self.is_date = (
            RANKS[spec.certainty],
            spec.scope == "group",
            entry.spec.type == "date",
        )

    def run(self, scope: EvaluationScope) -> Result:
        """Compares every possible age."""
        known = scope.of(self.whose).get(self.path)
        if known is None:
            return Result(self.mark, UNKNOWN, (), "absent", None)
        reason = why_unknown(known, self.need, group_ok=self.group_ok)
        if reason is not None:
            return Result(self.mark, UNKNOWN, (), reason, known)
        day = scope.day
        dates = (
            possible(known.value)
            if self.is_date
            else {observed_day(fact, day) for fact in known.facts}
        )
        return self.aged(known, {(day - at).days for at in dates if isinstance(at, date)})

    def aged(self, known: KnownFact, ages: set[int]) -> Result:
        """The state at these ages, in days."""
        if not ages or min(ages) < -ZONES.days:
            return Result(self.mark, UNKNOWN, (), "illegible", known)
        state = MET if max(ages) <= self.days else NOT_MET if min(ages) > self.days else UNKNOWN
        return Result(self.mark, state, (), None, known)
