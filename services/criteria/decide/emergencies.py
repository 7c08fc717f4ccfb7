"""A declared emergency: noted under a number, never held for information, and confirmed by a nurse.

Emergency care needs no approval (42 CFR 422.113, 45 CFR 149.110); only a person can make anything
else of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.criteria.decide.determinations import notification
from services.criteria.decide.reference import DecisionReference
from services.criteria.engine.answer.advisories.emergency import advisory, triaged
from services.criteria.model import NOTICE, CriteriaState
from shared.events.evaluation import Advisory, Question, Triage
from shared.events.intake import Accepted
from shared.events.request import Urgency, faster

CONFIRM_WITHIN_MINUTES = 60
"""A nurse confirms the emergency, starts the concurrent review and the clock of what follows it."""


@dataclass(frozen=True, slots=True)
class KnownEmergency:
    """What is known of an emergency in a version that cannot be evaluated: how urgent it is, within
    how many minutes a clinician looks, what is advised, the number of a declared one, and how
    urgent triage `found` it.
    """

    urgency: Urgency
    within_minutes: int | None
    advisories: tuple[Advisory, ...]
    number: str | None
    found: Urgency | None = None


def known(
    reference: DecisionReference, accepted: Accepted, before: CriteriaState | None, case_id: UUID
) -> KnownEmergency:
    """Triage by itself, which no policy can hold up."""
    urgency, (triage, told) = accepted.request.urgency, _triage(reference, accepted)
    number = number_of(reference.number_key, case_id, urgency, before)
    lines = (line.sequence for line in accepted.request.lines if not line.cancelled)
    advisories = notice(number, lines)
    if triage is not None:
        advisories = (*advisories, advisory(triage, (), urgency))
        urgency = faster(urgency, Urgency.EXPEDITED)
    within = None if triage is None else triage.within_minutes
    if not told:
        # Nobody knows that it is none, so it is looked at as soon as one.
        urgency, within = faster(urgency, Urgency.EXPEDITED), CONFIRM_WITHIN_MINUTES
    found = Urgency.EXPEDITED if triage is not None or not told else None
    return KnownEmergency(urgency, within, advisories, number, found)


def _triage(reference: DecisionReference, accepted: Accepted) -> tuple[Triage | None, bool]:
    """What triage finds, and whether it could be told: it may be triage itself that fails."""
    try:
        return triaged(accepted.request, accepted.received_at, reference.library), True
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the evaluation has failed already, and is looked at for that
        return None, False


def declared(urgency: Urgency, before: CriteriaState | None) -> bool:
    """Whether the sender has declared an emergency, in this version or in one before."""
    return Urgency.EMERGENCY in {urgency, before.urgency if before else urgency}


def number_of(
    key: bytes, case_id: UUID, urgency: Urgency, before: CriteriaState | None
) -> str | None:
    """The notification number of a declared emergency; it stays once it was given."""
    if before is not None and before.notification is not None:
        return before.notification
    return notification(key, case_id) if declared(urgency, before) else None


def notice(number: str | None, lines: Iterable[int]) -> tuple[Advisory, ...]:
    """What the sender reads of a declared emergency; nothing of any other case."""
    if number is None:
        return ()
    text = (
        f"This emergency is noted. The notification number is {number}. Emergency care needs no "
        "approval. This is no decision on care after the emergency."
    )
    called = CONFIRM_WITHIN_MINUTES
    return (Advisory(id=NOTICE, text=text, lines=tuple(lines), call_within_minutes=called),)


def optional(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Questions that nothing waits for."""
    return tuple(one.model_copy(update={"optional": True}) for one in questions)
