"""What leaves that read the same fact can say of it together: every combination of states that some
knowledge of the fact leads to.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from services.criteria.authoring.proof.expressions import Atom
from services.criteria.engine.language.criterion import Criterion
from services.criteria.engine.language.request_facts import REQUEST
from services.criteria.engine.language.vocabulary import VocabularyEntry
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN, HeldValue, Number
from services.criteria.engine.runtime.leaves import NOT_THERE, RANKS, comparison
from shared.body.spine import LEVELS

Vector = tuple[int, ...]
NEVER_ABSENT = {"level_of_subject", "in_requested_segment"}
"""Facts that follow from the request: known, or illegible, and neither absent nor unsure."""
ALWAYS_KNOWN = ("service:", "standard_level")


class TooMany(Exception):
    """More than can be enumerated."""


def vectors(entry: VocabularyEntry, atom: Atom, leaves: tuple[Criterion, ...]) -> frozenset[Vector]:
    """The joint states of these leaves of one atom; more than can really occur, never fewer."""
    if atom.way.startswith(("levels", "age")):
        return _independent(leaves)
    points = frozenset(tuple(state) for state in _points(entry, leaves))
    if entry.spec.type == "set":
        points = _held(entry, leaves)
    if len(points) > 12:  # noqa: PLR2004 - its subsets are walked
        raise TooMany
    known = {
        _joined(some)
        for size in range(1, len(points) + 1)
        for some in combinations(sorted(points), size)
    }
    if (entry.spec.derive or "").startswith(ALWAYS_KNOWN):
        return points
    if entry.spec.derive in NEVER_ABSENT:
        return points | {tuple(UNKNOWN for _ in leaves)}
    return frozenset(
        known | _uncertain(known, leaves) | {tuple(_absent(entry, leaf) for leaf in leaves)}
    )


def _independent(leaves: tuple[Criterion, ...]) -> frozenset[Vector]:
    if len(leaves) == 1:
        return frozenset({(NOT_MET,), (UNKNOWN,), (MET,)})
    limits = sorted({leaf.within_days or 0 for leaf in leaves})
    ages = [*limits, limits[-1] + 1]
    points = frozenset(
        tuple(MET if age <= (leaf.within_days or 0) else NOT_MET for leaf in leaves) for age in ages
    )
    known = {
        _joined(some)
        for size in range(1, len(points) + 1)
        for some in combinations(sorted(points), size)
    }
    return frozenset(known | _uncertain(known, leaves) | {tuple(UNKNOWN for _ in leaves)})


def _points(entry: VocabularyEntry, leaves: tuple[Criterion, ...]) -> Iterable[Vector]:
    """The states of the leaves for every single value that they can tell apart."""
    tests = [comparison(leaf, entry) for leaf in leaves]
    yield from (tuple(test(value) for test in tests) for value in _values(entry, leaves))


def _values(entry: VocabularyEntry, leaves: tuple[Criterion, ...]) -> Iterable[Any]:
    match entry.spec.type:
        case "boolean":
            return (True, False)
        case "choice":
            return entry.spec.allowed
        case "level":
            return range(len(LEVELS))
        case "number":
            return _numbers(
                [number for leaf in leaves for number in _limits(leaf)], whole=_is_counted(entry)
            )
        case _:
            return (
                *{
                    one
                    for leaf in leaves
                    for one in (leaf.is_, *(leaf.one_of or ()))
                    if one is not None
                },
                "something else",
            )


def _is_counted(entry: VocabularyEntry) -> bool:
    """Whether the engine counts this number, so that it is whole."""
    return entry.spec.derive in {"policy", REQUEST} and entry.spec.step == 1


def _limits(leaf: Criterion) -> Iterable[Number]:
    for of in (leaf, leaf.worst, leaf.best):
        if of is None:
            continue
        given = [of.at_least, of.at_most, of.above, of.below, *(of.between or ())]
        yield from (Fraction(one) for one in given if one is not None)
    yield from (
        Fraction(str(one))
        for one in (leaf.is_, *(leaf.one_of or ()))
        if isinstance(one, int | float) and not isinstance(one, bool)
    )


def _numbers(limits: list[Number], *, whole: bool) -> list[Number]:
    points = sorted(set(limits)) or [0]
    if whole:
        return sorted({int(one) + by for one in points for by in (-1, 0, 1)})
    between = [Fraction(low + high) / 2 for low, high in pairwise(points)]
    return [points[0] - 1, *points, *between, points[-1] + 1]


def _held(entry: VocabularyEntry, leaves: tuple[Criterion, ...]) -> frozenset[Vector]:
    """A set of things that hold: what matters of each thing is which leaves want it."""
    wanted = [frozenset((leaf.is_, *(leaf.one_of or ()))) for leaf in leaves]
    named = [thing for want in wanted for thing in want if thing is not None]
    known = entry.spec.allowed or (*named, "something else")
    kinds = {tuple(thing in want for want in wanted): thing for thing in known}
    tests = [comparison(leaf, entry) for leaf in leaves]
    things = list(kinds.values())
    some = [
        frozenset(chosen)
        for size in range(len(things) + 1)
        for chosen in combinations(things, size)
    ]
    return frozenset(
        tuple(test(HeldValue(one, closed)) for test in tests)
        for one in some
        for closed in (True, False)
    )


def _joined(points: Iterable[Vector]) -> Vector:
    """What is known when each of these points is possible."""
    states = [set(column) for column in zip(*points, strict=True)]
    return tuple(column.pop() if len(column) == 1 else UNKNOWN for column in states)


def _uncertain(known: Iterable[Vector], leaves: tuple[Criterion, ...]) -> set[Vector]:
    """The same knowledge, less sure or said of a group: leaves that need more say unknown."""
    found = set[Vector]()
    for vector in known:
        for rank in (0, 1):
            found.add(
                tuple(
                    state if RANKS[leaf.certainty] <= rank else UNKNOWN
                    for state, leaf in zip(vector, leaves, strict=True)
                )
            )
        found.add(
            tuple(
                state if leaf.scope == "group" else UNKNOWN
                for state, leaf in zip(vector, leaves, strict=True)
            )
        )
    return found


def _absent(entry: VocabularyEntry, leaf: Criterion) -> int:
    return comparison(leaf, entry)(NOT_THERE) if leaf.assume_absent else UNKNOWN
