"""One line before its policy: its root, guards and citations, and whether it is approved."""

from __future__ import annotations

from dataclasses import dataclass

from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.policy import CitationSpec, Guard
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.scope import EvaluationScope, Result
from shared.events.request import ServiceLine


@dataclass(slots=True)
class Judged:
    """What came of one line; the outcome is `approve` or `pend`, and `reason` says why."""

    line: ServiceLine
    edition: Edition
    scope: EvaluationScope
    root: Result
    guards: tuple[tuple[Guard, Result], ...]
    citations: tuple[tuple[CitationSpec, Result], ...]
    outcome: str
    reason: str


def judge(prepared: PreparedRequest, line: ServiceLine) -> Judged:
    """The line against its policy: approved only if the root is met, no guard holds it, and it
    rests on nothing that was merely assumed.
    """
    edition, scope = prepared.edition, prepared.scope(line)
    root = edition.root.run(scope)
    guards = tuple([(guard, when.run(scope)) for guard, when in edition.guards])
    citations = tuple([(spec, population.run(scope)) for spec, population in edition.citations])
    reason = _reason(root, guards)
    if (
        reason == "criteria_met"
        and edition.assumes
        and not edition.spec.assumed_may_approve
        and _rests_on_assumption(prepared, line)
    ):
        reason = "rests_on_assumption"
    outcome = "approve" if reason == "criteria_met" else "pend"
    return Judged(line, edition, scope, root, guards, citations, outcome, reason)


def _reason(root: Result, guards: tuple[tuple[Guard, Result], ...]) -> str:
    if root.state == NOT_MET:
        return "criteria_not_met"
    for guard, result in guards:
        # What is known to need a person comes before what is not documented, and what is not
        # documented of the criteria before what is not documented of a guard.
        settled = MET in (root.state, result.state)
        if settled and result.state != NOT_MET and holds(guard, result.state):
            return f"guard:{guard.id}"[:64]
    return "not_documented" if root.state == UNKNOWN else "criteria_met"


def holds(guard: Guard, state: int) -> bool:
    """Whether a guard keeps the line from approval; unknown holds it too, unless the guard only
    advises then.
    """
    return guard.then == "pend" and (
        state == MET or (state == UNKNOWN and guard.unknown != "advise")
    )


def advises(guard: Guard, state: int) -> bool:
    """Whether a guard says something that holds nothing."""
    return state != NOT_MET and not holds(guard, state)


def _rests_on_assumption(prepared: PreparedRequest, line: ServiceLine) -> bool:
    """Whether the approval would not stand, or a guard would hold it, if nothing were assumed."""
    scope, edition = prepared.scope(line, trusting=False), prepared.edition
    root = edition.root.run(scope)
    guards = tuple([(guard, when.run(scope)) for guard, when in edition.guards])
    scope.close()
    return _reason(root, guards) != "criteria_met"
