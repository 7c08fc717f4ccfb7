"""The fonts that letters are set in, pinned by hash, and which characters they can show.

A PDF/A or PDF/UA file may not hold a character without a glyph, so whatever the fonts lack is
written by its name.
"""

from __future__ import annotations

import hashlib
import struct
from functools import cache
from pathlib import Path

from shared.errors import Malformed

FOLDER = Path(__file__).parent.parent / "templates" / "fonts"
END_OF_MAP = 0xFFFF
PINNED = {
    "DejaVuSans-Bold.ttf": "0d977336a6d5fba34eab8e3199eb218327161b5143749f802982c2bc34df0c96",
    "DejaVuSans.ttf": "abdc775b21b1bc470d50c97e790d276f2054b7504e56e5bd3e64f48d68582322",
}
"""The SHA-256 of each font: a damaged one can still give letters that pass every check of form."""


@cache
def font_files() -> tuple[Path, ...]:
    """The font files, in a fixed order; raises `Malformed` when one is missing, added or differs
    from what is pinned.
    """
    return pinned(FOLDER)


def pinned(folder: Path) -> tuple[Path, ...]:
    """The fonts of a folder, if they are the pinned ones to the byte."""
    paths = sorted(folder.glob("*.ttf"))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    wrong = sorted({name for name, _ in found.items() ^ PINNED.items()})
    if wrong:
        raise Malformed(
            f"Fonts of letters are not those that are pinned: {', '.join(wrong)}.",
            code="fonts",
            remedy="Install the release again.",
        )
    return tuple(paths)


@cache
def coverage() -> frozenset[int]:
    """The code points that every one of the fonts has a glyph for."""
    return frozenset[int].intersection(*(_covered(path.read_bytes()) for path in font_files()))


def shown(text: str) -> str:
    """The text with each character that the fonts lack written as `[U+4E2D]`."""
    covered = coverage()
    if text.isascii() or covered.issuperset(map(ord, text)):
        return text
    return "".join(one if ord(one) in covered else f"[U+{ord(one):04X}]" for one in text)


def _covered(font: bytes) -> frozenset[int]:
    """The code points of a TrueType font's format 4 or 12 character map (OpenType specification,
    `cmap`).
    """
    (tables,) = struct.unpack_from(">H", font, 4)
    starts = {
        tag: start for tag, _, start, _ in struct.iter_unpack(">4sIII", font[12 : 12 + 16 * tables])
    }
    cmap = starts[b"cmap"]
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    found: set[int] = set()
    for platform, _, offset in struct.iter_unpack(">HHI", font[cmap + 4 : cmap + 4 + 8 * count]):
        (form,) = struct.unpack_from(">H", font, cmap + offset)
        if platform in {0, 3} and form == 4:  # noqa: PLR2004 -- the format's own number
            found |= _segments(font, cmap + offset)
        elif platform in {0, 3} and form == 12:  # noqa: PLR2004 -- the format's own number
            found |= _groups(font, cmap + offset)
    return frozenset(found)


def _segments(font: bytes, at: int) -> set[int]:
    """Code points of a format 4 map whose glyph is not the missing one."""
    (double,) = struct.unpack_from(">H", font, at + 6)
    n = double // 2
    ends = struct.unpack_from(f">{n}H", font, at + 14)
    firsts = struct.unpack_from(f">{n}H", font, at + 16 + double)
    deltas = struct.unpack_from(f">{n}H", font, at + 16 + 2 * double)
    ranges_at = at + 16 + 3 * double
    ranges = struct.unpack_from(f">{n}H", font, ranges_at)
    found: set[int] = set()
    for i in range(n):
        for code in range(firsts[i], ends[i] + 1):
            glyph = code
            if ranges[i]:
                (glyph,) = struct.unpack_from(
                    ">H", font, ranges_at + 2 * i + ranges[i] + 2 * (code - firsts[i])
                )
            if code != END_OF_MAP and glyph and (glyph + deltas[i]) & 0xFFFF:
                found.add(code)
    return found


def _groups(font: bytes, at: int) -> set[int]:
    """Code points of a format 12 map."""
    (count,) = struct.unpack_from(">I", font, at + 12)
    groups = struct.iter_unpack(">III", font[at + 16 : at + 16 + 12 * count])
    return {
        code
        for first, last, glyph in groups
        for code in range(first, last + 1)
        if glyph + code - first
    }
