"""A line as its determination leaves it: one that this version does not know is shown as pended."""

from __future__ import annotations

from datetime import datetime

from services.intake.model import LineStatus
from shared.events import adverse
from shared.events.criteria import (
    Basis,
    CaseDetermined,
    Determination,
    LineDetermined,
    LineSummary,
)
from shared.events.model import EventData

BEING_LOOKED_AT = "being_looked_at"


def refuse_unknown(event: EventData) -> None:
    """Raises `Impossible` for a determination that refuses on a basis unknown here: passed over, an
    approval that stands would be shown as pended.
    """
    rulings = event.lines if isinstance(event, CaseDetermined) else (event,)
    for ruling in rulings:
        if isinstance(ruling, LineDetermined | LineSummary):
            adverse.refuse_unknown((ruling.determination,), ruling.basis)


def determined(
    status: LineStatus, found: LineDetermined | LineSummary | None, at: datetime
) -> LineStatus:
    """The line as its own event says, or the case's, which sums it up: the line's event was passed
    over where it came while a newer version was on its way. A line that its sender cancelled stays
    cancelled. It stands so since `at`, where it did not before.
    """
    if found is None or status.determination is Determination.CANCELLED:
        return status
    if not known(found):
        return status.model_copy(
            update={
                "determination": Determination.PENDED,
                "reason": BEING_LOOKED_AT,
                "change": found.change,
                "authorization": None,
                "former": found.former,
                "human_reviewed": False,
                "since": None,
            }
        )
    return status.model_copy(
        update={
            "determination": found.determination,
            "reason": found.reason,
            "change": found.change,
            "authorization": found.authorization,
            "former": found.former,
            "human_reviewed": found.basis is Basis.CLINICIAN,
            "since": status.since if status.determination is found.determination else at,
        }
    )


def whole(found: CaseDetermined) -> Determination:
    """The determination of the case; pended where this version does not know it or a line's."""
    understood = found.determination.is_known and all(known(line) for line in found.lines)
    return found.determination if understood else Determination.PENDED


def known(found: LineDetermined | LineSummary) -> bool:
    """Whether this version knows the determination and what it rests on."""
    return found.determination.is_known and (found.basis is None or found.basis.is_known)
