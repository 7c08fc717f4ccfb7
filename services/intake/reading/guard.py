"""JSON of a shape that nobody knows yet, read into plain values."""

from __future__ import annotations

import math
from typing import Any

import pydantic_core

from services.intake.reading.members import Names, check_members
from shared.errors import Malformed
from shared.json_bounds import admit, members, unmarked

NOT_JSON = Malformed("The submission is not a JSON object.", code="not_json")


def parse(raw: bytes, known: Names) -> dict[str, Any]:
    """The JSON object in bytes that can be admitted; `not_json` when there is none,
    `duplicate_member` where an object has a member twice (`known` are the names that are told).
    """
    raw = unmarked(raw)
    tokens = admit(raw)
    try:
        content = pydantic_core.from_json(raw, allow_inf_nan=False)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise NOT_JSON
    check_members(raw, members(raw, tokens), _members(content), known)
    return content


def _members(content: Any) -> int:
    """How many members the objects of parsed JSON have; `not_json` where a number is not finite:
    1e999 is read as infinity, which JSON cannot write back.
    """
    count = 0
    waiting = [content]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind is dict:
            count += len(value)
            waiting += value.values()
        elif kind is list:
            waiting += value
        elif kind is float and not math.isfinite(value):
            raise NOT_JSON
    return count
