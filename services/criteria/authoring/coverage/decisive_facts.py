"""The facts that a line's answer turns on, each set tried on the engine: missing sets of a pended
line, loss sets of an approved one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from services.criteria.authoring.coverage.missing_sets import LIST, NOTHING, Fact, Sets, Turning
from services.criteria.authoring.golden.answer import judged
from services.criteria.authoring.golden.boundary_values import new_items, thresholds, values
from services.criteria.authoring.golden.request_edits import saying
from services.criteria.engine.answer.judge import Judged, holds
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.request_facts import REQUEST
from services.criteria.engine.logic.values import MET, NOT_MET
from shared.events.request import AuthorizationRequest, ListStatement
from shared.events.request import Fact as Said

SHOWN, TRIED = 1_000, 20_000
"""How many sets are given at most, and how many completions are tried for it."""
ILLEGIBLE = "illegible"
"""A unit that no vocabulary knows: the fact stays in the chart and can no longer be read."""


@dataclass(frozen=True, slots=True)
class FactSets:
    """Inclusion-minimal sets of facts as (path, item), sorted; not `complete`: there may be more,
    or larger ones than four facts.
    """

    sets: tuple[tuple[Fact, ...], ...]
    complete: bool

    def report(self) -> dict[str, Any]:
        """As `policy explain --json` prints it."""
        sets = [[{"path": path, "item": item or None} for path, item in one] for one in self.sets]
        return {"sets": sets, "complete": self.complete}


@dataclass(slots=True)
class LineCase:
    """A request at an instant, and one line of it under an edition; `tried` counts how often the
    engine was asked.
    """

    edition: Edition
    request: AuthorizationRequest
    at: datetime
    sequence: int
    tried: int = 0

    def outcome(self, request: AuthorizationRequest) -> str:
        """What the line would come to with other facts."""
        self.tried += 1
        with judged(self.edition, request, self.at) as lines:
            return next(
                (one.outcome for one in lines if one.line.sequence == self.sequence), "pend"
            )


def missing(case: LineCase) -> FactSets:
    """The smallest sets of unknown facts for which some completion approves the line; none: no
    document can change this.
    """
    with judged(case.edition, case.request, case.at) as lines:
        line = next(one for one in lines if one.line.sequence == case.sequence)
        if line.outcome == "approve":
            return FactSets((), complete=True)
        found, turning = _gaps(line), Turning(case.edition)
        candidates = turning.every(turning.gains(result, want) for result, want in found)
    return _minimal(case, candidates, _completes, cut=turning.cut)


def _gaps(line: Judged) -> list[tuple[Any, int]]:
    """What must come to which state for an approval."""
    holding = [(result, NOT_MET) for guard, result in line.guards if holds(guard, result.state)]
    limiting = [(one.result, NOT_MET) for one in line.limits]
    return [(line.root, MET), *holding, *limiting]


def losses(case: LineCase) -> tuple[FactSets, FactSets]:
    """Of an approved line, the smallest sets of facts whose change to unknown ends the approval:
    through the criteria, and through the guards.
    """
    with judged(case.edition, case.request, case.at) as lines:
        line = next(one for one in lines if one.line.sequence == case.sequence)
        if line.outcome != "approve":
            return FactSets((), complete=True), FactSets((), complete=True)
        criteria, guards = Turning(case.edition), Turning(case.edition)
        of_root = criteria.losses(line.root, MET)
        silent = [
            result
            for guard, result in line.guards
            if guard.then == "pend" and guard.unknown != "advise" and result.state == NOT_MET
        ]
        of_guards = guards.some(guards.losses(result, NOT_MET) for result in silent)
    return _minimal(case, of_root, _ends, cut=criteria.cut), _minimal(
        case, of_guards, _ends, cut=guards.cut
    )


def _minimal(case: LineCase, candidates: Sets, holds_for: Any, *, cut: bool) -> FactSets:
    """The candidates that hold when they are tried, the smallest first, none with another one
    inside.
    """
    found: list[frozenset[Fact]] = []
    complete = not cut
    for one in sorted(candidates - NOTHING, key=lambda one: (len(one), sorted(one))):
        if len(found) >= SHOWN or case.tried >= TRIED:
            complete = False
            break
        if not any(smaller <= one for smaller in found) and holds_for(case, one):
            found.append(one)
    return FactSets(tuple(tuple(sorted(one)) for one in found), complete)


def _completes(case: LineCase, facts: Iterable[Fact]) -> bool:
    """Whether some values of these facts approve the line."""
    compared = thresholds(case.edition)
    options = [[(fact, value) for value in _values(case, fact, compared)] for fact in sorted(facts)]
    for chosen in product(*options):
        if case.tried >= TRIED:
            return False
        if case.outcome(_with(case, chosen)) == "approve":
            return True
    return False


def _values(case: LineCase, fact: Fact, compared: dict[str, set[Any]]) -> tuple[Any, ...]:
    path, item = fact
    if item == LIST:
        return (True, *new_items(case.edition, path, _segment_of(case)))
    entry = case.edition.vocabulary.entries[path]
    return values(entry, compared.get(path, set()), case.at.date())


def _segment_of(case: LineCase) -> str | None:
    return next(
        (line.segment for line in case.request.lines if line.sequence == case.sequence), None
    )


def _with(case: LineCase, chosen: Iterable[tuple[Fact, Any]]) -> AuthorizationRequest:
    """The request with these facts documented, or these lists complete."""
    request = case.request
    vocabulary = case.edition.vocabulary
    for (path, item), value in chosen:
        if item == LIST:
            name = vocabulary.lists[path].closed_by
            kept = tuple(one for one in request.lists if one.name != name)
            closed = {"lists": (*kept, ListStatement(name=name, closed=True))}
            request = request.model_copy(
                update=closed if value is True else {"facts": (*request.facts, *value)}
            )
            continue
        if vocabulary.entries[path].spec.derive == REQUEST:
            request = saying(request, path, value, case.at.date())
            continue
        subject = f"{vocabulary.entries[path].spec.of}:{item}" if item else "member"
        others = tuple(one for one in request.facts if (one.path, one.subject) != (path, subject))
        request = request.model_copy(
            update={"facts": (*others, Said(path=path, subject=subject, value=value))}
        )
    return request


def _ends(case: LineCase, facts: Iterable[Fact]) -> bool:
    """Whether the approval ends when all of these facts become unknown."""
    gone = set(facts)
    lists = {case.edition.vocabulary.lists[path].closed_by for path, item in gone if item == LIST}
    said = tuple(
        _unread(one) if (one.path, one.subject.partition(":")[2]) in gone else one
        for one in case.request.facts
    )
    kept = tuple(one for one in case.request.lists if one.name not in lists)
    return case.outcome(case.request.model_copy(update={"facts": said, "lists": kept})) != "approve"


def _unread(fact: Said) -> Said:
    return fact.model_copy(update={"unit": ILLEGIBLE})
