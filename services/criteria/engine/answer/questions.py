"""What to ask for when a line pends because facts are unknown: the fewest facts that could still
lead to an approval, and first those that are recorded and cannot be used as they stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from services.criteria.engine.answer.evidence import made
from services.criteria.engine.answer.judge import Judged, holds
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.facts import DOUBTED, KnownFact
from services.criteria.engine.runtime.scope import PolicyNode, Result
from shared.events.evaluation import Question


class Wanted(NamedTuple):
    """A fact (or list) that is asked for; `recorded`: it is there, and cannot be used."""

    path: str
    item: str | None
    recorded: bool = False


Missing = frozenset[Wanted]


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
            return _cheapest(below) or frozenset((Wanted(mark.path, None),))
        case "every":
            return _union(below) or frozenset((Wanted(mark.path, None),))
        case _:
            return _of_item(_union(below), result.subject)


def _of_leaf(mark: PolicyNode, known: KnownFact | None) -> Missing:
    """The fact itself; of a computed one, the facts that it was computed from."""
    recorded = known is not None and known.reason in DOUBTED
    if known is not None and known.asks:
        return frozenset(Wanted(path, item, recorded) for path, item in known.asks)
    item = (known.subject or None) if known else None
    return frozenset() if mark.computed else frozenset((Wanted(mark.path, item, recorded),))


def _of_item(wanted: Missing, item: str | None) -> Missing:
    """What is wanted on an item, named after it where it has no name yet."""
    return frozenset(one if one.item else one._replace(item=item) for one in wanted)


def _union(results: Iterable[Result]) -> Missing:
    return frozenset().union(*(missing(one) for one in results))


def _cheapest(results: Iterable[Result]) -> Missing:
    options = [missing(one) for one in results if one.state == UNKNOWN]
    return min(options, key=_cost, default=frozenset())


def _several(results: Iterable[Result], n: int) -> Missing:
    options = sorted((missing(one) for one in results if one.state == UNKNOWN), key=_cost)
    return frozenset().union(*options[:n])


def _cost(wanted: Missing) -> tuple[int, int, list[tuple[str, str]]]:
    """Least is what nobody recorded yet."""
    names = sorted((one.path, one.item or "") for one in wanted)
    return sum(not one.recorded for one in wanted), len(wanted), names


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
        one._replace(item=None)
        if one.path in entries and entries[one.path].spec.of == "member"
        else one
        for one in found
    )


def _touched(result: Result) -> Missing:
    """Every unknown fact beneath a guard that must be ruled out."""
    if result.state != UNKNOWN:
        return frozenset()
    if not result.below:
        return missing(result)
    below = frozenset().union(*(_touched(one) for one in result.below)) or missing(result)
    return below if result.subject is None else _of_item(below, result.subject)


def questions(judged: Iterable[Judged]) -> tuple[Question, ...]:
    """One question for each fact that is asked for, with the lines that wait for it."""
    lines: dict[tuple[str, str | None], list[int]] = {}
    texts: dict[tuple[str, str | None], str] = {}
    for one in judged:
        for path, item in sorted({(each.path, each.item or "") for each in wanted(one)}):
            pair = (path, item or None)
            lines.setdefault(pair, []).append(one.line.sequence)
            texts[pair] = _text(one, *pair)
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


def _text(judged: Judged, path: str, item: str | None) -> str:
    """The question; first why what is recorded cannot be used."""
    known = judged.scope.known(path, item)
    asked = judged.edition.vocabulary.ask(path, item)
    return f"{known.why} {asked}" if known is not None and known.why else asked
