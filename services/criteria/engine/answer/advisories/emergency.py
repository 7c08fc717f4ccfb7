"""Whether a request may be an emergency, found before any policy is chosen, and what is said of
it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from services.criteria.engine.answer.evidence import made
from services.criteria.engine.answer.timing import RETROSPECTIVE, untimely
from services.criteria.engine.edition.library import Library
from services.criteria.engine.triage.assessment import Assessment, assess
from services.criteria.engine.triage.observations import STATES, Sign
from services.criteria.engine.triage.protocol import TriageProtocol
from shared.events.evaluation import Advisory, Triage, TriageSign
from shared.events.request import AuthorizationRequest, ServiceLine, Urgency

POSSIBLE = "possible-emergency"
REASON = "possible_emergency"
NO_WAITING = "Emergency care needs no prior authorization; nobody should wait for this answer."
MOST_SUBJECTS = 50
"""Subjects that a sign lists: a thousand lesions say no more than fifty do."""


def triaged(
    request: AuthorizationRequest, received_at: datetime, library: Library, *, any_day: bool = False
) -> Triage | None:
    """What the lines that are neither withdrawn nor over may be an emergency by: of all triage
    files in force, what leaves the least time.

    With `any_day` a line whose day is over counts too.
    """
    lines = [
        line
        for line in request.lines
        if not line.cancelled and (any_day or untimely(line, received_at) != RETROSPECTIVE)
    ]
    if not lines:
        return None
    day = received_at.date()
    found = [
        one
        for protocol in library.protocols(day)
        if (one := assess(protocol, request, lines, day)) is not None
    ]
    if not found:
        return None
    gravest = min(found, key=lambda one: one.rule.tier.within_minutes)
    return _told(gravest, lines, request.urgency)


def _told(found: Assessment, lines: Sequence[ServiceLine], declared: Urgency) -> Triage:
    """The assessment as it is published; a declared emergency is called about for that alone."""
    tier, rule = found.rule.tier, found.rule.spec
    return made(
        Triage,
        tier=rule.tier,
        rule=rule.id,
        label=rule.label,
        within_minutes=tier.within_minutes,
        call_within_minutes=(
            tier.within_minutes if tier.call and declared is not Urgency.EMERGENCY else None
        ),
        lines=tuple([line.sequence for line in lines]),
        signs=tuple([_sign(found.protocol, signs) for signs in _by_finding(found.signs)]),
        edition=found.protocol.ref,
    )


def _by_finding(signs: Sequence[Sign]) -> Iterator[list[Sign]]:
    """The signs, which are in order, of each finding."""
    for _, of in groupby(signs, key=itemgetter(0)):
        yield list(of)


def _sign(protocol: TriageProtocol, signs: Sequence[Sign]) -> TriageSign:
    finding = protocol.findings[signs[0].finding]
    return made(
        TriageSign,
        id=finding.id,
        label=finding.label,
        state=min((one.state for one in signs), key=STATES.index),
        paths=tuple(dict.fromkeys([one.path for one in signs])),
        subjects=tuple(dict.fromkeys([one.subject for one in signs]))[:MOST_SUBJECTS],
    )


def advisory(triage: Triage, others: Sequence[Advisory], urgency: Urgency) -> Advisory:
    """What everybody reads of it: the signs by name, never their values; that nobody should wait,
    unless a policy says it already or the sender declared the emergency.
    """
    said = urgency is Urgency.EMERGENCY or any(NO_WAITING in one.text for one in others)
    signs = "; ".join(dict.fromkeys(sign.label for sign in triage.signs))
    found = f"Tier {triage.tier}, {triage.label}. What speaks for it, surely or possibly: {signs}."
    text = found if said else f"This may be an emergency. {NO_WAITING} {found}"
    return made(
        Advisory,
        id=POSSIBLE,
        text=text[:1_000],
        lines=triage.lines,
        call_within_minutes=triage.call_within_minutes,
    )
