"""What every submission must be before anybody parses it: small, UTF-8, shallow, without U+0000."""

from __future__ import annotations

import math
import re
from typing import Any

import pydantic_core

from shared.errors import Malformed
from shared.json_text import ESCAPED_NUL

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 100
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_PAIRS = bytes.maketrans(b"[]{}", b"()()")
_STRINGS = re.compile(rb'"(?>[^"\\]+|\\.?)*+(?:"|\Z)', re.DOTALL)


def admit(raw: bytes) -> None:
    """Refuses bytes that no parser should see: `too_large`, `not_utf8`, `null_character`,
    `too_deep`. Linear in their length.
    """
    if len(raw) > MAX_BYTES:
        raise Malformed("The submission is larger than 10 MiB.", code="too_large")
    if not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError:
            raise Malformed("The submission is not UTF-8.", code="not_utf8") from None
    if b"\x00" in raw or (b"\\u0000" in raw and ESCAPED_NUL.search(raw)):
        raise Malformed("The submission holds the character U+0000.", code="null_character")
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _deep(raw):
        raise Malformed(
            f"The submission is nested deeper than {MAX_DEPTH} levels.", code="too_deep"
        )


def parse(raw: bytes) -> dict[str, Any]:
    """The JSON object in bytes that were admitted; `not_json` when there is none."""
    admit(raw)
    try:
        content = pydantic_core.from_json(raw, allow_inf_nan=False)
    except ValueError:
        content = None
    if not isinstance(content, dict) or not _finite(content):
        raise Malformed("The submission is not a JSON object.", code="not_json")
    return content


def _deep(raw: bytes) -> bool:
    """Whether brackets nest deeper than allowed.

    Peels matched pairs level by level at C speed; counts one by one only where that does not settle
    it.
    """
    brackets = raw.translate(_PAIRS, _NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        peeled = brackets.replace(b"()", b"")
        if not peeled:
            return False
        if len(peeled) * 10 > len(brackets) * 9:
            break
        brackets = peeled
    return _counted_deep(_STRINGS.sub(b"", raw).translate(_PAIRS, _NOT_BRACKETS))


def _counted_deep(brackets: bytes) -> bool:
    """Whether a run of parentheses ever opens more than allowed; ends at the first place where it
    does.
    """
    depth = 0
    for byte in brackets:
        depth += 1 if byte == ord("(") else -1
        if depth > MAX_DEPTH:
            return True
    return False


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
