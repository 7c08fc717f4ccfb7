"""When something was observed: what counts as a day, which of two observations is the later, and
what lies ahead of receipt.

Instants are compared as instants. A day is that of the place of care: the one that is written, or
that of an instant by its own offset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from shared.events.request import Fact

NO_YEARS: Final = frozenset({1, 1000, 9999})
NO_DAY: Final = date(1900, 1, 1)
"""What records write where they know no date."""
ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?", re.ASCII)
ZONES: Final = timedelta(days=1)
"""By how much the calendar at the place of care can be ahead of that of receipt."""
CLOCKS: Final = timedelta(hours=1)
"""By how much two clocks may differ."""


def is_placeholder(day: date) -> bool:
    """Whether a date stands for "none"."""
    return day.year in NO_YEARS or day == NO_DAY


def day_of(text: str) -> date | None:
    """The day that an ISO 8601 date or instant names; None for anything else, digits alone among
    them.
    """
    if ISO.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def says_none(text: str) -> bool:
    """Whether a recorded date stands for "none"."""
    day = day_of(text)
    return day is not None and is_placeholder(day)


def day_observed(fact: Fact) -> date | None:
    """The day of the observation; None if it is not known."""
    at = fact.observed_at
    if at is None:
        return None
    day = at.date() if isinstance(at, datetime) else at
    return None if is_placeholder(day) else day


def observed_day(fact: Fact, received: date) -> date:
    """The day of the observation; an undated one counts from receipt."""
    return day_observed(fact) or received


def later(one: Fact, other: Fact) -> bool:
    """Whether one observation was surely made after the other; never, if either has no date."""
    first, second = day_observed(one), day_observed(other)
    if first is None or second is None:
        return False
    here, there = _instant(one), _instant(other)
    return first > second if here is None or there is None else here > there


def _instant(fact: Fact) -> datetime | None:
    at = fact.observed_at
    return at if isinstance(at, datetime) and at.tzinfo is not None else None


def ahead(fact: Fact, received_at: datetime) -> bool:
    """Whether the observation is dated after the request came in."""
    at = _instant(fact)
    if at is not None:
        return not is_placeholder(at.date()) and at > received_at + CLOCKS
    day = day_observed(fact)
    return day is not None and day > received_at.date() + ZONES


def newest(facts: Sequence[Fact]) -> date | None:
    """The day of the latest observation; None if one has no date, for it may be of today."""
    days = [day_observed(fact) for fact in facts]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None
