"""The plan in whose name letters are written, and the clock on which it counts days."""

from __future__ import annotations

import struct
from datetime import date, datetime, timedelta
from functools import cached_property
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.letters.content.catalogue import places
from shared.errors import Malformed
from shared.events.request import LineOfBusiness

MOMENT = timedelta(microseconds=1)


class Plan(BaseModel):
    """The payer as its letters name it.

    `appeal_days`: calendar days from the date of the notice, for every line of business.
    `time_zone`: IANA name, `zone_rules` its rules (TZif). `taglines`: by language, how to get help
    in it, with `{phone}` and `{tty}`; only texts that may be sent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    address: tuple[str, ...] = Field(min_length=1)
    phone: str
    tty: str
    fax: str
    provider_phone: str
    hours: dict[str, str]
    provider_language: str
    time_zone: str
    time_zone_name: dict[str, str]
    appeal_days: dict[LineOfBusiness, int]
    taglines: dict[str, str]
    zone_rules: bytes = Field(repr=False)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The plan's time zone."""
        return ZoneInfo.from_file(BytesIO(self.zone_rules), self.time_zone)

    def day(self, at: datetime) -> date:
        """The day of the plan's zone on which an instant falls."""
        return at.astimezone(self.zone).date()

    def last_day(self, until: datetime) -> date:
        """The last day before an instant that itself no longer counts: midnight is the end of the
        day before it.
        """
        return self.day(until - MOMENT)


def read_plan(content: Any, languages: frozenset[str], zone_rules: bytes) -> Plan:
    """The plan in parsed YAML, on the clock of these rules (TZif); raises `Malformed` when
    something that a letter in one of the languages needs is missing.
    """
    try:
        plan = Plan.model_validate({**content, "zone_rules": zone_rules})
    except ValidationError as error:
        where = ", ".join(".".join(map(str, found["loc"])) for found in error.errors())
        raise Malformed(f"The plan's description is not complete: {where}.", code="plan") from None
    missing = [
        *(languages - set(plan.hours)),
        *(languages - set(plan.time_zone_name)),
        *(set(LineOfBusiness.known()) - set(plan.appeal_days)),
        *({plan.provider_language} - languages),
    ]
    if missing:
        raise Malformed(f"The plan's description lacks {', '.join(sorted(missing))}.", code="plan")
    if not _tells_time(plan):
        raise Malformed(f"The rules of {plan.time_zone} cannot be read.", code="plan")
    wrong = [name for name, tagline in plan.taglines.items() if places(tagline) != {"phone", "tty"}]
    if wrong:
        raise Malformed(f"A tagline lacks a number: {', '.join(sorted(wrong))}.", code="plan")
    return plan


def _tells_time(plan: Plan) -> bool:
    """Whether the zone's rules can be read."""
    try:
        return plan.zone.key == plan.time_zone
    except (ValueError, struct.error):
        return False
