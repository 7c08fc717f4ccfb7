"""Members of JSON objects that stand twice: parsers keep one of the values, and nobody knows which
one is meant.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from shared.errors import Fault, Malformed
from shared.json_text import listed

Names = Callable[[], frozenset[str]]
"""The names of members that a format has: others are the sender's text, and not repeated."""


def check_members(raw: bytes, there: int, kept: int, known: Names) -> None:
    """Refuses JSON of which a parser kept fewer members than are there: `duplicate_member`. Only
    then is it read once more, to say which.
    """
    if there != kept:
        raise _refusal(_doubled(raw) & known())


def _refusal(names: frozenset[str]) -> Malformed:
    which = listed(sorted(names)) or "of a name that is not known here"
    text = f"A member of a JSON object stands there twice: {which}."
    return Malformed(text, code="duplicate_member", faults=[Fault("duplicate_member", text)])


def _doubled(raw: bytes) -> frozenset[str]:
    """The names that stand twice in one object."""
    found = set[str]()

    def keep(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        found.update(name for name in names if names.count(name) > 1)

    json.loads(raw, object_pairs_hook=keep)
    return frozenset(found)
