"""Sides of the body, by one reader: `left`, `right` and `bilateral` however they are written."""

from __future__ import annotations

import re
from typing import NamedTuple

SIDES: dict[str, str] = {
    **dict.fromkeys(("L", "LT", "LEFT", "LEFT-SIDED", "LEFT SIDE"), "left"),
    **dict.fromkeys(("R", "RT", "RIGHT", "RIGHT-SIDED", "RIGHT SIDE"), "right"),
    **dict.fromkeys(("50", "B", "BIL", "BILAT", "BILATERAL", "BOTH", "BOTH SIDES"), "bilateral"),
}
"""By spelling in capitals; the modifiers LT, RT and 50 of procedure codes among them."""
_WORD = r"LEFT(?:-SIDED| SIDE)?|RIGHT(?:-SIDED| SIDE)?|BILAT(?:ERAL)?|BOTH(?: SIDES)?"
_BEFORE = re.compile(rf"\(?(LT|RT|BIL|{_WORD})\)?[ ,:]+(.+)")
_AFTER = re.compile(rf"(.+?)(?:[ ,(/]+| ON THE )(L|LT|R|RT|B|BIL|{_WORD})\)?")


class Sided(NamedTuple):
    """A name without its side, and the side."""

    name: str
    side: str


def side(text: str) -> str | None:
    """`left`, `right` or `bilateral`; None where the text is no side."""
    return SIDES.get(" ".join(text.upper().split()))


def sided(name: str) -> Sided | None:
    """What a name with a side names, in capitals (`L5-S1 left`, `left L5-S1`, `L5/LT`); None where
    it has none. A letter alone is a side only at the end, for `L 5` is a level.
    """
    plain = " ".join(name.upper().split())
    if (found := _BEFORE.fullmatch(plain)) is not None:
        return Sided(found[2], SIDES[found[1]])
    found = _AFTER.fullmatch(plain)
    return None if found is None else Sided(found[1], SIDES[found[2]])
