"""Codes by their beginnings: which findings a code is, in one look for each length."""

from __future__ import annotations

from collections.abc import Iterable

from shared.body.codes import plain_code

KEPT = 4_096
"""Codes whose findings are remembered as they were written."""


class CodePatterns:
    """Findings by code: of (pattern, bits), where a pattern that ends in `*` stands for all codes
    that begin so; dots, blanks and small letters make no difference.
    """

    def __init__(self, patterns: Iterable[tuple[str, int]]) -> None:
        self._whole = dict[str, int]()
        self._beginnings = dict[str, int]()
        for pattern, bits in patterns:
            plain = plain_code(pattern)
            of = self._beginnings if plain.endswith("*") else self._whole
            key = plain.removesuffix("*")
            of[key] = of.get(key, 0) | bits
        self._lengths = sorted({len(one) for one in self._beginnings})
        self._known = dict[str, int]()

    def bits(self, written: str) -> int:
        """The findings that a code is, as a sender writes it."""
        found = self._known.get(written)
        if found is None:
            plain = plain_code(written)
            found = self._whole.get(plain, 0)
            for length in self._lengths:
                found |= self._beginnings.get(plain[:length], 0)
            if len(self._known) < KEPT:
                self._known[written] = found
        return found
