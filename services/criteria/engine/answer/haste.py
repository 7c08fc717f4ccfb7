"""How soon a request has to be answered, and a pended line looked at, by what its policies say."""

from __future__ import annotations

from services.criteria.engine.answer.judge import Judged, presses
from services.criteria.engine.answer.timing import RETROSPECTIVE
from services.criteria.engine.logic.values import NOT_MET
from services.criteria.engine.runtime.recorded import only_old
from shared.events.request import AuthorizationRequest, Urgency, faster


def urgency(request: AuthorizationRequest, judged: list[Judged]) -> Urgency:
    """The request's urgency, or a higher one that a policy finds; it never falls."""
    found = request.urgency
    for one in judged:
        if one.reason != RETROSPECTIVE and presses(one.edition, one.scope):
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
        or (result := when.run(judged.scope)).state == NOT_MET
        or only_old(result)
    ):
        return None
    return rule.within_minutes, rule.reason
