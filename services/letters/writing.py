"""Marks and joiners: what a script spells with, and what is only there to spoil a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby

JOINERS = frozenset("\u200c\u200d")
"""Zero width non-joiner and joiner."""
VIRAMA = 9
"""The canonical combining class of the mark behind which Indic scripts use joiners."""
MOST_MARKS = 5
"""Marks on one letter that are drawn: more than any script needs, and none reaches far beyond its
line.
"""
TIMES = "\u00d7"


def is_mark(character: str) -> bool:
    """Whether a character is drawn on the one before it."""
    return unicodedata.category(character) in {"Mn", "Me"}


def few_marks(text: str) -> str:
    """The text with no more marks in a row than are drawn; of the others which and how many."""
    parts = []
    for mark, row in groupby(text, is_mark):
        run = "".join(row)
        parts.append(run[:MOST_MARKS] + _counted(run[MOST_MARKS:]) if mark else run)
    return "".join(parts)


def spelt(before: str, after: str) -> bool:
    """Whether a joiner between two texts is a part of the spelling: behind a virama, or between
    letters of a script that joins them (RFC 5892, appendix A.1 and A.2).
    """
    if before and unicodedata.combining(before[-1]) == VIRAMA:
        return True
    nearest = (_letter(reversed(before)), _letter(iter(after)))
    return all(one and unicodedata.bidirectional(one) == "AL" for one in nearest)


def _letter(characters: Iterator[str]) -> str:
    """The first of the characters that is no mark; empty where there is none."""
    return next((one for one in characters if not is_mark(one)), "")


def _counted(marks: str) -> str:
    """Marks in their order, each by its name and how often it stands there."""
    return "".join(f"[U+{ord(mark):04X} {TIMES}{len(list(row))}]" for mark, row in groupby(marks))
