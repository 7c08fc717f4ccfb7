"""Text as letters print it: what cannot be seen is made visible, and names are as they are
written; dates in the reader's language.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache

from services.letters.content.catalogue import Catalogue
from services.letters.content.plan import Plan
from services.letters.writing import JOINERS, few_marks, spelt

UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\ufeff\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
MIDNIGHT = time()
SPACES = frozenset("\t\n\r\u2028\u2029")


def visible(text: str) -> str:
    """The text with line breaks as spaces, and controls, direction marks and invisible characters
    written as `[U+202E]`; of more marks on one letter than any script needs, which and how many.

    They could otherwise hide, reorder or break what a letter says. Marks keep their order, and a
    joiner stays where a script spells with it.
    """
    if text.isascii() and text.isprintable():
        return text
    return few_marks(UNSEEN.sub(_named, text))


def _named(found: re.Match[str]) -> str:
    """A character's visible name, or a joiner that belongs to the spelling."""
    character = found.group()
    if character in JOINERS and spelt(found.string[: found.start()], found.string[found.end() :]):
        return character
    return " " if character in SPACES else f"[U+{ord(character):04X}]"


@lru_cache(maxsize=4096)
def day(language: Catalogue, on: date) -> str:
    """A day in the reader's language."""
    return language["calendar.day"].format(
        day=on.day, month=language.months[on.month - 1], year=on.year
    )


def instant(language: Catalogue, plan: Plan, at: datetime) -> str:
    """An instant to the minute on the plan's clock, with the name of its zone and how far it is
    from UTC.
    """
    at = at.astimezone(plan.zone)
    offset = f"{at:%z}"
    return language["calendar.instant"].format(
        date=day(language, at.date()),
        hour=f"{at.hour:02}",
        minute=f"{at.minute:02}",
        zone=plan.time_zone_name[language.language],
        offset=f"{offset[:3]}:{offset[3:5]}",
    )


def deadline(language: Catalogue, plan: Plan, until: datetime) -> str:
    """The instant by which something must be done; one at midnight on the plan's clock as the end
    of the day before it, which is how the law counts days.
    """
    if until.astimezone(plan.zone).time() != MIDNIGHT:
        return instant(language, plan, until)
    return language["calendar.end"].format(
        date=day(language, plan.last_day(until)), zone=plan.time_zone_name[language.language]
    )
