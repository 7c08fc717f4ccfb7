"""Procedure and item codes as senders write them, in one form: system, code and modifiers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

CPT, HCPCS = "cpt", "hcpcs"
BILLING: frozenset[str] = frozenset(
    {
        *(CPT, "cpt4", "cpt-4", "ama", "hcpcs level i"),
        *(HCPCS, "hcpcs level ii", "hcpcs2"),
        "http://www.ama-assn.org/go/cpt",
        "https://www.ama-assn.org/go/cpt",
        "http://www.cms.gov/medicare/coding/hcpcsreleasecodesets",
        "https://www.cms.gov/medicare/coding/hcpcsreleasecodesets",
        "urn:oid:2.16.840.1.113883.6.12",
        "urn:oid:2.16.840.1.113883.6.285",
    }
)
"""Names and addresses of CPT and of HCPCS, in small letters: senders mix the two up."""
_CODE = re.compile(r"([A-Z]\d{4}|\d{4}[0-9A-Z])(?:[- ]?((?:[A-Z0-9]{2}(?:-|, ?| )?)+))?")
_MODIFIER = re.compile(r"[A-Z0-9]{2}")


class Procedure(NamedTuple):
    """A code of CPT or HCPCS; `system` is `cpt` or `hcpcs` by its shape, `modifiers` are those
    written behind it (`22612-50`).
    """

    system: str
    code: str
    modifiers: tuple[str, ...]


@lru_cache(8_192)
def procedure(system: str, code: str) -> Procedure | None:
    """The code in one form, in whatever case and with whatever blanks it is written; None where it
    is of another system, or has the shape of neither.
    """
    if system.strip().lower().rstrip("/") not in BILLING:
        return None
    found = _CODE.fullmatch(code.strip().upper())
    if found is None:
        return None
    modifiers = tuple(_MODIFIER.findall(found[2] or ""))
    return Procedure(HCPCS if found[1][0].isalpha() else CPT, found[1], modifiers)
