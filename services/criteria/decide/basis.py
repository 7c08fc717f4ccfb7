"""Whether what a clinician rests a refusal on can carry one."""

from __future__ import annotations

from datetime import date

from services.criteria.engine.edition.compiler import named_nodes
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import Library
from services.criteria.model import Line
from shared.events.evaluation import PolicyRef
from shared.events.reviews import CriterionBasis, DeclineCode, ReviewSubmitted


def baseless(library: Library, line: Line, review: ReviewSubmitted, on: date) -> DeclineCode | None:
    """Why the review's basis cannot carry a refusal of the line decided on that day, or None: it
    names a criterion of an edition that is not overdue, or one that is no policy of the plan's; and
    never alone what the policy forbids as the only reason.
    """
    basis = review.basis
    if basis is None:
        return DeclineCode.NO_BASIS
    editions = [edition_of(library, line.summary.policy)]
    if isinstance(basis, CriterionBasis):
        edition = library.find(basis.policy, basis.version)
        if edition is None or basis.criterion not in criteria(edition):
            return DeclineCode.UNKNOWN_CRITERION
        if edition.spec.next_review < on:
            return DeclineCode.EDITION_OVERDUE
        editions.append(edition)
    named = {review.criterion, basis.criterion if isinstance(basis, CriterionBasis) else basis.kind}
    forbidden = {name for one in editions if one for name in one.spec.forbidden_sole_reasons}
    return DeclineCode.FORBIDDEN_SOLE_REASON if named & forbidden else None


def edition_of(library: Library, policy: PolicyRef | None) -> Edition | None:
    """The edition that a line was judged by, if one was."""
    return library.find(policy.policy, policy.version) if policy else None


def criteria(edition: Edition) -> frozenset[str]:
    """The names of the criteria and guards of an edition."""
    spec = edition.spec
    nodes = (name for name, _ in named_nodes(spec.criteria))
    return frozenset((*nodes, *(guard.id for guard in spec.guards)))
