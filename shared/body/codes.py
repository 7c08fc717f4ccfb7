"""Codes of diagnoses and procedures as they are compared."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(8_192)
def plain_code(written: str) -> str:
    """A code in one form: `C79.51`, `c7951` and ` C79.51 ` are one, for the place of the dot is
    fixed.
    """
    return "".join(written.split()).upper().replace(".", "")
