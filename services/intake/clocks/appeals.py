"""How long a refusal may be appealed, and by when an appeal must be answered."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.intake.clocks.confidence import Confidence
from shared.events.request import LineOfBusiness, Urgency

LONGEST_FILING_DAYS = 180
"""For a plan that the table does not tell of (29 CFR 2560.503-1(h)(3)(i)): nobody is told too
few.
"""
LATER = timedelta(days=2)
NOON = time(12, tzinfo=UTC)
"""At noon of the second day the last day has ended in every zone, whichever it was counted in."""


class AppealRule(BaseModel):
    """Calendar days to appeal from the date of the notice, and the time to answer an appeal from
    its receipt, for some lines of business.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{3,64}$")]
    citation: Annotated[str, Field(min_length=1, max_length=200)]
    lines_of_business: Annotated[tuple[LineOfBusiness, ...], Field(min_length=1)]
    filing_days: Annotated[int, Field(ge=1)]
    standard_days: Annotated[int, Field(ge=1)]
    expedited_hours: Annotated[int, Field(ge=1)]
    source: Confidence

    def due(self, urgency: Urgency, received_at: datetime) -> datetime:
        """By when an appeal received at an instant must be answered."""
        if urgency is Urgency.STANDARD:
            return received_at + timedelta(days=self.standard_days)
        return received_at + timedelta(hours=self.expedited_hours)


def filing_days(rules: tuple[AppealRule, ...], plan: LineOfBusiness) -> int:
    """How many days a refusal may be appealed: the most of all where the plan is not known."""
    bound = [one.filing_days for one in rules if plan in one.lines_of_business]
    return max(bound, default=LONGEST_FILING_DAYS)


def over_at(rules: tuple[AppealRule, ...], plan: LineOfBusiness, noticed_at: datetime) -> datetime:
    """The instant from which a refusal can no longer be appealed, wherever the plan counts its
    days: never earlier than the end of the last day that a letter names.
    """
    day = noticed_at.astimezone(UTC).date() + timedelta(days=filing_days(rules, plan)) + LATER
    return datetime.combine(day, NOON)


def answer_due(
    rules: tuple[AppealRule, ...], plan: LineOfBusiness, urgency: Urgency, received_at: datetime
) -> datetime | None:
    """By when an appeal must be answered: by the strictest rule of all where the plan is not known;
    none without a rule.
    """
    bound = [one for one in rules if plan in one.lines_of_business] or rules
    return min((one.due(urgency, received_at) for one in bound), default=None)
