"""How fast a policy wants a request answered, and a clinician to look."""

from __future__ import annotations

from services.criteria.engine.answer.judge import Judged
from services.criteria.engine.answer.timing import RETROSPECTIVE
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from shared.events.request import AuthorizationRequest, Urgency, faster


def urgency(request: AuthorizationRequest, judged: list[Judged]) -> Urgency:
    """The request's urgency, or a higher one that a policy finds; it never falls."""
    found = request.urgency
    for one in judged:
        rule = one.edition.spec.urgency
        if rule is None or one.edition.urgency is None or one.reason == RETROSPECTIVE:
            continue
        state = one.edition.urgency.run(one.scope).state
        if state == MET or (state == UNKNOWN and rule.unknown == "expedited"):
            found = faster(found, Urgency.EXPEDITED)
    return found


def review(judged: Judged) -> tuple[int, str] | None:
    """Within how many minutes a clinician must look at a pended line, where the policy says so;
    unknown is looked at as if it were met.
    """
    rule, when = judged.edition.spec.review, judged.edition.review
    if (
        rule is None
        or when is None
        or judged.reason == RETROSPECTIVE
        or judged.outcome == "approve"
        or when.run(judged.scope).state == NOT_MET
    ):
        return None
    return rule.within_minutes, rule.reason
