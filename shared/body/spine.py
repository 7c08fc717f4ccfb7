"""Spinal levels and segments: order, ranges, margins, and whether a range reaches the sacrum."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

LEVELS: tuple[str, ...] = (
    *(f"C{n}" for n in range(1, 8)),
    *(f"T{n}" for n in range(1, 13)),
    *(f"L{n}" for n in range(1, 6)),
    *(f"S{n}" for n in range(1, 6)),
)
"""C1 to S5 from top to bottom.

L6, T13 and other transitional levels are not among them: they go to a person.
"""

POSITION: dict[str, int] = {name: at for at, name in enumerate(LEVELS)}
SACRUM = POSITION["S1"]
PARTS: tuple[str, ...] = ("cervical", "thoracic", "lumbar", "sacral")
"""The parts of the spine from top to bottom."""
_PART: tuple[str, ...] = tuple(PARTS["CTLS".index(name[0])] for name in LEVELS)


class Segment(NamedTuple):
    """A range of levels, both ends included, as positions in `LEVELS`; `top` is nearer the head."""

    top: int
    bottom: int

    def holds(self, level: int) -> bool:
        """Whether the level at this position lies inside."""
        return self.top <= level <= self.bottom

    def holds_all(self, other: Segment) -> bool:
        """Whether all levels of another segment lie inside."""
        return self.top <= other.top and other.bottom <= self.bottom

    def meets(self, other: Segment) -> bool:
        """Whether it has a level in common with another one."""
        return self.top <= other.bottom and other.top <= self.bottom

    def above(self, level: int) -> int:
        """How many levels of the segment lie above this one."""
        return level - self.top

    def below(self, level: int) -> int:
        """How many levels of the segment lie below this one."""
        return self.bottom - level

    @property
    def reaches_sacrum(self) -> bool:
        """Whether the segment includes S1 or lower."""
        return self.bottom >= SACRUM

    @property
    def levels(self) -> tuple[str, ...]:
        """The names of its levels from top to bottom."""
        return LEVELS[self.top : self.bottom + 1]

    @property
    def name(self) -> str:
        """As it is written: `T4-T8`, of one level `T6`."""
        top, bottom = LEVELS[self.top], LEVELS[self.bottom]
        return top if top == bottom else f"{top}-{bottom}"

    @property
    def parts(self) -> frozenset[str]:
        """The parts of the spine that it reaches."""
        return frozenset(_PART[self.top : self.bottom + 1])


OCCIPUT, SACRUM_END, PELVIS = POSITION["C1"], SACRUM, POSITION["S2"]
"""Where an end lies that is named by a bone: the occiput above C1 counts as C1, and an anchor in
the pelvis as S2, so that no more levels count as held than surely are.
"""
BONES: dict[str, int] = {
    **dict.fromkeys(("O", "OC", "OCC", "OCCIPUT", "C0", "CO"), OCCIPUT),
    **dict.fromkeys(("SACRUM", "SACRAL", "S"), SACRUM_END),
    **dict.fromkeys(("PELVIS", "ILIUM", "ILIAC", "ILIAC CREST", "SACROPELVIS"), PELVIS),
}
REGIONS: dict[str, str] = {"C": "C", "T": "T", "TH": "T", "D": "T", "L": "L", "S": "S"}
"""Thoracic levels are called dorsal by some, and written Th by others."""
WORDS: dict[str, str] = {
    "CERVICAL": "C",
    "THORACIC": "T",
    "DORSAL": "T",
    "LUMBAR": "L",
    "SACRAL": "S",
}
_LEVEL = re.compile(r"([A-Z]+) ?0*([1-9]\d?)")
_NUMBER = re.compile(r"0*([1-9]\d?)")
_RANGE = re.compile(
    r" ?(?:[-/~\u2010-\u2015\u2212]|\bTO\b|\bTHROUGH\b|\bTHRU\b|\bUNTIL\b|\bON\b|\.\.+) ?"
)
_LIST = re.compile(r" ?(?:[,;+&]|\bAND\b) ?")
_NOISE = re.compile(
    r"\b(?:VERTEBRA[EL]?|BODY|BODIES|LEVELS?|SEGMENTS?|INTERSPACES?|DIS[CK]|SPINE|FROM|AT)\b|[()]"
)
LONGEST = 64
"""Characters of a name that is read; what is longer names no level."""


class SegmentReading(NamedTuple):
    """A segment as it was read; `reversed` where it was written from below."""

    span: Segment
    reversed: bool


@lru_cache(4_096)
def level(text: str) -> int | None:
    """The position of a standard level, however it is spelt (`T6`, `t06`, `D6`, `Th 6`, `thoracic
    6`); None for transitional anatomy and anything else.
    """
    return _end(_tidy(text), "") if len(text) <= LONGEST else None


@lru_cache(4_096)
def read_segment(text: str) -> SegmentReading | None:
    """The segment that a text names: `T4-T8`, `T04\u2013T08`, `T4-8`, `D4 to D8`, `L5/S1`, `T4, T5,
    T6`, `T8-T4` (reversed), `O-C5`, `L3-pelvis`, `T6`. None where it names none, several, or one
    with an end that is no standard level.
    """
    if len(text) > LONGEST:
        return None
    parts = _LIST.split(_tidy(text))
    if len(parts) > 1:
        return _listed(parts)
    ends = _RANGE.split(parts[0])
    if len(ends) > 2:  # noqa: PLR2004 - a range has two ends
        return None
    first = _end(ends[0], "")
    last = _end(ends[-1], _region(ends[0]))
    # A number alone counts on from the first: `T8-4` may be a slip of the pen.
    if first is None or last is None or (last < first and ends[-1].isdigit()):
        return None
    return SegmentReading(Segment(min(first, last), max(first, last)), first > last)


def segment(text: str | None) -> Segment | None:
    """The segment that a text names, top first; None as `read_segment`."""
    found = read_segment(text) if text else None
    return None if found is None else found.span


def ends_of(text: str) -> tuple[str, ...]:
    """The names of the levels in a text that is one level, a range or a list (`L4-6`: `L4`, `L6`),
    whether every spine has them or not; empty ones for what names none.
    """
    if len(text) > LONGEST:
        return ()
    ends = [end for part in _LIST.split(_tidy(text)) for end in _RANGE.split(part)]
    return tuple([_named(end, _region(ends[0])) for end in ends])


def _end(text: str, region: str) -> int | None:
    """One end of a range; a number alone has the region of the other end."""
    if text in BONES:
        return BONES[text]
    return POSITION.get(_named(text, region))


def _named(text: str, region: str) -> str:
    """The level that an end names, standard or not (`TH 13`: `T13`); empty where there is none."""
    number = _NUMBER.fullmatch(text)
    if number is not None:
        return f"{region}{number[1]}" if region else ""
    named = _LEVEL.fullmatch(text)
    return f"{REGIONS.get(named[1], named[1])}{named[2]}" if named else ""


def _tidy(text: str) -> str:
    """Capitals, single blanks, no words that name no level."""
    plain = " ".join(_NOISE.sub(" ", unicodedata.normalize("NFKC", text).upper()).split())
    for word, region in WORDS.items():
        plain = re.sub(rf"\b{word} (?=[CTDLS]H? ?\d)", "", plain)
        plain = re.sub(rf"\b{word} (?=\d)", region, plain)
    return plain


def _region(text: str) -> str:
    named = _LEVEL.fullmatch(text)
    return REGIONS.get(named[1], "") if named else ""


def _listed(parts: list[str]) -> SegmentReading | None:
    """A list of levels that follow each other, which is one segment."""
    ends = [_end(part, _region(parts[0])) for part in parts]
    known = [end for end in ends if end is not None]
    top = min(known, default=0)
    if len(known) < len(ends) or sorted(known) != list(range(top, top + len(known))):
        return None
    return SegmentReading(Segment(top, max(known)), known[0] > known[-1])
