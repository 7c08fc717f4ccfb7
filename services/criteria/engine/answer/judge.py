"""One line before its policy: its root, guards and citations, and whether it is approved."""

from __future__ import annotations

from dataclasses import dataclass

from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.edition.branches import Limit, limits, met, valid_days
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.reach import PolicyReach
from services.criteria.engine.language.contradiction import ContradictionRule
from services.criteria.engine.language.policy import CitationSpec, Guard
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.recorded import only_old
from services.criteria.engine.runtime.scope import EvaluationScope, Result
from shared.events.request import ServiceLine

APPLICABILITY = "applicability_unknown"
"""Why a line pends whose criteria are met by a policy that may not be for it."""


@dataclass(slots=True)
class Judged:
    """What came of one line; the outcome is `approve` or `pend`, and `reason` says why.

    `old`: evidence of the request is too old to tell how it is now; `unsaid`: facts of the request
    without which it is not known whether the edition is for the line; `limits` hold it, or may,
    and an approval is valid for `valid_days`.
    """

    line: ServiceLine
    edition: Edition
    scope: EvaluationScope
    root: Result
    guards: tuple[tuple[Guard, Result], ...]
    citations: tuple[tuple[CitationSpec, Result], ...]
    outcome: str
    reason: str
    contradictions: tuple[ContradictionRule, ...] = ()
    old: bool = False
    unsaid: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    valid_days: int = 90


def judge(prepared: PreparedRequest, line: ServiceLine) -> Judged:
    """The line against its policy: approved only if the root is met, no guard holds it, and it
    rests on nothing that was merely assumed, is unusual or contradicted.
    """
    edition, scope = prepared.edition, prepared.scope(line)
    root = edition.root.run(scope)
    guards = tuple([(guard, when.run(scope)) for guard, when in edition.guards])
    citations = tuple([(spec, population.run(scope)) for spec, population in edition.citations])
    reason = _reason(root, guards)
    branches = [*met(edition, scope)] if edition.spec.outcomes.branches else []
    held = limits(branches, line) if branches and root.state != NOT_MET else ()
    if reason == "criteria_met" and held:
        reason = held[0].reason
    unsaid = () if edition.reach is None else _unsaid(prepared, line, edition.reach)
    if reason == "criteria_met":
        reason = APPLICABILITY if unsaid else _doubt(prepared, line, scope) or reason
    outcome = "approve" if reason == "criteria_met" else "pend"
    return Judged(
        line,
        edition,
        scope,
        root,
        guards,
        citations,
        outcome,
        reason,
        prepared.contradictions,
        prepared.old,
        unsaid,
        held,
        valid_days(edition, branches),
    )


def _unsaid(prepared: PreparedRequest, line: ServiceLine, reach: PolicyReach) -> tuple[str, ...]:
    """The facts of the request that would settle whether the edition is for the line."""
    return reach.unsaid(prepared.request.member, line, prepared.day) or ()


def _doubt(prepared: PreparedRequest, line: ServiceLine, scope: EvaluationScope) -> str | None:
    """Why a line whose criteria are met goes to a person all the same: it rests on an assumption,
    on a value that is unusual, or on a fact that something else contradicts. The last holds nothing
    that may be an emergency.
    """
    spec, extremes = prepared.edition.spec, prepared.extremes
    assumes = prepared.edition.assumes and not spec.assumed_may_approve
    if assumes and not _stands(prepared, line, trusting=False):
        return "rests_on_assumption"
    if extremes and not _stands(prepared.doubting(extremes), line):
        return "confirmed_extreme"
    for rule in () if presses(prepared.edition, scope) else prepared.contradictions:
        for path in rule.facts:
            if not _stands(prepared.doubting(frozenset({(path, "")})), line):
                return f"contradiction:{rule.spec.id}"
    return None


def presses(edition: Edition, scope: EvaluationScope) -> bool:
    """Whether the policy finds that the line cannot wait."""
    rule, when = edition.spec.urgency, edition.urgency
    if rule is None or when is None:
        return False
    result = when.run(scope)
    if result.state == UNKNOWN:
        return rule.unknown == "expedited" and not only_old(result)
    return result.state == MET


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


def _stands(prepared: PreparedRequest, line: ServiceLine, *, trusting: bool = True) -> bool:
    """Whether the line would be approved by these facts; not `trusting`: if nothing were
    assumed.
    """
    scope, edition = prepared.scope(line, trusting=trusting), prepared.edition
    root = edition.root.run(scope)
    guards = tuple([(guard, when.run(scope)) for guard, when in edition.guards])
    branches = edition.spec.outcomes.branches
    held = branches and limits(met(edition, scope), line)
    scope.close()
    return _reason(root, guards) == "criteria_met" and not held
