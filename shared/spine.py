"""Spinal levels and segments: order, ranges, margins, and whether a range reaches the sacrum."""

from __future__ import annotations

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


class Segment(NamedTuple):
    """A range of levels, both ends included, as positions in `LEVELS`; `top` is nearer the head."""

    top: int
    bottom: int

    def holds(self, level: int) -> bool:
        """Whether the level at this position lies inside."""
        return self.top <= level <= self.bottom

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


def level(text: str) -> int | None:
    """The position of a standard level; None for transitional anatomy and anything else."""
    return POSITION.get(text.strip().upper())


def segment(text: str | None) -> Segment | None:
    """The segment that `T4-T8` or `T6` names; None if an end is no standard level or the order is
    wrong.
    """
    if not text:
        return None
    ends = [level(end) for end in text.split("-")]
    if len(ends) > 2:  # noqa: PLR2004 - a range has two ends
        return None
    top, bottom = ends[0], ends[-1]
    if top is None or bottom is None or top > bottom:
        return None
    return Segment(top, bottom)
