"""What to ask for when a line pends because facts are unknown: the nearest way to an approval, and
the other ways.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.criteria.engine.answer.evidence import made
from services.criteria.engine.answer.judge import Judged, holds
from services.criteria.engine.answer.ways import Missing, Pair, Ways
from services.criteria.engine.language.request_facts import REQUEST_FACTS
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.scope import Result
from shared.events.evaluation import OtherWay, Question

MOST_OTHER_WAYS = 20
"""Of a request: two hundred lines would have a thousand."""


def wanted(judged: Judged, ways: Ways) -> list[Missing]:
    """The sets of facts each of which could settle a pended line, nearest first; none, where what
    is known already leads to a person.
    """
    if judged.outcome == "approve" or judged.root.state == NOT_MET:
        return []
    if any(guard.then == "pend" and result.state == MET for guard, result in judged.guards):
        return []
    if any(one.state == MET for one in judged.limits):
        return []
    unknown = [result for guard, result in judged.guards if holds(guard, result.state)]
    unknown += [one.result for one in judged.limits]
    unsaid = (*judged.unsaid, *(path for one in judged.limits for path in one.asks))
    ruled_out: Missing = frozenset((path, None) for path in unsaid).union(
        *(_touched(result, ways) for result in unknown)
    )
    entries = judged.edition.entries
    found = [
        frozenset(
            (path, None if path in entries and entries[path].spec.of == "member" else item)
            for path, item in way | ruled_out
        )
        for way in ways.of(judged.root)
    ]
    return ways.nearest(found)


def _touched(result: Result, ways: Ways) -> Missing:
    """Every unknown fact beneath a guard that must be ruled out."""
    if result.state != UNKNOWN:
        return frozenset()
    if not result.below:
        return ways.of(result)[0]
    below = frozenset().union(*(_touched(one, ways) for one in result.below)) or ways.of(result)[0]
    return frozenset(
        pair if pair[1] or result.subject is None else (pair[0], result.subject) for pair in below
    )


def questions(judged: Iterable[Judged]) -> tuple[tuple[Question, ...], tuple[OtherWay, ...]]:
    """One question for each fact of the nearest ways, with the lines that wait for it; and how
    each line's other ways differ from that.
    """
    lines: dict[Pair, list[int]] = {}
    asking: dict[Pair, Judged] = {}
    others: list[OtherWay] = []
    for one in judged:
        ways = Ways(one.edition.vocabulary)
        nearest, *further = wanted(one, ways) or [frozenset()]
        for pair in ways.ordered(nearest):
            lines.setdefault(pair, []).append(one.line.sequence)
            asking[pair] = one
        others.extend([_other(one, ways, (nearest, way)) for way in further])
    asked = tuple([_question(pair, asking[pair], tuple(of)) for pair, of in lines.items()])
    return asked, tuple(others[:MOST_OTHER_WAYS])


def unclear(
    asked: tuple[Question, ...], lines: Iterable[tuple[int, tuple[str, ...]]]
) -> tuple[Question, ...]:
    """The questions, with those about what a request does not say of itself: facts of it that some
    lines, by sequence, wait for before one policy can be chosen.
    """
    waiting: dict[str, list[int]] = {}
    for sequence, paths in lines:
        for path in paths:
            waiting.setdefault(path, []).append(sequence)
    known = tuple(
        [
            one.model_copy(update={"lines": tuple(sorted((*one.lines, *waiting.pop(one.id))))})
            if one.id in waiting
            else one
            for one in asked
        ]
    )
    more = [
        made(Question, id=path, text=REQUEST_FACTS[path].ask, paths=(path,), lines=tuple(of))
        for path, of in waiting.items()
    ]
    return (*known, *more)


def _other(judged: Judged, ways: Ways, differing: tuple[Missing, Missing]) -> OtherWay:
    (nearest, way), line = differing, judged.line.sequence
    return made(
        OtherWay,
        line=line,
        instead_of=tuple([_id(pair) for pair in ways.ordered(nearest - way)]),
        questions=tuple([_question(pair, judged, (line,)) for pair in ways.ordered(way - nearest)]),
    )


def _id(pair: Pair) -> str:
    path, item = pair
    return f"{path}:{item}"[:64] if item else path


def _question(pair: Pair, judged: Judged, lines: tuple[int, ...]) -> Question:
    path, item = pair
    return made(
        Question,
        id=_id(pair),
        text=_text(judged, path, item)[:1_000],
        paths=(path,),
        lines=lines,
    )


def _text(judged: Judged, path: str, item: str | None) -> str:
    """The question; first why what is recorded cannot be used."""
    known = judged.scope.known(path, item)
    asked = judged.edition.vocabulary.ask(path, item)
    return f"{known.why} {asked}" if known is not None and known.why else asked
