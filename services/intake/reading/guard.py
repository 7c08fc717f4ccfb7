"""JSON of a shape that nobody knows yet, read into plain values."""

from __future__ import annotations

import math
from typing import Any

import pydantic_core

from shared.errors import Malformed
from shared.json_bounds import admit


def parse(raw: bytes) -> dict[str, Any]:
    """The JSON object in bytes that can be admitted; `not_json` when there is none."""
    admit(raw)
    try:
        content = pydantic_core.from_json(raw, allow_inf_nan=False)
    except ValueError:
        content = None
    if not isinstance(content, dict) or not _finite(content):
        raise Malformed("The submission is not a JSON object.", code="not_json")
    return content


def _finite(value: Any) -> bool:
    """Whether every number in parsed JSON is finite: 1e999 is read as infinity, which JSON cannot
    write back.
    """
    match value:
        case dict():
            return all(_finite(one) for one in value.values())
        case list():
            return all(_finite(one) for one in value)
        case float():
            return math.isfinite(value)
        case _:
            return True
