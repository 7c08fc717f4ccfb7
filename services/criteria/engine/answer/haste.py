"""How soon a request has to be answered, and a pended line looked at, by what its policies say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from services.criteria.engine.answer.advisories.emergency import POSSIBLE, REASON, advisory
from services.criteria.engine.answer.judge import Judged, presses
from services.criteria.engine.answer.timing import RETROSPECTIVE
from services.criteria.engine.logic.values import NOT_MET
from services.criteria.engine.runtime.recorded import only_old
from shared.events.evaluation import Advisory, LineEvaluation, Triage
from shared.events.request import AuthorizationRequest, Urgency, faster


class Haste(NamedTuple):
    """How urgent a request is, and how urgent a policy or triage `found` it whatever its sender
    says; what is said of it, and within how many minutes a clinician must look, if one must, and
    why.
    """

    urgency: Urgency
    found: Urgency | None
    advisories: tuple[Advisory, ...]
    within_minutes: int | None
    reason: str | None


def of_policies(
    request: AuthorizationRequest, judged: list[Judged], advisories: tuple[Advisory, ...]
) -> Haste:
    """What the policies ask for; `advisories` are all that is said beside."""
    urgent = [rule for one in judged if (rule := review(one)) is not None]
    within, reason = min(urgent, default=(None, None))
    pressed = pressing(judged)
    return Haste(
        faster(request.urgency, pressed or request.urgency), pressed, advisories, within, reason
    )


def of_triage(haste: Haste, triage: Triage, lines: Sequence[LineEvaluation]) -> Haste:
    """What may be an emergency is never slower than what a policy asks for."""
    within, reason = haste.within_minutes, haste.reason
    # A policy may know the emergency by the same name: nobody is told twice.
    others = tuple([one for one in haste.advisories if one.id != POSSIBLE])
    if within is None or triage.within_minutes < within:
        # Where every line is approved, nobody is referred for a reason of triage.
        pends = any(line.outcome == "pend" for line in lines)
        within, reason = triage.within_minutes, REASON if pends else reason
    return Haste(
        faster(haste.urgency, Urgency.EXPEDITED),
        Urgency.EXPEDITED,
        (advisory(triage, others, haste.urgency), *others),
        within,
        reason,
    )


def urgency(request: AuthorizationRequest, judged: list[Judged]) -> Urgency:
    """The request's urgency, or a higher one that a policy finds; it never falls."""
    return faster(request.urgency, pressing(judged) or request.urgency)


def pressing(judged: list[Judged]) -> Urgency | None:
    """How urgent a policy finds a request, whatever its sender says; none where none does."""
    urgent = (one.reason != RETROSPECTIVE and presses(one.edition, one.scope) for one in judged)
    # Each is run, for what it read is told.
    return Urgency.EXPEDITED if any(list(urgent)) else None


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
