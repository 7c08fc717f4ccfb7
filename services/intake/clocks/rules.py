"""The table of clock rules: read from data, checked once, never changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.intake.clocks.appeals import AppealRule
from services.intake.clocks.confidence import Confidence
from shared.errors import Malformed
from shared.events.request import LineOfBusiness, Urgency

WEEKEND = (5, 6)


class ClockRule(BaseModel):
    """One rule: whom it binds, in which dates of receipt (UTC), and how long it allows; exactly one
    of hours, days, business days is set.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{3,64}$")]
    citation: Annotated[str, Field(min_length=1, max_length=200)]
    lines_of_business: Annotated[tuple[LineOfBusiness, ...], Field(min_length=1)]
    urgency: Urgency
    since: Annotated[date, Field(alias="from")] = date.min
    until: date = date.max
    state: Annotated[str | None, Field(pattern=r"^[A-Z]{2}$")] = None
    hours: Annotated[int | None, Field(ge=1)] = None
    days: Annotated[int | None, Field(ge=1)] = None
    business_days: Annotated[int | None, Field(ge=1)] = None
    utc_offsets: tuple[int, ...] = (0,)
    extension_days: Annotated[int, Field(ge=0)] = 0
    source: Confidence

    @model_validator(mode="after")
    def _one_duration(self) -> ClockRule:
        if sum(length is not None for length in (self.hours, self.days, self.business_days)) != 1:
            raise ValueError(f"rule {self.id} needs exactly one of hours, days, business_days")
        return self

    def due(self, received_at: datetime) -> datetime:
        """The instant (UTC) until which the rule allows, counted from receipt as elapsed time."""
        start = received_at.astimezone(UTC)
        if self.business_days is not None:
            return min(
                _business_days_later(start, self.business_days, offset)
                for offset in self.utc_offsets
            )
        return start + timedelta(hours=self.hours or 24 * (self.days or 0))


def _business_days_later(start: datetime, count: int, offset: int) -> datetime:
    """The same time of day on the `count`-th weekday after `start`, at a fixed offset from UTC in
    hours.
    """
    at = start.astimezone(timezone(timedelta(hours=offset)))
    while count:
        at += timedelta(days=1)
        count -= at.weekday() not in WEEKEND
    return at.astimezone(UTC)


class RuleTable(BaseModel):
    """All rules with the table's version, in the order that settles ties; how long refusals may be
    appealed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    rules: Annotated[tuple[ClockRule, ...], Field(min_length=1)]
    appeals: tuple[AppealRule, ...] = ()

    @model_validator(mode="after")
    def _unique_ids(self) -> RuleTable:
        ids = [*(rule.id for rule in self.rules), *(rule.id for rule in self.appeals)]
        if len(set(ids)) != len(ids):
            raise ValueError("two rules have the same id")
        return self


def parse(text: str) -> RuleTable:
    """The table written in `text` (YAML); `Malformed` when it is none."""
    try:
        content: Any = yaml.safe_load(text)
        return RuleTable.model_validate(content)
    except (yaml.YAMLError, ValueError) as problem:
        raise Malformed(
            f"The clock rules cannot be read: {problem}", code="clock_rules"
        ) from problem
