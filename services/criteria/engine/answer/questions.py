"""What to ask for when a line pends because facts are unknown: the fewest facts that could still
lead to an approval.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.criteria.engine.answer.evidence import made
from services.criteria.engine.answer.judge import Judged, holds
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.facts import KnownFact
from services.criteria.engine.runtime.scope import PolicyNode, Result
from shared.events.evaluation import Question

Missing = frozenset[tuple[str, str | None]]
"""(path or list, item) pairs."""


def missing(result: Result) -> Missing:  # noqa: PLR0911 - one return for each kind of node
    """The unknown facts that would make an unknown node met: all of an `all`, the cheapest of an
    `any`.
    """
    mark, below = result.mark, result.below
    if result.state != UNKNOWN:
        return frozenset()
    match mark.kind:
        case "leaf":
            return _of_leaf(mark, result.known)
        case "any" | "unless":
            return _cheapest(below)
        case "enough":
            return _several(below, mark.n - sum(one.state == MET for one in below))
        case "some":
            return _cheapest(below) or frozenset(((mark.path, None),))
        case "every":
            return _union(below) or frozenset(((mark.path, None),))
        case _:
            return frozenset(
                pair if pair[1] else (pair[0], result.subject) for pair in _union(below)
            )


def _of_leaf(mark: PolicyNode, known: KnownFact | None) -> Missing:
    """The fact itself; of a computed one, the facts that it was computed from."""
    if known is not None and known.asks:
        return frozenset(known.asks)
    return (
        frozenset()
        if mark.computed
        else frozenset(((mark.path, (known.subject or None) if known else None),))
    )


def _union(results: Iterable[Result]) -> Missing:
    return frozenset().union(*(missing(one) for one in results))


def _cheapest(results: Iterable[Result]) -> Missing:
    options = [missing(one) for one in results if one.state == UNKNOWN]
    return min(options, key=_cost, default=frozenset())


def _several(results: Iterable[Result], n: int) -> Missing:
    options = sorted((missing(one) for one in results if one.state == UNKNOWN), key=_cost)
    return frozenset().union(*options[:n])


def _cost(one: Missing) -> tuple[int, list[tuple[str, str]]]:
    return len(one), sorted((path, item or "") for path, item in one)


def wanted(judged: Judged) -> Missing:
    """What would settle a pended line; nothing, where what is known already leads to a person."""
    if judged.outcome == "approve" or judged.root.state == NOT_MET:
        return frozenset()
    if any(guard.then == "pend" and result.state == MET for guard, result in judged.guards):
        return frozenset()
    unknown = [result for guard, result in judged.guards if holds(guard, result.state)]
    found = missing(judged.root).union(*(_touched(result) for result in unknown))
    entries = judged.edition.entries
    return frozenset(
        (path, None if path in entries and entries[path].spec.of == "member" else item)
        for path, item in found
    )


def _touched(result: Result) -> Missing:
    """Every unknown fact beneath a guard that must be ruled out."""
    if result.state != UNKNOWN:
        return frozenset()
    if not result.below:
        return missing(result)
    below = frozenset().union(*(_touched(one) for one in result.below)) or missing(result)
    return frozenset(
        pair if pair[1] or result.subject is None else (pair[0], result.subject) for pair in below
    )


def questions(judged: Iterable[Judged]) -> tuple[Question, ...]:
    """One question for each fact that is asked for, with the lines that wait for it."""
    lines: dict[tuple[str, str | None], list[int]] = {}
    texts: dict[tuple[str, str | None], str] = {}
    for one in judged:
        for pair in sorted(wanted(one), key=lambda pair: (pair[0], pair[1] or "")):
            lines.setdefault(pair, []).append(one.line.sequence)
            texts[pair] = one.edition.vocabulary.ask(*pair)
    return tuple(
        made(
            Question,
            id=f"{path}:{item}"[:64] if item else path,
            text=texts[path, item][:1_000],
            paths=(path,),
            lines=tuple(lines[path, item]),
        )
        for path, item in lines
    )
