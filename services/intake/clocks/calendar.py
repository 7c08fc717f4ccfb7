"""Days as a plan counts them: in its own zone, the day of receipt being day 0, over weekends and
the holidays of a table.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from services.intake.clocks.confidence import Confidence

DAY = timedelta(days=1)
WEEKEND = (5, 6)


class Holidays(BaseModel):
    """Dated holidays of a jurisdiction, each day as it is kept; a year that stands in none of them
    has no holidays, which is its shortest reading.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=200)]
    citation: Annotated[str, Field(min_length=1, max_length=200)]
    source: Confidence
    days: dict[str, tuple[date, ...]]

    @property
    def dates(self) -> frozenset[date]:
        """All days of the table."""
        return frozenset(day for days in self.days.values() for day in days)


def last_day(first: date, count: int, *, weekends: bool, holidays: frozenset[date]) -> date:
    """The `count`-th day after `first`, without holidays, and without Saturdays and Sundays unless
    `weekends` count.
    """
    if weekends and not holidays:
        return first + timedelta(days=count)
    day = first
    while count:
        day += DAY
        count -= (weekends or day.weekday() not in WEEKEND) and day not in holidays
    return day


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a day has ended in a zone."""
    return datetime.combine(day + DAY, time(), zone).astimezone(UTC)


def same_time(local: datetime, day: date) -> datetime:
    """The earliest reading (UTC) of a wall time on another day: one that comes twice is the first,
    and one that is skipped is read by the offset after the change.
    """
    wall = local.replace(year=day.year, month=day.month, day=day.day, fold=0)
    return min(wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC))


def earliest(local: datetime, day: date) -> datetime:
    """The earliest reading (UTC) of the days from `local` to `day`: so many times 24 hours, or the
    same wall time, whichever comes first.
    """
    exact = local.astimezone(UTC) + timedelta(days=(day - local.date()).days)
    return min(exact, same_time(local, day))
