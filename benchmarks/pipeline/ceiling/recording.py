"""What followed from what in a run of ours: the output records of every input, by the id of their
cause.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

Headers = list[tuple[str, str | bytes | None]]
COMPACT = (",", ":")


class Output(NamedTuple):
    """A record as it was published, the topic under the ceiling's name."""

    topic: str
    partition: int
    key: bytes
    headers: Headers
    packed: bytes
    value: bytes


class Line(NamedTuple):
    """A record of the run with its cause, as the file keeps it: one JSON array a line, everything
    as text.
    """

    cause: str
    topic: str
    partition: int
    key: str
    headers: list[tuple[str, str]]
    value: str


def save(path: Path, lines: Iterable[Line]) -> int:
    """Writes the recording; returns how many records it holds."""
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False, separators=COMPACT) + "\n")
            written += 1
    return written


def load(path: Path, topics: frozenset[str]) -> dict[bytes, list[Output]]:
    """What is to be written and produced after each cause, to one of `topics`."""
    found: dict[bytes, list[Output]] = {}
    with path.open(encoding="utf-8") as file:
        for text in file:
            line = Line(*json.loads(text))
            if line.topic in topics:
                found.setdefault(line.cause.encode(), []).append(_output(line))
    return found


def _output(line: Line) -> Output:
    headers: Headers = [(name, value.encode()) for name, value in line.headers]
    packed = "\n".join(f"{name}\n{value}" for name, value in line.headers).encode()
    return Output(
        line.topic, line.partition, line.key.encode(), headers, packed, line.value.encode()
    )
