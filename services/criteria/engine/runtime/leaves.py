"""Leaves: one fact, one comparison.

Checked against the vocabulary when they are compiled, so that evaluating them cannot fail.
"""

from __future__ import annotations

from typing import Any, Final

from services.criteria.engine.language.criterion import OPERATORS, Comparison, Criterion
from services.criteria.engine.language.vocabulary import VocabularyEntry, limit
from services.criteria.engine.logic.comparisons import Test, in_span, member_of, of_range
from services.criteria.engine.logic.values import UNKNOWN, Number
from services.criteria.engine.runtime.facts import CONFIRMED, KnownFact
from services.criteria.engine.runtime.scope import (
    ITEM,
    LINE,
    MEMBER,
    CompiledNode,
    EvaluationScope,
    PolicyNode,
    Result,
)
from shared.body.spine import LEVELS

RANKS = {"possible": 0, "probable": 1, "confirmed": CONFIRMED}
PLACES = {"member": MEMBER, "line": LINE}
COMPARISONS = ("at_least", "at_most", "above", "below", "between")
KEPT: Final = 512
"""Values whose state a leaf keeps; texts, which may be long and of anybody, are not kept."""
NOT_THERE = False
"""What an absent yes-no fact is taken for where a leaf declares a closed world."""


def whose(entry: VocabularyEntry) -> int:
    """Whose fact it is in a scope."""
    return PLACES.get(entry.spec.of, ITEM)


def comparison(spec: Criterion, entry: VocabularyEntry) -> Test:
    """The compiled comparison of a leaf; raises `ValueError` with the reason if it does not suit
    the fact.
    """
    operator = spec.having(OPERATORS)[0]
    if operator in {"worst", "best"}:
        if not entry.spec.range:
            msg = f"{entry.path} is no range"
            raise ValueError(msg)
        inner: Comparison = getattr(spec, operator)
        name = next(iter(inner.model_fields_set))
        return of_range(
            in_span(name, limits(getattr(inner, name), entry)), worst=operator == "worst"
        )
    if entry.spec.range:
        msg = f"{entry.path} is a range over muscle groups: say worst or best"
        raise ValueError(msg)
    if operator in COMPARISONS:
        return in_span(operator, limits(getattr(spec, operator), entry))
    wanted = (spec.is_,) if operator == "is_" else spec.one_of or ()
    return member_of(frozenset(_allowed(value, entry) for value in wanted))


def limits(given: Any, entry: VocabularyEntry) -> tuple[Number, ...]:
    """The thresholds of a comparison as numbers in the fact's unit."""
    if not entry.numeric:
        msg = f"{entry.path} is a {entry.spec.type}: it has no order"
        raise ValueError(msg)
    found = tuple(
        limit(value, entry) for value in (given if isinstance(given, tuple) else (given,))
    )
    numbers = tuple(number for number in found if number is not None)
    if len(numbers) != len(found) or list(numbers) != sorted(numbers):
        msg = f"{given} is no threshold for {entry.path}"
        raise ValueError(msg)
    return numbers


def _allowed(value: Any, entry: VocabularyEntry) -> Any:
    kind = entry.spec.type
    fits = {
        "boolean": isinstance(value, bool),
        "text": isinstance(value, str),
        "choice": value in entry.spec.allowed,
        "set": value in entry.spec.allowed,
    }
    if entry.numeric and (number := limit(value, entry)) is not None:
        return number
    if kind == "set" and not entry.spec.allowed and isinstance(value, str):
        return value
    if not fits.get(kind, False):
        msg = f"{entry.path} cannot be {value}"
        raise ValueError(msg)
    return value


def threshold(spec: Criterion, entry: VocabularyEntry) -> float | None:
    """The single threshold of a leaf, for the margin that its evidence shows."""
    operator = spec.having(OPERATORS)[0]
    given = getattr(spec, operator) if operator in COMPARISONS[:4] else None
    number = None if given is None else limit(given, entry)
    return None if number is None else float(number)


class Leaf(CompiledNode):
    """One fact, one comparison: absent, unclear or uncertain facts are unknown, with the reason.

    `states` are those of the values that came before, and of all values of a fact that has few;
    `assumed` is what a closed world makes of an absent fact.
    """

    __slots__ = ("absent", "assumed", "group_ok", "need", "path", "room", "states", "test", "whose")

    def __init__(self, mark: PolicyNode, spec: Criterion, entry: VocabularyEntry) -> None:
        super().__init__(mark)
        self.test = comparison(spec, entry)
        self.whose, self.path, self.states = whose(entry), entry.path, states_of(self.test, entry)
        self.room = len(self.states) + (0 if entry.spec.type == "text" else KEPT)
        self.need, self.group_ok = RANKS[spec.certainty], spec.scope == "group"
        self.absent = Result(mark, UNKNOWN, (), "absent", None)
        self.assumed = _absent(mark, self.test, entry) if spec.assume_absent else self.absent

    def run(self, scope: EvaluationScope) -> Result:
        """Compares."""
        known = scope.of(self.whose).get(self.path)
        if known is None:
            return self.assumed if scope.trusting else self.absent
        reason = None if known.sound else why_unknown(known, self.need, group_ok=self.group_ok)
        if reason is not None:
            return Result(self.mark, UNKNOWN, (), reason, known)
        state = self.states.get(known.value)
        return Result(
            self.mark, self.compared(known.value) if state is None else state, (), None, known
        )

    def compared(self, value: Any) -> int:
        """The state at a value that was not seen before; it is kept while there is room."""
        state = self.test(value)
        if len(self.states) < self.room:
            self.states[value] = state
        return state


def states_of(test: Test, entry: VocabularyEntry) -> dict[Any, int]:
    """The states of every single value that a fact of few values can have, computed once; other
    values are compared each time.
    """
    if entry.spec.type == "boolean":
        return {value: test(value) for value in (True, False)}
    if entry.spec.type == "level":
        return {value: test(value) for value in range(len(LEVELS))}
    return (
        {value: test(value) for value in entry.spec.allowed} if entry.spec.type == "choice" else {}
    )


def _absent(mark: PolicyNode, test: Test, entry: VocabularyEntry) -> Result:
    """The closed world that a leaf declares: nobody documented it, so it is not there."""
    if entry.spec.type != "boolean" or entry.spec.ask is None:
        msg = "assume_absent needs a yes-no fact that can be asked for"
        raise ValueError(msg)
    return Result(mark, test(NOT_THERE), (), "assumed", None)


def why_unknown(known: KnownFact, need: int, *, group_ok: bool) -> str | None:
    """Why a fact cannot be used by a leaf that needs this certainty; None if it can."""
    if known.reason is not None:
        return known.reason
    if known.rank < need:
        return "below_confidence"
    return "group_scope" if known.group and not group_ok else None
