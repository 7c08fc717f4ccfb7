"""Event types that were replaced, and how their data becomes that of the type in their place: a
reader sees the present types alone, whatever version wrote.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from shared.errors import Malformed

Json = dict[str, Any]


class Upcaster(NamedTuple):
    """The type that took a type's place, `successor`, and what makes its data of the former data:
    a pure function on parsed JSON.
    """

    successor: str
    change: Callable[[Json], Json]


Upcasters = Mapping[str, Upcaster]
"""By the type that was replaced."""

UPCASTERS: Upcasters = {}


def present_type(kind: str, upcasters: Upcasters) -> str:
    """The type that stands in the place of `kind` now; `kind` itself if it was not replaced."""
    while kind in upcasters:
        kind = upcasters[kind].successor
    return kind


def upcast(kind: str, text: bytes, upcasters: Upcasters) -> bytes:
    """Data of type `kind` in JSON as its present type has it, step by step; raises `Malformed`
    (`schema`) where it is not what the type had.
    """
    if kind not in upcasters:
        return text
    try:
        content = json.loads(text)
        while kind in upcasters:
            kind, change = upcasters[kind]
            content = change(content)
        return json.dumps(content, ensure_ascii=False).encode()
    except (LookupError, TypeError, ValueError, AttributeError):
        # Neither the text nor its error, which may repeat it, is shown.
        raise Malformed(f"The event cannot be read as {kind}.", code="schema") from None
