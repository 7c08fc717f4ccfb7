"""Names of items at levels of the spine: one name however it is spelt, and where the item lies."""

from __future__ import annotations

from functools import lru_cache

from shared.body.sides import sided
from shared.body.spine import LEVELS, LONGEST, POSITION, Segment, ends_of, level, segment

TRANSITIONAL: dict[str, Segment] = {
    "T13": Segment(POSITION["T12"], POSITION["L1"]),
    "L6": Segment(POSITION["L5"], POSITION["S1"]),
}
"""Levels that not every spine has, each with the standard ones that it lies between."""


@lru_cache(4_096)
def canonical(name: str) -> str:
    """The one name of a level or of a range of levels, however it is spelt (`T06` is `T6`, `D4-8`
    is `T4-T8`, `L4/L5` is `L4-L5`), with its side behind it (`L5 left` is `L5/left`); what names
    neither stays as it is. A number behind a slash tells several of a kind at one level apart
    (`L5/2`), and stays.
    """
    first, _, rest = name.partition("/")
    at = level(first) if rest.isdigit() else None
    if at is not None:
        return f"{LEVELS[at]}/{rest}"
    span = segment(name)
    if span is not None:
        return span.name
    apart = sided(name) if len(name) <= LONGEST else None
    span = segment(apart.name) if apart else None
    return name if span is None or apart is None else f"{span.name}/{apart.side}"


@lru_cache(4_096)
def motion_segment(name: str) -> str:
    """The canonical name of an item that lies between two vertebrae: `L4`, the upper one, is
    `L4-L5`, and so is `L4/5`.
    """
    first, slash, rest = canonical(name).partition("/")
    at = POSITION.get(first)
    if at is None or at + 1 == len(LEVELS):
        return canonical(name)
    below = LEVELS[at + 1]
    whole = f"{first}-{below}"
    return whole if rest == below[1:] else f"{whole}{slash}{rest}"


def place(name: str) -> Segment | None:
    """Where an item of this canonical name lies: the levels from its first to its last; None where
    the name says no standard level.
    """
    return segment(name.partition("/")[0])


@lru_cache(4_096)
def transitional(text: str) -> Segment | None:
    """Where a name with a level lies that not every spine has (`L6`, `L4-L6`, `T13`): up to the
    standard levels on both sides of it; None for every other name.
    """
    names = ends_of(text)
    if not any(name in TRANSITIONAL for name in names):
        return None
    spans = [
        TRANSITIONAL[name] if name in TRANSITIONAL else Segment(POSITION[name], POSITION[name])
        for name in names
        if name in TRANSITIONAL or name in POSITION
    ]
    return Segment(min(one.top for one in spans), max(one.bottom for one in spans))
