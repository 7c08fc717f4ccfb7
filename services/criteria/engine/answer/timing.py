"""Whether a line's day lies where software may approve it: neither over nor too far ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.criteria.engine.answer.judge import Judged
from shared.events.request import ServiceLine

RETROSPECTIVE = "retrospective"
BEYOND_HORIZON = "service_date_beyond_horizon"
LAST_ON_EARTH = timedelta(hours=12)
"""How far the latest time zone is behind UTC: what is over there is over everywhere."""
HORIZON = timedelta(days=366)
"""A clinical picture a year ahead is not the one that was documented."""


def untimely(line: ServiceLine, received_at: datetime) -> str | None:
    """Why a person looks at a line for its day alone, or None: `retrospective` once the service is
    over when the request comes, `service_date_beyond_horizon` from a year ahead on.
    """
    if line.service_date is None:
        return None
    if line.service_date < (received_at - LAST_ON_EARTH).date():
        return RETROSPECTIVE
    if line.service_date > (received_at + HORIZON).date():
        return BEYOND_HORIZON
    return None


def in_time(judged: Judged, received_at: datetime) -> Judged:
    """The line as judged, but that a person looks at it where its day alone asks for that."""
    late = untimely(judged.line, received_at)
    if late == RETROSPECTIVE or (late is not None and judged.outcome == "approve"):
        judged.outcome, judged.reason = "pend", late
    return judged
