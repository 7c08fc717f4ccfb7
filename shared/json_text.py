"""What keeps JSON text from being taken: U+0000 in it, and content that does not fit a schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 as JSON writes it; a backslash before it that is itself escaped makes it plain text."""
SHOWN = 5
"""A document can break its schema in thousands of places, and a person reads the first few."""


def misfits(errors: Sequence[Mapping[str, Any]], root: str = "") -> list[str]:
    """The first errors of a schema as `place: kind`, never with a value; `root` stands for the
    document itself. `errors` is what pydantic's `errors()` gives.
    """
    return [f"{dotted(one['loc']) or root}: {one['type']}" for one in errors[:SHOWN]]


def dotted(place: Iterable[int | str]) -> str:
    """A place in a document, for instance `lines.0.codes`."""
    return ".".join(map(str, place))
